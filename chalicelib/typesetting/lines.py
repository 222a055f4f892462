"""The rows of a document: what each service came to, its lines, and the annex by resource."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from functools import reduce

from chalicelib.invoicing.annex import AnnexRow
from chalicelib.invoicing.documents import Document, DocumentLine
from chalicelib.money import EXACT
from chalicelib.rating.line_items import HEADINGS
from chalicelib.typesetting.readers import Reader


def summary_view(document: Document, reader: Reader) -> dict[str, object]:
    """Return what each service came to."""
    return {
        "title": reader.say("summary"),
        "heads": [
            reader.say("service"),
            reader.say("amount_in", currency=document.currency),
        ],
        "rows": [
            [_service(service, reader), reader.plain(_sum(lines))]
            for service, lines in _by_service(document).items()
        ],
    }


def details_view(document: Document, reader: Reader) -> dict[str, object]:
    """Return the lines under their services; a tax column only where there are several taxes."""
    several = len(document.taxes) > 1
    heads = ["description", "quantity", "unit", "unit_price", *(["tax"] if several else [])]
    return {
        "title": reader.say("details"),
        "heads": [
            *map(reader.say, heads),
            reader.say("amount_in", currency=document.currency),
        ],
        "groups": [
            {
                "name": _service(service, reader),
                "amount": reader.plain(_sum(lines)),
                "rows": [_row(line, document, reader, several) for line in lines],
            }
            for service, lines in _by_service(document).items()
        ],
    }


def annex_view(rows: Sequence[AnnexRow], reader: Reader) -> dict[str, object] | None:
    """Return what each resource came to; None without rows."""
    if not rows:
        return None
    return {
        "title": reader.say("annex"),
        "heads": [
            *map(reader.say, ("service", "resource", "quantity", "unit")),
            reader.say("amount_in", currency=reader.currency),
        ],
        "rows": [
            [
                _service(row.service, reader),
                row.resource,
                row.id,
                "" if row.quantity is None else reader.quantity(row.quantity),
                reader.name("units", row.unit),
                "" if row.amount is None else reader.price(row.amount),
            ]
            for row in rows
        ],
    }


def _row(
    line: DocumentLine, document: Document, reader: Reader, several: bool
) -> dict[str, object]:
    cells = [
        "" if line.quantity is None else reader.quantity(line.quantity),
        reader.name("units", line.unit),
        "" if line.unit_price is None else reader.price(line.unit_price),
        *([_tax_of(line, document, reader)] if several else []),
        reader.plain(line.amount),
    ]
    return {"name": line.name, "below": _below(line, document, reader), "cells": cells}


def _below(line: DocumentLine, document: Document, reader: Reader) -> list[str]:
    """Return what is said in small below a line: for which days it is, and what it corrects."""
    days = reader.days(line.start, line.end)
    if line.correction is None:
        return [] if (line.start, line.end) == (document.start, document.end) else [days]
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
