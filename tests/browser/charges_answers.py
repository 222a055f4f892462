"""Answers of the billing API for the charges of a month and their workings."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .answers import Json, money

RATE = {"base": "EUR", "quote": "KWD", "date": "2026-11-24", "rate": "0.3312", "source": "ecb"}
OFFERING = "5f1f0ab0-1c1c-4d6e-9a3e-6e2f0c1d2b3a"
VM, VOLUME, SENT = "7d7fb16ded47a538", "4058da20c344d271", "1cdad93c9e33f3ec"
VCPUS, GOLD = "747c520db4926b72", "0b5a8f6c2d1e4f70"
COMMITMENT, CREDIT = "c0117e3d5a6b4c21", "9d8c7b6a5f4e3d2c"
NAMES = {
    "virtual_machines": "Virtual machines",
    "volumes": "Volumes",
    "data_transfer": "Data transfer",
    "services": "Subscriptions and services",
    "commitment": "Committed minimum",
    "credits": "Promotional credit",
}
_WAIT = "of usage type 1 wait for"
NO_PRICE = {
    "kind": "price",
    "meter": "running_vm",
    "what": "Running VM, offering Huge",
    "dimensions": {"offering": OFFERING},
    "usages": 12,
    "message": f"12 usage records {_WAIT} a price (Running VM, offering Huge)",
}
NO_RATE = {
    "kind": "rate",
    "meter": "running_vm",
    "what": "Running VM",
    "dimensions": {},
    "usages": 3,
    "message": f"3 usage records {_WAIT} an exchange rate EUR/KWD of 2026-11-30 or before",
}
NOT_RATED = {"error": "NotFound", "message": "nothing has been rated for 2026-11"}


def charges(**changes: Any) -> Json:
    """Return a running month of every category; the lines add up to 1363.88."""
    told = {
        "period": "2026-11",
        "currency": "EUR",
        "complete": False,
        "invoiced": False,
        "as_of": "2026-11-22T23:00:00Z",
        "total": money("1363.88"),
        "lines": _lines(),
        "missing": [],
        "exchange_rates": [],
        "indicative": False,
        **changes,
    }
    return {"services": services(told["lines"]), **told}


def _lines() -> list[Json]:
    volume: Json = {"quantity": "1824000.333333333333", "unit": "GiB-hour", "per": "gib_month"}
    sent: Json = {"quantity": "1773.8", "unit": "GiB", "per": "gib", "model": "graduated"}
    vcpus: Json = {"quantity": "4400", "unit": "vCPU-hour", "per": "vcpu_hour"}
    gold: Json = {"meter": "service:gold_support", "quantity": "1", "unit": "month", "per": "month"}
    return [
        line(SENT, "Data sent", "data_transfer", "83.69", **sent, unit_price=None),
        line(VCPUS, "vCPUs of running VMs", "virtual_machines", "110.00", **vcpus),
        line(VM, "Running VM, Medium", "virtual_machines", "837.52", unit_price="0.0456166"),
        line(VOLUME, "Volume", "volumes", "202.67", **volume, unit_price="0.08"),
        line(GOLD, "Gold support", "services", "150.00", **gold, unit_price="150"),
        _balance(COMMITMENT, "commitment", "30.00"),
        _balance(CREDIT, "credits", "-50.00"),
    ]


def services(lines: list[Json]) -> list[Json]:
    """Return what the lines of each heading add up to, dearest first."""
    amounts: dict[str, Decimal] = {}
    for each in lines:
        amount = Decimal(each["amount"]["amount"])
        amounts[each["service"]] = amounts.get(each["service"], Decimal(0)) + amount
    currency = lines[0]["amount"]["currency"] if lines else "EUR"
    return [
        {"service": service, "name": NAMES[service], "amount": money(str(amount), currency)}
        for service, amount in sorted(amounts.items(), key=lambda each: -each[1])
    ]


def nothing(**changes: Any) -> Json:
    """Return a month without charges."""
    return charges(lines=[], total=money("0.00"), **changes)


def converted() -> Json:
    """Return charges in dinars that were converted from prices in euros."""
    one = line(VM, "Running VM, Medium", "virtual_machines", "277.387", currency="KWD")
    return charges(
        currency="KWD",
        total=money("277.387", "KWD"),
        lines=[one],
        exchange_rates=[RATE],
        indicative=True,
    )


def line(
    line_id: str,
    name: str,
    service: str,
    amount: str,
    *,
    currency: str = "EUR",
    **changes: Any,
) -> Json:
    """Return a line of usage, or of a service by agreement, with a flat price by the hour."""
    return {
        "id": line_id,
        "name": name,
        "service": service,
        "service_name": NAMES[service],
        "category": "purchase" if service == "services" else "usage",
        "meter": "running_vm",
        "quantity": "21120",
        "unit": "hour",
        "per": "hour",
        "model": "flat",
        "unit_price": "0.025",
        "effective_from": "2026-10-31T23:00:00Z",
        "price_currency": "EUR",
        "amount": money(amount, currency),
        **changes,
    }


def _balance(line_id: str, heading: str, amount: str) -> Json:
    """Return a line that has no price: a commitment or a credit."""
    unknown = dict.fromkeys(("meter", "quantity", "unit", "per", "model", "unit_price"))
    unknown["effective_from"] = None
    category = "credit" if heading == "credits" else "adjustment"
    return line(line_id, NAMES[heading], heading, amount, category=category, **unknown)


def workings(of: Json, **changes: Any) -> Json:
    """Return the workings of a line with a discount, of two days and two resources."""
    amount, currency = of["amount"]["amount"], of["amount"]["currency"]
    half = str(Decimal(amount) / 2)
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
            "tag:env": [{"id": "prod", "name": None}],
        },
        "exchange_rates": [],
        "steps": [
            step(
                "included",
                "Included: the first 720 of the period cost nothing",
                "0.00",
                quantity="720",
                unit="hour",
                price="0",
            ),
            step(
                "flat",
                "0.0456166 for an hour",
                "930.57864",
                quantity="20400",
                unit="hour",
                price="0.0456166",
            ),
            step("adjustment", "Discount of 10 %, as agreed", "-93.057864", price="-10"),
            step("rounding", "Rounded once, half up, to 2 decimals", amount, currency=currency),
        ],
        "days": [
            {"day": f"2026-11-0{day}", "quantity": None, "amount": money(half, currency)}
            for day in (1, 2)
        ],
        "resources": [
            {
                "resource": resource,
                "name": name,
                "quantity": "10560",
                "amount": money(half, currency),
            }
            for resource, name in (("r1", "web-01"), ("r2", None))
        ],
        "resources_known": True,
        "next": None,
        **changes,
    }


def step(
    kind: str,
    text: str,
    amount: str,
    *,
    quantity: str | None = None,
    unit: str | None = None,
    price: str | None = None,
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


def workings_of_a_balance(of: Json) -> Json:
    """Return the workings of a credit, or of what lacks of a commitment: a single step."""
    text = "What the credit pays of the charges of its days, until it is used up"
    bare: Json = {"card": None, "conditions": {}, "days": [], "resources": []}
    return workings(of, **bare, steps=[step("balance", text, of["amount"]["amount"])])


def converted_workings() -> Json:
    """Return the workings of a line that was converted."""
    of = converted()["lines"][0]
    told = "In KWD: 1 EUR = 0.3312 KWD (European Central Bank, 2026-11-24)"
    steps = workings(of)["steps"]
    exchanged = step("exchange", told, "277.386886", currency="KWD")
    return workings(of, exchange_rates=[RATE], steps=[*steps[:-1], exchanged, steps[-1]])
