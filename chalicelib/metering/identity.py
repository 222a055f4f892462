"""Which of several records of one resource count: copies, contradictions and overlaps told apart.

CloudStack emits days again (issues 13112, 13399), with partial windows that overlap whole ones,
and gives records no id. The rules here look at nothing but the records, so any order of them and
any repetition has the same result.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

import msgspec

from chalicelib.metering.records import HOURS_NOISE
from chalicelib.metering.reviews import Reason

# Tells whether the operator has accepted what is set aside for a reason.
Accepted = Callable[[Reason], bool]


class Claim(msgspec.Struct, frozen=True):
    """One record's claim to be counted.

    Attributes:
        raw: raw usage; of what has one size only, times that.
        most_hours: the most hours its span can hold.
        place: tells the record to whoever asks.
    """

    start: int
    end: int
    raw: Decimal
    most_hours: Decimal
    place: int


class Ruling(msgspec.Struct, frozen=True):
    """What becomes of a record: counted, a copy of one that is, or set aside for a reason."""

    place: int
    counted: bool
    reason: Reason | None = None


def rule_on(claims: Iterable[Claim], *, ordinal: bool, accepted: Accepted) -> Iterator[Ruling]:
    """Yield what becomes of each of the records of one resource.

    Args:
        claims: of one line: all that makes a record one of its kind, but its time, is equal.
        ordinal: whether equal records may be several, as of networks whose state changed; what
            they add up to must still fit into their span.
    """
    spans: dict[tuple[int, int], list[Claim]] = {}
    for claim in sorted(claims, key=lambda each: (each.start, -each.end, each.raw, each.place)):
        spans.setdefault((claim.start, claim.end), []).append(claim)
    covered = 0
    for (start, end), same in spans.items():
        overlaps = start < covered
        if overlaps and not accepted(Reason.OVERLAP):
            yield from _set_aside(same, ordinal=ordinal)
            continue
        yield from fit(same, accepted) if ordinal else _one_of(same, accepted)
        covered = max(covered, end)


def fit(same: Iterable[Claim], accepted: Accepted) -> Iterator[Ruling]:
    """Yield records that all count as long as they fit into their span together, the least first.

    Args:
        same: of one span.
    """
    ordered = sorted(same, key=lambda each: (each.raw, each.place))
    hours = Decimal(0)
    for claim in ordered:
        # One that is too much alone has been accepted as it is.
        fits = not hours or hours + claim.raw <= claim.most_hours + HOURS_NOISE * len(ordered)
        if fits or accepted(Reason.TOO_MANY_HOURS_TOGETHER):
            hours += claim.raw
            yield Ruling(claim.place, counted=True)
        else:
            yield Ruling(claim.place, False, Reason.TOO_MANY_HOURS_TOGETHER)


def repeated(resources: Iterable[str]) -> set[str]:
    """Return the resources that are named more than once; most days, there are none."""
    return {resource for resource, count in Counter(resources).items() if count > 1}


def _set_aside(same: list[Claim], *, ordinal: bool) -> Iterator[Ruling]:
    """Yield the records of a span that overlaps an earlier one; copies are not told twice."""
    seen: set[Decimal] = set()
    for claim in same:
        copy = claim.raw in seen and not ordinal
        seen.add(claim.raw)
        yield Ruling(claim.place, counted=False, reason=None if copy else Reason.OVERLAP)


def _one_of(same: list[Claim], accepted: Accepted) -> Iterator[Ruling]:
    """Yield the one record that counts: the least, so that nobody pays for a doubtful one."""
    quantities = sorted({claim.raw for claim in same})
    wins = quantities[-1] if accepted(Reason.ANOTHER_QUANTITY) else quantities[0]
    told: set[Decimal] = set()
    for claim in same:
        first = claim.raw not in told
        told.add(claim.raw)
        if claim.raw == wins:
            yield Ruling(claim.place, counted=first)
        else:
            doubtful = first and claim.raw > wins
            yield Ruling(claim.place, False, Reason.ANOTHER_QUANTITY if doubtful else None)
