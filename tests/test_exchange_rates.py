"""Exchange rates: which one counts on a day, and that nothing is lost on the way there."""

from datetime import date
from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import InvalidInput
from chalicelib.exchange_rates import (
    Conversion,
    ExchangeRate,
    Newest,
    Source,
    conversion,
    exchange_rate,
)

DAY = date(2026, 11, 24)
Table = list[dict[str, str]]


def known(*rates: ExchangeRate) -> Newest:
    """Return the newest of some rates, as the table of rates does; of one day by hand first."""

    def newest(base: str, quote: str, on: date) -> ExchangeRate | None:
        found = [each for each in rates if (each.base, each.quote) == (base, quote)]
        found = [each for each in found if each.date <= on]
        return max(found, key=lambda each: (each.date, each.source == "hand"), default=None)

    return newest


def read(text: str) -> list[ExchangeRate]:
    """Return the rates of a text such as `EUR/INR 24 90.5 ecb, EUR/USD 24 1.1 ecb`."""
    rates = []
    for part in filter(None, map(str.strip, text.split(","))):
        pair, day, rate, source = part.split()
        base, quote = pair.split("/")
        told: Source = "hand" if source == "hand" else "ecb"
        rates.append(exchange_rate(base, quote, date(2026, 11, int(day)), D(rate), told))
    return rates


def told(found: Conversion | None) -> str:
    """Return a conversion as the tables write it: day, numerator, denominator, sources."""
    if found is None:
        return "none"
    sources = "+".join(each.source for each in found.rates)
    return f"{found.date.day} {found.numerator}/{found.denominator} {sources}"


def test_the_newest_rate_on_or_before_the_day_counts(table: Table) -> None:
    """
    rates                                        | on | EUR to INR
                                                 | 24 | none
    EUR/INR 24 90 ecb                            | 24 | 24 90/1 ecb
    EUR/INR 24 90 ecb                            | 23 | none
    EUR/INR 20 90 ecb                            | 22 | 20 90/1 ecb
    EUR/INR 20 90 ecb, EUR/INR 23 91 ecb         | 24 | 23 91/1 ecb
    EUR/INR 20 90 ecb, EUR/INR 23 91 ecb         | 22 | 20 90/1 ecb
    EUR/INR 24 90 ecb, EUR/INR 24 91 hand        | 24 | 24 91/1 hand
    EUR/INR 24 90 ecb, EUR/INR 23 91 hand        | 24 | 24 90/1 ecb
    INR/EUR 24 0.01 hand                         | 24 | 24 1/0.01 hand
    INR/EUR 24 0.01 hand, EUR/INR 24 90 ecb      | 24 | 24 90/1 ecb
    INR/EUR 24 0.01 hand, EUR/INR 23 90 ecb      | 24 | 24 1/0.01 hand
    EUR/USD 24 1.1 ecb, USD/INR 24 83 hand       | 24 | none
    """
    for row in table:
        on = date(2026, 11, int(row["on"]))
        found = conversion("EUR", "INR", on, known(*read(row["rates"])))
        assert told(found) == row["EUR to INR"], row


def test_two_others_meet_over_the_euro_on_one_day(table: Table) -> None:
    """
    rates                                                           | USD to INR
    EUR/USD 24 1.1 ecb, EUR/INR 24 90 ecb                           | 24 90/1.1 ecb+ecb
    EUR/USD 24 1.1 ecb, EUR/INR 23 90 ecb                           | none
    EUR/USD 24 1.1 ecb, EUR/INR 23 90 ecb, EUR/USD 23 1.2 ecb       | 23 90/1.2 ecb+ecb
    EUR/USD 24 1.1 hand, EUR/USD 24 1.2 ecb, EUR/INR 24 90 ecb      | 24 90/1.1 hand+ecb
    EUR/USD 24 1 ecb, EUR/USD 22 2 ecb, EUR/INR 23 9 ecb, EUR/INR 22 8 ecb | 22 8/2 ecb+ecb
    USD/EUR 24 0.9 hand, EUR/INR 24 90 ecb                          | none
    EUR/USD 24 1.1 ecb, EUR/INR 24 90 ecb, USD/INR 24 83 hand       | 24 83/1 hand
    EUR/USD 24 1.1 ecb, EUR/INR 24 90 ecb, INR/USD 24 0.012 hand    | 24 1/0.012 hand
    EUR/USD 24 1.1 ecb, EUR/INR 24 90 ecb, USD/INR 23 83 hand       | 24 90/1.1 ecb+ecb
    EUR/USD 23 1.1 ecb, EUR/INR 23 90 ecb, INR/USD 24 0.012 hand    | 24 1/0.012 hand
    """
    for row in table:
        found = conversion("USD", "INR", DAY, known(*read(row["rates"])))
        assert told(found) == row["USD to INR"], row


def test_a_currency_is_never_converted_into_itself() -> None:
    with pytest.raises(AssertionError):
        conversion("EUR", "EUR", DAY, known())


days = st.dates(date(2026, 11, 1), DAY)
numbers = st.decimals(min_value=D("1e-18"), max_value=10**12, places=18).filter(bool)
rates = st.builds(
    exchange_rate,
    base=st.sampled_from(["EUR", "USD", "INR"]),
    quote=st.sampled_from(["KWD", "JPY"]),
    day=days,
    rate=numbers,
    source=st.sampled_from(["hand", "ecb"]),
)
# A crossing needs two rates of one day; more pairs of equal days make them likely.
crossing = st.tuples(rates, numbers).map(
    lambda drawn: [
        exchange_rate("EUR", drawn[0].quote, drawn[0].date, drawn[0].rate, "ecb"),
        exchange_rate("EUR", "USD", drawn[0].date, drawn[1], "ecb"),
    ]
)


def fraction(found: Conversion) -> Fraction:
    return Fraction(found.numerator) / Fraction(found.denominator)


@given(st.lists(rates, max_size=6), st.lists(crossing, max_size=2), days)
def test_there_and_back_is_where_one_began(
    single: list[ExchangeRate], pairs: list[list[ExchangeRate]], on: date
) -> None:
    # Of one pair, day and source there is one rate, as in the table of them.
    drawn = {
        (each.base, each.quote, each.date, each.source): each
        for each in [*single, *(rate for pair in pairs for rate in pair)]
    }
    newest = known(*drawn.values())
    for source, target in (("EUR", "KWD"), ("USD", "KWD"), ("JPY", "USD"), ("INR", "JPY")):
        there, back = conversion(source, target, on, newest), conversion(target, source, on, newest)
        assert (there is None) == (back is None)
        if there is not None and back is not None:
            assert fraction(there) * fraction(back) == 1
            assert there.date == back.date <= on
            assert {each.date for each in there.rates} == {there.date}


@given(st.sampled_from(["0.0240", "1E+2", "100.00", "123456789012.123456789012345678"]))
def test_a_rate_is_kept_to_its_last_digit(text: str) -> None:
    kept = exchange_rate("EUR", "INR", DAY, D(text), "hand").rate
    assert kept == D(text)
    assert format(kept, "f") == format(D(text), "f").rstrip("0").rstrip(".") or text == "1E+2"


def test_what_is_no_rate_is_told_at_its_field(table: Table) -> None:
    """
    base | quote | rate                   | field
    XXX  | INR   | 1                      | base
    eur  | INR   | 1                      | base
         | INR   | 1                      | base
    EUR  | EURO  | 1                      | quote
    EUR  | EUR   | 1                      | quote
    EUR  | INR   | 0                      | rate
    EUR  | INR   | -1                     | rate
    EUR  | INR   | NaN                    | rate
    EUR  | INR   | sNaN                   | rate
    EUR  | INR   | Infinity               | rate
    EUR  | INR   | 1000000000000.01       | rate
    EUR  | INR   | 1e400                  | rate
    EUR  | INR   | 0.0000000000000000001  | rate
    EUR  | INR   | 1e-400                 | rate
    """
    for row in table:
        with pytest.raises(InvalidInput) as caught:
            exchange_rate(row["base"], row["quote"], DAY, D(row["rate"]), "hand")
        assert set(caught.value.fields) == {row["field"]}, row
