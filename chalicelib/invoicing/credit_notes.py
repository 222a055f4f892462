"""Credit notes: documents that take back an invoice, or a part of it, to the cent."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from msgspec.structs import replace

from chalicelib.currencies import minor_unit
from chalicelib.errors import Conflict, InvalidInput
from chalicelib.exchange_rates import Conversion, ExchangeRate
from chalicelib.invoicing.crediting import by_line, by_total, left_of
from chalicelib.invoicing.documents import (
    Document,
    DocumentLine,
    InTaxCurrency,
    Kind,
    Reference,
    TaxGroup,
)
from chalicelib.invoicing.drafting import added
from chalicelib.invoicing.identity import document_id
from chalicelib.invoicing.taxes import converted
from chalicelib.money import EXACT
from chalicelib.periods import time_zone_named


def credit_note(
    invoice: Document,
    notes: Sequence[Document],
    *,
    reason: str,
    asked_for: str,
    issued_at: datetime,
    number: str,
    amounts: Mapping[str, Decimal] | None = None,
    total: Decimal | None = None,
) -> Document:
    """Return the credit note over all that is left of an invoice, or a part of it.

    Args:
        notes: all that were issued of the invoice before.
        reason: printed on it.
        asked_for: what it is asked for by; the same makes the same document.
        amounts: net, by line; the tax comes on top. Of a line below zero it is below zero.
        total: with tax; shared out over taxes and lines in proportion to what is left of each.

    Raises:
        InvalidInput: an amount is none, or of a line that is not there.
        Conflict: more is asked for than is left.
    """
    if invoice.kind is not Kind.INVOICE:
        raise InvalidInput("only an invoice can be credited")
    left, digits = left_of(invoice, notes), minor_unit(invoice.currency)
    if left.total <= 0:
        raise Conflict(f"nothing is left of {invoice.number} that could be credited")
    if amounts is not None and total is not None:
        raise InvalidInput("give amounts by line or a total, not both")
    if amounts is not None:
        lines, groups = by_line(invoice, left, amounts, digits)
    elif total is not None:
        lines, groups = by_total(invoice, left, total, digits)
    else:
        lines, groups = left.lines, left.groups
    return _document(
        invoice,
        notes,
        [_credited(line, lines[line.id]) for line in invoice.lines if lines.get(line.id)],
        [groups[group.key] for group in invoice.taxes if group.key in groups],
        reason=reason,
        asked_for=asked_for,
        issued_at=issued_at,
        number=number,
    )


def _credited(line: DocumentLine, amount: Decimal) -> DocumentLine:
    """Return the line of a credit note; it names a quantity only where all of it is taken back."""
    if amount == line.amount:
        return replace(line, correction=None)
    return replace(line, amount=amount, correction=None, quantity=None, unit="", unit_price=None)


def _document(
    invoice: Document,
    notes: Sequence[Document],
    lines: Sequence[DocumentLine],
    groups: Sequence[TaxGroup],
    *,
    reason: str,
    asked_for: str,
    issued_at: datetime,
    number: str,
) -> Document:
    net = added((line.amount for line in lines), invoice.currency)
    tax = added((group.amount for group in groups), invoice.currency)
    total = EXACT.add(net, tax)
    return replace(
        invoice,
        id=document_id(Kind.CREDIT_NOTE, invoice.id, asked_for),
        kind=Kind.CREDIT_NOTE,
        number=number,
        issued_at=issued_at,
        issued_on=issued_at.astimezone(time_zone_named(invoice.time_zone)).date(),
        lines=tuple(lines),
        taxes=tuple(groups),
        net=net,
        tax=tax,
        total=total,
        payable=total,
        due_on=None,
        period="",
        settled=(),
        in_tax_currency=_in_tax_currency(invoice, notes, tax),
        refers_to=Reference(invoice.id, invoice.number, invoice.issued_on),
        reason=reason,
        forced=None,
    )


def _in_tax_currency(
    invoice: Document, notes: Sequence[Document], tax: Decimal
) -> InTaxCurrency | None:
    """Return the tax by the rates of the invoice: what is left after it is rounded, not it."""
    told = invoice.in_tax_currency
    if told is None:
        return None
    before = sum((note.tax for note in notes), Decimal(0))
    conversion = _conversion(invoice.currency, told.currency, told.rates)
    taken = converted(EXACT.add(before, tax), conversion)
    return replace(told, tax=EXACT.subtract(taken, converted(before, conversion)))


def _conversion(source: str, target: str, rates: tuple[ExchangeRate, ...]) -> Conversion:
    """Return what rates that a document tells convert by."""
    first, last = rates[0], rates[-1]
    if len(rates) == 1 and first.base == source:
        return Conversion(source, target, first.rate, Decimal(1), rates)
    if len(rates) == 1:
        return Conversion(source, target, Decimal(1), first.rate, rates)
    return Conversion(source, target, last.rate, first.rate, rates)
