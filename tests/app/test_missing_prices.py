"""What is missing over the HTTP API: named, with what people call things, page by page."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from chalicelib.entrypoints import missing_routes
from chalicelib.rating.rate_cards import rate_card
from chalicelib.rating.tariffs import Per, Tariff, conditions
from local.cloud import Cloud
from local.cloudstack.estate import ACME
from local.cloudstack.simulator import Simulator
from tests.app.callers import Callers
from tests.app.conftest import callers_with_usage, serving

OCTOBER = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.fixture
def own(cloud: Cloud, cloudstack: Simulator) -> Iterator[Callers]:
    """A deployment of one's own on 4 November, all usage rated."""
    callers = callers_with_usage(cloud, cloudstack)
    with serving(callers.world):
        yield callers


def bill_in_francs(callers: Callers) -> None:
    terms = {"currency": "CHF", "language": "en", "time_zone": "UTC"}
    assert callers["admin"].put(f"/admin/accounts/{ACME.id}", terms).status == 200
    callers.world.drain()


def test_nothing_is_missing_where_everything_has_a_price(own: Callers) -> None:
    assert own["admin"].get("/admin/missing-prices").document == {"missing": [], "next": None}


def test_a_missing_rate_names_the_pair_and_goes_when_it_comes(own: Callers) -> None:
    bill_in_francs(own)
    found = own["admin"].get("/admin/missing-prices").document["missing"]
    assert {each["account_name"] for each in found} == {"acme"}
    assert {(each["kind"], each["currency"]) for each in found} == {("rate", "CHF")}
    assert {each["period"] for each in found} == {"2026-10", "2026-11"}
    november = next(each for each in found if each["period"] == "2026-11")
    assert november["message"].endswith("an exchange rate EUR/CHF of 2026-11-30 or before")
    rate = {"base": "EUR", "quote": "CHF", "date": "2026-10-01", "rate": "1.17"}
    assert own["admin"].post("/admin/exchange-rates", rate).status == 201
    own.world.drain()
    assert own["admin"].get("/admin/missing-prices").document["missing"] == []


def test_a_missing_price_names_the_meter_and_the_offering(
    untouched: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    callers = untouched
    nowhere = conditions({"zone": ["nowhere"], "offering": ["none"]})
    elsewhere = Tariff("running_vm", Per.HOUR, Decimal(1), conditions=nowhere)
    callers.world.wiring.add_rate_card(rate_card("EUR", OCTOBER, [elsewhere]))
    callers.world.plan()
    callers.world.drain()
    found = callers["admin"].get("/admin/missing-prices").document["missing"]
    vm = next(each for each in found if each["meter"] == "running_vm" and each["usages"] > 1)
    assert set(vm["dimensions"]) == {"offering", "zone"} and vm["kind"] == "price"
    catalogue = callers.world.wiring.catalogues.of("main")
    name = catalogue.name_of("offering", vm["dimensions"]["offering"])
    assert name is not None and f"offering {name}" in vm["what"]
    assert vm["message"].endswith(f" of usage type 1 wait for a price ({vm['what']})")
    # Page by page there is the same, in the same order.
    monkeypatch.setattr(missing_routes, "_PERIODS_A_PAGE", 2)
    paged, place = [], ""
    while True:
        page = callers["admin"].get("/admin/missing-prices", next=place).document
        assert len({(each["account"], each["period"]) for each in page["missing"]}) <= 2
        paged += page["missing"]
        if page["next"] is None:
            break
        place = page["next"]
    assert paged == found and len({each["account"] for each in found}) > 2


def test_an_agreed_service_without_a_price_waits(own: Callers) -> None:
    service = {"kind": "service", "from": "2026-11-01", "service": "silver_support"}
    assert own["admin"].post(f"/admin/accounts/{ACME.id}/agreements", service).status == 201
    own.world.drain()
    (found,) = own["admin"].get("/admin/missing-prices").document["missing"]
    assert (found["account"], found["period"], found["meter"], found["usages"]) == (
        ACME.id,
        "2026-11",
        "service:silver_support",
        1,
    )
    assert found["message"] == "an agreed service waits for a price (service silver_support)"
    assert own["admin"].get("/admin/missing-prices", next="x" * 129).status == 400
