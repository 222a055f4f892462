"""What schedules and queues set off in billing. A message that fails comes again, alone."""

from collections.abc import Callable, Iterable

import msgspec

from chalicelib.entrypoints.logs import run_line
from chalicelib.entrypoints.triggers import Answer, Event, failures, succeeds
from chalicelib.wiring import Wiring, wiring

# Does what the body of a message asks for; what it returns is told in the line of the run.
Does = Callable[[str], object]


def plan_billing(_event: object = None) -> None:
    """Ask for the invoices and the follow-ups that are due."""
    plan_what_is_due(wiring())


def issue_invoices(event: Event) -> Answer:
    """Issue the invoices and set the documents that the messages ask for."""
    return bill_records(wiring(), event["Records"])


def follow_up(event: Event) -> Answer:
    """Follow up the accounts that the messages name."""
    return follow_up_records(wiring(), event["Records"])


def plan_what_is_due(wired: Wiring) -> None:
    """Ask for the invoices and the follow-ups that are due."""
    # What bills is of no use to the other functions, and would slow their start.
    from chalicelib.wiring.billing import plan_billing as plan  # noqa: PLC0415

    with run_line("plan_billing") as line:
        line.add(plan(wired))


def bill_records(wired: Wiring, records: Iterable[Event]) -> Answer:
    """Do each message of the queue of invoices once, however many records ask for it."""
    from chalicelib.wiring.billing import biller  # noqa: PLC0415

    return _each("issue_invoices", records, biller(wired))


def follow_up_records(wired: Wiring, records: Iterable[Event]) -> Answer:
    """Follow up each account once, however many records name it."""
    from chalicelib.wiring.billing import follower  # noqa: PLC0415

    return _each("follow_up", records, follower(wired))


def _each(run: str, records: Iterable[Event], do: Does) -> Answer:
    """Do what each body asks for; name the records that failed."""
    same: dict[str, list[Event]] = {}
    for record in records:
        same.setdefault(record["body"], []).append(record)
    failed = [body for body in same if not succeeds(_run, run, do, body)]
    return failures([record for body in failed for record in same[body]])


def _run(run: str, do: Does, body: str) -> None:
    with run_line(run, **_words(body)) as line:
        line.add(do(body))


def _words(body: str) -> dict[str, object]:
    """Return what a message says; none where it cannot be read, which then fails by itself."""
    try:
        return msgspec.json.decode(body, type=dict[str, object])
    except msgspec.DecodeError:
        return {}
