"""What the billing details of an account may be."""

from collections.abc import Mapping
from decimal import Decimal

from msgspec.structs import replace

from chalicelib.currencies import minor_unit
from chalicelib.emails import checked_emails
from chalicelib.errors import InvalidInput
from chalicelib.invoicing.customers import BillingDetails
from chalicelib.invoicing.issuers import Issuer
from chalicelib.invoicing.parties import Wrong, checked_party, checked_text
from chalicelib.money import rounded

MOST_RECIPIENTS = 10
_DAYS = 365
_LARGEST = Decimal(10) ** 12
# Reverse charge and intra-community supply: the law wants the customer's tax id on documents.
_WITH_TAX_ID = ("AE", "K")


def checked_details(
    details: BillingDetails, issuers: Mapping[str, Issuer], currency: str
) -> BillingDetails:
    """Return the billing details that somebody asked for, in the one way to write them.

    Args:
        issuers: all there are, by id.
        currency: of the billing account.

    Raises:
        InvalidInput: with a reason for every field that is wrong.
    """
    wrong = Wrong()
    nobody: tuple[str, ...] = ()
    issuer = issuers.get(details.issuer)
    if issuer is None:
        known = ", ".join(sorted(issuers)) or "none yet"
        wrong.told("issuer", f"there is no issuer {details.issuer!r}; there are: {known}")
    party = None if details.party is None else checked_party(details.party, wrong)
    _check_tax_class(details, issuer, wrong)
    recipients = wrong.tried(
        "recipients", lambda: checked_emails(details.recipients, 0, MOST_RECIPIENTS), nobody
    )
    if details.due_days is not None and not 0 <= details.due_days <= _DAYS:
        wrong.told("due_days", f"must be 0 to {_DAYS}")
    if not 0 <= details.enforcement.after_days <= _DAYS:
        wrong.told("enforcement.after_days", f"must be 0 to {_DAYS}")
    checked = replace(
        details,
        party=party,
        recipients=recipients,
        buyer_reference=wrong.tried(
            "buyer_reference", lambda: checked_text(details.buyer_reference), ""
        ),
        credit_limit=wrong.tried(
            "credit_limit", lambda: _amount(details.credit_limit, currency), None
        ),
        low_balance=wrong.tried(
            "low_balance", lambda: _amount(details.low_balance, currency), None
        ),
    )
    wrong.refuse()
    return checked


def _check_tax_class(details: BillingDetails, issuer: Issuer | None, wrong: Wrong) -> None:
    if issuer is None:
        return
    rules = [rule for rule in issuer.taxes if rule.tax_class == details.tax_class]
    if not rules:
        known = ", ".join(sorted({rule.tax_class for rule in issuer.taxes}))
        wrong.told("tax_class", f"issuer {issuer.id} has rules for {known} only")
    needed = any(rule.category in _WITH_TAX_ID for rule in rules)
    if needed and details.party is not None and not details.party.tax_id.strip():
        wrong.told("party.tax_id", f"customers of tax class {details.tax_class} need a tax id")


def _amount(amount: Decimal | None, currency: str) -> Decimal | None:
    if amount is None:
        return None
    if not amount.is_finite() or not 0 <= amount <= _LARGEST:
        raise InvalidInput(f"must be 0 to {_LARGEST:f}")
    digits = minor_unit(currency)
    if amount != rounded(amount, digits):
        raise InvalidInput(f"{currency} has {digits} decimals; give no more")
    return rounded(amount, digits)
