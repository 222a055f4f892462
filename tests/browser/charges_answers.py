"""Answers of the billing API for the charges of a month and their workings."""

from __future__ import annotations

from typing import Any

from .answers import Json, money

RATE = {"base": "EUR", "quote": "KWD", "date": "2026-11-24", "rate": "0.3312", "source": "ecb"}
OFFERING = "5f1f0ab0-1c1c-4d6e-9a3e-6e2f0c1d2b3a"
NO_PRICE = {
    "kind": "price",
    "what": f"Running VM, offering Huge ({OFFERING})",
    "usages": 12,
    "message": "no price in EUR since 1 November 2026",
}


def charges(**changes: Any) -> Json:
    """Return a running month of every category; the lines add up to 1213.88."""
    return {
        "period": "2026-11",
        "currency": "EUR",
        "complete": False,
        "as_of": "2026-11-22T23:00:00Z",
        "total": money("1213.88"),
        "lines": [
            line("vm", "Running VM, Medium", "virtual_machines", "837.52"),
            line(
                "volume",
                "Volume",
                "volumes",
                "202.67",
                unit="gib_month",
                per="gib_month",
                quantity="2533.333333333333",
                unit_price="0.08",
            ),
            line(
                "sent",
                "Data sent",
                "data_transfer",
                "83.69",
                unit="gib",
                per="gib",
                quantity="1773.8",
                unit_price=None,
            ),
            line("vcpu", "vCPU of running VMs", "virtual_machines", "110.00", unit="vcpu_hour"),
            line(
                "gold",
                "Gold support",
                "other_services",
                "150.00",
                category="purchase",
                unit="month",
            ),
            line("less", "Discount of 10 %", "adjustments", "-120.00", category="adjustment"),
            line("credit", "Welcome credit", "credits", "-50.00", category="credit"),
        ],
        "missing": [],
        "exchange_rates": [],
        "indicative": False,
        **changes,
    }


def nothing(**changes: Any) -> Json:
    """Return a month without charges."""
    return charges(lines=[], total=money("0.00"), as_of=None, **changes)


def converted() -> Json:
    """Return charges in dinars that were converted from prices in euros."""
    one = line("vm", "Running VM, Medium", "virtual_machines", "0", currency="KWD")
    one["amount"] = money("277.387", "KWD")
    return charges(
        currency="KWD",
        total=money("277.387", "KWD"),
        lines=[one],
        exchange_rates=[RATE],
        indicative=True,
    )


def line(
    name_id: str,
    name: str,
    service: str,
    amount: str,
    *,
    category: str = "usage",
    currency: str = "EUR",
    **changes: Any,
) -> Json:
    """Return a line; of usage it has a flat price by the hour."""
    usage = category == "usage"
    return {
        "id": name_id,
        "name": name,
        "service": service,
        "service_name": service.replace("_", " ").capitalize(),
        "category": category,
        "meter": name_id if usage else None,
        "quantity": "2112" if usage else None,
        "unit": "hour" if usage else None,
        "per": "hour" if usage else None,
        "unit_price": "0.0396551724" if usage else None,
        "price_currency": "EUR",
        "amount": money(amount, currency),
        **changes,
    }


def workings(of: Json, **changes: Any) -> Json:
    """Return the workings of a line with tiers, of two days and two resources."""
    return {
        "line": of,
        "card": {
            "currency": "EUR",
            "account": "7c0e",
            "effective_from": "2026-10-31T23:00:00Z",
            "origin": "agreed",
        },
        "conditions": {
            "offering": [{"id": OFFERING, "name": "Medium"}, {"id": "c2", "name": "Large"}],
            "tag:env": [{"id": "prod", "name": "prod"}],
        },
        "steps": [
            step("included", "100 hours cost nothing", "100", "0", "0", unit="hour"),
            step("tier", "up to 1,000 hours", "1000", "0.0412", "41.2", unit="hour"),
            step("tier", "above that", "1012", "0.0396551724", "40.1310344688", unit="hour"),
            step("rounding", "rounded half up to the cent", None, None, of["amount"]["amount"]),
        ],
        "days": [
            {"day": "2026-11-01", "quantity": "1056", "amount": money("418.76")},
            {"day": "2026-11-02", "quantity": "1056", "amount": money("418.76")},
        ],
        "resources": [
            {"resource": "r1", "name": "web-01", "quantity": "1056", "amount": money("418.76")},
            {"resource": "r2", "name": None, "quantity": "1056", "amount": money("418.76")},
        ],
        "next": None,
        **changes,
    }


def step(
    kind: str,
    text: str,
    quantity: str | None,
    price: str | None,
    amount: str,
    *,
    unit: str | None = None,
    currency: str = "EUR",
) -> Json:
    """Return one step of the workings."""
    return {
        "kind": kind,
        "text": text,
        "quantity": quantity,
        "unit": unit,
        "price": price,
        "amount": amount,
        "currency": currency,
    }
