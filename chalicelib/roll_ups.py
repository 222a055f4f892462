"""Roll-ups: from which day on the usage of one is billed to another."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import blake2b
from itertools import pairwise
from typing import Literal

import msgspec

from chalicelib.accounts import Membership, SubAccount, domains_above
from chalicelib.periods import local_day, time_zone_named

SourceKind = Literal["account", "project", "domain"]
_BEGINNING, _END = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class RollUp(msgspec.Struct, frozen=True):
    """From a day on, whatever the source uses is billed to another billing account.

    Attributes:
        source: UUID of an account or project, or the path of a domain, which stands for all that
            lies in it and below.
        start, end: days `[start, end)` in the time zone of the billing account. One that ends on
            the day it starts never held.
    """

    connection: str
    kind: SourceKind
    source: str
    billing_account: str
    start: date
    end: date | None = None

    @property
    def id(self) -> str:
        """Derived from what it says, its end aside."""
        said = (self.connection, self.kind, self.source, self.billing_account, f"{self.start}")
        return blake2b("\0".join(said).encode(), digest_size=16).hexdigest()

    @property
    def holds(self) -> bool:
        """Whether there is a day on which it holds."""
        return self.end is None or self.start < self.end


def sources_of(sub_account: SubAccount) -> list[str]:
    """Return what a roll-up that covers a sub account may name, most specific first."""
    return [sub_account.id, *domains_above(sub_account.domain)]


def memberships(
    sub_accounts: Iterable[SubAccount], roll_ups: Iterable[RollUp], time_zones: Mapping[str, str]
) -> dict[str, list[Membership]]:
    """Return who belongs to whom and when, by the id of the billing account.

    At every instant a sub account belongs to exactly one billing account:

    1. Without a roll-up that holds, it is its own.
    2. The most specific roll-up wins: one of the account or project itself, then one of its
       domain, then one of the domain above, and so on. A domain stands for its whole subtree, also
       for the accounts that come into it later, from their first day.
    3. Of two roll-ups of the same source the one that starts later takes over on its first day,
       for good: when it ends, the earlier one does not come back.
    4. A roll-up's days are those of the billing account it leads to. Both sides see the same
       instants, so what one gains the other loses.
    5. It leads one step: what is rolled up to a billing account is not passed on.

    Args:
        time_zones: IANA names, by the ids of the billing accounts that roll-ups lead to.
    """
    spans_by_source = _spans_by_source(roll_ups, time_zones)
    found: dict[str, list[Membership]] = defaultdict(list)
    for sub_account in sorted(sub_accounts, key=lambda each: (each.connection, each.id)):
        connection, domain = sub_account.connection, sub_account.domain
        layers = [
            spans_by_source[connection, source]
            for source in sources_of(sub_account)
            if (connection, source) in spans_by_source
        ]
        for holder, start, end in _timeline(sub_account.id, layers):
            opens = None if start == _BEGINNING else start
            closes = None if end == _END else end
            found[holder].append(Membership(connection, sub_account.id, domain, opens, closes))
    return dict(found)


def chained(members: Mapping[str, Sequence[Membership]]) -> set[str]:
    """Return who bills others at a time when it is itself rolled up elsewhere."""
    away: dict[str, list[Membership]] = defaultdict(list)
    for holder, held in members.items():
        for each in held:
            if each.sub_account != holder:
                away[each.sub_account].append(each)
    return {
        holder
        for holder in away.keys() & members.keys()
        for each in members[holder]
        if each.sub_account != holder and any(each.meets(other) for other in away[holder])
    }


class _Span(msgspec.Struct, frozen=True):
    start: datetime
    end: datetime
    holder: str


def _spans_by_source(
    roll_ups: Iterable[RollUp], time_zones: Mapping[str, str]
) -> dict[tuple[str, str], list[_Span]]:
    """Return when each source leads where; the spans of one source do not meet."""
    by_source: dict[tuple[str, str], list[RollUp]] = defaultdict(list)
    for roll_up in roll_ups:
        if roll_up.holds:
            by_source[roll_up.connection, roll_up.source].append(roll_up)
    found: dict[tuple[str, str], list[_Span]] = {}
    for source, its in by_source.items():
        spans: list[_Span] = []
        taken_over = _END
        for roll_up in sorted(its, key=lambda each: (each.start, each.id), reverse=True):
            zone = time_zone_named(time_zones[roll_up.billing_account])
            start = local_day(roll_up.start, zone)
            end = _END if roll_up.end is None else local_day(roll_up.end, zone)
            spans.append(_Span(start, min(end, taken_over), roll_up.billing_account))
            taken_over = min(taken_over, start)
        found[source] = spans
    return found


def _timeline(own: str, layers: Sequence[Sequence[_Span]]) -> list[tuple[str, datetime, datetime]]:
    """Return (holder, start, end) from beginning to end; the first layer with a span there wins."""
    bounds = {_BEGINNING, _END}
    for layer in layers:
        for span in layer:
            bounds |= {span.start, span.end}
    timeline: list[tuple[str, datetime, datetime]] = []
    for start, end in pairwise(sorted(bounds)):
        held = (span for layer in layers for span in layer if span.start <= start < span.end)
        first = next(held, None)
        holder = own if first is None else first.holder
        if timeline and timeline[-1][0] == holder:
            timeline[-1] = (holder, timeline[-1][1], end)
        else:
            timeline.append((holder, start, end))
    return timeline
