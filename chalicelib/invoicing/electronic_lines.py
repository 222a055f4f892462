"""The lines of a document in the terms of EN 16931."""

from decimal import Decimal

from chalicelib.invoicing.documents import Document, DocumentLine, TaxGroup
from chalicelib.invoicing.electronic import LineTerms, number_of
from chalicelib.money import EXACT

# UN/ECE Recommendation 20; it has no unit of something times hours or months.
_ONE_EACH = "C62"
_UNIT_CODES = {"hour": "HUR", "month": "MON", "GiB": "E62", "time": _ONE_EACH, "request": _ONE_EACH}
_ZERO, _ONE = Decimal(0), Decimal(1)
# Quantity times price may be this far from the amount of a line: half of what rule R120 of
# Peppol forgives. Those of yen may miss it.
_SLACK = Decimal("0.01")
_CORRECTS = {
    "en": "Corrects invoice {number} of {day}, {start} to {end}",
    "de": "Berichtigt Rechnung {number} vom {day}, {start} bis {end}",
    "fr": "Corrige la facture {number} du {day}, du {start} au {end}",
    "es": "Corrige la factura {number} del {day}, del {start} al {end}",
    "hi": "{day} के बीजक {number} का सुधार, {start} से {end} तक",
    "ar": "تصحيح الفاتورة {number} بتاريخ {day}، من {start} إلى {end}",
}


def category_of(group: TaxGroup, *, mixed: bool) -> tuple[str, Decimal | None]:
    """Return the category and percent a group is told with.

    What is out of scope has no percent and stands alone (rules BR-O-05 and BR-O-11 to 14); beside
    other categories it is told as exempt.
    """
    if group.category != "O":
        return group.category, group.percent
    return ("E", _ZERO) if mixed else ("O", None)


def lines_of(document: Document, *, mixed: bool) -> tuple[LineTerms, ...]:
    """Return the lines of a document, numbered from one."""
    groups = {group.key: group for group in document.taxes}
    return tuple(
        _line(str(number), line, groups[line.tax], document, mixed=mixed)
        for number, line in enumerate(document.lines, start=1)
    )


def _line(
    number: str, line: DocumentLine, group: TaxGroup, document: Document, *, mixed: bool
) -> LineTerms:
    quantity, unit, price = _priced(line)
    category, percent = category_of(group, mixed=mixed)
    # A line is for a part of what the document is for (rules R110 and R111 of Peppol).
    start, end = document.start, document.end
    within = (start is None or line.start >= start) and (end is None or line.end <= end)
    told = ""
    if line.quantity is not None:
        says_it = abs(quantity) == abs(line.quantity) and unit == _UNIT_CODES.get(line.unit)
        told = "" if says_it else f"{number_of(line.quantity)} {line.unit}"
    return LineTerms(
        number,
        line.name,
        told,
        _correction_note(line, document.language),
        quantity,
        unit,
        price,
        line.amount,
        category,
        percent,
        line.start if within else None,
        line.end if within else None,
    )


def _priced(line: DocumentLine) -> tuple[Decimal, str, Decimal]:
    """Return quantity, unit and price of a line; one at its amount where no price tells that.

    The sign stands in the quantity, since a price is never below zero (rule BR-27).
    """
    if line.quantity is not None and line.unit_price is not None:
        quantity, price = line.quantity, line.unit_price
        if price < 0:
            quantity, price = -quantity, -price
        off = EXACT.subtract(EXACT.multiply(quantity, price), line.amount)
        if abs(off) <= _SLACK:
            return quantity, _UNIT_CODES.get(line.unit, _ONE_EACH), price
    return (-_ONE if line.amount < 0 else _ONE), _ONE_EACH, abs(line.amount)


def _correction_note(line: DocumentLine, language: str) -> str:
    if line.correction is None:
        return ""
    invoice = line.correction.invoice
    words = _CORRECTS.get(language.split("-", maxsplit=1)[0], _CORRECTS["en"])
    start, end = line.start.isoformat(), line.end.isoformat()
    return words.format(
        number=invoice.number, day=invoice.issued_on.isoformat(), start=start, end=end
    )
