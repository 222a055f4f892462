"""What quantities cost by each model, against an oracle that reckons in fractions."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal as D
from fractions import Fraction
from math import ceil, floor
from random import Random

import pytest

from chalicelib.metering.usage import UsageGroup, group_of
from chalicelib.periods import BillingPeriod
from chalicelib.rating.agreements import Adjustment, FreeQuota
from chalicelib.rating.charges import rate
from chalicelib.rating.line_items import RatedPeriod
from chalicelib.rating.price_lists import PriceLists
from chalicelib.rating.pricing import Kind
from chalicelib.rating.rate_cards import RateCard, rate_card
from chalicelib.rating.tariffs import Model, Per, Tariff, Tier

ALWAYS = datetime(2020, 1, 1, tzinfo=UTC)
NOVEMBER = BillingPeriod("2026-11", "UTC")
FIRST = datetime(2026, 11, 1, tzinfo=UTC)
HOURS = 720
DAY = timedelta(days=1)
DIGITS = {"EUR": 2, "JPY": 0, "KWD": 3}


def sent(day: int, gib: str) -> UsageGroup:
    """Data that a router sent on a day of November."""
    start = int((FIRST + (day - 1) * DAY).timestamp())
    raw = format(D(gib) * 2**30, "f")
    return group_of("network_sent", start, start + 86400, ("", ""), [("r", raw, "", 0, "", ())])


def rated(tariff: Tariff, gib_by_day: Sequence[str], currency: str = "EUR") -> RatedPeriod:
    card = rate_card(currency, ALWAYS, [tariff])
    usages = [sent(day, gib) for day, gib in enumerate(gib_by_day, 1)]
    return rate(usages, PriceLists(currency, [card]), NOVEMBER)


def tiers(text: str) -> tuple[Tier, ...]:
    """Return the tiers of `100:0.10 1000:0.05 :0.02`."""
    pairs = (each.split(":") for each in text.split())
    return tuple(Tier(D(up_to) if up_to else None, D(price)) for up_to, price in pairs)


def days_of(found: RatedPeriod) -> list[str]:
    (line,) = found.line_items
    return [format(charge.amount.amount, "f") for charge in line.charges]


def test_graduated_volume_and_package_prices(table) -> None:
    """
    model     | prices                    | days      | by day           | total
    graduated | 100:0.10 1000:0.05 :0.02  | 100       | 10.00            | 10.00
    graduated | 100:0.10 1000:0.05 :0.02  | 60 60     | 6.00 5.00        | 11.00
    graduated | 100:0.10 1000:0.05 :0.02  | 1100      | 57.00            | 57.00
    volume    | 100:0.10 1000:0.05 :0.02  | 100       | 10.00            | 10.00
    volume    | 100:0.10 1000:0.05 :0.02  | 100 1     | 5.00 0.05        | 5.05
    volume    | 100:0.10 1000:0.05 :0.02  | 900 200   | 18.00 4.00       | 22.00
    package   | 50:4.00                   | 1         | 4.00             | 4.00
    package   | 50:4.00                   | 50        | 4.00             | 4.00
    package   | 50:4.00                   | 30 30 30  | 4.00 4.00 0.00   | 8.00
    package   | 50:4.00                   | 50.000001 | 8.00             | 8.00
    """
    for row in table:
        model = Model(row["model"])
        if model is Model.PACKAGE:
            size, price = row["prices"].split(":")
            tariff = Tariff("network_sent", Per.GIB, D(price), model, package_size=D(size))
        else:
            tariff = Tariff("network_sent", Per.GIB, model=model, tiers=tiers(row["prices"]))
        found = rated(tariff, row["days"].split())
        assert days_of(found) == row["by day"].split(), row
        assert str(found.total.amount) == row["total"], row


def test_what_is_included_costs_nothing_and_comes_first(table) -> None:
    """
    model     | included | days    | by day         | steps
    flat      | 100      | 60 60   | 0.00 2.00      | included 100, flat 20
    flat      | 100      | 60      | 0.00           | included 60
    flat      | 100      | 100     | 0.00           | included 100
    graduated | 100      | 250     | 12.50          | included 100, tier 100, tier 50
    volume    | 100      | 250     | 7.50           | included 100, volume 150
    package   | 100      | 101 10  | 4.00 0.00      | included 100, package 1
    """
    for row in table:
        model = Model(row["model"])
        tiered = model in {Model.GRADUATED, Model.VOLUME}
        tariff = Tariff(
            "network_sent",
            Per.GIB,
            D(0) if tiered else D("4.00") if model is Model.PACKAGE else D("0.10"),
            model,
            tiers=tiers("100:0.10 :0.05") if tiered else (),
            package_size=D(50) if model is Model.PACKAGE else None,
            included=D(row["included"]),
        )
        found = rated(tariff, row["days"].split())
        (line,) = found.line_items
        told = ", ".join(
            f"{step.kind} {step.quantity.normalize():f}" for step in line.pricing.steps
        )
        assert (days_of(found), told) == (row["by day"].split(), row["steps"]), row


def test_minimum_and_maximum_hold_for_the_period(table) -> None:
    """
    minimum | maximum | days      | by day
    5.00    |         | 10        | 5.00
    5.00    |         | 10 30 20  | 5.00 0.00 1.00
            | 5.00    | 30 30 30  | 3.00 2.00 0.00
    2.00    | 5.00    | 1 29 30 9 | 2.00 1.00 2.00 0.00
    """
    for row in table:
        bounds = [D(row[each]) if row[each] else None for each in ("minimum", "maximum")]
        tariff = Tariff("network_sent", Per.GIB, D("0.10"), minimum=bounds[0], maximum=bounds[1])
        assert days_of(rated(tariff, row["days"].split())) == row["by day"].split(), row


def test_a_minimum_is_for_what_is_used_only() -> None:
    tariff = Tariff("network_sent", Per.GIB, D("0.10"), minimum=D(5))
    assert rated(tariff, []).line_items == ()


def test_tiers_of_a_month_price_count_in_months() -> None:
    # 15 volumes of 10 GiB all month are 150 GiB-months: 100 at 0.10, 50 at 0.05.
    tariff = Tariff("volume", Per.GIB_MONTH, model=Model.GRADUATED, tiers=tiers("100:0.10 :0.05"))
    card = rate_card("EUR", ALWAYS, [tariff])
    for period in ("2026-02", "2026-03", "2026-11", "2026-12"):
        for zone in ("UTC", "Europe/Berlin"):
            month = BillingPeriod(period, zone)
            start, end = (int(at.timestamp()) for at in (month.span.start, month.span.end))
            hours = str(month.span.hours)
            entries = [(f"v{n}", hours, "", 10 * 2**30, "", ()) for n in range(15)]
            usage = [group_of("volume", start, end, ("", "", ""), entries)]
            found = rate(usage, PriceLists("EUR", [card]), month)
            assert str(found.total.amount) == "12.50", (period, zone)


# ----- at random, against fractions -----


class Case:
    """A random rate card in one to three versions, and usage of November under it."""

    def __init__(self, seed: int) -> None:
        chance = Random(seed)
        self.currency = chance.choice(["EUR", "JPY", "KWD"])
        self.meter, pers = chance.choice(
            [("network_sent", [Per.GIB]), ("vpn_user", [Per.HOUR, Per.MONTH])]
        )
        days = sorted(chance.sample(range(2, 31), chance.randint(0, 2)))
        self.starts = [1, *days]
        self.tariffs = [self._tariff(chance, chance.choice(pers)) for _ in self.starts]
        self.used = {
            day: Fraction(chance.randint(0, 10**9), 10 ** chance.randint(0, 8))
            for day in chance.sample(range(1, 31), chance.randint(1, 12))
        }
        self.percents = [
            (chance.randint(1, 30), D(chance.randint(-9000, 4000)).scaleb(-2))
            for _ in range(chance.choice([0, 0, 1, 2]))
        ]
        self.percents = [each for each in self.percents if each[1]]
        free = D(chance.randint(1, 10**6)).scaleb(-3) if chance.random() < 0.3 else None
        self.free = free

    def _tariff(self, chance: Random, per: Per) -> Tariff:
        model = chance.choice(list(Model))
        bounds = sorted(D(chance.randint(0, 10**7)).scaleb(-3) for _ in range(2))
        tiered = model in {Model.GRADUATED, Model.VOLUME}
        return Tariff(
            self.meter,
            per,
            D(0) if tiered else self._price(chance),
            model,
            tiers=self._tiers(chance) if tiered else (),
            package_size=D(chance.randint(1, 10**6)).scaleb(-2) if model is Model.PACKAGE else None,
            included=D(chance.randint(0, 10**6)).scaleb(-2) * chance.randint(0, 1),
            minimum=bounds[0] if chance.random() < 0.3 else None,
            maximum=bounds[1] if chance.random() < 0.3 else None,
        )

    def _tiers(self, chance: Random) -> tuple[Tier, ...]:
        bounds = sorted(
            {D(chance.randint(1, 10**7)).scaleb(-3) for _ in range(chance.randint(0, 4))}
        )
        return tuple(Tier(bound, self._price(chance)) for bound in [*bounds, None])

    def _price(self, chance: Random) -> D:
        return D(chance.randint(0, 10**11)).scaleb(-chance.randint(0, 12))

    def cards(self) -> list[RateCard]:
        starts = [ALWAYS, *(FIRST + (day - 1) * DAY for day in self.starts[1:])]
        return [
            rate_card(self.currency, at, [tariff])
            for at, tariff in zip(starts, self.tariffs, strict=True)
        ]

    def usages(self) -> list[UsageGroup]:
        groups = []
        for day, quantity in self.used.items():
            start = int((FIRST + (day - 1) * DAY).timestamp())
            exact = quantity * (2**30 if self.meter == "network_sent" else 1)
            raw = format(D(exact.numerator) / D(exact.denominator), "f")
            assert Fraction(raw) == exact
            places = ("", "") if self.meter == "network_sent" else ("",)
            entries = [("r", raw, "", 0, "", ())]
            groups.append(group_of(self.meter, start, start + 86400, places, entries))
        return groups

    def agreements(self) -> list[Adjustment | FreeQuota]:
        found: list[Adjustment | FreeQuota] = [
            Adjustment(start=(FIRST + (day - 1) * DAY).date(), percent=percent, note=str(n))
            for n, (day, percent) in enumerate(self.percents)
        ]
        if self.free is not None:
            per = Per.GIB if self.meter == "network_sent" else Per.HOUR
            found.append(
                FreeQuota(start=FIRST.date(), meter=self.meter, quantity=self.free, per=per)
            )
        return found

    def rated(self) -> RatedPeriod:
        lists = PriceLists(self.currency, self.cards())
        return rate(self.usages(), lists, NOVEMBER, agreements=self.agreements())


def promised(case: Case) -> list[D]:
    """Return the amount of each version's line, as the product promises it."""
    left = Fraction(case.free or 0)
    billable: dict[int, Fraction] = {}
    for day in sorted(case.used):
        taken = min(left, case.used[day])
        billable[day] = case.used[day] - taken
        left -= taken
    total = sum(billable.values(), Fraction())
    position = charged = Fraction()
    lines = []
    ends = [*case.starts[1:], 31]
    for tariff, start, end in zip(case.tariffs, case.starts, ends, strict=True):
        days = [day for day in sorted(case.used) if start <= day < end and case.used[day]]
        if not days:
            continue
        begun, before, net = position, charged, Fraction()
        for day in days:
            position += billable[day]
            cost = before + cost_between(tariff, begun, position, total)
            if tariff.minimum is not None:
                cost = max(cost, Fraction(tariff.minimum))
            if tariff.maximum is not None:
                cost = min(cost, Fraction(tariff.maximum))
            cost = max(cost, charged)
            net += (cost - charged) * factor(case, day)
            charged = cost
        lines.append(half_up(net, DIGITS[case.currency]))
    return lines


def cost_between(tariff: Tariff, start: Fraction, end: Fraction, total: Fraction) -> Fraction:
    units = HOURS if tariff.per is Per.MONTH else 1
    included = Fraction(tariff.included)
    low, high, whole = (max(each / units - included, Fraction()) for each in (start, end, total))
    if tariff.model is Model.FLAT:
        return (high - low) * Fraction(tariff.unit_price)
    if tariff.model is Model.PACKAGE:
        size = Fraction(tariff.package_size or 1)
        return (ceil(high / size) - ceil(low / size)) * Fraction(tariff.unit_price)
    if tariff.model is Model.VOLUME:
        prices = [each for each in tariff.tiers if each.up_to is None or whole <= each.up_to]
        return (high - low) * Fraction(prices[0].unit_price)
    cost = bottom = Fraction()
    for tier in tariff.tiers:
        top = max(high, bottom) if tier.up_to is None else Fraction(tier.up_to)
        cost += max(Fraction(), min(high, top) - max(low, bottom)) * Fraction(tier.unit_price)
        bottom = top
    return cost


def factor(case: Case, day: int) -> Fraction:
    percent = sum((Fraction(each) for since, each in case.percents if since <= day), Fraction())
    return max(Fraction(), 1 + percent / 100)


def half_up(exact: Fraction, digits: int) -> D:
    return D(floor(exact * 10**digits + Fraction(1, 2))).scaleb(-digits)


@pytest.mark.parametrize("part", range(8))
def test_random_rate_cards_and_usages_cost_what_is_promised(part: int) -> None:
    for seed in range(part * 1500, (part + 1) * 1500):
        case = Case(seed)
        found = case.rated()
        assert [line.amount.amount for line in found.line_items] == promised(case), seed
        for line in found.line_items:
            assert sum(charge.amount.amount for charge in line.charges) == line.amount.amount, seed
            kept = sum(Fraction(charge.quantity) for charge in line.charges)
            assert kept == Fraction(line.quantity), seed
            rounded = half_up(Fraction(line.pricing.exact), DIGITS[case.currency])
            assert rounded == line.amount.amount, seed
        used = sum(case.used.values(), Fraction())
        assert sum(Fraction(line.quantity) for line in found.line_items) == used, seed


@pytest.mark.parametrize("part", range(2))
def test_the_steps_of_a_line_hold_all_of_its_quantity(part: int) -> None:
    for seed in range(part * 400, (part + 1) * 400):
        for line in Case(seed).rated().line_items:
            counted = [
                Fraction(step.quantity)
                for step in line.pricing.steps
                if step.quantity is not None and step.kind is not Kind.PACKAGE
            ]
            if line.pricing.tariff.model is not Model.PACKAGE:
                assert sum(counted) == Fraction(line.quantity), seed
