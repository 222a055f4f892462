"""Documents, numbers and runs as rows, each with the condition that it is written under.

A document and all that belongs to it is written in one transaction, by the ledger.
"""

import json
import zlib
from datetime import date
from decimal import Decimal
from typing import cast

import msgspec
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.currencies import minor_unit
from chalicelib.invoicing.billing_runs import RunResult, RunState
from chalicelib.invoicing.documents import Document as Issued
from chalicelib.invoicing.documents import Kind, Reference
from chalicelib.invoicing.identity import document_bytes
from chalicelib.invoicing.numbers import Numbered, Series
from chalicelib.invoicing.readiness import Waiting
from chalicelib.invoicing.states import Head, head_of
from chalicelib.money import EXACT, rounded
from chalicelib.tables.attributes import Change, Put
from chalicelib.tables.invoice_rows import (
    DOCUMENT,
    ISSUED,
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


def rows_to_issue(document: Issued, series: Series, n: int) -> list[Put]:
    """Return the rows of a document that is issued with the `n`th number of a series."""
    number = NumberRow(
        NUMBERS + series.issuer,
        number_key(series, n),
        number=document.number,
        account=document.account,
        document=document.id,
        issued_on=document.issued_on.isoformat(),
        total=document.total,
        currency=document.currency,
        name=document.customer.name,
    )
    taken = TakenNumberRow(TAKEN + series.issuer, document.number, document=document.id)
    counted = SeriesRow(*series_key(series), next=n + 1)
    still = SeriesRow.pk.does_not_exist() if n == 1 else SeriesRow.next == n
    return [
        Put(document_row(head_of(document), document), DocumentRow.pk.does_not_exist()),
        Put(number, NumberRow.pk.does_not_exist()),
        Put(taken, TakenNumberRow.pk.does_not_exist()),
        Put(counted, still),
    ]


def row_changed(before: Head, *, ended: str = "", credited: Decimal = Decimal(0)) -> Change:
    """Return the change of a document that ends, or of which more is credited.

    Args:
        before: as it was read; nobody else may have changed it since.
        ended: `void` or `uncollectible`; empty where that stays.
        credited: how much more.
    """
    actions: list[Action] = []
    if ended:
        actions.append(DocumentRow.ended.set(ended))
    if credited:
        actions.append(DocumentRow.credited.set(EXACT.add(before.credited, credited)))
    was_credited: Condition = DocumentRow.credited.does_not_exist()
    if before.credited:
        was_credited = DocumentRow.credited == before.credited
    was_ended: Condition = DocumentRow.ended.does_not_exist()
    if before.ended:
        was_ended = DocumentRow.ended == before.ended
    condition = DocumentRow.pk.exists() & was_credited & was_ended
    return Change(DocumentRow(before.account, DOCUMENT + before.id), actions, condition)


def run_row(state: RunState) -> Put:
    """Return the row of what a run made of an account; what was issued stays so."""
    reasons = [msgspec.to_builtins(each) for each in state.reasons]
    row = RunRow(
        RUN + state.period,
        state.account,
        state=state.state,
        reasons=json.dumps(reasons) if reasons else None,
        document=state.document or None,
        number=state.number or None,
        by=state.by or None,
        at=state.at,
    )
    return Put(row, RunRow.pk.does_not_exist() | (RunRow.state != ISSUED))


def document_row(about: Head, document: Issued) -> DocumentRow:
    """Return the row of a document."""
    refers_to = about.refers_to
    return DocumentRow(
        about.account,
        DOCUMENT + about.id,
        body=zlib.compress(document_bytes(document), 6),
        hash=about.hash,
        kind=about.kind.value,
        number=about.number,
        issuer=about.issuer,
        period=about.period or None,
        issued_on=about.issued_on.isoformat(),
        due_on=about.due_on.isoformat() if about.due_on else None,
        total=about.total,
        currency=about.currency,
        refers_to=msgspec.json.encode(refers_to).decode() if refers_to else None,
        ended=about.ended or None,
        credited=about.credited or None,
    )


def head(row: DocumentRow) -> Head:
    """Return what a list tells of a document."""
    digits = minor_unit(row.currency)
    refers_to = row.refers_to
    return Head(
        id=row.sk.removeprefix(DOCUMENT),
        account=row.pk,
        kind=Kind(row.kind),
        number=row.number,
        issuer=row.issuer,
        period=row.period or "",
        issued_on=date.fromisoformat(row.issued_on),
        due_on=date.fromisoformat(row.due_on) if row.due_on else None,
        total=rounded(row.total, digits),
        currency=row.currency,
        hash=row.hash,
        refers_to=msgspec.json.decode(refers_to, type=Reference) if refers_to else None,
        ended=row.ended or "",
        credited=rounded(row.credited or Decimal(0), digits),
    )


def series_key(series: Series) -> tuple[str, str]:
    """Return the keys of the row that tells where a series goes on."""
    return SERIES + series.issuer, f"{series.kind}#{series.fiscal_year}"


def series_named(issuer: str, key: str) -> Series:
    """Return the series of an issuer that such a row is about."""
    kind, _, year = key.partition("#")
    return Series(issuer, Kind(kind), year)


def number_key(series: Series, n: int) -> str:
    """Return where a number is kept."""
    return f"{series.kind}#{series.fiscal_year}#{n:08}"


def numbered(row: NumberRow) -> Numbered:
    """Return a number that was given."""
    kind, _, n = row.sk.split("#")
    return Numbered(
        n=int(n),
        number=row.number,
        kind=Kind(kind),
        account=row.account,
        document=row.document,
        issued_on=date.fromisoformat(row.issued_on),
        total=rounded(row.total, minor_unit(row.currency)),
        currency=row.currency,
        name=row.name,
    )


def run_state(row: RunRow) -> RunState:
    """Return what a run made of an account."""
    return RunState(
        period=row.pk.removeprefix(RUN),
        account=row.sk,
        state=cast(RunResult, row.state),
        at=row.at,
        reasons=tuple(msgspec.json.decode(row.reasons or "[]", type=list[Waiting])),
        document=row.document or "",
        number=row.number or "",
        by=row.by or "",
    )
