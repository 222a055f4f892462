"""Exchange rates by pair, day and source; kept in the rate-cards table, beside the prices."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pynamodb.attributes import UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.exceptions import DoesNotExist, TransactWriteError
from pynamodb.transactions import TransactWrite

from chalicelib.errors import Conflict
from chalicelib.exchange_rates import Added, ExchangeRate, Source
from chalicelib.tables.attributes import (
    DecimalAttribute,
    Document,
    condition_failed,
    transaction_conflicted,
)

# What a transaction takes.
_ROWS_AT_ONCE = 100
_TRIES = 5
_PROGRESS = "rate-feeds"


class ExchangeRateDocument(Document):
    """A rate; pk `rate#<base>#<quote>`, sk `<day>#<source>`: of one day `hand` is the last."""

    class Meta:
        suffix = "rate-cards"
        table_name = suffix

    rate = DecimalAttribute()


class RateFeedDocument(Document):
    """Up to which day a feed has been taken; pk `rate-feeds`, sk the source."""

    class Meta:
        suffix = "rate-cards"
        table_name = suffix

    day = UnicodeAttribute()


class ExchangeRatesTable:
    """Exchange rates, which never change.

    Args:
        connection: the one all documents are written over.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def newest(self, base: str, quote: str, on: date) -> ExchangeRate | None:
        """Return the newest rate dated on or before a day, by hand rather than of a feed."""
        return next(self._until(base, quote, f"{on.isoformat()}#~", limit=1), None)

    def history(
        self, base: str, quote: str, *, after: str | None, limit: int
    ) -> list[tuple[str, ExchangeRate]]:
        """Return (place, rate), newest first, from the one behind the place `after` on."""
        found = self._until(base, quote, after or "~", limit=limit + (after is not None))
        return [(_place(each), each) for each in found if _place(each) != after][:limit]

    def add(self, rates: Sequence[ExchangeRate]) -> Added:
        """Store rates; return which are new. The same ones again change nothing.

        A feed that tells another value for a day it has told before is not believed: what was
        billed with the first stays as it was. Whoever knows better sets a rate by hand.

        Raises:
            Conflict: somebody has set another rate of that pair and day by hand.
        """
        stored: list[ExchangeRate] = []
        for _ in range(_TRIES):
            added = _compared(rates, self._known(rates))
            _refuse(added.differing)
            stored += self._stored(added.new)
            if set(added.new) <= set(stored):
                return Added(tuple(stored), added.differing)
        raise Conflict("other exchange rates were stored meanwhile; try again")

    def fetched_up_to(self, source: Source) -> date | None:
        """Return up to which day a feed has been taken, and all it changes been asked for."""
        try:
            row = RateFeedDocument.get(_PROGRESS, source, consistent_read=True)
        except DoesNotExist:
            return None
        return date.fromisoformat(row.day)

    def mark_fetched(self, source: Source, day: date) -> None:
        """Note that a feed has been taken up to a day."""
        RateFeedDocument(_PROGRESS, source, day=day.isoformat()).save()

    def _until(self, base: str, quote: str, last: str, *, limit: int) -> Iterator[ExchangeRate]:
        """Yield the rates of a pair from the place `last` back, newest first."""
        rows = ExchangeRateDocument.query(
            _pair(base, quote),
            ExchangeRateDocument.sk <= last,
            consistent_read=True,
            scan_index_forward=False,
            limit=limit,
        )
        return map(_rate, rows)

    def _known(self, rates: Iterable[ExchangeRate]) -> dict[tuple[str, str], ExchangeRate]:
        """Return what is stored of the pairs of `rates` within their days, by key."""
        days: dict[str, list[date]] = defaultdict(list)
        for rate in rates:
            days[_pair(rate.base, rate.quote)].append(rate.date)
        found = {}
        for pair, told in days.items():
            span = ExchangeRateDocument.sk.between(min(told).isoformat(), f"{max(told)}#~")
            for row in ExchangeRateDocument.query(pair, span, consistent_read=True):
                found[row.pk, row.sk] = _rate(row)
        return found

    def _stored(self, rates: Sequence[ExchangeRate]) -> list[ExchangeRate]:
        """Store rates until one is there already; return those that were stored."""
        stored: list[ExchangeRate] = []
        for first in range(0, len(rates), _ROWS_AT_ONCE):
            several = rates[first : first + _ROWS_AT_ONCE]
            try:
                with TransactWrite(connection=self._connection) as transaction:
                    for rate in several:
                        absent = ExchangeRateDocument.pk.does_not_exist()
                        transaction.save(_row(rate), condition=absent)
            except TransactWriteError as error:
                if condition_failed(error) or transaction_conflicted(error):
                    break
                raise
            stored += several
        return stored


def _compared(
    rates: Iterable[ExchangeRate], known: Mapping[tuple[str, str], ExchangeRate]
) -> Added:
    """Return which rates are not known, and which are known to be others."""
    seen, new, differing = dict(known), [], []
    for rate in rates:
        key = _key(rate)
        if key not in seen:
            new.append(rate)
            seen[key] = rate
        elif seen[key] != rate:
            differing.append(rate)
    return Added(tuple(new), tuple(differing))


def _refuse(differing: Iterable[ExchangeRate]) -> None:
    for rate in differing:
        if rate.source == "hand":
            raise Conflict(
                f"{rate.base} to {rate.quote} has another rate of {rate.date} set by hand;"
                " exchange rates never change, set one of a later day"
            )


def _pair(base: str, quote: str) -> str:
    return f"rate#{base}#{quote}"


def _place(rate: ExchangeRate) -> str:
    return f"{rate.date.isoformat()}#{rate.source}"


def _key(rate: ExchangeRate) -> tuple[str, str]:
    return (_pair(rate.base, rate.quote), _place(rate))


def _row(rate: ExchangeRate) -> ExchangeRateDocument:
    return ExchangeRateDocument(*_key(rate), rate=rate.rate)


def _rate(row: Any) -> ExchangeRate:
    _, base, quote = row.pk.split("#")
    day, source = row.sk.split("#")
    return ExchangeRate(base, quote, date.fromisoformat(day), row.rate, source)
