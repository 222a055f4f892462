"""The rows of a document: what each service came to, its lines, and the annex by resource."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from functools import reduce

from chalicelib.currencies import minor_unit
from chalicelib.invoicing.annex import AnnexRow
from chalicelib.invoicing.documents import Document, DocumentLine, Kind
from chalicelib.money import EXACT, rounded
from chalicelib.rating.counting import SHOWN_DECIMALS
from chalicelib.rating.line_items import HEADINGS
from chalicelib.typesetting.readers import Reader

# A row is about 0.9 kB of the file, and an answer of Lambda has 6 MB, in which bytes take a third
# more; beyond these, rows are one for each line.
MOST_ROWS = 4_000


def summary_view(document: Document, reader: Reader) -> dict[str, object]:
    """Return what each service came to; of a receipt that is all there is to say."""
    receipt = document.kind is Kind.RECEIPT
    return {
        "title": reader.say("details" if receipt else "summary"),
        "heads": [
            reader.say("description" if receipt else "service"),
            reader.say("amount_in", currency=document.currency),
        ],
        "rows": [
            [_service(service, reader), reader.plain(_sum(lines))]
            for service, lines in _by_service(document).items()
        ],
    }


def details_view(document: Document, reader: Reader) -> dict[str, object] | None:
    """Return the lines under their services; None for a receipt.

    There are no columns of quantities where no line has one, and one of taxes only where there
    are several.
    """
    if document.kind is Kind.RECEIPT:
        return None
    columns = []
    if any(line.quantity is not None for line in document.lines):
        columns += ["quantity", "unit", "unit_price"]
    if len(document.taxes) > 1:
        columns.append("tax")
    return {
        "title": reader.say("details"),
        "heads": [
            *map(reader.say, ("description", *columns)),
            reader.say("amount_in", currency=document.currency),
        ],
        "columns": ["name", *columns, "amount"],
        "groups": [
            {
                "name": _service(service, reader),
                "amount": reader.plain(_sum(lines)),
                "rows": [_row(line, document, reader, columns) for line in lines],
            }
            for service, lines in _by_service(document).items()
        ],
    }


def annex_view(rows: Sequence[AnnexRow], reader: Reader) -> dict[str, object] | None:
    """Return what each resource came to, by service and line; None without rows."""
    if not rows:
        return None
    shown, others = _rows_by_line(rows[:MOST_ROWS]), _rows_by_line(rows[MOST_ROWS:])
    return {
        "title": reader.say("annex"),
        "heads": [
            *map(reader.say, ("resource", "id", "quantity", "unit")),
            reader.say("amount_in", currency=reader.currency),
        ],
        "groups": [
            {
                "name": _service(service, reader),
                "line": line,
                "rows": [
                    *(_annex_row(row, reader) for row in shown.get((service, line), [])),
                    *_others(others.get((service, line), []), reader),
                ],
            }
            for service, line in {**shown, **others}
        ],
    }


def _annex_row(row: AnnexRow, reader: Reader) -> list[str]:
    return [
        row.resource,
        row.id,
        "" if row.quantity is None else reader.quantity(row.quantity),
        reader.name("units", row.unit),
        "" if row.amount is None else reader.part(row.amount),
    ]


def _others(rows: Sequence[AnnexRow], reader: Reader) -> list[list[str]]:
    """Return one row for all that there is no room for; none when there is."""
    if not rows:
        return []
    amounts = [row.amount for row in rows if row.amount is not None]
    amount = reader.part(reduce(EXACT.add, amounts)) if len(amounts) == len(rows) else ""
    return [[reader.say("annex_more", count=reader.count(len(rows))), "", "", "", amount]]


def _rows_by_line(rows: Sequence[AnnexRow]) -> dict[tuple[str, str], list[AnnexRow]]:
    by_line: defaultdict[tuple[str, str], list[AnnexRow]] = defaultdict(list)
    for row in rows:
        by_line[row.service, row.line].append(row)
    return dict(by_line)


def _row(
    line: DocumentLine, document: Document, reader: Reader, columns: Sequence[str]
) -> dict[str, object]:
    cells = {
        "quantity": _quantity(line, reader),
        "unit": reader.name("units", line.unit),
        "unit_price": "" if line.unit_price is None else reader.price(line.unit_price),
        "tax": _tax_of(line, document, reader),
    }
    return {
        "name": line.name,
        "below": _below(line, document, reader),
        "cells": [*(cells[column] for column in columns), reader.plain(line.amount)],
    }


def _quantity(line: DocumentLine, reader: Reader) -> str:
    """Return a quantity with as few decimals as tell the amount when multiplied by the price."""
    if line.quantity is None:
        return ""
    if line.unit_price is None:
        return reader.quantity(line.quantity)
    digits = minor_unit(reader.currency)
    for decimals in (4, 6, 8):
        product = EXACT.multiply(rounded(line.quantity, decimals), line.unit_price)
        if rounded(product, digits) == line.amount:
            return reader.quantity(line.quantity, decimals)
    return reader.quantity(line.quantity, SHOWN_DECIMALS)


def _below(line: DocumentLine, document: Document, reader: Reader) -> list[str]:
    """Return what is said in small below a line: for which days it is, and what it corrects."""
    days = reader.days(line.start, line.end)
    if line.correction is None:
        whole = document.start is None or (line.start, line.end) == (document.start, document.end)
        return [] if whole else [days]
    invoice = line.correction.invoice
    return [
        reader.say(
            "correction",
            period=reader.month(line.period) if line.period else days,
            number=invoice.number,
            date=reader.day(invoice.issued_on),
            before=reader.plain(line.correction.before),
            after=reader.plain(line.correction.after),
        )
    ]


def _tax_of(line: DocumentLine, document: Document, reader: Reader) -> str:
    group = next((group for group in document.taxes if group.key == line.tax), None)
    return "" if group is None else reader.percent(group.percent)


def _by_service(document: Document) -> dict[str, list[DocumentLine]]:
    """Return the lines by service, in the order in which services come first."""
    lines: defaultdict[str, list[DocumentLine]] = defaultdict(list)
    for line in document.lines:
        lines[line.service].append(line)
    return dict(lines)


def _service(service: str, reader: Reader) -> str:
    return reader.name("services", service, HEADINGS.get(service, service))


def _sum(lines: Sequence[DocumentLine]) -> Decimal:
    return reduce(EXACT.add, (line.amount for line in lines))
