"""From a document to its posting: what is sold, what is paid at once, what is left."""

from decimal import Decimal as D

import pytest
from msgspec.structs import replace

from chalicelib.errors import Conflict, InvalidInput
from chalicelib.invoicing.documents import Kind
from chalicelib.invoicing.posting import posting_of, settlement
from chalicelib.ledger.entries import Fact
from chalicelib.ledger.postings import write_off_posting
from chalicelib.ledger.standing import Standing
from tests.ledger.facts import (
    FIRST,
    NOTHING,
    after,
    bought,
    credit_note,
    day,
    drawn,
    given,
    in_lots,
    invoice,
    invoiced,
    noon,
    paid,
)

GIVEN = given("5.00", "given", expires_on=day("12-01"))
BOUGHT = bought("10.00", "bought")
LAST = day("11-30")


def wallet(target: str = "0") -> Standing:
    """5.00 given, 10.00 bought, 3.00 of credit; and what is drawn of it."""
    standing = after(NOTHING, GIVEN, BOUGHT, paid("3.00"))
    return after(standing, drawn(standing, target, FIRST)) if D(target) else standing


def test_an_invoice_is_paid_with_what_was_drawn_then_the_wallet_then_credit(table) -> None:
    """
    drawn | total  | day   | drawn of it | wallet | credit | payable | lots left  | credit left
    0     | 4.00   | 11-30 |             | 4.00   |        | 0.00    | 1.00 10.00 | 3.00
    0     | 16.00  | 11-30 |             | 15.00  | 1.00   | 0.00    | 0.00 0.00  | 2.00
    0     | 20.00  | 11-30 |             | 15.00  | 3.00   | 2.00    | 0.00 0.00  | 0.00
    0     | 4.00   | 12-01 |             | 4.00   |        | 0.00    | 5.00 6.00  | 3.00
    0     | 20.00  | 12-01 |             | 10.00  | 3.00   | 7.00    | 5.00 0.00  | 0.00
    7.00  | 7.00   | 12-02 | 7.00        |        |        | 0.00    | 0.00 8.00  | 3.00
    7.00  | 9.00   | 12-02 | 7.00        | 2.00   |        | 0.00    | 0.00 6.00  | 3.00
    7.00  | 6.00   | 12-02 | 6.00        |        |        | 0.00    | 0.00 9.00  | 3.00
    7.00  | 1.00   | 12-02 | 1.00        |        |        | 0.00    | 4.00 10.00 | 3.00
    7.00  | 0.00   | 12-02 |             |        |        | 0.00    | 5.00 10.00 | 3.00
    7.00  | -2.00  | 12-02 |             |        | -2.00  | 0.00    | 5.00 10.00 | 5.00
    18.00 | 17.00  | 12-02 | 17.00       |        |        | 0.00    | 0.00 0.00  | 1.00
    18.00 | 30.00  | 12-02 | 18.00       |        |        | 12.00   | 0.00 0.00  | 0.00
    """
    for row in table:
        standing = wallet(row["drawn"])
        document = invoice(standing, "R1", row["total"], on=day(row["day"]))
        settled = {part.source: str(part.amount) for part in document.settled}
        expected = {"drawn": row["drawn of it"], "wallet": row["wallet"], "credit": row["credit"]}
        assert settled == {name: amount for name, amount in expected.items() if amount}, row
        assert f"{document.payable:.2f}" == row["payable"], row
        now = after(standing, posting_of(document, standing))
        assert str(now.open_of("id-R1")) == row["payable"], row
        assert list(now.items) == (["id-R1"] if document.payable else []), row
        assert in_lots(now, GIVEN, BOUGHT) == row["lots left"], row
        assert str(now.credit) == row["credit left"], row
        assert str(now.drawn("2026-11")) == "0.00", row
        assert now.balance("revenue:compute") == -D(row["total"]), row
        assert sum(now.balances.values()) == 0


def test_what_was_drawn_for_another_month_pays_nothing() -> None:
    standing = wallet("18.00")
    assert settlement(standing, D("5.00"), "2026-12", LAST) == ()
    now = invoiced(standing, "R1", "5.00", period="2026-12", on=LAST)
    assert (now.open_of("id-R1"), now.drawn("2026-11")) == (5, 18)


def test_headings_and_taxes_are_posted_apart(table) -> None:
    """
    ledger account   | balance
    revenue:compute  | -100.00
    revenue:storage  | 10.00
    tax:S:19         | -19.00
    tax:S:7          | 0.70
    receivable:id-R1 | 108.30
    """
    document = invoice(NOTHING, "R1", "100.00", "19.00")
    line, group = document.lines[0], document.taxes[0]
    document = replace(
        document,
        lines=(line, replace(line, id="l2", service="storage", amount=D("-10.00"))),
        taxes=(group, replace(group, key="S:7", taxable=D("-10.00"), amount=D("-0.70"))),
        net=D("90.00"),
        tax=D("18.30"),
        total=D("108.30"),
        payable=D("108.30"),
    )
    now = after(NOTHING, posting_of(document, NOTHING))
    assert {name: str(amount) for name, amount in now.balances.items()} == {
        row["ledger account"]: row["balance"] for row in table
    }
    noted = replace(
        document,
        id="id-C1",
        kind=Kind.CREDIT_NOTE,
        refers_to=credit_note(now, "C1", "R1", "1", on=LAST).refers_to,
    )
    gone = after(now, posting_of(noted, now))
    assert not gone.balances and not gone.items, "a credit note of all cancels it to the cent"


def test_a_credit_note_goes_to_its_invoice_first_the_rest_is_credit(table) -> None:
    """
    paid  | written off | note  | open  | written off after | credit
    0     | no          | 4.00  | 6.00  | 0.00              | 0.00
    0     | no          | 10.00 | 0.00  | 0.00              | 0.00
    7.00  | no          | 2.00  | 1.00  | 0.00              | 0.00
    7.00  | no          | 5.00  | 0.00  | 0.00              | 2.00
    10.00 | no          | 10.00 | 0.00  | 0.00              | 10.00
    7.00  | yes         | 2.00  | 0.00  | 1.00              | 0.00
    7.00  | yes         | 10.00 | 0.00  | 0.00              | 7.00
    """
    for row in table:
        standing = invoiced(invoiced(NOTHING, "R0", "50.00", due_days=99), "R1", "10.00")
        if D(row["paid"]):
            standing = after(standing, paid(row["paid"]))
        if row["written off"] == "yes":
            at = noon(LAST)
            standing = after(standing, write_off_posting(standing, "id-R1", at, by="", reason=""))
        note = credit_note(standing, "C1", "R1", row["note"], on=LAST)
        posting = posting_of(note, standing, by="op")
        assert (posting.fact, posting.by, posting.note) == (Fact.CREDIT_NOTE, "op", "too much")
        now = after(standing, posting)
        found = (now.open_of("id-R1"), now.written_off_of("id-R1"), now.credit)
        expected = (row["open"], row["written off after"], row["credit"])
        assert tuple(map(str, found)) == expected, row
        assert now.open_of("id-R0") == 50, "other invoices are not its business"
        assert "receivable:id-C1" not in now.balances


def test_whoever_drafted_for_another_standing_drafts_again() -> None:
    document = invoice(wallet(), "R1", "20.00")
    with pytest.raises(Conflict, match="changed meanwhile"):
        posting_of(document, NOTHING)
    topped_up = after(wallet(), bought("1.00", "more"))
    with pytest.raises(Conflict, match="changed meanwhile"):
        posting_of(document, topped_up)


def test_a_document_that_does_not_add_up_is_not_posted(table) -> None:
    """
    field   | amount
    total   | 10.01
    net     | 9.99
    tax     | 0.01
    payable | 9.00
    """
    for row in table:
        document = replace(invoice(NOTHING, "R1", "10.00"), **{row["field"]: D(row["amount"])})
        with pytest.raises(InvalidInput):
            posting_of(document, NOTHING)


def test_a_receipt_posts_nothing_and_a_credit_note_needs_its_invoice() -> None:
    document = invoice(NOTHING, "R1", "10.00")
    with pytest.raises(InvalidInput, match="top-up does"):
        posting_of(replace(document, kind=Kind.RECEIPT), NOTHING)
    with pytest.raises(InvalidInput, match="the invoice it corrects"):
        posting_of(replace(document, kind=Kind.CREDIT_NOTE), NOTHING)


def test_a_posting_tells_of_its_document() -> None:
    document = invoice(NOTHING, "R1", "10.00", on=LAST, due_days=10)
    posting = posting_of(document, NOTHING)
    assert (posting.fact, posting.reference, posting.document) == (Fact.INVOICE, "R1", "id-R1")
    assert (posting.day, posting.items[0].due_on) == (LAST, day("12-10"))
