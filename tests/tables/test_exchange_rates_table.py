"""The table of exchange rates: the newest on a day, a history by pages, values that never change."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal as D
from itertools import count

import pytest

from chalicelib.currencies import _CODES
from chalicelib.errors import Conflict
from chalicelib.exchange_rates import Added, ExchangeRate, Source, exchange_rate
from chalicelib.tables.exchange_rates import ExchangeRatesTable
from tests.world import World

DAY = date(2026, 11, 24)
_quotes = iter(sorted(_CODES - {"EUR"}))


@pytest.fixture
def rates(world: World) -> ExchangeRatesTable:
    return world.wiring.exchange_rates


@pytest.fixture
def quote() -> str:
    """A currency that nobody else uses."""
    return next(_quotes)


def told(quote: str, days_ago: int, rate: str, source: Source = "ecb") -> ExchangeRate:
    return exchange_rate("EUR", quote, DAY - timedelta(days=days_ago), D(rate), source)


def test_the_newest_on_a_day_is_by_hand_before_the_feed(
    rates: ExchangeRatesTable, quote: str, table: list[dict[str, str]]
) -> None:
    """
    days ago | newest
    -1       | 0 hand
    0        | 0 hand
    1        | 3 ecb
    3        | 3 ecb
    4        | 5 hand
    5        | 5 hand
    6        |
    """
    stored = {
        "0 hand": told(quote, 0, "4", "hand"),
        "0 ecb": told(quote, 0, "3"),
        "3 ecb": told(quote, 3, "2"),
        "5 hand": told(quote, 5, "1", "hand"),
    }
    rates.add(list(stored.values()))
    for row in table:
        found = rates.newest("EUR", quote, DAY - timedelta(days=int(row["days ago"])))
        assert found == stored.get(row["newest"]), row
    assert rates.newest(quote, "EUR", DAY) is None


@pytest.mark.parametrize("number", ["1", "0.000000000000000001", "123456789012.123456789012345678"])
def test_a_rate_comes_back_to_its_last_digit(
    rates: ExchangeRatesTable, quote: str, number: str
) -> None:
    rate = told(quote, 0, number)
    rates.add([rate])
    assert rates.newest("EUR", quote, DAY) == rate


def test_the_same_again_is_nothing_and_what_a_feed_says_first_stays(
    rates: ExchangeRatesTable, quote: str
) -> None:
    first, other = told(quote, 0, "90.5"), told(quote, 0, "90.6")
    assert rates.add([first]) == Added((first,))
    assert rates.add([first]) == Added()
    newer = told(quote, -1, "91")
    assert rates.add([other, newer]) == Added((newer,), (other,))
    assert rates.newest("EUR", quote, DAY) == first
    by_hand = told(quote, 0, "90.6", "hand")
    assert rates.add([by_hand]) == Added((by_hand,))
    assert rates.newest("EUR", quote, DAY) == by_hand


def test_another_value_by_hand_is_a_conflict_that_stores_nothing(
    rates: ExchangeRatesTable, quote: str
) -> None:
    first = told(quote, 1, "0.33", "hand")
    rates.add([first])
    with pytest.raises(Conflict, match="never change"):
        rates.add([told(quote, 1, "0.34", "hand"), told(quote, 0, "0.35", "hand")])
    assert rates.newest("EUR", quote, DAY) == first


def test_of_two_values_told_at_once_the_first_stays(rates: ExchangeRatesTable, quote: str) -> None:
    first, second = told(quote, 0, "1"), told(quote, 0, "2")
    assert rates.add([first, second, first]) == Added((first,), (second,))


def test_more_than_a_transaction_takes_is_stored_and_read_by_pages(
    rates: ExchangeRatesTable, quote: str
) -> None:
    many = [told(quote, days, str(1 + days)) for days in range(250)]
    assert len(rates.add(many[100:150]).new) == 50
    assert len(rates.add(many).new) == 200
    assert rates.add(many) == Added()

    def pages() -> Iterator[list[ExchangeRate]]:
        after: str | None = None
        while page := rates.history("EUR", quote, after=after, limit=60):
            yield [rate for _, rate in page]
            after = page[-1][0]

    read = list(pages())
    assert [len(page) for page in read] == [60, 60, 60, 60, 10]
    assert [rate for page in read for rate in page] == many


def test_of_two_at_once_nothing_is_lost_or_stored_twice(
    rates: ExchangeRatesTable, quote: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [told(quote, days, "1") for days in range(150)]
    meanwhile, turns = many[120], count()
    known = ExchangeRatesTable._known

    def overtaken(table: ExchangeRatesTable, asked: list[ExchangeRate]) -> object:
        found = known(table, asked)
        if next(turns) == 0:
            table._stored([meanwhile])
        return found

    monkeypatch.setattr(ExchangeRatesTable, "_known", overtaken)
    added = rates.add(many)
    assert set(added.new) == set(many) - {meanwhile}
    assert len(rates.history("EUR", quote, after=None, limit=1000)) == 150


def test_how_far_a_feed_is(rates: ExchangeRatesTable) -> None:
    assert rates.fetched_up_to("ecb") is None
    rates.mark_fetched("ecb", DAY)
    rates.mark_fetched("ecb", DAY + timedelta(days=1))
    assert rates.fetched_up_to("ecb") == DAY + timedelta(days=1)


def test_rates_are_no_rate_cards(rates: ExchangeRatesTable, world: World, quote: str) -> None:
    rates.add([told(quote, 0, "1")])
    assert world.wiring.rate_cards.of(quote) == world.wiring.rate_cards.of("EUR") == []
