"""What waits for the operator, grouped so that one cause is one line, however often it struck."""

import json
from collections.abc import Iterable
from datetime import datetime

import msgspec

from chalicelib.metering.meters import METERS_BY_USAGE_TYPE
from chalicelib.metering.progress import Window
from chalicelib.metering.reviews import SAMPLES_KEPT, Decision, Kind, Reason, ReviewGroup
from chalicelib.periods import instant_text
from chalicelib.reporting.documents import Document

_NAMES_SHOWN = 5
_Key = tuple[str, int | None, Reason]


class _Line(msgspec.Struct):
    """Records of one connection, usage type and reason, over all windows and sub accounts."""

    first: datetime
    last: datetime
    records: int = 0
    accounts: dict[str, str] = msgspec.field(default_factory=dict)
    samples: set[str] = msgspec.field(default_factory=set)


def waiting(found: Iterable[tuple[Window, ReviewGroup]], kind: Kind) -> list[Document]:
    """Return what is open of one kind, most records first."""
    lines: dict[_Key, _Line] = {}
    for window, group in found:
        if group.reason.kind != kind or not group.is_open:
            continue
        key = (window.connection, group.usage_type, group.reason)
        line = lines.setdefault(key, _Line(window.period.start, window.period.end))
        line.first = min(line.first, window.period.start)
        line.last = max(line.last, window.period.end)
        line.records += group.count
        if group.owner:
            line.accounts[group.owner] = group.account
        line.samples.update(group.samples)
    ordered = sorted(lines.items(), key=lambda each: (-each[1].records, _id(*each[0])))
    return [_document(key, line) for key, line in ordered]


def decision_document(decision: Decision) -> Document:
    """Return a decision: what of, what, by whom and when."""
    return {
        "connection": decision.connection,
        "usage_type": decision.usage_type,
        "reason": decision.reason.value,
        "text": decision.reason.text,
        "from": instant_text(decision.start),
        "to": instant_text(decision.end),
        "verdict": decision.verdict,
        "note": decision.note,
        "by": decision.by,
        "at": instant_text(decision.at),
    }


def _document(key: _Key, line: _Line) -> Document:
    connection, usage_type, reason = key
    meter = METERS_BY_USAGE_TYPE.get(usage_type or 0)
    return {
        "id": _id(*key),
        "kind": reason.kind,
        "connection": connection,
        "usage_type": usage_type,
        "meter": meter.title if meter else None,
        "reason": reason.value,
        "text": reason.text,
        "can_accept": reason.can_accept,
        "records": line.records,
        "accounts": len(line.accounts),
        "account_names": sorted(filter(None, line.accounts.values()))[:_NAMES_SHOWN],
        "first_window": instant_text(line.first),
        "last_window": instant_text(line.last),
        "samples": [_sample(each) for each in sorted(line.samples)[:SAMPLES_KEPT]],
    }


def _id(connection: str, usage_type: int | None, reason: Reason) -> str:
    return f"{connection}:{'' if usage_type is None else usage_type}:{reason}"


def _sample(sample: str) -> object:
    """Return a kept record as it was: JSON where it is JSON."""
    try:
        return json.loads(sample)
    except ValueError:
        return sample
