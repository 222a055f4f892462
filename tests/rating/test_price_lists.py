"""Which card prices a usage: the agreed one, then the list, then the base list converted."""

from datetime import date
from decimal import Decimal as D
from fractions import Fraction
from math import floor

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.exchange_rates import Conversion, ExchangeRate
from chalicelib.rating.agreements import Subscription
from chalicelib.rating.line_items import RatedPeriod
from chalicelib.rating.price_lists import Missing, Origin, PriceLists
from chalicelib.rating.rate_cards import RateCard
from chalicelib.rating.tariffs import Model, Per, Tariff, Tier, conditions
from tests.rating.books import Table, amounts, card, day, instant, rated, running, used

RATE = ExchangeRate("EUR", "INR", date(2026, 11, 30), D("100"), "hand")
TO_RUPEES = Conversion("EUR", "INR", RATE.rate, D(1), (RATE,))
PER = {"running_vm": Per.HOUR, "running_vcpus": Per.VCPU_HOUR, "running_memory": Per.GIB_HOUR}
MACHINE = {"vcpus": "2", "mhz": "1000", "memory_mib": "1024", "zone": "a"}


def prices(text: str, currency: str) -> list[RateCard]:
    """Return the card of `running_vm:1 running_vcpus:2@zone=b`, none where it is empty."""
    tariffs = []
    for each in text.split():
        priced, _, where = each.partition("@")
        meter, _, price = priced.partition(":")
        name, _, value = where.partition("=")
        told = conditions({name: [value]} if name else {})
        tariffs.append(Tariff(meter, PER.get(meter, Per.MONTH), D(price), conditions=told))
    return [card(*tariffs, currency=currency)] if tariffs else []


def lists(
    agreed: str, listed: str, base: str, conversion: Conversion | None = TO_RUPEES
) -> PriceLists:
    return PriceLists(
        "INR", prices(listed, "INR"), prices(agreed, "INR"), prices(base, "EUR"), "EUR", conversion
    )


def origins(found: RatedPeriod) -> set[Origin]:
    return {line.pricing.origin for line in found.line_items if line.pricing is not None}


def waiting(found: RatedPeriod) -> str:
    return " ".join(f"{each.meter}:{each.why}" for each in found.unpriced)


def test_the_agreed_card_comes_before_the_list_and_that_before_the_base(table: Table) -> None:
    """
    agreed              | list                             | base            | lines                                 | missing
    running_vm:1        | running_vm:2                     | running_vm:3    | running_vm=24.00                      |
                        | running_vm:2                     | running_vm:3    | running_vm=48.00                      |
                        |                                  | running_vm:3    | running_vm=7200.00                    |
                        |                                  |                 |                                       | running_vm:price
    ip_address:1        | running_vm:2                     | running_vm:3    | running_vm=48.00                      |
    ip_address:1        | ip_address:2                     | running_vm:3    | running_vm=7200.00                    |
    ip_address:1        | ip_address:2                     | ip_address:3    |                                       | running_vm:price
    running_vm:1@zone=a | running_vm:2                     |                 | running_vm=24.00                      |
    running_vm:1@zone=b | running_vm:2                     |                 | running_vm=48.00                      |
    running_vm:1@zone=b | running_vm:2@zone=c              | running_vm:3    | running_vm=7200.00                    |
    running_vm:0        | running_vm:2                     |                 | running_vm=0.00                       |
    running_vcpus:1     | running_vm:2                     |                 | running_vcpus=48.00                   |
    running_vcpus:1     | running_vm:2 running_memory:1    |                 | running_vcpus=48.00                   |
    running_vm:1        | running_vcpus:5 running_memory:5 |                 | running_vm=24.00                      |
                        | running_vm:2 running_memory:1    | running_vcpus:9 | running_memory=24.00 running_vm=48.00 |
    """
    for row in table:
        usage = [used("running_vm", 1, "24", **MACHINE)]
        found = rated(usage, lists(row["agreed"], row["list"], row["base"]))
        assert (amounts(found), waiting(found)) == (row["lines"], row["missing"]), row


def test_a_service_is_priced_in_the_same_order() -> None:
    gold = Subscription(day(1), service="gold")
    for agreed, listed, base, expected in (
        ("service:gold:1", "service:gold:2", "service:gold:3", "1.00"),
        ("running_vm:1", "service:gold:2", "service:gold:3", "2.00"),
        ("running_vm:1", "running_vm:1", "service:gold:3", "300.00"),
    ):
        found = rated([], lists_of_services(agreed, listed, base), gold)
        assert amounts(found) == f"service:gold={expected}"
    without = rated([], lists_of_services("", "", "service:gold:3", None), gold)
    assert waiting(without) == "service:gold:rate"
    nowhere = rated([], lists_of_services("", "running_vm:1", ""), gold)
    assert waiting(nowhere) == "service:gold:price"


def lists_of_services(
    agreed: str, listed: str, base: str, conversion: Conversion | None = TO_RUPEES
) -> PriceLists:
    def cards(text: str, currency: str) -> list[RateCard]:
        meter, _, price = text.rpartition(":")
        per = Per.MONTH if meter.startswith("service:") else Per.HOUR
        return [card(Tariff(meter, per, D(price)), currency=currency)] if text else []

    return PriceLists(
        "INR", cards(listed, "INR"), cards(agreed, "INR"), cards(base, "EUR"), "EUR", conversion
    )


def test_an_agreed_card_counts_from_its_instant_on() -> None:
    #          Nov 1        Nov 2  12:00       Nov 3
    # vm | -- 24 h -- | -- 12 h | 12 h -- | -- 24 h -- |
    # list       2.00 ..................................
    # agreed | 1.00 ............
    hour = Tariff("running_vm", Per.HOUR, D(2))
    agreed = card(
        Tariff("running_vm", Per.HOUR, D(1)), currency="INR", since=instant("2026-11-02 12:00")
    )
    found = rated(running(1, 3), PriceLists("INR", [card(hour, currency="INR")], [agreed]))
    assert amounts(found) == "running_vm=36.00 running_vm=72.00"
    assert origins(found) == {Origin.AGREED, Origin.LIST}


def test_what_is_missing_is_named(table: Table) -> None:
    """
    base                      | rate | why   | about    | wanted
    running_vm:1              | no   | rate  |          | EUR/INR 2026-11-30
    running_vm:1@zone=b       | yes  | price | zone=a   |
    running_vm:1@zone=b       | no   | price | zone=a   |
    running_vm:1@tag:env=prod | yes  | price | tag:env= |
    """
    for row in table:
        conversion = TO_RUPEES if row["rate"] == "yes" else None
        usage = [used("running_vm", 1, "24", **MACHINE), used("running_vm", 2, "12", **MACHINE)]
        (found,) = rated(usage, lists("", "", row["base"], conversion)).unpriced
        about = " ".join(f"{name}={value}" for name, value in found.dimensions)
        assert (found.why, about, found.wanted) == (row["why"], row["about"], row["wanted"]), row
        assert (found.quantity, found.usages) == (36, 2), row


def test_a_missing_rate_holds_only_what_is_converted() -> None:
    usage = [*running(1, 1), used("ip_address", 1, "24")]
    found = rated(usage, lists("", "running_vm:1", "running_vm:3 ip_address:3", None))
    assert (amounts(found), waiting(found)) == ("running_vm=24.00", "ip_address:rate")


def test_a_price_of_the_base_is_converted_and_rounded_once(table: Table) -> None:
    """
    target | there  | back   | price  | amount
    INR    | 100    | 1      | 0.10   | 240.00
    INR    | 97.123 | 1      | 0.0123 | 28.67
    KWD    | 0.3312 | 1      | 0.0123 | 0.098
    JPY    | 163.05 | 1      | 0.0123 | 48
    USD    | 1      | 0.8533 | 0.10   | 2.81
    USD    | 1      | 3      | 0.125  | 1.00
    USD    | 1.1745 | 0.8745 | 1      | 32.23
    """
    for row in table:
        there = ExchangeRate("EUR", row["target"], date(2026, 11, 30), D(row["there"]), "ecb")
        conversion = Conversion("EUR", row["target"], D(row["there"]), D(row["back"]), (there,))
        base = card(Tariff("running_vm", Per.HOUR, D(row["price"])), currency="EUR")
        all_lists = PriceLists(row["target"], [], (), [base], "EUR", conversion)
        found = rated(running(1, 1), all_lists)
        assert amounts(found) == f"running_vm={row['amount']}", row
        assert found.conversion == conversion and origins(found) == {Origin.BASE}


def test_tiers_minimum_and_maximum_of_the_base_are_in_its_currency() -> None:
    tiers = (Tier(D(10), D(1)), Tier(None, D("0.5")))
    for tariff, expected in (
        (Tariff("running_vm", Per.HOUR, model=Model.GRADUATED, tiers=tiers), "1700.00"),
        (Tariff("running_vm", Per.HOUR, D(1), minimum=D(30)), "3000.00"),
        (Tariff("running_vm", Per.HOUR, D(1), maximum=D(5)), "500.00"),
    ):
        base = card(tariff)
        found = rated(running(1, 1), PriceLists("INR", [], (), [base], "EUR", TO_RUPEES))
        assert amounts(found) == f"running_vm={expected}"


RATES = st.decimals(min_value="0.0001", max_value=10000, places=4)


@given(RATES, RATES, st.decimals(min_value=0, max_value=100, places=6), st.integers(1, 30))
def test_converting_is_exact_up_to_the_one_rounding(there: D, back: D, price: D, days: int) -> None:
    rate = ExchangeRate("EUR", "INR", date(2026, 11, 30), there, "hand")
    conversion = Conversion("EUR", "INR", there, back, (rate,))
    base = card(Tariff("running_vm", Per.MONTH, price))
    found = rated(running(1, days), PriceLists("INR", [], (), [base], "EUR", conversion))
    exact = Fraction(price) * days / 30 * Fraction(there) / Fraction(back)
    assert found.total.amount == D(floor(exact * 100 + Fraction(1, 2))) / 100


def test_why_something_is_missing_has_three_reasons() -> None:
    assert set(Missing) == {"price", "rate", "size"}
    size = lists("", "running_vcpus:1", "")
    found = rated([used("running_vm", 1, "24")], size)
    assert waiting(found) == "running_vm:size"
