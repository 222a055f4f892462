"""What schedules, queues and the stream set off. A message that fails comes again, alone."""

import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from chalicelib.entrypoints.logs import run_line
from chalicelib.errors import BillingError, NotFound, Unavailable
from chalicelib.runs.messages import rating_message, window_message
from chalicelib.wiring import Wiring, wiring

Event = Mapping[str, Any]
Answer = dict[str, list[dict[str, str]]]
# CloudStack that is down is asked again after 15 s, 30 s, 1 min ... 15 min.
_FIRST_PAUSE_SECONDS = 15
_LONGEST_PAUSE_SECONDS = 900
# Of a quarter of an hour, three minutes: the page that is under way may take one to come, and
# what has been read is then archived and noted.
_SHARE_FOR_THE_REST = 0.2


def plan_collection(_event: object = None) -> None:
    """Plan the collection of every connection."""
    plan_connections(wiring())


def collect_usage(event: Event, context: Any) -> Answer:
    """Collect the window each message asks for, as long as the function may run."""
    rest = context.get_remaining_time_in_millis() * _SHARE_FOR_THE_REST

    def has_time() -> bool:
        return bool(context.get_remaining_time_in_millis() > rest)

    return collect_records(wiring(), event["Records"], has_time)


def rate_usage(event: Event) -> Answer:
    """Rate what the messages ask for."""
    return rate_records(wiring(), event["Records"])


def send_notifications(event: Event) -> Answer:
    """Send the messages that just came into the outbox; what fails is swept up later."""
    records = [record for record in event["Records"] if record["eventName"] == "INSERT"]
    ids = [record["dynamodb"]["Keys"]["pk"]["S"] for record in records]
    with run_line("send_notifications") as line:
        line.add(wiring().send(ids, wiring().now()))
    return failures([])


def sweep_notifications(_event: object = None) -> None:
    """Send what was left in the outbox."""
    with run_line("sweep_notifications") as line:
        line.add(wiring().sweep(wiring().now()))


def fetch_exchange_rates(_event: object = None) -> None:
    """Take the exchange rates that have come out since the last time."""
    # What reads the feed is of no use to the other functions, and would slow their start.
    from chalicelib.wiring.rates import fetch_rates  # noqa: PLC0415

    with run_line("fetch_exchange_rates") as line:
        fetched = fetch_rates(wiring())
        line.add(fetched, **({"feed": "off"} if fetched is None else {}))


def plan_connections(wired: Wiring) -> None:
    """Plan every connection; one that fails does not stop the others."""
    for connection in wired.settings.connections:
        with run_line("plan_collection", connection=connection) as line:
            try:
                line.add(wired.plan(connection, wired.now()))
            except Unavailable as error:
                wired.windows.note_error(connection, str(error), wired.now())
                line.add(error=str(error))


def collect_records(
    wired: Wiring, records: Iterable[Event], has_time: Callable[[], bool] = lambda: True
) -> Answer:
    """Collect the window of each record; name the records that failed."""
    return failures(
        [record for record in records if not succeeds(_collect, wired, record, has_time)]
    )


def rate_records(wired: Wiring, records: Iterable[Event]) -> Answer:
    """Rate each account and period once, however many records ask for it."""
    same: dict[str, list[Event]] = {}
    for record in records:
        same.setdefault(record["body"], []).append(record)
    rate = wired.rater(len(same))
    failed = [body for body in sorted(same) if not succeeds(_rate, rate, body, wired.now())]
    return failures([record for body in failed for record in same[body]])


def succeeds(do: Callable[..., None], *arguments: object) -> bool:
    """Tell whether `do` went well. What goes wrong with one message must not stop the others."""
    try:
        do(*arguments)
    except BillingError:
        return False
    except Exception:
        # A defect of ours: told in full; the message comes again and then is set aside.
        traceback.print_exc(file=sys.stdout)
        return False
    return True


def _collect(wired: Wiring, record: Event, has_time: Callable[[], bool]) -> None:
    message = window_message(record["body"])
    window = message.window
    name = f"{window.period.start:%Y-%m-%dT%H:%MZ}"
    with run_line("collect_usage", connection=window.connection, window=name) as line:
        try:
            line.add(wired.collect(message, has_time))
        except Unavailable as error:
            wired.windows.mark_failed(window, str(error), wired.now())
            _postpone(wired, record)
            raise
        except NotFound as error:
            # The archive has been cleaned up; trying again will not bring it back.
            wired.windows.note_error(
                window.connection, str(error), wired.now(), window.period.start
            )
            line.add(error=str(error))


def _rate(rate: Callable[[str, str, datetime], object], body: str, now: datetime) -> None:
    message = rating_message(body)
    with run_line("rate_usage", account=message.account, period=message.period) as line:
        line.add(rate(message.account, message.period, now))


def _postpone(wired: Wiring, record: Event) -> None:
    """Let a window that failed come again, later each time."""
    received = int(record.get("attributes", {}).get("ApproximateReceiveCount", "1"))
    pause = min(_FIRST_PAUSE_SECONDS * 2 ** (received - 1), _LONGEST_PAUSE_SECONDS)
    wired.windows_queue.postpone(record["receiptHandle"], pause)


def failures(records: Iterable[Event]) -> Answer:
    """Return the answer that makes just these records come again."""
    return {"batchItemFailures": [{"itemIdentifier": each["messageId"]} for each in records]}
