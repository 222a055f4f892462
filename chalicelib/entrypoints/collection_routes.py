"""`/admin/...` about the collection: how far it is, what waits to be decided or run again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Annotated, Literal, get_args

import msgspec
from chalice.app import Response

from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import Request, whole_second, wrong
from chalicelib.errors import Conflict
from chalicelib.metering.progress import ConnectionProgress, State, WindowProgress
from chalicelib.metering.reviews import Decision, Kind, Reason, Verdict
from chalicelib.periods import Period, instant_text
from chalicelib.reporting.documents import Document
from chalicelib.reporting.reviews import decision_document, waiting

_WINDOWS_A_PAGE = 100
_DECISIONS_A_PAGE = 100
# Rows of windows and accounts that a list of what waits is made of, newest windows first.
_REVIEWS_READ = 5000
_HOUR = timedelta(hours=1)
_NAMES = {"start": "from", "end": "to"}
_LONGEST_NOTE = 500
# What a table can hold; CloudStack has far smaller ones.
_UsageType = Annotated[int, msgspec.Meta(ge=-(10**18), le=10**18)]


class _RunBody(msgspec.Struct, forbid_unknown_fields=True, rename=_NAMES):
    run: Literal["plan_collection", "fetch_exchange_rates", "replay"]
    connection: str = ""
    start: datetime | None = None
    end: datetime | None = None


class _DecisionBody(msgspec.Struct, forbid_unknown_fields=True, rename=_NAMES):
    connection: str
    usage_type: _UsageType | None
    reason: Reason
    start: datetime
    end: datetime
    verdict: Verdict
    note: str = ""


def list_windows(request: Request) -> Response:
    """How far the collection is, and what went wrong."""
    state, only = request.query.get("state"), request.query.get("connection")
    if state is not None and state not in get_args(State):
        raise wrong("state", f"must be {' or '.join(get_args(State))}, not {state!r}")
    known = request.wiring.settings.connections
    connections, windows = [], []
    for connection in [_connection_named(request, only)] if only else known:
        found = list(request.wiring.windows.windows(connection, newest_first=True))
        connections.append(_connection(request, connection, found))
        windows += [each for each in found if state in (None, each.state)]
    after = request.query.get("next")
    left = windows if after is None else _after(after, windows, known)
    page = left[:_WINDOWS_A_PAGE]
    more = _place(page[-1]) if len(left) > len(page) else None
    shown = [_window(each) for each in page]
    return reply({"connections": connections, "windows": shown, "next": more})


def list_holds(request: Request) -> Response:
    """The usage records that read well and cannot be right, one line for each cause."""
    return reply({"holds": _waiting(request, "hold"), "next": None})


def list_rejects(request: Request) -> Response:
    """The usage records that could not be read or metered, one line for each cause."""
    return reply({"rejects": _waiting(request, "reject"), "next": None})


def list_decisions(request: Request) -> Response:
    """What was decided of records set aside, by whom and when, newest first."""
    decisions = [
        decision
        for connection in request.wiring.settings.connections
        for decision in request.wiring.reviews.decisions(connection)
    ]
    ordered = sorted(decisions, key=lambda each: each.id, reverse=True)
    after = request.query.get("next")
    left = [each for each in ordered if after is None or each.id < after]
    page = left[:_DECISIONS_A_PAGE]
    more = page[-1].id if len(left) > len(page) else None
    return reply({"decisions": [decision_document(each) for each in page], "next": more})


def add_decision(request: Request) -> Response:
    """Bill what was set aside for one reason, or do not; its windows are metered anew."""
    asked = request.read(_DecisionBody)
    span = _span(asked.start, asked.end)
    if len(asked.note) > _LONGEST_NOTE:
        raise wrong("note", f"is longer than {_LONGEST_NOTE} characters")
    decision = Decision(
        connection=_connection_named(request, asked.connection),
        usage_type=asked.usage_type,
        reason=asked.reason,
        start=span.start,
        end=span.end,
        verdict=asked.verdict,
        by=request.sender.user,
        at=request.now,
        note=asked.note,
    )
    count = request.wiring.decide(decision)
    return reply({"decision": decision_document(decision), "windows": count}, 202)


def start_run(request: Request) -> Response:
    """Have usage or exchange rates fetched now and not when it is time, or days metered anew."""
    asked = request.read(_RunBody)
    if asked.run == "fetch_exchange_rates" and not request.wiring.settings.exchange_rates_url:
        raise Conflict("no exchange rates are fetched here: EXCHANGE_RATES_URL is empty")
    if asked.run != "replay":
        request.wiring.start(asked.run)
        return reply({"run": asked.run, "state": "started"}, 202)
    for name, at in (("from", asked.start), ("to", asked.end)):
        if at is None:
            raise wrong(name, "is missing: say which windows are to be metered anew")
    span = _span(asked.start, asked.end)
    connection = _connection_named(request, asked.connection)
    count = request.wiring.replay(connection, span)
    return reply({"run": asked.run, "state": "queued", "windows": count}, 202)


def _span(start: datetime | None, end: datetime | None) -> Period:
    """Return the span between two instants of a body."""
    assert start is not None and end is not None, "both have been checked"
    first, last = whole_second(start, "from"), whole_second(end, "to")
    if last <= first:
        raise wrong("to", "is not after `from`")
    return Period(first, last)


def _connection_named(request: Request, name: str) -> str:
    if name not in request.wiring.settings.connections:
        known = ", ".join(request.wiring.settings.connections)
        raise wrong("connection", f"must be one of {known}, not {name!r}")
    return name


def _waiting(request: Request, kind: Kind) -> list[Document]:
    """Return what waits for a decision, made of what is open in the newest windows."""
    lines: list[Document] = []
    for connection in request.wiring.settings.connections:
        found = (each for each in request.wiring.reviews.of(connection) if each[1].is_open)
        lines += waiting(islice(found, _REVIEWS_READ), kind)
    return lines


def _connection(request: Request, connection: str, found: list[WindowProgress]) -> Document:
    progress = request.wiring.windows.connection(connection)
    endpoint = request.wiring.parameters.endpoint(connection)
    states = [each.state for each in found]
    counts = ("records", "copies", "rejects", "holds", "refused")
    return {
        "id": connection,
        "name": endpoint.name,
        "version": progress.version,
        "time_zone": endpoint.time_zone,
        "aggregation_minutes": endpoint.aggregation_minutes,
        "complete_up_to": _instant(progress.complete_up_to),
        "newest_seen": _instant(progress.newest_seen),
        "behind_hours": _behind_hours(progress),
        "windows": {state: states.count(state) for state in sorted(get_args(State))},
        "last_error": _last_error(progress),
        **{name: sum(getattr(each, name) for each in found) for name in counts},
    }


def _behind_hours(progress: ConnectionProgress) -> int | None:
    """Return how many hours of usage that CloudStack has measured are not collected yet."""
    if progress.newest_seen is None or progress.complete_up_to is None:
        return None
    return max(0, -((progress.complete_up_to - progress.newest_seen) // _HOUR))


def _last_error(progress: ConnectionProgress) -> Document | None:
    if progress.error is None or progress.error_at is None:
        return None
    return {
        "at": instant_text(progress.error_at),
        "message": progress.error,
        "window": _instant(progress.error_window),
    }


def _window(progress: WindowProgress) -> Document:
    counts = ("records", "copies", "rejects", "holds", "refused", "pages", "error")
    parts = {"done": progress.parts_done, "of": progress.parts} if progress.parts else None
    return {
        "connection": progress.window.connection,
        "start": instant_text(progress.window.period.start),
        "end": instant_text(progress.window.period.end),
        "state": progress.state,
        **{name: getattr(progress, name) for name in counts},
        "accounts": progress.sub_accounts,
        "parts": parts,
    }


def _place(progress: WindowProgress) -> str:
    """Return where a window stands in the list; tells where the next page begins."""
    return f"{progress.window.connection}|{instant_text(progress.window.period.start)}"


def _after(place: str, windows: list[WindowProgress], known: Sequence[str]) -> list[WindowProgress]:
    """Return the windows behind the one that a page ended with, whatever became of that."""
    connection, _, start = place.partition("|")
    if connection not in known:
        raise wrong("next", "is not known: read the list from its beginning")

    def is_behind(window: WindowProgress) -> bool:
        its = window.window
        if its.connection == connection:
            return instant_text(its.period.start) < start
        return known.index(its.connection) > known.index(connection)

    return [each for each in windows if is_behind(each)]


def _instant(at: datetime | None) -> str | None:
    return None if at is None else instant_text(at)
