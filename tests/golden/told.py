"""Documents, postings and rated months as people read them."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from chalicelib.exchange_rates import ExchangeRate
from chalicelib.invoicing.documents import Document, DocumentLine, TaxGroup
from chalicelib.invoicing.parties import Party
from chalicelib.ledger.entries import Posting
from chalicelib.rating.line_items import RatedPeriod

_KINDS = {"invoice": "INVOICE", "credit_note": "CREDIT NOTE", "receipt": "RECEIPT"}


def rated(period: RatedPeriod) -> Iterator[str]:
    """Yield the charges of a month, line by line, and of each day."""
    for item in period.line_items:
        quantity = "" if item.quantity is None else f" {item.quantity.normalize():f}"
        daily = [f"{each.amount.amount:f} on {each.day:%d}" for each in item.charges]
        yield f"{item.name}{quantity}: {item.amount.amount} {item.amount.currency}"
        yield f"    {', '.join(daily)}"
    for each in period.unpriced:
        yield f"{each.meter} {each.quantity.normalize():f}: no price"


def document(issued: Document) -> Iterator[str]:
    """Yield everything that a document says."""
    currency = issued.currency
    yield f"{_KINDS[issued.kind]} {issued.number or '(draft)'}  {issued.issued_on}"
    yield f"  from {_party(issued.issuer)}"
    yield f"  to   {_party(issued.customer)}"
    if issued.period:
        yield f"  for  {issued.start} to {issued.end}"
    if issued.refers_to is not None:
        yield f"  corrects {issued.refers_to.number} of {issued.refers_to.issued_on}"
    if issued.reason:
        yield f"  reason: {issued.reason}"
    if issued.forced is not None:
        waited = "; ".join(issued.forced.waiting)
        yield f"  issued anyway by {issued.forced.by}: {issued.forced.reason} ({waited})"
    for line in issued.lines:
        yield from _line(line)
    yield _sum("net", issued.net, currency)
    for group in issued.taxes:
        yield from _tax(group)
    yield _sum("total", issued.total, currency)
    for paid in issued.settled:
        yield _sum(f"paid by {paid.source}", -paid.amount, currency)
    yield _sum("to pay", issued.payable, currency)
    if issued.due_on is not None:
        yield f"  due on {issued.due_on}"
    if issued.in_tax_currency is not None:
        other = issued.in_tax_currency
        told = ", ".join(map(_rate, other.rates))
        yield f"  tax in {other.currency}: {other.tax} ({told})"
    if issued.exchange_rates:
        yield f"  prices converted at {', '.join(map(_rate, issued.exchange_rates))}"
    if issued.method:
        yield f"  paid by {issued.method}"


def posting(made: Posting) -> Iterator[str]:
    """Yield the entries of a posting, each with where it comes from and goes to."""
    by = f" by {made.by}" if made.by else ""
    note = f" ({made.note})" if made.note else ""
    yield f"{made.fact} {made.reference} of {made.day}{by}{note}"
    for entry in made.entries:
        yield f"  {entry.amount:>10} {made.currency}  {entry.credit} -> {entry.debit}"


def instant(at: datetime) -> str:
    """Return an instant to the minute."""
    return f"{at:%Y-%m-%d %H:%M}"


def indented(lines: Iterable[str], by: int = 2) -> list[str]:
    """Return lines further to the right."""
    return [" " * by + line for line in lines]


def _line(line: DocumentLine) -> Iterator[str]:
    counted = "" if line.quantity is None else f"{line.quantity:f} {line.unit}"
    price = "" if line.unit_price is None else f" at {line.unit_price:f}"
    days = (
        f"{line.start:%d %b}" if line.start == line.end else f"{line.start:%d %b}-{line.end:%d %b}"
    )
    yield f"  {line.name:<34} {counted + price:<46} {days:<14} {line.amount:>12}  {line.tax}"
    if line.correction is not None:
        was = line.correction
        yield f"      corrects {was.invoice.number}: was {was.before}, is {was.after}"


def _tax(group: TaxGroup) -> Iterator[str]:
    yield _sum(f"{group.name} {group.percent:f} % on {group.taxable} [{group.key}]", group.amount)
    for part in group.parts:
        yield f"    of that {part.name} {part.percent:f} %: {part.amount}"
    if group.note:
        yield f"    {group.note}"


def _sum(name: str, amount: Decimal, currency: str = "") -> str:
    return f"  {name:<97}{amount:>12} {currency}".rstrip()


def _rate(rate: ExchangeRate) -> str:
    return f"{rate.date}: 1 {rate.base} = {rate.rate:f} {rate.quote}, {rate.source}"


def _party(party: Party) -> str:
    where = party.address
    told = (party.name, *where.lines, f"{where.postal_code} {where.city}", where.country)
    return ", ".join(each for each in (*told, party.tax_id) if each.strip())
