"""Estimates through the API: priced as the account's bill would be."""

from typing import Any

import pytest

from local.cloudstack.estate import GLOBEX
from tests.app.callers import Callers

MACHINE = {"meter": "running_vm", "dimensions": {"vcpus": "2", "mhz": "2000", "memory_mib": "4096"}}
VOLUME = {"meter": "volume", "size_gib": "50"}


def test_a_deployment_costs_what_the_rate_card_says(billed: Callers) -> None:
    asked = {"items": [{**VOLUME, "count": 2}, {"meter": "ip_address"}]}
    told = billed["acme"].post("/estimates", asked).document
    assert told["currency"] == "EUR"
    # 100 GiB at 0.085 a GiB and month; an address at 3.00 a month.
    assert [each["month"]["amount"] for each in told["items"]] == ["8.50", "3.00"]
    assert [each["name"] for each in told["items"]] == ["2 x Volume 50 GiB", "IP address"]
    assert told["totals"]["month"]["amount"] == "11.50"
    assert told["totals"]["day"]["amount"] == "0.37808219"
    assert told["totals"]["hour"]["amount"] == "0.01575342"
    assert (told["missing"], told["exchange_rates"]) == ([], [])


def test_each_account_has_its_own_prices_and_currency(billed: Callers) -> None:
    asked = {"items": [MACHINE]}
    told = [billed[user].post("/estimates", asked).document for user in ("acme", "globex")]
    assert [each["currency"] for each in told] == ["EUR", "INR"]
    lines = {line["name"] for line in told[1]["items"][0]["lines"]}
    assert {"vCPUs of running VMs", "Memory of running VMs", "Allocated VM"} <= lines
    other = billed["acme"].post("/estimates", asked, account=GLOBEX.id)
    assert other.status == 404


def test_what_has_no_price_is_named(empty: Callers) -> None:
    told = empty["acme"].post("/estimates", {"items": [VOLUME]}).document
    assert told["totals"]["month"]["amount"] == "0.00"
    assert [(each["kind"], each["what"]) for each in told["missing"]] == [("price", "Volume")]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "items"),
        ({"items": []}, "items"),
        ({"items": [VOLUME] * 201}, "items"),
        ({"items": [{"meter": "cow"}]}, "items.0.meter"),
        ({"items": [VOLUME, {"meter": "volume"}]}, "items.1.size_gib"),
        ({"items": [{**VOLUME, "count": "many"}]}, "items.0"),
        ({"items": [{**VOLUME, "colour": "red"}]}, "items.0"),
        ({"services": [{"service": "gold", "quantity": "-1"}]}, "services.0.quantity"),
    ],
)
def test_what_cannot_be_estimated_is_refused_at_its_field(
    billed: Callers, body: dict[str, Any], field: str
) -> None:
    answer = billed["acme"].post("/estimates", body)
    assert (answer.status, set(answer.document["fields"])) == (400, {field}), answer.document


def test_the_catalogue_tells_what_is_offered_and_how_large_a_machine_is(billed: Callers) -> None:
    offerings = billed["acme"].get("/catalogue").document["names"]["offering"]
    told = {each["name"]: (each["offers"], each["size"]) for each in offerings}
    assert told["Small"] == ("machines", {"vcpus": "1", "mhz": "2000", "memory_mib": "2048"})
    assert told["Standard SSD"] == ("volumes", None)
    assert told["L2"] == ("networks", None)
