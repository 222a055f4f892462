"""Documents as those who pay them see them: lists, everything they say, files, statements."""

import csv
from decimal import Decimal
from io import StringIO

import pytest

from chalicelib.invoicing.files import file_key
from chalicelib.runs.messages import RenderMessage, StatementMessage
from local.cloudstack.estate import ACME, APOLLO, GLOBEX
from tests.app.billed import MONTH, RUNNING, invoice_of
from tests.app.callers import Answer, Callers, sign_in

STATES = ["draft", "issued", "partially_paid", "paid", "void", "uncollectible", "overdue"]
Table = list[dict[str, str]]


def numbers(answer: Answer) -> list[str | None]:
    """Return the numbers of the documents in a list."""
    assert answer.status == 200
    return [each["number"] for each in answer.document["documents"]]


def of(told: dict[str, str]) -> Decimal:
    """Return the amount of money."""
    return Decimal(told["amount"])


def test_the_running_month_comes_first_and_then_what_is_issued(invoiced: Callers) -> None:
    answer = invoiced["acme"].get("/invoices")
    draft, invoice = answer.document["documents"]
    assert (draft["id"], draft["state"], draft["number"]) == ("draft", "draft", None)
    assert (draft["period"], draft["files"]) == (RUNNING, [])
    assert (invoice["number"], invoice["period"]) == ("RE-2026-00001", MONTH)
    assert (invoice["state"], invoice["files"]) == ("issued", ["pdf", "xml"])
    assert invoice["payable"] == invoice["total"] and of(invoice["paid"]) == 0
    assert (invoice["issued_on"], invoice["due_on"]) == ("2026-11-04", "2026-11-18")
    assert answer.document["counts"] == dict.fromkeys(STATES, 0) | {"draft": 1, "issued": 1}
    assert answer.document["next"] is None


def test_a_list_holds_what_is_asked_for(invoiced: Callers, table: Table) -> None:
    """
    state   | kind        | search | numbers
            |             |        | draft RE-2026-00001
    draft   |             |        | draft
    issued  |             |        | RE-2026-00001
    paid    |             |        |
    overdue |             |        |
            | invoice     |        | draft RE-2026-00001
            | credit_note |        |
            |             | re-    | RE-2026-00001
            |             | 0001   | RE-2026-00001
            |             | 2026-1 | draft RE-2026-00001
            |             | 2026-11 | draft
            |             | x      |
    issued  | receipt     |        |
    """
    for row in table:
        query = {name: row[name] for name in ("state", "kind", "search") if row[name]}
        found = numbers(invoiced["acme"].get("/invoices", **query))
        assert [each or "draft" for each in found] == row["numbers"].split(), row


@pytest.mark.parametrize(
    "query",
    [
        {"state": "open"},
        {"state": "Paid"},
        {"kind": "bill"},
        {"search": "x" * 65},
        {"next": "x"},
        {"next": ""},
    ],
    ids=str,
)
def test_a_list_of_something_else_is_refused(invoiced: Callers, query: dict[str, str]) -> None:
    answer = invoiced["acme"].get("/invoices", **query)
    assert (answer.status, set(answer.document["fields"])) == (400, set(query))


def test_what_is_overdue_depends_on_the_day(invoiced: Callers) -> None:
    invoiced.world.now = invoiced.world.now.replace(day=18, hour=22)
    acme = sign_in("acme")
    assert invoice_of(acme, ACME.id)["overdue"] is False
    invoiced.world.now = invoiced.world.now.replace(day=18, hour=23)
    answer = acme.get("/invoices", state="overdue")
    assert numbers(answer) == ["RE-2026-00001"] and answer.document["counts"]["overdue"] == 1
    assert answer.document["counts"]["issued"] == 1


def test_a_document_says_everything_and_adds_up(invoiced: Callers) -> None:
    acme = invoiced["acme"]
    summary = invoice_of(acme, ACME.id)
    told = acme.get(f"/invoices/{summary['id']}").document
    assert {name: told[name] for name in summary} == summary
    assert told["issuer"]["name"] == "Sample Cloud GmbH"
    assert told["customer"]["name"] == "Acme GmbH"
    assert sum(of(line["amount"]) for line in told["lines"]) == of(told["net"])
    assert sum(of(each["amount"]) for each in told["services"]) == of(told["net"])
    assert sum(of(each["amount"]) for each in told["taxes"]) == of(told["tax"]) > 0
    assert of(told["net"]) + of(told["tax"]) == of(told["total"])
    assert (told["start"], told["end"], told["time_zone"]) == (
        "2026-10-01",
        "2026-10-31",
        "Europe/Berlin",
    )
    assert len(told["hash"]) == 64 and told["payments"] == told["credit_notes"] == []
    assert told["buyer_reference"] == "PO-4711" and told["pay"] == {"gateways": []}
    charges = acme.get("/charges", period=MONTH).document
    assert [line["amount"] for line in told["lines"]] == [
        line["amount"] for line in charges["lines"]
    ]


def test_a_draft_says_what_the_running_month_would_cost_with_tax(invoiced: Callers) -> None:
    acme = invoiced["acme"]
    draft = acme.get("/invoices/draft").document
    assert (draft["id"], draft["number"], draft["hash"]) == ("draft", None, None)
    month = acme.get("/overview").document["summary"]["month_to_date"]
    assert draft["net"] == month["amount"] and draft["period"] == month["period"] == RUNNING
    assert of(draft["total"]) > of(draft["net"])
    assert acme.get("/invoices/draft", period=RUNNING).document == draft


@pytest.mark.parametrize(
    ("period", "status"), [(MONTH, 404), ("2026-12", 404), ("2026-13", 400), ("x" * 500, 400)]
)
def test_there_is_no_draft_of_what_is_invoiced_or_empty(
    invoiced: Callers, period: str, status: int
) -> None:
    assert invoiced["acme"].get("/invoices/draft", period=period).status == status


def test_the_overview_shows_the_newest_documents(invoiced: Callers) -> None:
    overview = invoiced["acme"].get("/overview").document
    (shown,) = overview["invoices"]
    invoice = invoice_of(invoiced["acme"], ACME.id)
    assert shown == {name: invoice[name] for name in shown} and overview["wallet"] is None


def test_nobody_reads_what_is_anothers(invoiced: Callers) -> None:
    document = invoice_of(invoiced["globex"], GLOBEX.id)["id"]
    assert invoiced["acme"].get(f"/invoices/{document}").status == 404
    # Not by way of an account that they may see, either.
    for path in ("", "/pdf", "/xml"):
        answer = invoiced["acme"].get(f"/invoices/{document}{path}", account=APOLLO.id)
        assert (answer.status, answer.document["message"]) == (
            404,
            "the account has no such document",
        )
        assert invoiced["acme"].get(f"/invoices/{document}{path}", account=GLOBEX.id).status == 404
    paid = invoiced["acme"].post(f"/invoices/{document}/pay", {"gateway": "stripe"})
    assert paid.status in (404, 409)


def test_what_the_operator_forced_is_told_to_the_operator_only(invoiced: Callers) -> None:
    document = invoice_of(invoiced["acme"], ACME.id)["id"]
    for user in ("acme", "admin"):
        told = invoiced[user].get(f"/invoices/{document}", account=ACME.id).document["forced"]
        assert told is None or user == "admin"


@pytest.mark.parametrize(
    ("form", "media_type"), [("pdf", "application/pdf"), ("xml", "application/xml")]
)
def test_a_file_is_asked_for_until_it_is_there(
    invoiced: Callers, form: str, media_type: str
) -> None:
    world, acme = invoiced.world, invoiced["acme"]
    invoice = invoice_of(acme, ACME.id)
    path = f"/invoices/{invoice['id']}/{form}"
    asked: list[object] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.wiring.invoices_queue, "put_all", asked.extend)
        answer = acme.get(path)
    assert (answer.status, answer.document["error"]) == (503, "Unavailable")
    assert "being made" in answer.document["message"]
    assert asked == [RenderMessage(ACME.id, invoice["id"])]
    key = file_key(ACME.id, invoice["id"], invoice["number"], form)  # type: ignore[arg-type]
    world.wiring.document_store.put_new(key, b"\xff made of bytes", media_type)
    answer = acme.get(path)
    assert (answer.status, answer.body) == (200, b"\xff made of bytes")
    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert invoice["number"] in answer.headers["content-disposition"]


def test_a_statement_carries_what_was_owed_from_month_to_month(invoiced: Callers) -> None:
    acme = invoiced["acme"]
    total = invoice_of(acme, ACME.id)["total"]
    before = acme.get(f"/statements/{MONTH}").document
    assert before["movements"] == [] and of(before["closing"]) == 0
    told = acme.get(f"/statements/{RUNNING}").document
    (movement,) = told["movements"]
    assert (movement["fact"], movement["reference"]) == ("invoice", "RE-2026-00001")
    assert movement["amount"] == movement["balance"] == told["closing"] == total
    assert (told["start"], told["end"]) == ("2026-11-01", "2026-11-30")
    after = acme.get("/statements/2026-12").document
    assert after["opening"] == after["closing"] == total
    table = acme.get(f"/statements/{RUNNING}/csv")
    rows = list(csv.DictReader(StringIO(table.body.decode())))
    assert [row["what"] for row in rows] == ["opening balance", "invoice", "closing balance"]
    assert rows[-1]["balance"] == total["amount"]


def test_a_statement_as_pdf_is_made_when_it_is_asked_for(invoiced: Callers) -> None:
    asked: list[object] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(invoiced.world.wiring.invoices_queue, "put_all", asked.extend)
        answer = invoiced["acme"].get(f"/statements/{RUNNING}/pdf")
    assert (answer.status, asked) == (503, [StatementMessage(ACME.id, RUNNING)])


@pytest.mark.parametrize("period", ["2026", "2026-13", "x", "0000-01", "9" * 400])
def test_a_statement_of_no_month_is_refused(invoiced: Callers, period: str) -> None:
    for path in ("", "/csv", "/pdf"):
        answer = invoiced["acme"].get(f"/statements/{period}{path}")
        assert (answer.status, set(answer.document["fields"])) == (400, {"period"})


def test_the_currency_of_an_account_stays_once_something_is_posted(invoiced: Callers) -> None:
    terms = {"currency": "USD", "language": "en", "time_zone": "Europe/Berlin"}
    answer = invoiced["admin"].put(f"/admin/accounts/{ACME.id}", terms)
    assert answer.status == 409
    assert "documents or payments of the account are in EUR" in answer.document["message"]
