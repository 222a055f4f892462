"""What an issuer has to be told, and the month that it invoices."""

from typing import Any

from local.billing_samples import sample_details, sample_gift, sample_issuers
from tests.app.callers import Caller, Callers

# Over when the tests begin; one day of it was used.
MONTH = "2026-10"
RUNNING = "2026-11"


def bill(callers: Callers, accounts: list[str]) -> None:
    """Say who bills whom, and invoice the month that is over to some accounts."""
    operator = callers["admin"]
    for issuer, body in sample_issuers(callers.world.now.date()).items():
        assert operator.put(f"/admin/issuers/{issuer}", body).status == 200
    for account, details in sample_details():
        own = {**details, "due_days": 14}
        assert operator.put(f"/admin/accounts/{account}/billing", own).status == 200
    assert operator.post("/admin/top-ups", sample_gift()).status == 201
    for account in accounts:
        path = f"/admin/billing-runs/{MONTH}/accounts/{account}"
        assert operator.post(path, {"reason": "for the tests"}).status == 200


def invoice_of(caller: Caller, account: str) -> Any:
    """Return the invoice of that month as a list tells it."""
    listed = caller.get("/invoices", account=account, kind="invoice").document["documents"]
    return next(each for each in listed if each["period"] == MONTH)


def money(amount: str, currency: str = "EUR") -> dict[str, str]:
    """Return money as JSON writes it."""
    return {"amount": amount, "currency": currency}
