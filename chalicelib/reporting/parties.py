"""Issuers, customers and their billing details as documents."""

from chalicelib.currencies import payable
from chalicelib.invoicing.customers import BillingDetails
from chalicelib.invoicing.issuers import Issuer, TaxRule
from chalicelib.invoicing.parties import Bank, Party
from chalicelib.money import Money
from chalicelib.reporting.documents import Document, money_document, number_text


def party_document(party: Party) -> Document:
    """Return one side of a document."""
    address = party.address
    return {
        "name": party.name,
        "address": {
            "lines": list(address.lines),
            "city": address.city,
            "postal_code": address.postal_code,
            "country": address.country,
            "region": address.region,
        },
        "tax_id": party.tax_id,
        "registration": party.registration,
        "email": party.email,
        "electronic_address": party.electronic_address,
    }


def bank_document(bank: Bank) -> Document:
    """Return where money is to be sent."""
    return {"holder": bank.holder, "iban": bank.iban, "bic": bank.bic, "name": bank.name}


def issuer_document(issuer: Issuer) -> Document:
    """Return who issues documents."""
    dunning = issuer.dunning
    return {
        "id": issuer.id,
        "party": party_document(issuer.party),
        "time_zone": issuer.time_zone,
        "first_period": issuer.first_period,
        "series": {kind: issuer.series[kind] for kind in ("invoice", "credit_note", "receipt")},
        "taxes": [_tax_rule(rule) for rule in issuer.taxes],
        "fiscal_year_start": issuer.fiscal_year_start,
        "longest_number": issuer.longest_number,
        "due_days": issuer.due_days,
        "grace_days": issuer.grace_days,
        "tax_currency": issuer.tax_currency,
        "tax_rate_day": issuer.tax_rate_day,
        "bank": bank_document(issuer.bank),
        "logo": issuer.logo.rpartition("/")[2] or None,
        "header": issuer.header,
        "footer": issuer.footer,
        "dunning": {
            "before": dunning.before,
            "before_every": dunning.before_every,
            "every": dunning.every,
            "final_after": dunning.final_after,
        },
    }


def details_document(details: BillingDetails, account: Document, currency: str) -> Document:
    """Return whom the documents of an account name, and how it pays.

    Args:
        account: its id and name.
    """
    enforcement = details.enforcement

    def money(name: str) -> Document | None:
        amount = getattr(details, name)
        return None if amount is None else money_document(payable(Money(amount, currency)))

    return {
        "account": account,
        "issuer": details.issuer,
        "party": None if details.party is None else party_document(details.party),
        "recipients": list(details.recipients),
        "payment_mode": details.payment_mode,
        "due_days": details.due_days,
        "tax_class": details.tax_class,
        "buyer_reference": details.buyer_reference,
        "credit_limit": money("credit_limit"),
        "low_balance": money("low_balance"),
        "enforcement": {
            "action": enforcement.action,
            "after_days": enforcement.after_days,
            "dry_run": enforcement.dry_run,
        },
        "complete": bool(details.issuer) and details.party is not None,
    }


def _tax_rule(rule: TaxRule) -> Document:
    return {
        "tax_class": rule.tax_class,
        "name": rule.name,
        "category": rule.category,
        "percent": number_text(rule.percent),
        "start": rule.start.isoformat(),
        "scope": rule.scope,
        "note": rule.note,
        "code": rule.code,
        "parts": [{"name": each.name, "percent": number_text(each.percent)} for each in rule.parts],
    }
