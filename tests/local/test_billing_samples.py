"""The sample bills as the product lets it."""

from datetime import date
from typing import Any

import msgspec

from chalicelib.invoicing.customer_checks import checked_details
from chalicelib.invoicing.customers import BillingDetails
from chalicelib.invoicing.issuer_checks import checked_issuer
from chalicelib.invoicing.issuers import Issuer
from local.billing_samples import GERMANY, INDIA, sample_details, sample_gift, sample_issuers
from local.cloudstack.estate import ACCOUNTS, INITECH, PROJECTS

FIRST_SEEN = date(2026, 11, 26)
CURRENCIES = {each.id: each.currency for each in (*ACCOUNTS, *PROJECTS)}


def issuers() -> dict[str, Issuer]:
    bodies = sample_issuers(FIRST_SEEN).items()
    return {name: checked_issuer(_as(Issuer, {"id": name, **body})) for name, body in bodies}


def test_issuers_are_complete() -> None:
    found = issuers()
    assert set(found) == {GERMANY, INDIA}
    assert {issuer.first_period for issuer in found.values()} == {"2026-09"}
    assert found[INDIA].longest_number == 16


def test_details_fit_their_issuers() -> None:
    for account, body in sample_details():
        plain = {name: _amount(value) for name, value in body.items()}
        details = _as(BillingDetails, {"account": account, **plain})
        checked = checked_details(details, issuers(), CURRENCIES[account])
        assert checked.party is not None and checked.recipients


def test_who_pays_before_is_given_something() -> None:
    modes = {account: body.get("payment_mode") for account, body in sample_details()}
    assert sample_gift()["account"] == INITECH.id
    assert modes[INITECH.id] == "prepaid"


def _as(kind: type[Any], body: dict[str, Any]) -> Any:
    return msgspec.convert(body, kind, strict=False)


def _amount(value: Any) -> Any:
    return value["amount"] if isinstance(value, dict) and "amount" in value else value
