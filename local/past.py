"""What the sample has behind it: agreements, who bills whom, months that were invoiced and paid."""

import time
from collections.abc import Callable
from datetime import date

from local.backdated import bill_the_past
from local.cloud import STACK, Cloud
from local.collection import SECONDS_BETWEEN_LOOKS, work_left
from local.errors import LocalCloudFailed
from local.operator_api import OperatorApi
from local.seeding import agree_samples, set_sample_billing, welcome_sample

SECONDS_FOR_DOCUMENTS = 300.0
# What would be done about invoices of long ago before their documents are there.
_LATER = ("send_notifications", "follow_up")


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
        _let_follow(cloud, now=False)
        bill_the_past(cloud, first_seen)
        _wait_for_documents(cloud)
        welcome_sample(api)
        say("sample accounts have been invoiced for two months")
    # Also where a run was killed before it came here.
    _let_follow(cloud, now=True)
    settle()


def _let_follow(cloud: Cloud, *, now: bool) -> None:
    """Have mails sent and accounts followed up, or have that wait."""
    functions = cloud.client("lambda")
    for function in _LATER:
        found = functions.list_event_source_mappings(FunctionName=f"{STACK}-{function}")
        for mapping in found["EventSourceMappings"]:
            if (mapping["State"] == "Enabled") is not now:
                functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=now)


def _wait_for_documents(cloud: Cloud) -> None:
    """Return once every document has its files.

    Raises:
        LocalCloudFailed: they are not there after minutes.
    """
    deadline = time.monotonic() + SECONDS_FOR_DOCUMENTS
    while work_left(cloud).invoices:
        if time.monotonic() > deadline:
            raise LocalCloudFailed(f"documents are not there after {SECONDS_FOR_DOCUMENTS:.0f} s")
        time.sleep(SECONDS_BETWEEN_LOOKS)
