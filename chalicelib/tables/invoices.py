"""The invoices table: issued documents, the numbers they were given, and the monthly runs."""

import zlib
from decimal import Decimal

import msgspec
from pynamodb.exceptions import DoesNotExist

from chalicelib.invoicing.billing_runs import RunState
from chalicelib.invoicing.documents import Document
from chalicelib.invoicing.numbers import Numbered, Series
from chalicelib.invoicing.states import Head
from chalicelib.tables.attributes import Change, Put, saved
from chalicelib.tables.invoice_rows import (
    DOCUMENT,
    NUMBERS,
    RUN,
    SERIES,
    TAKEN,
    DocumentRow,
    NumberRow,
    RunRow,
    SeriesRow,
    TakenNumberRow,
)
from chalicelib.tables.invoice_writes import (
    head,
    number_key,
    numbered,
    row_changed,
    rows_to_issue,
    run_row,
    run_state,
    series_key,
    series_named,
)


class InvoicesTable:
    """Issued documents by billing account, their numbers by issuer, runs by month."""

    def get(self, account: str, document: str) -> tuple[Head, Document] | None:
        """Return a document with what a list tells of it, None where there is none."""
        try:
            row = DocumentRow.get(account, DOCUMENT + document, consistent_read=True)
        except DoesNotExist:
            return None
        return head(row), msgspec.json.decode(zlib.decompress(row.body), type=Document)

    def of(self, account: str) -> list[Head]:
        """Return what there is of an account, newest first."""
        names = DocumentRow.get_attributes().keys() - {"body"}
        rows = DocumentRow.query(
            account,
            DocumentRow.sk.startswith(DOCUMENT),
            consistent_read=True,
            attributes_to_get=sorted(names),
        )
        return sorted(map(head, rows), key=lambda each: (each.issued_on, each.number), reverse=True)

    def notes_of(self, account: str, invoice: str) -> list[Document]:
        """Return the credit notes of an invoice, oldest first."""
        heads = [
            each
            for each in self.of(account)
            if each.refers_to is not None and each.refers_to.document == invoice
        ]
        keys = [(account, DOCUMENT + each.id) for each in heads]
        rows = DocumentRow.batch_get(keys, consistent_read=True) if keys else []
        notes = [msgspec.json.decode(zlib.decompress(row.body), type=Document) for row in rows]
        return sorted(notes, key=lambda note: (note.issued_at, note.number))

    def next_number(self, series: Series) -> int:
        """Return which number of a series is the next."""
        try:
            row = SeriesRow.get(*series_key(series), consistent_read=True)
        except DoesNotExist:
            return 1
        return row.next

    def is_taken(self, issuer: str, number: str) -> bool:
        """Tell whether a document of an issuer has a number."""
        try:
            TakenNumberRow.get(TAKEN + issuer, number, consistent_read=True)
        except DoesNotExist:
            return False
        return True

    def all_series(self, issuer: str) -> list[tuple[Series, int]]:
        """Return the series of an issuer, each with its next number."""
        rows = SeriesRow.query(SERIES + issuer, consistent_read=True)
        return [(series_named(issuer, row.sk), row.next) for row in rows]

    def numbers(self, series: Series, *, after: int = 0, limit: int = 100) -> list[Numbered]:
        """Return numbers of a series that were given, in order, from the one behind `after` on."""
        first, last = number_key(series, after + 1), number_key(series, 10**8 - 1)
        rows = NumberRow.query(
            NUMBERS + series.issuer,
            NumberRow.sk.between(first, last),
            consistent_read=True,
            limit=limit,
        )
        return [numbered(row) for row in rows]

    def run(self, period: str, *, after: str = "", limit: int | None = None) -> list[RunState]:
        """Return what the run of a month made of each account, in the order of their ids."""
        key = RunRow.sk > after if after else None
        rows = RunRow.query(RUN + period, key, consistent_read=True, limit=limit)
        return [run_state(row) for row in rows]

    def run_of(self, period: str, account: str) -> RunState | None:
        """Return what the run of a month made of an account."""
        try:
            return run_state(RunRow.get(RUN + period, account, consistent_read=True))
        except DoesNotExist:
            return None

    def mark_run(self, state: RunState) -> bool:
        """Record what a run made of an account; tell whether it was not issued before."""
        put = run_row(state)
        return saved(put.row, put.condition)

    def rows_to_issue(self, document: Document, series: Series, n: int) -> list[Put]:
        """Return the rows of a document that is issued with the `n`th number of a series."""
        return rows_to_issue(document, series, n)

    def row_changed(
        self, before: Head, *, ended: str = "", credited: Decimal = Decimal(0)
    ) -> Change:
        """Return the change of a document that ends, or of which more is credited."""
        return row_changed(before, ended=ended, credited=credited)

    def run_row(self, state: RunState) -> Put:
        """Return the row of what a run made of an account; what was issued stays so."""
        return run_row(state)
