"""Payments, refunds and bank statements; all of globex, in rupees."""

import json
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.runs.messages import FollowUpMessage
from local.cloud import Cloud
from local.cloudstack.estate import ACME, APOLLO, GLOBEX, INITECH
from local.cloudstack.simulator import Simulator
from tests.app.billed import bill, invoice_of, money
from tests.app.callers import Answer, Caller, Callers
from tests.app.conftest import callers_with_usage, serving

PAYMENTS = "/admin/payments"
PREVIEW = "/admin/bank-statements/preview"
Table = list[dict[str, str]]


def rupees(amount: str) -> dict[str, str]:
    return money(amount, "INR")


def payment(amount: str, **more: Any) -> dict[str, Any]:
    """Return a payment as JSON writes it."""
    told = {"account": GLOBEX.id, "day": "2026-11-03", "method": "bank", "reference": "NEFT 1"}
    return {**told, "amount": rupees(amount), **more}


def open_now(callers: Callers) -> Decimal:
    """Return what is open of the invoice of globex."""
    return Decimal(invoice_of(callers["globex"], GLOBEX.id)["payable"]["amount"])


@pytest.fixture(scope="module")
def invoiced_callers(cloud: Cloud, cloudstack: Simulator) -> Callers:
    """The callers of a deployment of one's own: others pay the same invoices."""
    callers = callers_with_usage(cloud, cloudstack)
    with serving(callers.world):
        bill(callers, [ACME.id, APOLLO.id, GLOBEX.id, INITECH.id])
    return callers


def credit(callers: Callers) -> Decimal:
    """Return the credit of globex."""
    return Decimal(callers["globex"].get("/wallet").document["credit"]["amount"])


def preview(caller: Caller, text: str | bytes, **query: str) -> Answer:
    """Return the answer to a bank statement that is looked at."""
    body = text.encode() if isinstance(text, str) else text
    headers = {"Cookie": f"session={caller.token}", "Content-Type": "text/csv"}
    return caller.call("POST", PREVIEW, body=body, headers=headers, query=query)


def test_a_payment_pays_what_is_due_and_counts_once(invoiced: Callers) -> None:
    before, asked = open_now(invoiced), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(invoiced.world.wiring.follow_ups_queue, "put_all", asked.extend)
        first = invoiced["admin"].post(PAYMENTS, payment("1000.00"))
        again = invoiced["admin"].post(PAYMENTS, payment("1000.00"))
    assert (first.status, again.status) == (201, 200)
    assert asked == [FollowUpMessage(GLOBEX.id)] * 2
    assert first.document == again.document
    (paid,) = first.document["allocated"]
    assert (paid["number"], paid["amount"]) == ("IN/2026-27/0001", rupees("1000.00"))
    assert open_now(invoiced) == before - 1000
    invoice = invoice_of(invoiced["globex"], GLOBEX.id)
    assert invoice["state"] == "partially_paid"
    shown = invoiced["globex"].get("/overview").document["invoices"][0]
    assert (shown["payable"], shown["state"]) == (invoice["payable"], "partially_paid")
    told = invoiced["globex"].get(f"/invoices/{invoice['id']}").document["payments"]
    assert ("payment", "NEFT 1", rupees("1000.00")) in [
        (each["fact"], each["reference"], each["amount"]) for each in told
    ]
    listed = invoiced["admin"].get(PAYMENTS, month="2026-11").document["payments"]
    assert first.document["payment"] in listed
    assert invoiced["admin"].get(PAYMENTS, month="2026-10").document["payments"] == []


def test_a_payment_goes_where_it_is_told_and_the_rest_is_credit(invoiced: Callers) -> None:
    operator, before, had = invoiced["admin"], open_now(invoiced), credit(invoiced)
    document = invoice_of(invoiced["globex"], GLOBEX.id)["id"]
    parts = [{"document": document, "amount": rupees("0.50")}]
    answer = operator.post(PAYMENTS, payment("2.00", id="told", allocations=parts))
    assert answer.status == 201 and answer.document["credit"] == rupees(f"{had + Decimal('1.50')}")
    assert open_now(invoiced) == before - Decimal("0.50")
    other = operator.post(PAYMENTS, payment("3.00", id="told", allocations=parts))
    assert (other.status, other.document["error"]) == (409, "Conflict")
    refund = {**payment("1.00", id="back")}
    assert operator.post("/admin/refunds", refund).status == 201
    assert operator.post("/admin/refunds", refund).status == 200
    assert credit(invoiced) == had + Decimal("0.50")
    much = operator.post("/admin/refunds", payment("100000.00", id="much"))
    assert much.status == 409 and "no more can be paid back" in much.document["message"]
    paid = operator.post("/admin/allocations", {"account": GLOBEX.id})
    assert paid.status == 200 and paid.document["credit"] == rupees("0.00")
    assert sum(Decimal(each["amount"]["amount"]) for each in paid.document["allocated"]) > 0
    nothing = operator.post("/admin/allocations", {"account": GLOBEX.id}).document
    assert nothing["allocated"] == []


def test_what_is_no_payment_is_refused(invoiced: Callers, table: Table) -> None:
    """
    field       | value                              | status | words
    amount      | {"amount": "0", "currency": "INR"}  | 400 | more than zero
    amount      | {"amount": "-1", "currency": "INR"} | 400 | more than zero
    amount      | {"amount": "0.001", "currency": "INR"} | 400 | INR has 2 decimals
    amount      | {"amount": "1000000000000.01", "currency": "INR"} | 400 | at most 1000000000000
    amount      | {"amount": "NaN", "currency": "INR"} | 400 | must be a number
    amount      | {"amount": "1e400", "currency": "INR"} | 400 | at most 1000000000000
    amount      | {"amount": "1", "currency": "EUR"}  | 400 | must be in INR
    amount      | "1"                                 | 400 |
    day         | "2026-11-06"                        | 400 | in the future
    day         | "1999-12-31"                        | 400 | must be a day of 2000 to 2999
    day         | "yesterday"                         | 400 | must be a day
    method      | "cheque"                            | 400 |
    reference   | "two\\nlines"                       | 400 | must be one line
    reference   | null                                | 400 | must be text
    id          | "a b"                               | 400 | is 1 to 64
    id          | "é"                                 | 400 | is 1 to 64
    account     | "nobody"                            | 404 | no account
    account     | ""                                  | 404 | no such account
    allocations | [{"document": "x", "amount": {"amount": "1", "currency": "INR"}}] | 400 | is open
    allocations | [{"document": "", "amount": {"amount": "1", "currency": "INR"}}]  | 404 | document
    allocations | [{"document": "x", "amount": {"amount": "0", "currency": "INR"}}] | 400 | than zero
    allocations | {}                                  | 400 |
    received_at | "2026-11-03T00:00:00Z"              | 400 | is not known here
    by          | "somebody"                          | 400 | is not known here
    """
    before = invoiced.world.rows()
    for row in table:
        sent = {**payment("1.00"), row["field"]: json.loads(row["value"])}
        answer = invoiced["admin"].post(PAYMENTS, sent)
        assert answer.status == int(row["status"]), (row, answer)
        assert row["words"] in answer.document["message"], (row, answer)
        if answer.status == 400:
            assert set(answer.document["fields"]) <= {row["field"], "allocations.0"}, (row, answer)
    long = invoiced["admin"].post(PAYMENTS, payment("1.00", reference="x" * 201))
    assert (long.status, set(long.document["fields"])) == (400, {"reference"})
    many = [{"document": "x", "amount": rupees("1")}] * 51
    assert invoiced["admin"].post(PAYMENTS, payment("1.00", allocations=many)).status == 400
    assert invoiced.world.rows() == before


@pytest.mark.parametrize("query", [{"month": "2026"}, {"month": "0000-01"}, {"next": "x"}], ids=str)
def test_lists_of_no_month_or_place_are_refused(invoiced: Callers, query: dict[str, str]) -> None:
    for path in (PAYMENTS, "/admin/top-ups"):
        assert invoiced["admin"].get(path, **query).status == 400


def test_a_bank_statement_is_matched_recorded_and_known_from_then_on(invoiced: Callers) -> None:
    operator, before = invoiced["admin"], open_now(invoiced)
    text = (
        "Buchungstag;Betrag;Währung;Auftraggeber;Verwendungszweck\n"
        "03.11.2026;10,00;INR;Globex;Rechnung IN/2026-27/0001\n"
        "03.11.2026;11,00;INR;Somebody else;thanks\n"
        "03.11.2026;-12,00;INR;Rent;\n"
        "soon;13,00;INR;Globex;\n"
    )
    told = preview(operator, text).document
    assert told["columns"]["reference"] == "Verwendungszweck"
    sure, unknown, problem = told["rows"]
    assert sure["match"]["account"] == {"id": GLOBEX.id, "name": "globex"}
    assert (sure["match"]["how"], sure["match"]["sure"], sure["already"]) == ("number", True, False)
    assert unknown["match"] is None and "not a day" in problem["problem"]
    counts = {"rows": 3, "sure": 1, "unsure": 0, "unmatched": 1, "already": 0, "problems": 1}
    assert told["counts"] == counts
    rows = [
        {
            **{name: row[name] for name in ("id", "day", "amount", "reference")},
            "account": GLOBEX.id,
            "document": row["match"] and row["match"]["document"],
        }
        for row in (sure, unknown)
    ]
    done = operator.post("/admin/bank-statements", {"rows": rows})
    assert (done.status, done.document) == (200, {"recorded": 2, "already": 0})
    again = operator.post("/admin/bank-statements", {"rows": rows})
    assert again.document == {"recorded": 0, "already": 2}
    assert open_now(invoiced) == before - 21
    told = preview(operator, text).document
    assert [row["already"] for row in told["rows"]] == [True, True, False]
    assert told["counts"]["already"] == 2


def test_a_file_that_is_no_bank_statement_is_refused(invoiced: Callers) -> None:
    operator = invoiced["admin"]
    for text in ("", "Name,Place\nAda,London\n", b"\xff\xfe\x00", b"\0" * 50):
        answer = preview(operator, text)
        assert (answer.status, answer.document["error"]) == (400, "InvalidInput"), text
    assert preview(operator, "Date,Amount\n" + "x" * 1_000_000).status == 400
    assert preview(operator, "Date,Amount\n", currency="XXX").status == 400
    assert operator.post(PREVIEW, {"rows": []}).status == 415


def test_rows_of_a_bank_statement_are_all_checked_before_one_is_recorded(invoiced: Callers) -> None:
    row = {
        "id": "r1",
        "day": "2026-11-03",
        "amount": rupees("1.00"),
        "reference": "x",
        "account": GLOBEX.id,
    }
    before = invoiced.world.rows()
    for bad in (
        [],
        [row, row],
        [row, {**row, "id": ""}],
        [row, {**row, "id": "r2", "account": "nobody"}],
        [row, {**row, "id": "r2", "amount": money("1.00")}],
        [row, {**row, "id": "r2", "document": ""}],
        [{**row, "id": f"r{n}"} for n in range(101)],
    ):
        answer = invoiced["admin"].post("/admin/bank-statements", {"rows": bad})
        assert answer.status in (400, 404), bad
    assert invoiced.world.rows() == before
