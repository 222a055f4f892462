"""Roll-ups, told as stories: every quantity is billed exactly once, and closed months stay."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from chalicelib.accounts import SubAccount, Terms
from chalicelib.errors import Conflict, InvalidInput, NotFound
from chalicelib.metering.meters import METERS
from chalicelib.metering.progress import WindowProgress
from chalicelib.metering.usage import group_of, pack
from chalicelib.metering.windows import Window, WindowMeter
from chalicelib.money import EXACT
from chalicelib.periods import Period
from chalicelib.roll_ups import RollUp, SourceKind
from chalicelib.runs.change_roll_ups import add_roll_up, end_roll_up
from local.cloud import Cloud
from local.cloudstack.estate import ACCOUNTS, ACME, APOLLO, GLOBEX, GLOBEX_ADMIN, INITECH, PROJECTS
from local.cloudstack.simulator import Simulator
from tests.oracle import billed_to, services_of
from tests.runs.prices import PRICES, cards
from tests.world import TODAY, World

SAMPLES = [*ACCOUNTS, *PROJECTS]
GROUP = "acme-group"
KOLKATA = Terms("EUR", "en-IN", "Asia/Kolkata")
EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC))


def billed(world: World) -> World:
    """The same world, all collected and rated, with a company that nobody is rolled up to yet."""
    for currency in ("EUR", "INR", "KWD"):
        for card in cards(currency):
            world.wiring.add_rate_card(card)
    for sample in SAMPLES:
        terms = Terms(sample.currency, sample.language, sample.time_zone)
        world.wiring.set_terms(sample.id, terms)
    world.wiring.set_terms(GROUP, KOLKATA, "Acme Group")
    world.collect_all()
    return world


def roll_up(
    world: World, source: str, start: date, *, kind: SourceKind = "account", to: str = GROUP
) -> RollUp:
    """Roll something up, rate what that changes, and return it."""
    asked = RollUp("main", kind, source, to, start)
    wired = world.wiring
    stored, _ = add_roll_up(
        asked,
        accounts=wired.accounts,
        roll_ups=wired.roll_ups,
        windows=wired.windows,
        ratings=wired.accounts_queue,
    )
    world.drain()
    return stored


def end(world: World, ended: RollUp, until: date | None) -> RollUp:
    """Set the end of a roll-up, and rate what that changes."""
    wired = world.wiring
    stored = end_roll_up(
        ended.id,
        until,
        accounts=wired.accounts,
        roll_ups=wired.roll_ups,
        windows=wired.windows,
        ratings=wired.accounts_queue,
    )
    world.drain()
    return stored


def quantities(world: World, periods: list[str]) -> dict[str, Decimal]:
    """Return how much of each meter is billed in all, whoever to."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for account in world.wiring.accounts.all():
        for rated in world.wiring.charges.rated(account.id, periods):
            assert not rated.unpriced
            for line in rated.line_items:
                found[line.meter] = EXACT.add(found[line.meter], line.quantity)
    return dict(found)


def services(world: World, account: str) -> Mapping[str, Decimal]:
    """Return the amount of each service in the newest period; none where none was rated."""
    return {
        service: amount.amount
        for summary in world.wiring.charges.newest(account, 1)
        for service, amount in summary.services
    }


def charges(world: World) -> dict[str, str]:
    return {key: row for key, row in world.rows().items() if key.startswith("charges/")}


def asked_ratings(world: World) -> set[tuple[str, str]]:
    """Return which ratings wait in the queue: (name of the account, period)."""
    names = {each.id: each.name for each in world.wiring.accounts.all()}
    bodies = [
        json.loads(each["body"]) for each in world._received(world.settings.accounts_queue_url)
    ]
    return {(names[body["account"]], body["period"]) for body in bodies}


def kolkata(day: int) -> datetime:
    """Return when a day of November begins for the company."""
    return datetime(2026, 11, day - 1, 18, 30, tzinfo=UTC)


def test_two_accounts_and_a_project_are_billed_to_a_company_from_the_middle_of_a_month_on(
    cloud: Cloud, simulator: Simulator
) -> None:
    #          Nov 18        19          20          21          22         23
    # acme       | acme ...  :           | Acme Group ...
    # apollo     | apollo ...| Acme Group ...
    # initech    | initech ..:           :           | Acme Group | initech ...
    #            (days of the company begin at 18:30 UTC of the day before, within records)
    world = billed(World(cloud, simulator, TODAY - timedelta(days=5)))
    whole = quantities(world, ["2026-11"])
    assert services(world, GROUP) == {}

    roll_up(world, ACME.id, date(2026, 11, 20))
    roll_up(world, APOLLO.id, date(2026, 11, 19), kind="project")
    end(world, roll_up(world, INITECH.id, date(2026, 11, 21)), date(2026, 11, 22))

    ever, never = EVER
    billed_for = {
        ACME.id: [(ACME.id, ever, kolkata(20))],
        APOLLO.id: [(APOLLO.id, ever, kolkata(19))],
        INITECH.id: [(INITECH.id, ever, kolkata(21)), (INITECH.id, kolkata(22), never)],
        GLOBEX.id: [(GLOBEX.id, ever, never)],
        GROUP: [
            (ACME.id, kolkata(20), never),
            (APOLLO.id, kolkata(19), never),
            (INITECH.id, kolkata(21), kolkata(22)),
        ],
    }
    records = list(simulator.records(TODAY - timedelta(days=5), TODAY))
    for account, members in billed_for.items():
        terms = world.wiring.accounts.get(account).terms
        expected = services_of(
            billed_to(account, records, members),
            PRICES,
            owner=account,
            month="2026-11",
            zone=terms.time_zone,
            currency=terms.currency,
        )
        assert services(world, account) == expected, account
        assert expected, account
    assert quantities(world, ["2026-11"]) == whole


def test_a_domain_is_billed_to_one_of_its_accounts_but_for_one_that_is_kept_out(
    cloud: Cloud, simulator: Simulator
) -> None:
    world = billed(World(cloud, simulator, TODAY - timedelta(days=3)))
    whole = quantities(world, ["2026-11"])
    own = services(world, GLOBEX.id)
    roll_up(world, "/globex", date(2026, 11, 21), kind="domain", to=GLOBEX_ADMIN.id)
    assert services(world, GLOBEX.id) != own
    assert quantities(world, ["2026-11"]) == whole
    roll_up(world, GLOBEX.id, date(2026, 11, 21), to=GLOBEX.id)
    assert services(world, GLOBEX.id) == own
    assert quantities(world, ["2026-11"]) == whole


def test_taking_a_roll_up_back_restores_every_charge(cloud: Cloud, simulator: Simulator) -> None:
    world = billed(World(cloud, simulator, TODAY - timedelta(days=3)))
    before, whole = charges(world), quantities(world, ["2026-11"])
    taken = roll_up(world, ACME.id, date(2026, 11, 21))
    assert services(world, GROUP)
    assert end(world, taken, date(2026, 11, 21)).end == date(2026, 11, 21)
    after = charges(world)
    assert {key: after[key] for key in before} == before
    assert services(world, GROUP) == {} and quantities(world, ["2026-11"]) == whole
    end(world, taken, None)
    assert services(world, GROUP)


def test_a_new_time_zone_of_a_company_moves_the_bound_on_both_sides(
    cloud: Cloud, simulator: Simulator
) -> None:
    world = billed(World(cloud, simulator, TODAY - timedelta(days=4)))
    whole = quantities(world, ["2026-11"])
    roll_up(world, ACME.id, date(2026, 11, 21))
    before = services(world, ACME.id)
    world.wiring.set_terms(GROUP, replace(KOLKATA, time_zone="America/Anchorage"))
    world.drain()
    assert services(world, ACME.id) != before
    assert quantities(world, ["2026-11"]) == whole


@pytest.fixture
def over_the_month(cloud: Cloud) -> Iterator[World]:
    """A world on 4 November that has collected from 30 October on: October is closed."""
    with Simulator(today=date(2026, 11, 4)) as simulator:
        world = World(cloud, simulator, date(2026, 10, 30))
        world.now = datetime(2026, 11, 4, 1, tzinfo=UTC)
        yield billed(world)


BERLIN = Terms("EUR", "en-IE", "Europe/Berlin")


def test_closed_periods_stay_and_the_refusal_says_the_first_day(over_the_month: World) -> None:
    world = over_the_month
    world.wiring.set_terms(GROUP, BERLIN)
    world.drain()
    before = world.rows()
    for day in (date(2026, 10, 31), date(2026, 1, 1)):
        with pytest.raises(Conflict, match="closed; the first day possible is 2026-11-01"):
            roll_up(world, ACME.id, day)
    assert world.rows() == before

    roll_up(world, ACME.id, date(2026, 11, 1))
    after = world.rows()
    changed = {key for key in before if after[key] != before[key]}
    assert [key for key in changed if key.startswith(f"charges/{ACME.id}/") and "2026-11" in key]
    assert not [key for key in changed if "2026-10" in key]
    assert services(world, ACME.id) == {} and services(world, GROUP)
    # Late usage rates October again, by the same memberships.
    late = world.wiring.rate(ACME.id, "2026-10", world.now)
    assert late is not None and late.usages > 0 and not late.changed
    nothing = world.wiring.rate(GROUP, "2026-10", world.now)
    assert nothing is not None and nothing.usages == 0


def test_where_a_month_of_one_side_is_closed_later_the_day_is_later(over_the_month: World) -> None:
    # The company's November begins 4.5 hours before acme's, in what is October to acme.
    with pytest.raises(Conflict, match="the first day possible is 2026-11-02"):
        roll_up(over_the_month, ACME.id, date(2026, 11, 1))
    roll_up(over_the_month, ACME.id, date(2026, 11, 2))


def test_an_end_may_not_lie_in_a_closed_period_nor_be_taken_from_one(
    over_the_month: World,
) -> None:
    world = over_the_month
    rolled_up = roll_up(world, ACME.id, date(2026, 11, 2))
    with pytest.raises(InvalidInput, match="before 2026-11-02"):
        end(world, rolled_up, date(2026, 11, 1))
    end(world, rolled_up, date(2026, 11, 20))
    world.advance(30)
    world.collect_all()
    for until in (date(2026, 11, 25), date(2026, 11, 10), date(2026, 12, 15), None):
        with pytest.raises(Conflict, match=r"first day possible is 2026-12-0[12]"):
            end(world, rolled_up, until)
    assert world.wiring.roll_ups.all() == [replace(rolled_up, end=date(2026, 11, 20))]


def test_ratings_are_asked_for_of_open_periods_and_of_both_sides_alone(
    over_the_month: World,
) -> None:
    world = over_the_month
    wired = world.wiring
    ports = {
        "accounts": wired.accounts,
        "roll_ups": wired.roll_ups,
        "windows": wired.windows,
        "ratings": wired.accounts_queue,
    }
    both = {("acme", "2026-11"), ("Acme Group", "2026-11")}
    asked = RollUp("main", "account", ACME.id, GROUP, date(2026, 11, 2))
    assert add_roll_up(asked, **ports) == (asked, True)  # type: ignore[arg-type]
    assert asked_ratings(world) == both
    assert add_roll_up(asked, **ports) == (asked, False)  # type: ignore[arg-type]
    assert asked_ratings(world) == both
    ended = end_roll_up(asked.id, date(2026, 11, 3), **ports)  # type: ignore[arg-type]
    assert asked_ratings(world) == both
    assert end_roll_up(asked.id, date(2026, 11, 3), **ports) == ended  # type: ignore[arg-type]
    assert asked_ratings(world) == both
    later = RollUp("main", "domain", "/globex", GROUP, date(2026, 12, 1))
    add_roll_up(later, **ports)  # type: ignore[arg-type]
    assert asked_ratings(world) == set()


def test_one_that_was_not_rated_before_is_rated_with_the_next_window(over_the_month: World) -> None:
    world = over_the_month
    roll_up(world, ACME.id, date(2026, 11, 5))
    assert services(world, GROUP) == {}
    world.advance(1)
    world.collect_all()
    assert services(world, GROUP)
    (summary, *_) = world.wiring.charges.newest(GROUP, 1)
    assert summary.as_of == datetime(2026, 11, 5, tzinfo=UTC)


def test_what_leads_on_or_comes_twice_is_refused(over_the_month: World) -> None:
    world = over_the_month
    day = date(2026, 11, 10)
    roll_up(world, APOLLO.id, day, kind="project", to=ACME.id)
    with pytest.raises(Conflict, match="others are rolled up to acme then"):
        roll_up(world, ACME.id, day)
    with pytest.raises(Conflict, match="others are rolled up to acme then"):
        roll_up(world, "/acme", day, kind="domain")
    with pytest.raises(Conflict, match="apollo is rolled up itself then"):
        roll_up(world, INITECH.id, day, to=APOLLO.id)
    with pytest.raises(Conflict, match="from 2026-11-10 on; end that roll-up"):
        roll_up(world, APOLLO.id, day, kind="project")
    roll_up(world, APOLLO.id, date(2026, 11, 20), kind="project")
    roll_up(world, ACME.id, date(2026, 11, 20))


def test_an_ended_one_is_not_silently_taken_for_the_same_again(over_the_month: World) -> None:
    day = date(2026, 11, 10)
    ended = end(over_the_month, roll_up(over_the_month, ACME.id, day), date(2026, 11, 20))
    with pytest.raises(Conflict, match="ends on 2026-11-20"):
        roll_up(over_the_month, ACME.id, day)
    with pytest.raises(NotFound):
        end(over_the_month, replace(ended, start=date(2026, 11, 11)), None)


def test_somebody_elses_change_is_not_overlooked(over_the_month: World) -> None:
    table = over_the_month.wiring.roll_ups
    one = RollUp("main", "account", ACME.id, GROUP, date(2026, 11, 10))
    seen = table.revision()
    table.put(one, seen=seen)
    with pytest.raises(Conflict, match="somebody else"):
        table.put(replace(one, source=INITECH.id), seen=seen)
    assert table.all() == [one] and table.revision() == seen + 1


def test_a_company_of_two_installations_is_as_of_the_slower_one(over_the_month: World) -> None:
    # `second` has told of one account, and been collected for 1 November alone.
    world = over_the_month
    wired = world.wiring
    wired.accounts.remember([SubAccount("far", "second", "account", "far", "/far")])
    day = Period(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))
    window = Window("second", day)
    start = int(day.start.timestamp())
    vm = METERS["running_vm"]
    nothing_known = ("",) * len(vm.dimensions)
    ran = group_of(vm.name, start, start + 86400, nothing_known, [("vm", "24", "", 0, "vm", ())])
    wired.usage.put(window, "far", pack([[ran]]), seen=None)
    digest = WindowMeter(window).metered().digest
    wired.windows.mark_complete(WindowProgress(window, "complete", digest=digest))
    wired.windows.advance("second", day.start)
    wired.windows.note_newest("second", day.end, "4.22.0.0")

    wired.set_terms(GROUP, BERLIN)
    wired.set_terms("far", BERLIN)
    asked = RollUp("second", "account", "far", GROUP, date(2026, 11, 1))
    add_roll_up(
        asked,
        accounts=wired.accounts,
        roll_ups=wired.roll_ups,
        windows=wired.windows,
        ratings=wired.accounts_queue,
    )
    world.drain()
    (summary, *_) = wired.charges.newest(GROUP, 1)
    assert summary.as_of == day.end and summary.total.amount > 0
    roll_up(world, ACME.id, date(2026, 11, 3))
    (summary, *_) = wired.charges.newest(GROUP, 1)
    assert summary.as_of == day.end
    assert [day.day for day, _ in summary.days] == [1, 2, 3, 4]
    assert wired.accounts.get(GROUP).connections == {"main", "second"}
