"""Rate cards: taken once, never changed, priced from their instant on."""

import json
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest

from local.seeding import example_rate_cards
from tests.app.callers import Answer, Callers
from tests.app.conftest import FIRST_DAY

PRICE: dict[str, object] = {"usage_type": 1, "per": "hour", "price": "0.024"}
CARD = {"currency": "CHF", "effective_from": "2026-09-01T00:00:00Z", "prices": [PRICE]}
_HOURS = [1, 2, 3, 10, 11, 12, 13, 14, 26, 28, 30, 31]
_STORED = [6, 7, 8, 9, 25, 27, 29, "running_memory", "backup_storage"]
PRICED_PER: dict[str, list[int | str]] = {
    "hour": [*_HOURS],
    "month": [*_HOURS],
    "gib": [4, 5, 23, 24],
    "gib_hour": _STORED,
    "gib_month": _STORED,
    "vcpu_hour": ["running_vcpus"],
    "vcpu_month": ["running_vcpus"],
    "ghz_hour": ["running_ghz"],
    "ghz_month": ["running_ghz"],
    "thousand_requests": [21, 22],
    "million_requests": [21, 22],
}
SOLD = sorted({of for priced in PRICED_PER.values() for of in priced}, key=str)
Table = list[dict[str, str]]


def post(callers: Callers, **changed: object) -> Answer:
    """Return the answer to posting a rate card, once to look at it and once to have it taken."""
    return callers["admin"].take_rate_card({**CARD, **changed})


def listed(callers: Callers, currency: str) -> list[dict[str, Any]]:
    """Return the rate cards of a currency."""
    told = callers["admin"].get("/admin/rate-cards", currency=currency).document
    cards: list[dict[str, Any]] = told["rate_cards"]
    return cards


def price(**changed: object) -> list[Mapping[str, object]]:
    """Return prices of which one is changed."""
    return [{"usage_type": 6, "per": "gib_month", "price": "0.08"}, {**PRICE, **changed}]


def test_a_rate_card_is_taken_once_and_never_changed(empty: Callers) -> None:
    first = post(empty, currency="SEK")
    assert first.status == 201
    shown = [{**PRICE, "meter": "running_vm"}]
    version = first.document["version"]
    assert first.document == {**CARD, "currency": "SEK", "prices": shown, "version": version}
    again = post(empty, currency="SEK")
    assert (again.status, again.document) == (200, first.document)
    other = post(empty, currency="SEK", prices=[{**PRICE, "price": "0.0250"}])
    assert (other.status, other.document["error"]) == (409, "Conflict")
    assert "2026-09-01T00:00:00Z" in other.document["message"]
    assert listed(empty, "SEK") == [first.document]


def test_the_same_prices_in_another_order_are_the_same_card(empty: Callers) -> None:
    prices = [PRICE, {"usage_type": 6, "per": "gib_month", "price": "0.08"}]
    assert post(empty, currency="NOK", prices=prices).status == 201
    assert post(empty, currency="NOK", prices=prices[::-1]).status == 200
    offset = "2026-09-01T02:00:00+02:00"
    assert post(empty, currency="NOK", prices=prices, effective_from=offset).status == 200


def test_the_same_prices_written_otherwise_are_the_same_card(empty: Callers) -> None:
    assert post(empty, currency="HUF").status == 201
    for written in ("0.0240", 0.024, "0.02400", "24e-3"):
        assert post(empty, currency="HUF", prices=[{**PRICE, "price": written}]).status == 200


def test_rate_cards_are_listed_by_when_they_come_into_force(empty: Callers) -> None:
    instants = ["2026-10-16T12:00:00Z", "2026-09-01T00:00:00Z", "2027-01-01T00:00:00Z"]
    for instant in instants:
        assert post(empty, currency="DKK", effective_from=instant).status == 201
    assert [card["effective_from"] for card in listed(empty, "DKK")] == sorted(instants)
    assert listed(empty, "ISK") == []


def test_without_a_currency_the_cards_of_all_accounts_are_listed(billed: Callers) -> None:
    told = billed["admin"].get("/admin/rate-cards").document["rate_cards"]
    assert {card["currency"] for card in told} == {"EUR", "INR", "KWD"}


@pytest.mark.parametrize("per", PRICED_PER)
def test_each_usage_type_and_part_is_priced_per_what_it_counts(empty: Callers, per: str) -> None:
    for number, of in enumerate(SOLD):
        named = {"usage_type" if isinstance(of, int) else "meter": of}
        # Another instant for each, so that every card is a new one.
        day = 1 + list(PRICED_PER).index(per)
        instant = f"20{number + 10}-01-{day:02}T00:00:00Z"
        prices = [{**named, "per": per, "price": "1"}]
        answer = post(empty, currency="MXN", prices=prices, effective_from=instant)
        if of in PRICED_PER[per]:
            assert answer.status == 201, answer
            assert named.items() <= answer.document["prices"][0].items()
        else:
            assert (answer.status, set(answer.document["fields"])) == (400, {"prices.0"}), answer


def test_a_price_names_its_meter_its_usage_type_or_both(empty: Callers) -> None:
    by_type = post(empty, currency="RON")
    assert by_type.status == 201
    for named in ({"meter": "running_vm"}, {"usage_type": 1, "meter": "running_vm"}):
        prices = [{"per": "hour", "price": "0.024", **named}]
        again = post(empty, currency="RON", prices=prices)
        assert (again.status, again.document) == (200, by_type.document)
    part = {"usage_type": 1, "meter": "running_vcpus", "per": "vcpu_hour", "price": "0.01"}
    told = post(empty, currency="GEL", prices=[part, PRICE])
    assert [price["meter"] for price in told.document["prices"]] == ["running_vm", "running_vcpus"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"meter": "running_vm", "usage_type": 2},
        {"meter": "running_vcpus", "usage_type": 6, "per": "vcpu_hour"},
        {"meter": "vcpu"},
        {"meter": ""},
        {"meter": 5},
        {"meter": None},
        {},
        {"meter": "running_vcpus", "per": "hour"},
        {"usage_type": 21, "per": "hour"},
        {"usage_type": 1, "per": "vcpu_hour"},
    ],
    ids=str,
)
def test_a_price_of_nothing_or_of_two_things_is_refused(
    empty: Callers, wrong: dict[str, object]
) -> None:
    answer = post(empty, prices=[{"per": "hour", "price": "1", **wrong}])
    assert (answer.status, set(answer.document["fields"])) == (400, {"prices.0"}), answer
    assert answer.document["message"].startswith("prices[0]: ")
    assert listed(empty, "CHF") == []


def test_prices_that_price_nothing_are_refused(empty: Callers, table: Table) -> None:
    """
    field      | value
    usage_type | 15
    usage_type | 0
    usage_type | -1
    usage_type | 20
    usage_type | 99999999999999999999999999
    usage_type | 1.5
    usage_type | "1"
    usage_type | null
    per        | "gib"
    per        | "gib_month"
    per        | "day"
    per        | "Hour"
    per        | ""
    per        | null
    price      | "-0.01"
    price      | -1
    price      | "NaN"
    price      | "Infinity"
    price      | "1e400"
    price      | "1000000000001"
    price      | "0.0000000000000000001"
    price      | "1e-400"
    price      | "cheap"
    price      | ""
    price      | null
    price      | {"amount": "1", "currency": "CHF"}
    tier       | 1
    """
    for row in table:
        answer = post(empty, prices=price(**{row["field"]: json.loads(row["value"])}))
        assert answer.status == 400, row
        assert set(answer.document["fields"]) == {"prices.1"}, row
        assert answer.document["message"].startswith("prices[1]: "), row
    assert listed(empty, "CHF") == []


@pytest.mark.parametrize(
    ("prices", "field"),
    [
        ([], "prices"),
        ([PRICE, PRICE], "prices.1"),
        ([5], "prices.0"),
        ([PRICE, None], "prices.1"),
        ({}, "prices"),
        (None, "prices"),
        ("0.02", "prices"),
        ([[PRICE]], "prices.0"),
    ],
    ids=str,
)
def test_a_rate_card_without_one_price_for_each_is_refused(
    empty: Callers, prices: object, field: str
) -> None:
    answer = post(empty, prices=prices)
    assert (answer.status, set(answer.document["fields"])) == (400, {field})


def test_a_price_may_be_nothing_and_as_fine_as_it_likes(empty: Callers) -> None:
    prices = [
        {"usage_type": 1, "per": "hour", "price": "0"},
        {"usage_type": 4, "per": "gib", "price": "0.000000000000000001"},
        {"usage_type": 6, "per": "gib_hour", "price": 1e12},
    ]
    answer = post(empty, currency="PLN", prices=prices)
    assert answer.status == 201
    shown = [Decimal(each["price"]) for each in answer.document["prices"]]
    assert shown == [0, Decimal("1e-18"), 10**12]
    assert listed(empty, "PLN") == [answer.document]


@pytest.mark.parametrize(
    "instant",
    [
        "2026-09-01T00:00:00",
        "2026-09-01",
        "tomorrow",
        "",
        1788220800,
        None,
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:00+10:00",
        "9999-12-31T23:59:59-10:00",
        "9999-12-31T23:59:59Z",
        "2026-02-30T00:00:00Z",
        "2026-09-01T25:00:00Z",
    ],
)
def test_a_rate_card_from_no_instant_is_refused(empty: Callers, instant: object) -> None:
    before = empty.world.rows()
    answer = post(empty, effective_from=instant)
    assert (answer.status, set(answer.document["fields"])) == (400, {"effective_from"})
    assert empty.world.rows() == before


def test_an_instant_is_shown_as_it_is_in_force(empty: Callers) -> None:
    answer = post(empty, currency="CZK", effective_from="2026-09-01T00:00:00.250Z")
    if answer.status == 201:
        assert listed(empty, "CZK") == [answer.document]
        assert post(empty, currency="CZK").status == 200
    else:
        assert set(answer.document["fields"]) == {"effective_from"}


@pytest.mark.parametrize("currency", ["", "XXX", "chf", "CHFR", "BTC", None, 756, "\0\0\0"])
def test_a_rate_card_in_no_currency_is_refused(empty: Callers, currency: object) -> None:
    answer = post(empty, currency=currency)
    assert (answer.status, set(answer.document["fields"])) == (400, {"currency"})


@pytest.mark.parametrize("field", CARD)
def test_a_field_that_is_missing_is_named(empty: Callers, field: str) -> None:
    card = {name: value for name, value in CARD.items() if name != field}
    answer = empty["admin"].post("/admin/rate-cards", card)
    assert (answer.status, set(answer.document["fields"])) == (400, {field})


def test_a_rate_card_prices_what_was_collected_before_it(untouched: Callers) -> None:
    acme, card = untouched["acme"], next(example_rate_cards(FIRST_DAY))
    untouched.world.collect_all()
    before = acme.get("/overview").document
    assert before["summary"]["month_to_date"]["amount"]["amount"] == "0.00"
    assert {warning["kind"] for warning in before["warnings"]} == {"unpriced"}

    known, *others = card["prices"]
    assert post(untouched, **{**card, "prices": [known]}).status == 201
    untouched.world.drain()
    after = acme.get("/overview").document
    assert [service["service"] for service in after["services"]] == ["virtual_machines"]
    assert len(after["warnings"]) < len(before["warnings"])

    later = "2026-11-01T00:00:00Z"
    assert post(untouched, **{**card, "effective_from": later}).status == 201
    untouched.world.drain()
    assert acme.get("/overview").document["warnings"] == []
    assert len(acme.get("/overview").document["services"]) > len(others) / 2


def test_parts_are_priced_besides_their_meter(untouched: Callers) -> None:
    hours = {"usage_type": 1, "per": "hour", "price": "0.01"}
    vcpus = {"meter": "running_vcpus", "per": "vcpu_hour", "price": "0.02"}
    requests = {"usage_type": 21, "per": "million_requests", "price": "5"}
    acme = untouched["acme"]
    untouched.world.collect_all()
    assert post(untouched, currency="EUR", prices=[hours, vcpus, requests]).status == 201
    untouched.world.drain()
    asked = {"from": "2026-11-01", "to": "2026-11-30", "group": "meter"}
    used = acme.get("/usage", **asked).document["rows"]
    amount = {row["meter"]: Decimal(row["quantity"]) for row in used}
    costs = {**asked, "group": "service", "granularity": "month"}
    rows = acme.get("/costs", **costs).document["rows"]
    spent = {row["service"]: Decimal(row["amount"]["amount"]) for row in rows}
    exact = [amount["running_vm"] / 100, amount["running_vcpus"] / 50]
    cents = [each.quantize(Decimal("0.01"), ROUND_HALF_UP) for each in exact]
    assert spent["virtual_machines"] == sum(cents) > 0
    reads = amount["disk_reads"] * 5 / 10**6
    assert spent["disk_io"] == reads.quantize(Decimal("0.01"), ROUND_HALF_UP) > 0
    told = acme.get("/overview").document["warnings"]
    assert {warning["kind"] for warning in told} == {"unpriced"}
    assert not any("usage type 1 " in warning["message"] for warning in told)
