"""The invoices table: documents are issued once, under numbers without gaps; runs and settings."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal as D
from itertools import count

import pytest
from msgspec.structs import replace
from pynamodb.connection import Connection

from chalicelib.errors import Conflict
from chalicelib.invoicing.billing_runs import RunState
from chalicelib.invoicing.credit_notes import credit_note
from chalicelib.invoicing.customers import BillingDetails, Enforcement
from chalicelib.invoicing.documents import Document, Kind
from chalicelib.invoicing.identity import digest, document_id
from chalicelib.invoicing.issuers import Issuer
from chalicelib.invoicing.numbers import Series, number_of, series_of
from chalicelib.invoicing.readiness import Waiting
from chalicelib.invoicing.states import Head, head_of
from chalicelib.tables.attributes import connect, write_together
from chalicelib.tables.invoices import InvoicesTable
from chalicelib.tables.issuers import IssuersTable
from chalicelib.wiring.documents import DOCUMENTS
from tests.invoicing.books import (
    BUYER,
    an_issuer,
    details,
    invoice,
    item,
    period,
    rule,
    split_gst,
)
from tests.world import World

NOW = datetime(2026, 12, 3, 9, tzinfo=UTC)
DAY = date(2026, 12, 3)
_numbers = count()
PLAIN = invoice(period(item("running_vm", "20.00"), item("credit:a", "-0.10")))


@pytest.fixture(scope="module")
def connection(world: World) -> Connection:
    return connect(world.prefix, DOCUMENTS)


@pytest.fixture
def issuer() -> Issuer:
    """An issuer that nobody else issues for."""
    return an_issuer(id=f"issuer-{next(_numbers)}")


INVOICES, ISSUERS = InvoicesTable(), IssuersTable()


def made(issuer: Issuer, account: str, n: int, **more: object) -> Document:
    """Return an invoice with the `n`th number of an issuer."""
    told = {
        "id": document_id(Kind.INVOICE, account, "2026-11"),
        "account": account,
        "issuer_id": issuer.id,
        "number": number_of(issuer, Kind.INVOICE, n, DAY),
        **more,
    }
    return replace(PLAIN, **told)


def issue(connection: Connection, issuer: Issuer, account: str, **more: object) -> Document:
    """Issue an invoice with the next number, as the monthly run does."""
    series = series_of(issuer, Kind.INVOICE, DAY)
    n = INVOICES.next_number(series)
    document = made(issuer, account, n, **more)
    write_together(connection, INVOICES.rows_to_issue(document, series, n), "meanwhile")
    return document


def test_an_issued_document_is_kept_as_it_is(connection: Connection, issuer: Issuer) -> None:
    document = issue(connection, issuer, f"{issuer.id}-acme")
    found = INVOICES.get(document.account, document.id)
    assert found is not None
    head, kept = found
    assert kept == document and digest(kept) == head.hash
    assert head == head_of(document)
    assert str(head.total) == "23.68"
    assert INVOICES.get(document.account, "other") is None


def test_a_document_of_any_currency_keeps_its_decimals(
    connection: Connection, issuer: Issuer
) -> None:
    for currency, amount in (("JPY", "100"), ("KWD", "1.230"), ("EUR", "10.00")):
        of = invoice(
            period(item("running_vm", amount, currency=currency), currency=currency),
            an_issuer(rule("0", "Z")),
        )
        told = {name: getattr(of, name) for name in ("lines", "taxes", "net", "tax", "total")}
        account = f"{issuer.id}-{currency}"
        document = issue(connection, issuer, account, currency=currency, **told)
        assert [str(head.total) for head in INVOICES.of(account)] == [amount]
        found = INVOICES.get(account, document.id)
        assert found is not None and str(found[1].total) == amount


def test_numbers_follow_each_other_and_are_listed(connection: Connection, issuer: Issuer) -> None:
    series = series_of(issuer, Kind.INVOICE, DAY)
    assert INVOICES.next_number(series) == 1 and INVOICES.all_series(issuer.id) == []
    documents = [issue(connection, issuer, f"{issuer.id}-{n}") for n in range(5)]
    found = INVOICES.numbers(series)
    assert [each.n for each in found] == [1, 2, 3, 4, 5]
    assert [each.number for each in found] == [each.number for each in documents]
    assert found[0].number == "INV-2026-00001" and found[0].name == BUYER.name
    assert (found[0].total, found[0].document) == (D("23.68"), documents[0].id)
    assert [each.n for each in INVOICES.numbers(series, after=2, limit=2)] == [3, 4]
    assert INVOICES.numbers(series, after=5) == []
    assert INVOICES.numbers(replace(series, kind=Kind.RECEIPT)) == []
    assert INVOICES.all_series(issuer.id) == [(Series(issuer.id, Kind.INVOICE, "2026"), 6)]


def test_nothing_is_issued_twice(connection: Connection, issuer: Issuer) -> None:
    document = issue(connection, issuer, f"{issuer.id}-acme")
    series = series_of(issuer, Kind.INVOICE, DAY)
    other = made(issuer, f"{issuer.id}-other", 2)
    again = replace(document, number=other.number)
    taken = replace(other, number=document.number)
    for refused, n in ((again, 2), (taken, 2), (other, 1), (other, 3)):
        with pytest.raises(Conflict):
            rows = INVOICES.rows_to_issue(refused, series, n)
            write_together(connection, rows, "meanwhile")
    assert INVOICES.next_number(series) == 2
    assert [each.n for each in INVOICES.numbers(series)] == [1]
    assert INVOICES.get(other.account, other.id) is None


def test_a_number_that_was_given_is_never_given_again_after_its_template_changed(
    connection: Connection, issuer: Issuer
) -> None:
    document = issue(connection, issuer, f"{issuer.id}-acme")
    # Without the year the numbers are a series of their own, and begin at 1.
    changed = replace(issuer, series={**issuer.series, "invoice": "INV-2026-{n:05}"})
    assert number_of(changed, Kind.INVOICE, 1, DAY) == document.number
    assert series_of(changed, Kind.INVOICE, DAY).fiscal_year == "all"
    with pytest.raises(Conflict):
        issue(connection, changed, f"{issuer.id}-other")


def test_many_at_once_leave_no_gap(connection: Connection, issuer: Issuer) -> None:
    def until_issued(number: int) -> str:
        for _ in range(200):
            try:
                return issue(connection, issuer, f"{issuer.id}-{number}").number
            except Conflict:
                continue
        raise AssertionError("another one was quicker two hundred times")

    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(until_issued, range(12)))
    found = INVOICES.numbers(series_of(issuer, Kind.INVOICE, DAY))
    assert [each.n for each in found] == list(range(1, 13))
    assert sorted(numbers) == [each.number for each in found]


def test_documents_of_an_account_are_listed_newest_first(
    connection: Connection, issuer: Issuer
) -> None:
    account = f"{issuer.id}-acme"
    for month in (9, 11, 10):
        issue(
            connection,
            issuer,
            account,
            id=document_id(Kind.INVOICE, account, f"2026-{month}"),
            period=f"2026-{month:02}",
            issued_on=date(2026, month, 3),
        )
    assert [head.period for head in INVOICES.of(account)] == ["2026-11", "2026-10", "2026-09"]
    assert INVOICES.of(f"{issuer.id}-nobody") == []


def credit(
    connection: Connection, issuer: Issuer, of: Document, head: Head, total: str
) -> Document:
    """Issue a credit note, as its run does."""
    series = series_of(issuer, Kind.CREDIT_NOTE, DAY)
    n = INVOICES.next_number(series)
    notes = INVOICES.notes_of(of.account, of.id)
    note = credit_note(
        of,
        notes,
        reason="as agreed",
        asked_for=f"{n}",
        issued_at=NOW,
        number=number_of(issuer, Kind.CREDIT_NOTE, n, DAY),
        total=D(total),
    )
    change = INVOICES.row_changed(head, credited=note.total)
    write_together(connection, [*INVOICES.rows_to_issue(note, series, n), change], "meanwhile")
    return note


def test_what_is_credited_is_noted_with_the_invoice(connection: Connection, issuer: Issuer) -> None:
    of = issue(connection, issuer, f"{issuer.id}-acme")
    heads = [head_of(of)]
    for total in ("1.11", "2.22"):
        credit(connection, issuer, of, heads[-1], total)
        found = INVOICES.get(of.account, of.id)
        assert found is not None and found[1] == of
        heads.append(found[0])
    assert [str(head.credited) for head in heads[1:]] == ["1.11", "3.33"]
    notes = INVOICES.notes_of(of.account, of.id)
    assert [str(note.total) for note in notes] == ["1.11", "2.22"]
    assert all(note.refers_to and note.refers_to.number == of.number for note in notes)
    # Whoever has not read what was credited meanwhile cannot credit more.
    with pytest.raises(Conflict):
        credit(connection, issuer, of, heads[1], "3.33")
    assert len(INVOICES.notes_of(of.account, of.id)) == 2
    assert INVOICES.next_number(series_of(issuer, Kind.CREDIT_NOTE, DAY)) == 3


def test_a_document_ends_once(connection: Connection, issuer: Issuer) -> None:
    of = issue(connection, issuer, f"{issuer.id}-acme")
    write_together(connection, [INVOICES.row_changed(head_of(of), ended="void")], "meanwhile")
    found = INVOICES.get(of.account, of.id)
    assert found is not None and found[0] == replace(head_of(of), ended="void")
    late = INVOICES.row_changed(head_of(of), ended="uncollectible")
    with pytest.raises(Conflict):
        write_together(connection, [late], "meanwhile")
    nowhere = replace(head_of(of), id="0" * 32)
    with pytest.raises(Conflict):
        write_together(connection, [INVOICES.row_changed(nowhere, ended="void")], "meanwhile")


def test_a_run_says_what_became_of_each_account(connection: Connection) -> None:
    month = f"20{next(_numbers) + 30}-01"
    waiting = Waiting("holds", "1 usage record is held", may_override=True)
    first = RunState(month, "a", "waiting", NOW, (waiting,))
    assert INVOICES.run(month) == [] and INVOICES.run_of(month, "a") is None
    assert INVOICES.mark_run(first) and INVOICES.run_of(month, "a") == first
    issued = RunState(month, "a", "issued", NOW, document="d", number="N-1", by="op")
    write_together(connection, [INVOICES.run_row(issued)], "meanwhile")
    assert not INVOICES.mark_run(first)
    with pytest.raises(Conflict):
        write_together(connection, [INVOICES.run_row(first)], "meanwhile")
    for account in ("c", "b"):
        INVOICES.mark_run(RunState(month, account, "nothing", NOW))
    assert [each.account for each in INVOICES.run(month)] == ["a", "b", "c"]
    assert [each.account for each in INVOICES.run(month, after="a", limit=1)] == ["b"]
    assert INVOICES.run_of(month, "a") == issued


def test_issuers_are_kept_whole(issuer: Issuer) -> None:
    assert ISSUERS.issuer(issuer.id) is None
    full = an_issuer(
        split_gst(),
        rule("0", "AE", tax_class="eu", note="reverse charge", code="VATEX-EU-AE"),
        id=issuer.id,
        longest_number=16,
        tax_currency="INR",
    )
    for told in (issuer, full):
        ISSUERS.put_issuer(told)
        assert ISSUERS.issuer(issuer.id) == told
        assert ISSUERS.issuers()[issuer.id] == told


def test_billing_details_are_kept_whole(issuer: Issuer) -> None:
    account = f"{issuer.id}-acme"
    assert ISSUERS.details(account) is None
    bare = BillingDetails(account, issuer.id)
    full = details(
        account=account,
        recipients=("ap@acme.example",),
        payment_mode="prepaid",
        credit_limit=D("100.00"),
        enforcement=Enforcement("hold", 7, dry_run=False),
    )
    for told in (bare, full):
        ISSUERS.put_details(told)
        assert ISSUERS.details(account) == told and ISSUERS.all_details()[account] == told
