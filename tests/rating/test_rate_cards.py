"""Rate cards: what may be priced how, and which is in force."""

from datetime import UTC, datetime
from decimal import Decimal as D
from hashlib import blake2b

import msgspec
import pytest

from chalicelib.errors import InvalidInput
from chalicelib.metering.meters import METERS, PARTS
from chalicelib.rating.rate_cards import (
    RateCard,
    cards_in_force,
    packed_card,
    rate_card,
    unpacked_card,
)
from chalicelib.rating.tariffs import Per, Tariff

AUGUST = datetime(2026, 8, 1, tzinfo=UTC)


def card(*tariffs: Tariff, currency: str = "EUR", at: datetime = AUGUST) -> RateCard:
    return rate_card(currency, at, tariffs or [Tariff("running_vm", Per.HOUR, D("0.05"))])


def test_a_price_is_for_what_its_meter_counts(table) -> None:
    """
    meter          | per               | allowed
    running_vm     | hour              | yes
    running_vm     | month             | yes
    running_vm     | gib               | no
    running_vm     | vcpu_hour         | no
    running_vcpus  | vcpu_hour         | yes
    running_vcpus  | vcpu_month        | yes
    running_vcpus  | hour              | no
    running_ghz    | ghz_hour          | yes
    running_ghz    | ghz_month         | yes
    running_ghz    | vcpu_hour         | no
    running_memory | gib_hour          | yes
    running_memory | gib_month         | yes
    running_memory | month             | no
    backup         | month             | yes
    backup         | gib_month         | no
    backup_storage | gib_month         | yes
    volume         | gib_month         | yes
    volume         | gib_hour          | yes
    volume         | month             | no
    bucket         | gib_month         | yes
    bucket         | gib               | no
    network_sent   | gib               | yes
    network_sent   | hour              | no
    disk_reads     | thousand_requests | yes
    disk_writes    | million_requests  | yes
    disk_reads     | gib               | no
    disk_written   | gib               | yes
    disk_written   | million_requests  | no
    """
    for row in table:
        tariff = Tariff(row["meter"], Per(row["per"]), D(1))
        if row["allowed"] == "yes":
            assert card(tariff).tariffs == (tariff,), row
        else:
            with pytest.raises(InvalidInput, match="price it per"):
                card(tariff)


def test_every_meter_and_every_part_can_be_priced() -> None:
    for name in (*METERS, *PARTS):
        allowed = []
        for per in Per:
            try:
                allowed.append(card(Tariff(name, per, D(1))))
            except InvalidInput:
                continue
        assert allowed, name


def test_a_refusal_names_the_usage_type_or_the_part(table) -> None:
    """
    meter         | per  | says
    volume        | hour | usage type 6 counts in GiB-hour: price it per gib_hour or gib_month
    running_vcpus | gib  | running_vcpus counts in vCPU-hour: price it per vcpu_hour or vcpu_month
    disk_reads    | hour | usage type 21 counts in request: price it per thousand_requests or million_requests
    """
    for row in table:
        with pytest.raises(InvalidInput) as refused:
            card(Tariff(row["meter"], Per(row["per"]), D(1)))
        assert str(refused.value) == f"prices[0]: {row['says']}", row


@pytest.mark.parametrize(
    "price", ["123456789012.123456789012345678", "0.000000000000000001", "1000000000000"]
)
def test_a_price_keeps_every_digit(price: str) -> None:
    (kept,) = card(Tariff("running_vm", Per.HOUR, D(price))).tariffs
    assert format(kept.unit_price, "f") == price


@pytest.mark.parametrize("price", ["-0.01", "NaN", "Infinity", "1e13", "0.0000000000000000001"])
def test_an_absurd_price_is_refused(price: str) -> None:
    with pytest.raises(InvalidInput, match="the price of usage type 1"):
        card(Tariff("running_vm", Per.HOUR, D(price)))


def test_a_meter_has_one_price_and_a_card_at_least_one() -> None:
    twice = [Tariff("running_vm", Per.HOUR, D(1)), Tariff("running_vm", Per.MONTH, D(1))]
    with pytest.raises(InvalidInput, match="two prices"):
        rate_card("EUR", AUGUST, twice)
    with pytest.raises(InvalidInput, match="at least one price"):
        rate_card("EUR", AUGUST, [])
    with pytest.raises(InvalidInput, match="unknown currency"):
        card(currency="XXX")


def test_the_cards_of_a_span_are_the_last_before_it_and_all_within(table) -> None:
    """
    start      | end        | in force from
    2026-01-01 | 2026-02-01 |
    2026-08-01 | 2026-09-01 | 2026-08-01 2026-08-15
    2026-08-20 | 2026-09-01 | 2026-08-15
    2026-07-01 | 2026-09-10 | 2026-08-01 2026-08-15 2026-09-09
    2027-01-01 | 2027-02-01 | 2026-09-09
    """
    days = ("2026-09-09", "2026-08-01", "2026-08-15")
    cards = [card(at=datetime.fromisoformat(day).replace(tzinfo=UTC)) for day in days]
    for row in table:
        start, end = (
            datetime.fromisoformat(row[at]).replace(tzinfo=UTC) for at in ("start", "end")
        )
        found = [f"{each.effective_from:%Y-%m-%d}" for each in cards_in_force(cards, start, end)]
        assert found == row["in force from"].split(), row


def by(per: str = "hour", meter: str = "running_vm", **conditions: str) -> Tariff:
    """Return a tariff under conditions, each of values with commas between."""
    told = tuple((name, tuple(values.split(","))) for name, values in conditions.items())
    return Tariff(meter, Per(per), D(1), conditions=told)


def test_what_is_wrong_names_the_place_of_the_price() -> None:
    good, bad = by(), Tariff("volume", Per.HOUR, D(1))
    with pytest.raises(InvalidInput, match=r"^prices\[1\]: usage type 6 counts") as refused:
        card(good, bad)
    assert set(refused.value.fields) == {"prices.1"}
    with pytest.raises(InvalidInput, match=r"^prices\[2\]: .*; the other is prices\[0\]$") as two:
        card(by(zone="a,b"), by(), by(zone="b,c"))
    assert set(two.value.fields) == {"prices.2"}
    with pytest.raises(InvalidInput, match=r"^prices\[1\]: .* for offering o, zone a; .*\[0\]$"):
        card(by(zone="a"), by(offering="o"))


def test_what_has_most_conditions_settles_between_two_that_meet() -> None:
    met = (by(zone="a"), by(offering="o"))
    assert card(*met, by(zone="a", offering="o"))
    with pytest.raises(InvalidInput, match="two prices that fit equally well"):
        card(*met, by(zone="a", offering="other"))


def test_thousands_of_values_are_compared_at_once() -> None:
    zones = [by(zone=f"z{number}", hypervisor="KVM") for number in range(2000)]
    offerings = [by(offering=f"o{number}", hypervisor="Xen") for number in range(2000)]
    assert len(card(*zones, *offerings).tariffs) == 4000
    with pytest.raises(InvalidInput, match="equally well"):
        card(*zones, *offerings, by(offering="o", hypervisor="KVM"))


def test_a_card_too_large_to_be_kept_is_refused() -> None:
    ids = [blake2b(f"{number}".encode(), digest_size=16).hexdigest() for number in range(40_000)]
    tariffs = [by(template=",".join(ids[at : at + 200])) for at in range(0, len(ids), 200)]
    with pytest.raises(InvalidInput, match="too large to be kept"):
        card(*tariffs)
    assert unpacked_card(packed_card(card(*tariffs[:50]))) == card(*tariffs[:50])


def test_a_card_has_one_version_however_its_zeros_are_written() -> None:
    told = [Tariff("running_vm", Per.HOUR, D(zero), included=D(zero)) for zero in ("0", "0.00")]
    versions = {card(tariff).version for tariff in (*told, Tariff("running_vm", Per.HOUR))}
    kept = unpacked_card(packed_card(card(told[0])))
    assert versions == {kept.version}
    assert b"included" not in msgspec.json.encode(kept)
