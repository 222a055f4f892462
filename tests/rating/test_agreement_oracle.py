"""Agreements of every kind together: to the last digit what an oracle in fractions says."""

from datetime import date, timedelta
from decimal import Decimal as D
from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.money import Money
from chalicelib.rating.agreements import Adjustment, Agreement, Commitment, Credit, FreeQuota
from chalicelib.rating.line_items import LineItem
from chalicelib.rating.tariffs import Model, Per, Tariff, Tier
from tests.rating.agreement_oracle import Agreed, Held, Price, owed
from tests.rating.books import card, day, rated, used

METERS = {"running_vm": Per.HOUR, "ip_address": Per.HOUR, "volume": Per.GIB_HOUR}
DIGITS = {"EUR": 2, "KWD": 3, "JPY": 0}
FOREVER = 10**6
numbers = st.decimals(min_value=0, max_value=300, places=3)
positive = st.decimals(min_value="0.001", max_value=300, places=3)


@st.composite
def spans(draw: st.DrawFn) -> tuple[int, int]:
    first = draw(st.integers(-3, 31))
    return first, draw(st.one_of(st.just(FOREVER), st.integers(first, 34)))


@st.composite
def tariffs(draw: st.DrawFn, meter: str) -> tuple[Tariff, Price]:
    bounds = sorted(draw(st.sets(st.integers(1, 200), max_size=2)))
    units = [draw(numbers) for _ in range(len(bounds) + 1)]
    tiers = list(zip([*map(D, bounds), None], units, strict=True))
    least, most = sorted(draw(st.tuples(numbers, numbers)))
    minimum = draw(st.sampled_from([None, least]))
    maximum = draw(st.sampled_from([None, most]))
    included = draw(st.sampled_from([D(0), D("37.5")]))
    tariff = Tariff(
        meter,
        METERS[meter],
        model=Model.GRADUATED,
        tiers=tuple(Tier(bound, unit) for bound, unit in tiers),
        included=included,
        minimum=minimum,
        maximum=maximum,
    )
    price = Price(
        [(None if bound is None else Fraction(bound), Fraction(unit)) for bound, unit in tiers],
        Fraction(included),
        None if minimum is None else Fraction(minimum),
        None if maximum is None else Fraction(maximum),
    )
    return tariff, price


def last(end: int) -> date | None:
    return None if end == FOREVER else day(end)


@st.composite
def agreements(draw: st.DrawFn, currency: str) -> tuple[list[Agreement], Agreed, list[Credit]]:
    def some(number: st.SearchStrategy[D], most: int) -> list[tuple[D, int, int, str]]:
        meters = st.sampled_from(["", *METERS])
        one = st.tuples(number, spans(), meters)
        drawn = draw(st.lists(one, max_size=most, unique_by=lambda each: each[0]))
        return [(value, *span, meter) for value, span, meter in drawn]

    digits = DIGITS[currency]
    percent = st.decimals(min_value=-150, max_value=200, places=1).filter(bool)
    amount = st.integers(1, 4000 * 10**digits).map(lambda each: D(each).scaleb(-digits))
    quotas = [each for each in some(positive, 3) if each[3]]
    percents, commitments, gifts = some(percent, 3), some(amount, 1), some(amount, 3)
    # Of two that expire on one day, the one that began first goes first.
    gifts = list({each[2]: each for each in gifts}.values())
    credits = [
        Credit(day(first), last(end), amount=Money(value, currency))
        for value, first, end, _ in gifts
    ]
    found: list[Agreement] = [
        *(
            FreeQuota(day(first), last(end), meter=meter, quantity=value, per=METERS[meter])
            for value, first, end, meter in quotas
        ),
        *(
            Adjustment(
                day(first), last(end), percent=value, scope=f"meter:{meter}" if meter else "all"
            )
            for value, first, end, meter in percents
        ),
        *(
            Commitment(day(first), last(end), amount=Money(value, currency))
            for value, first, end, _ in commitments
        ),
        *credits,
    ]

    def held(told: list[tuple[D, int, int, str]]) -> list[Held]:
        return [Held(Fraction(value), first, end, meter) for value, first, end, meter in told]

    # The product goes through quotas by their first day and id; so does this.
    ordered = sorted(
        zip(found[: len(quotas)], held(quotas), strict=True),
        key=lambda each: (each[0].start, each[0].id),
    )
    agreed = Agreed(
        [each for _, each in ordered],
        held(percents),
        next(iter(held(commitments)), None),
        held(gifts),
    )
    return draw(st.permutations(found)), agreed, credits


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    currency = draw(st.sampled_from(sorted(DIGITS)))
    meters = draw(st.sets(st.sampled_from(sorted(METERS)), min_size=1))
    quantity = st.dictionaries(st.integers(1, 30), positive, max_size=6)
    usage = {meter: draw(quantity) for meter in sorted(meters)}
    found, agreed, credits = draw(agreements(currency))
    return {
        "currency": currency,
        "usage": {meter: days for meter, days in usage.items() if days},
        "tariffs": {meter: draw(tariffs(meter)) for meter in sorted(METERS)},
        "agreements": found,
        "agreed": agreed,
        "credits": credits,
        "over": draw(st.one_of(st.just(30), st.integers(0, 30))),
    }


def days_of(line: LineItem) -> dict[int, Fraction]:
    return {each.day.day: Fraction(each.amount.amount) for each in line.charges}


def without_nothing(days: dict[int, Fraction]) -> dict[int, Fraction]:
    return {number: amount for number, amount in days.items() if amount}


@given(cases())
@settings(max_examples=150)
def test_every_line_and_every_day_is_what_the_promises_say(case: dict[str, Any]) -> None:
    usage = [
        used(meter, number, format(quantity, "f"))
        for meter, days in case["usage"].items()
        for number, quantity in days.items()
    ]
    prices = card(*(tariff for tariff, _ in case["tariffs"].values()), currency=case["currency"])
    as_of = prices.effective_from.replace(2026, 11, 1) + timedelta(days=case["over"])
    found = rated(usage, [prices], *case["agreements"], as_of=as_of)
    expected = owed(
        {
            meter: {number: Fraction(quantity) for number, quantity in days.items()}
            for meter, days in case["usage"].items()
        },
        {meter: price for meter, (_, price) in case["tariffs"].items()},
        case["agreed"],
        DIGITS[case["currency"]],
        case["over"],
    )
    lines = {line.meter: line for line in found.line_items}
    for meter, days in expected.lines.items():
        assert days_of(lines.pop(meter)) == days, meter
    top_up = lines.pop("commitment", None)
    assert (without_nothing(days_of(top_up)) if top_up else {}) == without_nothing(expected.top_up)
    for credit, days in zip(case["credits"], expected.credits, strict=True):
        line = lines.pop(f"credit:{credit.id}", None)
        paid = without_nothing({number: -amount for number, amount in days.items()})
        assert (days_of(line) if line else {}) == paid
        assert sum(days.values()) <= Fraction(credit.amount.amount)
    assert not lines and found.total.amount >= 0
    billed = {line.meter: Fraction(line.quantity) for line in found.line_items if line.quantity}
    assert billed == {
        meter: sum(map(Fraction, days.values())) for meter, days in case["usage"].items()
    }
