"""Credit notes, write-offs and taking back, all of apollo's invoice; it is 2.55 euros."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from local.billing_samples import sample_details
from local.cloud import Cloud
from local.cloudstack.estate import ACME, APOLLO, GLOBEX, GLOBEX_ADMIN
from local.cloudstack.simulator import Simulator
from tests.app.billed import MONTH, bill, invoice_of, money
from tests.app.callers import Answer, Caller, Callers
from tests.app.conftest import callers_with_usage, serving

NOTES, VOID, WRITE_OFFS = "/admin/credit-notes", "/admin/void", "/admin/write-offs"
Table = list[dict[str, str]]


@pytest.fixture(scope="module")
def corrected_callers(cloud: Cloud, cloudstack: Simulator) -> Callers:
    callers = callers_with_usage(cloud, cloudstack)
    with serving(callers.world):
        bill(callers, [ACME.id, APOLLO.id, GLOBEX.id])
    return callers


@pytest.fixture
def corrected(corrected_callers: Callers) -> Iterator[Callers]:
    """A deployment of one's own to correct at."""
    with serving(corrected_callers.world):
        yield corrected_callers


def correct(
    caller: Caller, path: str, document: str, account: str = APOLLO.id, **more: Any
) -> Answer:
    """Return the answer to a correction."""
    sent = {"account": account, "document": document, "reason": "outage", **more}
    return caller.post(path, sent)


def of(told: dict[str, str]) -> Decimal:
    """Return the amount of money."""
    return Decimal(told["amount"])


def test_what_cannot_be_corrected_is_refused(corrected: Callers, table: Table) -> None:
    """
    path         | field    | value                               | status | words
    credit-notes | amount   | {"amount": "0", "currency": "EUR"}  | 400 | more than zero
    credit-notes | amount   | {"amount": "0.001", "currency": "EUR"} | 400 | EUR has 2 decimals
    credit-notes | amount   | {"amount": "1", "currency": "USD"}  | 400 | must be in EUR
    credit-notes | amount   | {"amount": "2.56", "currency": "EUR"} | 409 |
    credit-notes | lines    | []                                  | 400 | give 1 to 500 lines
    credit-notes | lines    | [{"id": "x", "amount": {"amount": "1", "currency": "EUR"}}] | 400 |
    credit-notes | id       | "a b"                               | 400 | is 1 to 64
    credit-notes | reason   | ""                                  | 400 | must have 1 to 500
    credit-notes | reason   | "  "                                | 400 | must have 1 to 500
    credit-notes | document | "nothing"                           | 404 | no such invoice
    credit-notes | document | ""                                  | 404 | no such invoice
    credit-notes | account  | "nobody"                            | 404 | no account
    void         | reason   | ""                                  | 400 | must have 1 to 500
    void         | amount   | {"amount": "1", "currency": "EUR"}  | 400 | is not known here
    void         | document | "nothing"                           | 404 | no such invoice
    write-offs   | document | "nothing"                           | 404 | no such invoice
    write-offs   | reason   | "a\\nb"                             | 400 | must be one line
    """
    document = invoice_of(corrected["acme"], APOLLO.id)["id"]
    before = corrected.world.rows()
    for row in table:
        sent = {"document": document, row["field"]: json.loads(row["value"])}
        answer = correct(corrected["admin"], f"/admin/{row['path']}", **sent)
        assert answer.status == int(row["status"]), (row, answer)
        assert row["words"] in answer.document["message"], (row, answer)
    elsewhere = correct(corrected["admin"], NOTES, document, GLOBEX.id)
    assert elsewhere.status == 404
    both = {"amount": money("1.00"), "lines": [{"id": "x", "amount": money("1.00")}]}
    assert correct(corrected["admin"], NOTES, document, **both).status == 400
    assert corrected.world.rows() == before


def test_an_invoice_is_credited_in_parts_down_to_nothing(corrected: Callers) -> None:
    operator, acme = corrected["admin"], corrected["acme"]
    invoice = invoice_of(acme, APOLLO.id)
    document, total = invoice["id"], of(invoice["total"])
    first = correct(operator, NOTES, document, amount=money("1.00"))
    assert (first.status, first.document["document"]["credited"]) == (201, money("1.00"))
    assert correct(operator, NOTES, document, amount=money("1.00")).status == 200
    note = first.document["credit_note"]
    assert note["number"] == "GS-2026-00001"
    assert note["refers_to"] == {"id": document, "number": invoice["number"]}
    told = acme.get(f"/invoices/{note['id']}", account=APOLLO.id).document
    assert (told["reason"], told["total"], told["state"]) == ("outage", money("1.00"), "issued")
    assert of(told["net"]) + of(told["tax"]) == 1
    line = acme.get(f"/invoices/{document}", account=APOLLO.id).document["lines"][0]
    lines = [{"id": line["id"], "amount": money("0.10")}]
    second = correct(operator, NOTES, document, lines=lines, id="by-line")
    assert second.status == 201
    void = correct(operator, VOID, document)
    assert void.status == 409 and "issue a credit note" in void.document["message"]
    last = correct(operator, NOTES, document)
    assert last.status == 201 and last.document["document"]["state"] == "void"
    notes = acme.get(f"/invoices/{document}", account=APOLLO.id).document["credit_notes"]
    assert sum(of(each["total"]) for each in notes) == total and len(notes) == 3
    shown = acme.get("/overview", account=APOLLO.id).document["invoices"]
    assert [each["state"] for each in shown] == ["issued", "issued", "issued", "void"]
    nothing = correct(operator, NOTES, document, id="more")
    assert nothing.status == 409 and "nothing is left" in nothing.document["message"]


def test_what_was_paid_and_is_credited_becomes_credit(corrected: Callers) -> None:
    operator = corrected["admin"]
    invoice = invoice_of(corrected["globex"], GLOBEX.id)
    paid = {
        "account": GLOBEX.id,
        "day": "2026-11-04",
        "amount": invoice["total"],
        "method": "bank",
        "reference": "",
    }
    assert operator.post("/admin/payments", paid).status == 201
    void = correct(operator, VOID, invoice["id"], GLOBEX.id)
    assert void.status == 409
    none = correct(operator, WRITE_OFFS, invoice["id"], GLOBEX.id)
    assert none.status == 409 and "nothing of that document is unpaid" in none.document["message"]
    part = correct(operator, NOTES, invoice["id"], GLOBEX.id, amount=money("100.00", "INR"))
    assert part.document["credit"] == money("100.00", "INR")
    assert part.document["document"]["state"] == "paid"
    assert of(part.document["document"]["paid"]) == of(invoice["total"]) - 100
    assert part.document["credit_note"]["number"] == "CN/2026-27/0001"


def test_what_was_written_off_and_paid_after_all_is_paid(corrected: Callers) -> None:
    operator, acme = corrected["admin"], corrected["acme"]
    invoice = invoice_of(acme, ACME.id)
    for _ in range(2):
        done = correct(operator, WRITE_OFFS, invoice["id"], ACME.id)
        assert (done.status, done.document["document"]["state"]) == (200, "uncollectible")
        assert done.document["credit_note"] is None
    told = invoice_of(acme, ACME.id)
    assert (of(told["payable"]), of(told["paid"])) == (0, 0)
    assert acme.get("/wallet").document["owed"] == money("0.00")
    allocated = [{"document": invoice["id"], "amount": invoice["total"]}]
    paid = {
        "account": ACME.id,
        "day": "2026-11-04",
        "amount": invoice["total"],
        "method": "cash",
        "reference": "at last",
        "allocations": allocated,
    }
    assert operator.post("/admin/payments", paid).status == 201
    told = invoice_of(acme, ACME.id)
    assert (told["state"], told["paid"]) == ("paid", invoice["total"])
    facts = acme.get(f"/invoices/{invoice['id']}").document["payments"]
    assert {each["fact"] for each in facts} == {"write_off", "payment"}
    balance = operator.get("/admin/trial-balance").document
    assert all(each["balanced"] for each in balance["currencies"])
    assert (balance["accounts_checked"], balance["accounts_off"]) == (4, [])


def test_an_unpaid_invoice_is_taken_back_as_if_it_had_never_been(corrected: Callers) -> None:
    operator, account = corrected["admin"], GLOBEX_ADMIN.id
    details = dict(sample_details())[GLOBEX.id]
    assert operator.put(f"/admin/accounts/{account}/billing", details).status == 200
    issued = operator.post(f"/admin/billing-runs/{MONTH}/accounts/{account}", {"reason": "test"})
    assert (issued.status, issued.document["state"]) == (200, "issued")
    invoice = invoice_of(operator, account)
    for _ in range(2):
        done = correct(operator, VOID, invoice["id"], account)
        assert (done.status, done.document["document"]["state"]) == (200, "void")
        assert done.document["credit_note"]["total"] == invoice["total"]
    assert of(done.document["document"]["payable"]) == 0
    note = done.document["credit_note"]["number"]
    query = {"issuer": "sample-cloud-india", "kind": "credit_note"}
    used = operator.get("/admin/documents", **query).document
    assert used["documents"][0]["number"] == note
    issued = {
        each["number"]: each
        for each in operator.get("/admin/documents", issuer="sample-cloud-india").document[
            "documents"
        ]
    }
    assert issued[invoice["number"]]["state"] == "void"
