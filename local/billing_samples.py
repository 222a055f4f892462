"""Whom the sample bills, and who bills: made up, every one of them."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from local.cloudstack.estate import ACME, APOLLO, GLOBEX, INITECH
from local.settings import month_before

GERMANY, INDIA = "sample-cloud", "sample-cloud-india"
# What the prepaid account bought for its wallet.
PURCHASED_KWD = "300.000"
Body = dict[str, Any]
_LONG_AGO = "2025-01-01"
_ACME = {
    "name": "Acme GmbH",
    "address": {
        "lines": ["Musterstraße 1"],
        "city": "Berlin",
        "postal_code": "10115",
        "country": "DE",
    },
    "tax_id": "DE111111125",
    "email": "accounts@acme.example",
    "electronic_address": "9930:DE111111125",
}
_GLOBEX = {
    "name": "Globex Private Limited",
    "address": {
        "lines": ["12 Sample Road", "Indiranagar"],
        "city": "Bengaluru",
        "postal_code": "560038",
        "region": "Karnataka",
        "country": "IN",
    },
    "tax_id": "29AAAAA0001A1Z5",
    "email": "accounts@globex.example",
}
_INITECH = {
    "name": "Initech W.L.L.",
    "address": {
        "lines": ["Block 3, Sample Street 7"],
        "city": "Kuwait City",
        "postal_code": "13001",
        "country": "KW",
    },
    "email": "accounts@initech.example",
}


def sample_issuers(first_seen: date) -> dict[str, Body]:
    """Return who issues documents in the sample, by id, as the API takes them.

    Args:
        first_seen: when the sample was first set up; both months before that one are invoiced.
    """
    first_period = f"{month_before(first_seen, 2):%Y-%m}"
    return {GERMANY: _germany(first_period), INDIA: _india(first_period)}


def sample_details() -> Iterator[tuple[str, Body]]:
    """Yield whom documents of the sample accounts name, and how those pay, by account."""
    yield ACME.id, _details(GERMANY, _ACME, reference="PO-4711") | {"due_days": 30}
    yield APOLLO.id, _details(GERMANY, _ACME, reference="Apollo")
    yield GLOBEX.id, _details(INDIA, _GLOBEX)
    prepaid = {"payment_mode": "prepaid", "tax_class": "abroad", "low_balance": _kwd("20.000")}
    yield INITECH.id, _details(GERMANY, _INITECH) | prepaid


def sample_gift() -> Body:
    """Return the top-up that welcomes the prepaid account."""
    return {
        "account": INITECH.id,
        "amount": _kwd("15.000"),
        "grant": "granted",
        "note": "welcome",
        "id": "sample-welcome",
    }


def _germany(first_period: str) -> Body:
    abroad = "Not taxable in Germany: the place of supply is where the customer is."
    return {
        "party": {
            "name": "Sample Cloud GmbH",
            "address": {
                "lines": ["Beispielallee 42"],
                "city": "Hamburg",
                "postal_code": "20095",
                "country": "DE",
            },
            "tax_id": "DE123456788",
            "registration": "HRB 00000, Amtsgericht Hamburg",
            "email": "billing@stacktally.example",
            "electronic_address": "9930:DE123456788",
        },
        "time_zone": "Europe/Berlin",
        "first_period": first_period,
        "series": {
            "invoice": "RE-{year}-{n:05}",
            "credit_note": "GS-{year}-{n:05}",
            "receipt": "QU-{year}-{n:05}",
        },
        "taxes": [
            _tax("standard", "VAT", "S", "19"),
            _tax("abroad", "VAT", "O", "0", note=abroad, code="VATEX-EU-O"),
        ],
        # The well-known example of how an IBAN looks.
        "bank": {
            "holder": "Sample Cloud GmbH",
            "iban": "DE89370400440532013000",
            "name": "Example Bank",
        },
        "footer": "Thank you for running your machines with us.",
    }


def _india(first_period: str) -> Body:
    parts = [{"name": "CGST", "percent": "9"}, {"name": "SGST", "percent": "9"}]
    return {
        "party": {
            "name": "Sample Cloud India Private Limited",
            "address": {
                "lines": ["42 Example Street"],
                "city": "Bengaluru",
                "postal_code": "560001",
                "region": "Karnataka",
                "country": "IN",
            },
            "tax_id": "29AAAAA0000A1Z5",
            "email": "billing@stacktally.example",
        },
        "time_zone": "Asia/Kolkata",
        "first_period": first_period,
        "fiscal_year_start": 4,
        "longest_number": 16,
        "series": {
            "invoice": "IN/{fy}/{n:04}",
            "credit_note": "CN/{fy}/{n:04}",
            "receipt": "RV/{fy}/{n:04}",
        },
        "taxes": [
            _tax("standard", "GST", "S", "18", parts=parts),
            _tax("interstate", "IGST", "S", "18"),
        ],
        "bank": {"holder": "Sample Cloud India Private Limited", "name": "Example Bank"},
    }


def _tax(tax_class: str, name: str, category: str, percent: str, **more: object) -> Body:
    rule = {"tax_class": tax_class, "name": name, "category": category, "percent": percent}
    return {**rule, "start": _LONG_AGO, **more}


def _details(issuer: str, party: Body, reference: str = "") -> Body:
    recipients = [party["email"]]
    return {
        "issuer": issuer,
        "party": party,
        "recipients": recipients,
        "buyer_reference": reference,
    }


def _kwd(amount: str) -> Body:
    return {"amount": amount, "currency": "KWD"}
