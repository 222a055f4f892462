"""Answers of the billing API for the operator's prices and exchange rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .answers import ACME, APOLLO, GLOBEX, INITECH, Json, money

if TYPE_CHECKING:
    from .fake_api import FakeApi

SMALL = "0a9d5f0e-0000-4000-8000-000000000001"
LARGE = "0a9d5f0e-0000-4000-8000-000000000002"
FRANKFURT = "0a9d5f0e-0000-4000-8000-000000000011"
DUBLIN = "0a9d5f0e-0000-4000-8000-000000000012"
_VM = ["zone", "offering", "template", "operating_system", "hypervisor", "vcpus"]
_BY_HOUR: Json = {"unit": "hour", "per": ["hour", "month"]}
_BY_SIZE: Json = {"unit": "GiB-hour", "per": ["gib_hour", "gib_month"]}


def catalogue(**changes: Any) -> Json:
    """Return meters of each kind, one with parts, and the names of what CloudStack offers."""
    return {
        "meters": [
            _meter("running_vm", "Running VM", "virtual_machines", 1, **_BY_HOUR, dimensions=_VM),
            _meter(
                "running_memory",
                "Memory of running VMs",
                "virtual_machines",
                1,
                **_BY_SIZE,
                dimensions=_VM,
                part_of="running_vm",
            ),
            _meter(
                "ip_address",
                "IP address",
                "ip_addresses",
                3,
                **_BY_HOUR,
                dimensions=["zone", "source_nat"],
            ),
            _meter(
                "network_sent",
                "Data sent",
                "data_transfer",
                4,
                unit="GiB",
                per=["gib"],
                dimensions=["zone", "device"],
            ),
            _meter("volume", "Volume", "volumes", 6, **_BY_SIZE, dimensions=["zone", "offering"]),
        ],
        "names": {
            "offering": [{"id": SMALL, "name": "Small"}, {"id": LARGE, "name": "Large"}],
            "zone": [{"id": FRANKFURT, "name": "Frankfurt"}, {"id": DUBLIN, "name": "Dublin"}],
            "template": [],
        },
        "services": [
            {"id": "gold_support", "title": "Gold support", "per": "month"},
            {"id": "set_up", "title": "Set-up fee", "per": "once"},
        ],
        **changes,
    }


def card(**changes: Any) -> Json:
    """Return the default list in euros: a price of each model, with conditions and limits."""
    return {
        "currency": "EUR",
        "effective_from": "2026-09-01T00:00:00Z",
        "version": "5f2ab01c9de47788aa10",
        "prices": [
            {"meter": "running_vm", "per": "hour", "model": "flat", "price": "0.024"},
            {
                "meter": "running_vm",
                "per": "month",
                "price": "30.00",
                "title": "Large machine",
                "conditions": {"offering": [LARGE], "tag:env": ["prod", "staging"]},
            },
            {
                "meter": "network_sent",
                "per": "gib",
                "model": "graduated",
                "tiers": [{"up_to": "100", "price": "0"}, {"price": "0.05"}],
            },
            {
                "meter": "volume",
                "per": "gib_month",
                "model": "volume",
                "tiers": [{"up_to": "1000", "price": "0.10"}, {"price": "0.08"}],
                "minimum": "1.00",
            },
            {
                "meter": "ip_address",
                "per": "month",
                "model": "package",
                "price": "5",
                "package_size": "4",
                "included": "1",
                "conditions": {"source_nat": ["false"]},
            },
            {
                "service": "gold_support",
                "title": "Gold support",
                "per": "month",
                "price": "99.00",
            },
        ],
        **changes,
    }


def cards() -> Json:
    """Return the euro list in two versions and one to come, and one agreed with acme."""
    flat = {"meter": "running_vm", "per": "hour", "price": "0.020"}
    return {
        "rate_cards": [
            card(effective_from="2026-06-01T00:00:00Z", version="0000aaaa", prices=[flat]),
            card(),
            card(account=ACME["id"], version="acme1111", prices=[flat]),
            card(currency="INR", version="inr22222", prices=[flat]),
            card(
                currency="INR",
                version="inr33333",
                prices=[flat],
                effective_from="2027-01-01T00:00:00Z",
            ),
        ],
        "next": None,
    }


def missing(*rows: Json, following: str | None = None) -> Json:
    """Return usage that waits for a price or a rate."""
    return {"missing": list(rows), "next": following}


def missing_price(**changes: Any) -> Json:
    """Return the Small machines of acme, which no price fits."""
    return {
        "account": ACME["id"],
        "account_name": "acme",
        "period": "2026-11",
        "kind": "price",
        "what": "Running VM, offering Small",
        "meter": "running_vm",
        "dimensions": {"offering": SMALL, "operating_system": ""},
        "currency": "EUR",
        "usages": 12,
        "message": "12 usage records of usage type 1 wait for a price",
        **changes,
    }


def missing_rate() -> Json:
    """Return what waits for the rate of the Kuwaiti dinar."""
    return missing_price(
        account=INITECH["id"],
        account_name="initech",
        kind="rate",
        dimensions={},
        currency="KWD",
        usages=3,
        message="3 usage records wait for an exchange rate EUR/KWD of 2026-11-30 or before",
    )


def change(account: Json, old: str, new: str, difference: str, *without: str) -> Json:
    """Return what an account would pay."""
    currency = account["currency"]
    return {
        "id": account["id"],
        "name": account["name"],
        "old": money(old, currency),
        "new": money(new, currency),
        "difference": money(difference, currency),
        "missing": list(without),
    }


def preview(*accounts: Json, done: int, following: str | None = None, **changes: Any) -> Json:
    """Return one step of a comparison of three accounts."""
    total = {"old": money("1342.18"), "new": money("1400.00"), "difference": money("57.82")}
    return {
        "rate_card": card(),
        "changes": {
            "period": "2026-10",
            "accounts": list(accounts),
            "totals": [total],
            "done": done,
            "of": 3,
            **changes,
        },
        "next": following,
        "confirm": None if following else "sure",
    }


def first_preview() -> Json:
    """Return the first step: two accounts of three."""
    acme = change(ACME, "1300.18", "1358.00", "57.82")
    apollo = change(APOLLO, "42.00", "42.00", "0.00")
    return preview(acme, apollo, done=2, following="p2")


def last_preview() -> Json:
    """Return the last step: an account that would have usage without a price."""
    return preview(change(GLOBEX, "10.00", "0.00", "-10.00", "Volume"), done=3)


def quota_tariffs() -> Json:
    """Return a draft from CloudStack's Quota tariffs, one of which nobody could take over."""
    prices = [{"usage_type": 1, "meter": "running_vm", "per": "hour", "price": "0.03"}]
    rule = "if (account.name == 'acme') { 0 } else { 0.4 }"
    left = {
        "id": "q-7",
        "name": "IP address by owner",
        "usage_type": 3,
        "meter_name": "IP address",
        "value": "0.4",
        "rule": rule,
        "reason": "its activation rule is a program",
    }
    draft = {"currency": "EUR", "effective_from": "2026-12-01T00:00:00Z", "prices": prices}
    return {"rate_card": draft, "zero": [], "needs_person": [left], "as_of": "2026-11-24T09:00:00Z"}


def rate(**changes: Any) -> Json:
    """Return the euro in rupees."""
    return {
        "base": "EUR",
        "quote": "INR",
        "date": "2026-11-24",
        "rate": "98.1240",
        "source": "ecb",
        **changes,
    }


def rates(*listed: Json, following: str | None = None, without: tuple[str, ...] = ()) -> Json:
    """Return the newest rates, or the history of a pair."""
    return {"base": "EUR", "rates": list(listed), "missing": list(without), "next": following}


def serve_prices(api: FakeApi) -> None:
    """Put the answers of the operator's prices; nothing is missing."""
    api.put("GET", "/catalogue", catalogue())
    api.put("GET", "/admin/missing-prices", missing())
    api.put("GET", "/admin/rate-cards", cards())
    api.put("GET", "/admin/exchange-rates", rates(rate(), rate(quote="KWD", rate="0.3312")))


def _meter(name: str, title: str, service: str, usage_type: int, **changes: Any) -> Json:
    return {
        "name": name,
        "title": title,
        "service": service,
        "usage_type": usage_type,
        "part_of": None,
        **changes,
    }
