"""Answers of the billing API, for the states that a real stack shows only rarely."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

Json = dict[str, Any]

ACME = {
    "id": "7c0e6f4e-1111-5a5a-9b9b-000000000001",
    "name": "acme",
    "kind": "account",
    "domain": "/acme",
    "currency": "EUR",
    "language": "en-IE",
    "time_zone": "Europe/Berlin",
}
APOLLO = {**ACME, "id": "7c0e6f4e-1111-5a5a-9b9b-000000000002", "name": "apollo", "kind": "project"}
GLOBEX = {
    **ACME,
    "id": "7c0e6f4e-1111-5a5a-9b9b-000000000003",
    "name": "globex",
    "domain": "/globex",
    "currency": "INR",
    "language": "en-IN",
    "time_zone": "Asia/Kolkata",
}
INITECH = {
    **ACME,
    "id": "7c0e6f4e-1111-5a5a-9b9b-000000000004",
    "name": "initech",
    "domain": "/initech",
    "currency": "KWD",
    "language": "en-KW",
    "time_zone": "Asia/Kuwait",
}
_SERVICES = [
    ("virtual_machines", "Virtual machines", "0.624"),
    ("volumes", "Volumes", "0.151"),
    ("ip_addresses", "IP addresses", "0.082"),
    ("data_transfer", "Data transfer", "0.055"),
    ("snapshots", "Snapshots", "0.039"),
    ("load_balancing", "Load balancing", "0.021"),
    ("networks", "Networks", "0.015"),
    ("port_forwarding", "Port forwarding", "0.009"),
    ("isos", "ISO images", "0.004"),
]


def money(amount: str, currency: str = "EUR") -> Json:
    """Return an amount as the API writes it."""
    return {"amount": amount, "currency": currency}


def session(role: str = "tenant", accounts: list[Json] | None = None) -> Json:
    """Return who is signed in and which accounts they may see."""
    return {
        "user": "acme",
        "name": "Ada Acme",
        "role": role,
        "expires_at": "2099-01-01T00:00:00Z",
        "accounts": [ACME] if accounts is None else accounts,
    }


def overview(account: Json | None = None, spent: str = "1342.18", **changes: Any) -> Json:
    """Return a month that is 22 days old: the services and the days add up to `spent`."""
    account = account or ACME
    currency = account["currency"]
    total, unit = Decimal(spent), _unit_of(spent)

    def share(part: str) -> Json:
        return money(str((total * Decimal(part)).quantize(unit)), currency)

    return {
        "account": account,
        "as_of": "2026-11-22T23:00:00Z",
        "stale": False,
        "period": {
            "id": "2026-11",
            "start": "2026-10-31T23:00:00Z",
            "end": "2026-11-30T23:00:00Z",
            "complete": False,
        },
        "summary": {
            "last_period": {"period": "2026-10", "amount": share("1.27")},
            "month_to_date": {"period": "2026-11", "amount": money(spent, currency)},
            "forecast": {"period": "2026-11", "amount": share("1.36"), "reason": None},
            "days": _days(total, unit, currency),
        },
        "services": _services(total, unit, currency),
        "exchange_rates": [],
        "invoices": [],
        "wallet": None,
        "budget": None,
        "warnings": [],
        **changes,
    }


def budget(amount: str = "1500.00", currency: str = "EUR", **changes: Any) -> Json:
    """Return a budget of which two thresholds of three are reached."""
    return {
        "id": "monthly",
        "amount": money(amount, currency),
        "spend": money("1342.18", currency),
        "difference": money("157.82", currency),
        "percent": "89.5",
        "thresholds": ["50", "80", "100"],
        "crossed": ["50", "80"],
        "recipients": ["billing@acme.example", "cto@acme.example"],
        "state": "warning",
        **changes,
    }


def over_budget() -> Json:
    """Return a budget that is spent and more."""
    return budget(
        "1200.00",
        difference=money("-142.18"),
        percent="111.8",
        crossed=["50", "80", "100"],
        state="exceeded",
    )


def new_account() -> Json:
    """Return the overview of an account for which nothing was rated yet."""
    return overview(as_of=None, period=None, summary=None, services=[])


def young_month() -> Json:
    """Return an overview too young for a forecast, without a month before it."""
    young = overview(spent="41.07")
    young["summary"]["last_period"] = None
    young["summary"]["forecast"] = {
        "period": "2026-11",
        "amount": None,
        "reason": "needs 3 days of usage",
    }
    young["summary"]["days"] = [
        {"day": "2026-11-01", "amount": money("20.00")},
        {"day": "2026-11-02", "amount": money("21.07")},
    ]
    return young


def alerts(count: int = 2) -> Json:
    """Return the alerts of two thresholds, newest first, and older ones if asked for."""
    raised = [
        ("80", "1203.44", "2026-11-20T06:12:09Z"),
        ("50", "761.90", "2026-11-13T06:11:40Z"),
        ("100", "1502.10", "2026-10-27T06:10:12Z"),
        ("80", "1211.03", "2026-10-21T06:12:55Z"),
        ("50", "755.56", "2026-10-14T06:13:30Z"),
    ]
    return {
        "alerts": [
            {
                "id": f"alert-{place}",
                "budget": "monthly",
                "period": at[:7],
                "threshold": threshold,
                "spend": money(spend),
                "budget_amount": money("1500.00"),
                "raised_at": at,
                "recipients": ["billing@acme.example", "cto@acme.example"],
            }
            for place, (threshold, spend, at) in enumerate(raised[:count])
        ],
        "next": None,
    }


def _unit_of(amount: str) -> Decimal:
    return Decimal(1).scaleb(Decimal(amount).as_tuple().exponent)  # type: ignore[arg-type]


def _services(total: Decimal, unit: Decimal, currency: str) -> list[Json]:
    amounts = [(total * Decimal(part)).quantize(unit) for _, _, part in _SERVICES]
    amounts[0] += total - sum(amounts)
    return [
        {
            "service": service,
            "name": name,
            "amount": money(str(amount), currency),
            "percent": str((100 * amount / total).quantize(Decimal("0.1"))),
        }
        for (service, name, _), amount in zip(_SERVICES, amounts, strict=True)
    ]


def _days(total: Decimal, unit: Decimal, currency: str) -> list[Json]:
    weights = [Decimal(38 + (day * day * 7) % 11 + day // 6) for day in range(1, 23)]
    amounts = [(total * weight / sum(weights)).quantize(unit) for weight in weights]
    amounts[-1] += total - sum(amounts)
    return [
        {"day": f"2026-11-{place + 1:02}", "amount": money(str(amount), currency)}
        for place, amount in enumerate(amounts)
    ]
