"""The pipeline, from CloudStack's records to charges, told as stories."""
import cProfile, pstats
from tests.world import World


def test_a_month_is_collected_and_rated(world: World) -> None:
    world.plan()
    p=cProfile.Profile(); p.enable()
    world.drain()
    p.disable(); pstats.Stats(p).sort_stats('cumtime').print_stats(45)
    accounts = world.wiring.accounts.all()
    for account in accounts:
        print(account.name, account.domain, account.kind, account.owner, world.wiring.charges.newest(account.id, 1))
    print(len(world.rows()))
