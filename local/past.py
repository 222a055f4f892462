"""What the sample has behind it: agreements, who bills whom, months that were invoiced and paid."""

from collections.abc import Callable
from datetime import date

from local.backdated import bill_the_past
from local.cloud import Cloud
from local.operator_api import OperatorApi
from local.seeding import agree_samples, set_sample_billing, welcome_sample


def give_a_past(
    api: OperatorApi,
    cloud: Cloud,
    first_seen: date,
    say: Callable[[str], None],
    settle: Callable[[], None],
) -> None:
    """Make the sample what it would be if it had run for a while. Safe to repeat.

    CloudStack has told of the accounts by now, and their usage is rated.

    Args:
        settle: returns when nothing is left to do.
    """
    if made := agree_samples(api, first_seen):
        say(f"{made} sample agreements made")
        settle()
    if set_sample_billing(api, first_seen):
        say("\rinvoicing the months before")
        bill_the_past(cloud, first_seen)
        welcome_sample(api)
        settle()
        say("sample accounts have been invoiced for two months")
