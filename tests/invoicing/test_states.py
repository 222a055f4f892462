"""The state of a document follows from what it is and what the ledger has open of it."""

from datetime import date
from decimal import Decimal as D

from msgspec.structs import replace

from chalicelib.invoicing.documents import Kind
from chalicelib.invoicing.identity import digest
from chalicelib.invoicing.states import head_of, is_overdue, state_of
from tests.invoicing.books import invoice, item, period

Table = list[dict[str, str]]
OF = invoice(period(item("running_vm", "20.00")))
HEAD = head_of(OF)


def test_the_head_of_a_document_is_what_a_list_tells() -> None:
    assert (HEAD.id, HEAD.number, HEAD.period) == (OF.id, "INV-2026-00042", "2026-11")
    assert (HEAD.total, HEAD.hash, HEAD.refers_to) == (OF.total, digest(OF), None)
    assert (HEAD.ended, HEAD.credited, HEAD.issuer) == ("", 0, "main")


def test_the_state_of_an_invoice(table: Table) -> None:
    """
    open  | credited | ended         | state          | overdue
    23.80 | 0        |               | issued         | yes
    23.79 | 0        |               | partially_paid | yes
    0.00  | 0        |               | paid           | no
    13.80 | 10       |               | issued         | yes
    13.79 | 10       |               | partially_paid | yes
    0.00  | 10       |               | paid           | no
    0.00  | 23.80    |               | void           | no
    0.00  | 23.80    | void          | void           | no
    23.80 | 0        | uncollectible | uncollectible  | no
    """
    for row in table:
        head = replace(HEAD, credited=D(row["credited"]), ended=row["ended"])
        assert state_of(head, D(row["open"])) == row["state"], row
        late = is_overdue(head, D(row["open"]), date(2026, 12, 18))
        assert late == (row["overdue"] == "yes"), row


def test_it_is_overdue_from_the_day_after_it_was_due(table: Table) -> None:
    """
    today      | overdue
    2026-12-16 | no
    2026-12-17 | no
    2026-12-18 | yes
    """
    for row in table:
        late = is_overdue(HEAD, D("0.01"), date.fromisoformat(row["today"]))
        assert late == (row["overdue"] == "yes"), row


def test_other_documents_ask_for_nothing() -> None:
    day = date(2027, 6, 1)
    note, receipt = (replace(HEAD, kind=kind) for kind in (Kind.CREDIT_NOTE, Kind.RECEIPT))
    assert state_of(replace(HEAD, number=""), D(0)) == "draft"
    assert (state_of(note, D(5)), state_of(receipt, D(0))) == ("issued", "paid")
    assert not any(is_overdue(each, D(5), day) for each in (note, receipt))


def test_an_invoice_of_nothing_is_paid() -> None:
    assert state_of(head_of(invoice(period())), D(0)) == "paid"
