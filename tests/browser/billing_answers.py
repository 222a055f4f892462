"""Answers of the billing API for documents, the wallet and statements."""

from __future__ import annotations

from typing import Any

from .answers import Json, money

PAST, OPEN, PARTLY, NOTE, RECEIPT = ("a1" * 16, "b2" * 16, "c3" * 16, "d4" * 16, "e5" * 16)
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
CHECKOUT = "/favicon.svg?checkout"
RATE = {"base": "EUR", "quote": "GBP", "date": "2026-10-30", "rate": "0.8712", "source": "ecb"}
ISSUER = {
    "name": "Nimbus Cloud GmbH",
    "address": {
        "lines": ["Beispielweg 4"],
        "city": "Berlin",
        "postal_code": "10115",
        "country": "DE",
        "region": "",
    },
    "tax_id": "DE123456789",
    "registration": "HRB 1234 B",
    "email": "billing@nimbus.example",
    "electronic_address": "",
}
CUSTOMER = {
    "name": "Acme Ltd",
    "address": {
        "lines": ["Unit 7", "Harbour House"],
        "city": "Dublin",
        "postal_code": "D02 X285",
        "country": "IE",
        "region": "",
    },
    "tax_id": "IE6388047V",
    "registration": "",
    "email": "",
    "electronic_address": "",
}
BANK = {
    "holder": "Nimbus Cloud GmbH",
    "iban": "DE02 1203 0000 0000 2020 51",
    "bic": "BYLADEM1001",
    "name": "DKB",
}
NO_BANK = dict.fromkeys(BANK, "")
BEING_MADE = {"error": "Unavailable", "message": "the PDF is being made; try again in a minute"}


def summary(document: str, number: str | None, total: str, state: str, **changes: Any) -> Json:
    """Return a row of the list: an invoice of October, unpaid unless `state` says otherwise."""
    unpaid = state in ("issued", "partially_paid", "draft")
    return {
        "id": document,
        "kind": "invoice",
        "number": number,
        "period": "2026-10",
        "issued_on": "2026-11-03",
        "due_on": "2026-11-29",
        "total": money(total),
        "payable": money(total if unpaid else "0.00"),
        "paid": money("0.00" if unpaid else total),
        "credited": money("0.00"),
        "state": state,
        "overdue": False,
        "files": ["pdf", "xml"],
        "refers_to": None,
        **changes,
    }


def draft() -> Json:
    """Return the row of the running month."""
    bare: Json = {"issued_on": None, "due_on": None, "files": []}
    return summary("draft", None, "1019.00", "draft", period="2026-11", **bare)


def credit_note() -> Json:
    """Return the row of a note that corrects the paid invoice."""
    of = {"id": PAST, "number": "NC-2026-0107"}
    bare: Json = {"period": None, "due_on": None, "paid": money("0.00")}
    told: Json = {"kind": "credit_note", "issued_on": "2026-10-20", "refers_to": of}
    return summary(NOTE, "CN-2026-0003", "11.90", "paid", **bare, **told)


def documents(**changes: Any) -> Json:
    """Return the first page: every kind of document, in every state that a list has."""
    overdue: Json = {"due_on": "2026-11-17", "overdue": True, "period": "2026-09"}
    partly: Json = {
        "payable": money("519.00"),
        "paid": money("488.10"),
        "credited": money("11.90"),
    }
    receipt: Json = {"kind": "receipt", "period": None, "due_on": None, "files": ["pdf"]}
    rows = [
        draft(),
        summary(OPEN, "NC-2026-0142", "1019.00", "issued"),
        summary(PARTLY, "NC-2026-0119", "1019.00", "partially_paid", **overdue, **partly),
        summary(PAST, "NC-2026-0107", "952.00", "paid", period="2026-08"),
        credit_note(),
        summary(RECEIPT, "RC-2026-0009", "59.50", "paid", **receipt),
    ]
    counts = {
        "draft": 1,
        "issued": 1,
        "partially_paid": 1,
        "paid": 3,
        "void": 0,
        "uncollectible": 0,
        "overdue": 1,
    }
    return {"documents": rows, "counts": counts, "next": None, **changes}


def line(line_id: str, name: str, amount: str, service: str, **changes: Any) -> Json:
    """Return a line of October, priced by the hour."""
    names = {"virtual_machines": "Virtual machines", "volumes": "Volumes"}
    return {
        "id": line_id,
        "service": service,
        "service_name": names[service],
        "name": name,
        "quantity": "20400",
        "unit": "hour",
        "unit_price": "0.0345588",
        "amount": money(amount),
        "tax": "S:19",
        "period": "2026-10",
        "start": "2026-10-01",
        "end": "2026-10-31",
        "category": "usage",
        "correction": None,
        **changes,
    }


def lines() -> list[Json]:
    """Return lines that add up to 856.30, the last of which corrects another invoice."""
    correction = {
        "invoice": {"id": PAST, "number": "NC-2026-0107"},
        "before": money("120.00"),
        "after": money("111.30"),
    }
    bare: Json = {"quantity": None, "unit": "", "unit_price": None}
    days = {"period": "2026-08", "start": "2026-08-01", "end": "2026-08-31"}
    volume: Json = {"quantity": "1824000.5", "unit": "GiB-hour", "unit_price": None}
    return [
        line("vm", "Running VM, Medium", "705.00", "virtual_machines"),
        line("volume", "Volume", "160.00", "volumes", **volume),
        line("again", "Volume", "-8.70", "volumes", **bare, **days, correction=correction),
    ]


def tax(**changes: Any) -> Json:
    """Return the tax of all lines."""
    return {
        "key": "S:19",
        "name": "VAT",
        "category": "S",
        "percent": "19",
        "taxable": money("856.30"),
        "amount": money("162.70"),
        "note": "",
        "parts": [],
        **changes,
    }


def document(row: Json | None = None, **changes: Any) -> Json:
    """Return all of a document: the open invoice of October, of which nothing was paid."""
    row = row or summary(OPEN, "NC-2026-0142", "1019.00", "issued")
    services = [
        {"service": "virtual_machines", "name": "Virtual machines", "amount": money("705.00")},
        {"service": "volumes", "name": "Volumes", "amount": money("151.30")},
    ]
    return {
        **row,
        "account": "7c0e6f4e-1111-5a5a-9b9b-000000000001",
        "issuer": ISSUER,
        "customer": CUSTOMER,
        "start": "2026-10-01",
        "end": "2026-10-31",
        "time_zone": "Europe/Berlin",
        "language": "en",
        "currency": "EUR",
        "net": money("856.30"),
        "tax": money("162.70"),
        "services": services,
        "lines": lines(),
        "taxes": [tax()],
        "settled": [],
        "in_tax_currency": None,
        "exchange_rates": [],
        "reason": "",
        "buyer_reference": "PO 4711",
        "notes": ["Payable without deduction."],
        "bank": BANK,
        "payments": [],
        "credit_notes": [],
        "hash": HASH,
        "forced": None,
        "pay": {"gateways": ["stripe"]},
        **changes,
    }


def draft_document(**changes: Any) -> Json:
    """Return the running month as the invoice it would be, before an address is known."""
    nowhere = {"lines": [], "city": "", "postal_code": "", "country": "", "region": ""}
    running = {"period": "2026-11", "start": "2026-11-01", "end": "2026-11-30"}
    told: Json = {
        "customer": {**CUSTOMER, "name": "acme", "address": nowhere, "tax_id": ""},
        "lines": [{**each, **running} for each in lines()[:2]] + lines()[2:],
        "total": money("1019.00"),
        "payable": money("1019.00"),
        "hash": None,
        "bank": NO_BANK,
        "pay": {"gateways": []},
        "buyer_reference": "",
        "notes": [],
        **running,
    }
    return document(draft(), **told, **changes)


def rich_document() -> Json:
    """Return a document with everything there can be: parts of taxes, rates, payments, notes."""
    parts = [
        {"name": "CGST", "percent": "9.5", "amount": money("81.35")},
        {"name": "SGST", "percent": "9.5", "amount": money("81.35")},
    ]
    none = tax(
        key="AE:0",
        name="Reverse charge",
        category="AE",
        percent="0",
        taxable=money("0.00"),
        amount=money("0.00"),
        note="The customer owes the tax (reverse charge).",
    )
    part: Json = {"payable": money("519.00"), "paid": money("488.10"), "credited": money("11.90")}
    payments = [
        payment("payment", "SEPA 20 Nov", "300.00"),
        payment("credit_note", "CN-2026-0003", "11.90"),
    ]
    return document(
        summary(PARTLY, "NC-2026-0119", "1019.00", "partially_paid", overdue=True),
        **part,
        due_on="2026-11-17",
        taxes=[tax(parts=parts), none],
        settled=[
            {"source": "drawn", "amount": money("150.00")},
            {"source": "credit", "amount": money("38.10")},
        ],
        in_tax_currency={"tax": money("141.74", "GBP"), "rates": [RATE]},
        exchange_rates=[{**RATE, "quote": "USD", "rate": "1.0832"}],
        payments=payments,
        credit_notes=[credit_note()],
        forced={
            "by": "operator",
            "at": "2026-11-03T09:00:00Z",
            "reason": "agreed with the customer",
            "waiting": ["2 usage records are held"],
        },
    )


def payment(fact: str, reference: str, amount: str) -> Json:
    """Return what was paid of a document."""
    return {
        "at": "2026-11-20T10:12:00Z",
        "fact": fact,
        "reference": reference,
        "amount": money(amount),
    }


def overview_invoices() -> list[Json]:
    """Return the newest documents as the overview has them."""
    kept = ("id", "kind", "number", "due_on", "payable", "total", "state", "overdue")
    return [{part: row[part] for part in kept} for row in documents()["documents"][1:]]


def overview_wallet(state: str = "ok", available: str = "182.40") -> Json:
    """Return the wallet as the overview has it."""
    return {"available": money(available), "balance": money("232.50"), "state": state}


def wallet(**changes: Any) -> Json:
    """Return a wallet with a granted and a purchased top-up."""
    lots = [
        lot("l1", "granted", "30.00", expires_on="2026-12-31"),
        lot("l2", "purchased", "200.10"),
    ]
    return {
        "mode": "prepaid",
        "currency": "EUR",
        "balance": money("232.50"),
        "not_drawn": money("50.10"),
        "available": money("182.40"),
        "credit": money("2.40"),
        "granted": money("30.00"),
        "purchased": money("200.10"),
        "owed": money("0.00"),
        "lots": lots,
        "low_balance": money("50.00"),
        "state": "ok",
        "gateways": ["stripe"],
        "movements": [
            moved("draw_down", "2026-11", "-61.88", "232.50"),
            moved("top_up", "RC-2026-0009", "50.00", "294.38"),
            moved("payment", "SEPA 20 Nov", "2.40", "244.38"),
        ],
        "next": None,
        **changes,
    }


def lot(lot_id: str, grant: str, left: str, **changes: Any) -> Json:
    """Return a top-up of which something is left, for ever."""
    return {
        "id": lot_id,
        "grant": grant,
        "left": money(left),
        "topped_up_at": "2026-11-02T08:30:00Z",
        "expires_on": None,
        **changes,
    }


def moved(fact: str, reference: str, amount: str, balance: str) -> Json:
    """Return one movement of a balance."""
    return {
        "at": "2026-11-21T01:15:00Z",
        "fact": fact,
        "reference": reference,
        "amount": money(amount),
        "balance": money(balance),
    }


def postpaid(owed: str = "1738.00", credit: str = "0.00") -> Json:
    """Return how an account stands that pays afterwards."""
    none = dict.fromkeys(("not_drawn", "granted", "purchased"), money("0.00"))
    bare: Json = {"lots": [], "low_balance": None, "state": None, "movements": []}
    has = {"balance": money(credit), "available": money(credit), "credit": money(credit)}
    return wallet(mode="postpaid", owed=money(owed), **none, **bare, **has)


def statement(**changes: Any) -> Json:
    """Return a statement of November: an invoice, a payment and a credit note."""
    return {
        "account": {"id": "7c0e6f4e-1111-5a5a-9b9b-000000000001", "name": "acme"},
        "period": "2026-11",
        "start": "2026-11-01",
        "end": "2026-11-30",
        "time_zone": "Europe/Berlin",
        "currency": "EUR",
        "opening": money("719.00"),
        "closing": money("1426.10"),
        "movements": [
            posted("03", "invoice", "NC-2026-0142", ("1019.00", "1738.00"), OPEN),
            posted("20", "payment", "SEPA 20 Nov", ("-300.00", "1438.00")),
            posted("20", "credit_note", "CN-2026-0003", ("-11.90", "1426.10"), NOTE),
        ],
        "as_of": "2026-11-23T09:59:00Z",
        **changes,
    }


def posted(
    day: str, fact: str, reference: str, amounts: tuple[str, str], of: str | None = None
) -> Json:
    """Return one movement of a statement, of a day of November, with the balance after it."""
    return {
        "at": f"2026-11-{day}T10:12:00Z",
        "day": f"2026-11-{day}",
        "fact": fact,
        "reference": reference,
        "document": of,
        "amount": money(amounts[0]),
        "balance": money(amounts[1]),
    }
