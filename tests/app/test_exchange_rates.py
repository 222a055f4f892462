"""Exchange rates over the HTTP API: set once and never changed, listed, missed where none is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D
from typing import Any

import msgspec
import pytest

from chalicelib import wiring
from chalicelib.exchange_rates import ExchangeRate, exchange_rate
from local.cloud import Cloud
from local.cloudstack.estate import INITECH
from local.cloudstack.simulator import Simulator
from tests.app.callers import Answer, Callers
from tests.app.conftest import FIRST_DAY, callers_with_usage, serving, set_terms_and_prices
from tests.world import World

GOOD = {"base": "EUR", "quote": "KWD", "date": "2026-11-03", "rate": "0.3312"}
Table = list[dict[str, str]]


@pytest.fixture
def own(cloud: Cloud, cloudstack: Simulator) -> Iterator[Callers]:
    """A deployment of one's own, with terms, without usage and without rates."""
    world = World(cloud, cloudstack, FIRST_DAY)
    callers = Callers(world)
    with serving(world):
        world.plan()
        set_terms_and_prices(callers["admin"])
        yield callers


@pytest.fixture(scope="module")
def refusing_callers(cloud: Cloud, cloudstack: Simulator) -> Callers:
    world = World(cloud, cloudstack, FIRST_DAY)
    callers = Callers(world)
    with serving(world):
        world.plan()
        assert post(callers, date="2026-11-01").status == 201
    return callers


@pytest.fixture
def refusing(refusing_callers: Callers) -> Iterator[Callers]:
    """A deployment that takes nothing: its rows are the same afterwards."""
    with serving(refusing_callers.world):
        before = refusing_callers.world.rows()
        yield refusing_callers
        assert refusing_callers.world.rows() == before


def post(callers: Callers, **changed: object) -> Answer:
    return callers["admin"].post("/admin/exchange-rates", {**GOOD, **changed})


def listed(callers: Callers, **query: str) -> dict[str, Any]:
    answer = callers["admin"].get("/admin/exchange-rates", **query)
    assert answer.status == 200, answer
    told: dict[str, Any] = answer.document
    return told


def store(callers: Callers, *rates: ExchangeRate) -> None:
    callers.world.wiring.exchange_rates.add(rates)


def ecb(quote: str, day: date, number: str) -> ExchangeRate:
    return exchange_rate("EUR", quote, day, D(number), "ecb")


def test_a_rate_is_taken_once_and_never_changed(own: Callers) -> None:
    first = post(own)
    assert (first.status, first.document) == (201, {**GOOD, "source": "hand"})
    for rate in ("0.3312", "0.33120", 0.3312):
        again = post(own, rate=rate)
        assert (again.status, again.document) == (200, first.document)
    other = post(own, rate="0.3313")
    assert (other.status, other.document["error"]) == (409, "Conflict")
    assert "2026-11-03" in other.document["message"]
    assert listed(own, base="EUR", quote="KWD")["rates"] == [first.document]


def test_currencies_in_use_are_listed_with_their_newest_rates(own: Callers) -> None:
    assert listed(own) == {"base": "EUR", "rates": [], "missing": ["INR", "KWD"], "next": None}
    day = date(2026, 11, 2)
    older, newer = (ecb("INR", each, "102.1") for each in (day - timedelta(days=3), day))
    store(own, older, newer, ecb("USD", day, "1.15"))
    shown = {**GOOD, "quote": "INR", "date": "2026-11-02", "rate": "102.1", "source": "ecb"}
    assert listed(own) == {"base": "EUR", "rates": [shown], "missing": ["KWD"], "next": None}
    by_hand = {"base": "KWD", "quote": "EUR", "date": "2026-11-03", "rate": "3"}
    assert post(own, **by_hand).status == 201
    told = listed(own)
    assert told["rates"] == [shown, {**by_hand, "source": "hand"}]
    assert told["missing"] == []


def test_with_another_base_two_rates_over_the_euro_are_listed_once(own: Callers) -> None:
    world, day = own.world, date(2026, 11, 2)
    store(own, ecb("USD", day, "1.15"), ecb("INR", day, "102"), ecb("KWD", day, "0.35"))
    terms = msgspec.structs.replace(world.settings.default_terms, currency="USD")
    world.wiring.settings = replace(world.settings, default_terms=terms)
    told = listed(own)
    assert (told["base"], told["missing"]) == ("USD", [])
    rates = [(rate["base"], rate["quote"]) for rate in told["rates"]]
    assert rates == [("EUR", "USD"), ("EUR", "INR"), ("EUR", "KWD")]


def test_the_history_of_a_pair_comes_by_pages_newest_first(own: Callers) -> None:
    days = [date(2026, 11, 2) - timedelta(days=days) for days in range(250)]
    store(own, *(ecb("INR", day, "100.5") for day in days))
    assert post(own, quote="INR", date="2026-11-02", rate="100.6").status == 201
    found, query = [], {"base": "EUR", "quote": "INR"}
    while True:
        page = listed(own, **query)
        assert (page["base"], page["missing"]) == ("EUR", [])
        found += page["rates"]
        if page["next"] is None:
            break
        query["next"] = page["next"]
        assert len(page["rates"]) == 100
    assert [rate["date"] for rate in found] == [str(day) for day in (days[0], *days)]
    assert [rate["source"] for rate in found[:3]] == ["hand", "ecb", "ecb"]
    assert listed(own, base="INR", quote="EUR")["rates"] == []


def test_a_rate_has_what_it_converts_rated_again(cloud: Cloud, cloudstack: Simulator) -> None:
    callers = callers_with_usage(cloud, cloudstack)
    with serving(callers.world):
        # There is no list in kronor: initech's prices come from the base list, at a rate.
        terms = {"currency": "SEK", "language": "sv", "time_zone": "UTC"}
        assert callers["admin"].put(f"/admin/accounts/{INITECH.id}", terms).status == 200
        callers.world.drain()
        assert post(callers, quote="SEK", date="2026-11-02", rate="11.3").status == 201
        november = f'{{"account":"{INITECH.id}","period":"2026-11"}}'
        assert callers.world.ratings() == {november}
        callers.world.drain()
        told = callers["initech"].get("/charges", period="2026-11").document
        assert (told["currency"], told["indicative"], told["missing"]) == ("SEK", True, [])
        assert [each["rate"] for each in told["exchange_rates"]] == ["11.3"]
        october = callers["initech"].get("/charges", period="2026-10").document
        assert {each["kind"] for each in october["missing"]} == {"rate"}
        # What globex is billed by stands in a list of its own currency.
        assert post(callers, quote="INR", date="2026-10-01", rate="102").status == 201
        assert callers.world.ratings() == set()


def test_what_is_no_rate_is_told_at_its_field(refusing: Callers, table: Table) -> None:
    """
    field | value
    base  | XXX
    base  | eur
    base  |
    base  | KWD
    quote | EURO
    quote | EUR
    quote |
    date  | 2026-02-30
    date  | tomorrow
    date  | 2026-11-24T00:00:00Z
    date  | 0001-01-01
    date  | 9999-12-31
    date  |
    rate  | 0
    rate  | -1
    rate  | 1,5
    rate  | NaN
    rate  | Infinity
    rate  | 1e400
    rate  | 1e-400
    rate  | 1000000000001
    rate  | 0.0000000000000000001
    rate  | much
    rate  |
    """
    for row in table:
        answer = post(refusing, **{row["field"]: row["value"]})
        # A pair of one currency twice is told at the second.
        told = "quote" if row["value"] == "KWD" else row["field"]
        assert (answer.status, set(answer.document["fields"])) == (400, {told}), row


@pytest.mark.parametrize("value", [None, True, ["x"], {}, -5])
@pytest.mark.parametrize("field", GOOD)
def test_every_field_is_of_its_kind(refusing: Callers, field: str, value: object) -> None:
    answer = post(refusing, **{field: value})
    assert (answer.status, set(answer.document["fields"])) == (400, {field})


@pytest.mark.parametrize("field", GOOD)
def test_every_field_is_needed_and_no_other(refusing: Callers, field: str) -> None:
    content = {name: value for name, value in GOOD.items() if name != field}
    answer = refusing["admin"].post("/admin/exchange-rates", content)
    assert (answer.status, answer.document["fields"]) == (400, {field: "is missing"})
    answer = post(refusing, source="ecb")
    assert (answer.status, set(answer.document["fields"])) == (400, {"source"})


def test_another_rate_by_hand_leaves_the_first(refusing: Callers) -> None:
    assert post(refusing, date="2026-11-01", rate="0.34").status == 409
    assert post(refusing, date="2026-11-01").status == 200


def test_a_question_for_half_a_pair_or_no_place_is_refused(refusing: Callers, table: Table) -> None:
    """
    base | quote | next             | field
    EUR  | -     | -                | quote
    -    | INR   | -                | base
    EUR  |       | -                | quote
    XXX  | INR   | -                | base
    EUR  | inr   | -                | quote
    EUR  | EUR   | -                | quote
    EUR  | INR   |                  | next
    EUR  | INR   | 2026-11-01       | next
    EUR  | INR   | 2026-11-01#other | next
    EUR  | INR   | x                | next
    """
    for row in table:
        query = {name: row[name] for name in ("base", "quote", "next") if row[name] != "-"}
        answer = refusing["admin"].get("/admin/exchange-rates", **query)
        assert (answer.status, set(answer.document["fields"])) == (400, {row["field"]}), row


def test_only_the_operator_sees_and_sets_rates(refusing: Callers) -> None:
    for user in ("acme", "globex-admin"):
        assert refusing[user].get("/admin/exchange-rates").status == 403
        assert refusing[user].post("/admin/exchange-rates", GOOD).status == 403


class Started:
    """Takes the place of Lambda; remembers what was to run."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def invoke(self, **asked: Any) -> None:
        self.names.append(asked["FunctionName"])


def test_the_feed_is_started_by_hand_unless_it_is_off(
    refusing: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, world, run = Started(), refusing.world, {"run": "fetch_exchange_rates"}
    monkeypatch.setattr(wiring, "_client", lambda _: started)
    answer = refusing["admin"].post("/admin/runs", run)
    assert (answer.status, answer.document) == (202, {**run, "state": "started"})
    assert started.names == [f"{world.prefix}-fetch_exchange_rates"]
    off = replace(world.settings, exchange_rates_url="")
    monkeypatch.setattr(world.wiring, "settings", off)
    answer = refusing["admin"].post("/admin/runs", run)
    assert (answer.status, answer.document["error"]) == (409, "Conflict")
    assert len(started.names) == 1
