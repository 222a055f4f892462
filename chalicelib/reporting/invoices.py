"""Documents as lists and pages tell them: what they ask for, and what of it is open now."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from chalicelib.currencies import payable
from chalicelib.invoicing.documents import Document as Issued
from chalicelib.invoicing.documents import DocumentLine, Kind, Reference, TaxGroup
from chalicelib.invoicing.states import Head, State, is_overdue, state_of
from chalicelib.ledger.entries import RECEIVABLE, WRITE_OFFS, Fact, Posting
from chalicelib.ledger.standing import Standing
from chalicelib.money import EXACT, Money
from chalicelib.periods import instant_text
from chalicelib.rating.line_items import HEADINGS
from chalicelib.reporting.documents import Document, money_document, number_text
from chalicelib.reporting.exchange_rates import rate_document
from chalicelib.reporting.parties import bank_document, party_document

DRAFT = "draft"
# What lists may be asked for.
STATES = (*(state.value for state in State), "overdue")
_NOTHING = Decimal(0)


def open_now(head: Head, standing: Standing) -> Decimal:
    """Return what is open of a document; nothing of one that asks for nothing."""
    return standing.open_of(head.id) if head.kind is Kind.INVOICE else _NOTHING


def paid(head: Head, standing: Standing) -> Decimal:
    """Return what was paid of an invoice and not credited since."""
    if head.kind is Kind.CREDIT_NOTE:
        return _NOTHING
    if head.kind is Kind.RECEIPT:
        return head.total
    left = EXACT.subtract(head.total, open_now(head, standing))
    left = EXACT.subtract(left, standing.written_off_of(head.id))
    return max(_NOTHING, EXACT.subtract(left, head.credited))


def summary_document(head: Head, standing: Standing, today: date) -> Document:
    """Return a document as a list tells it."""
    refers_to = head.refers_to
    return {
        "id": head.id,
        "kind": head.kind.value,
        "number": head.number,
        "period": head.period or None,
        "issued_on": head.issued_on.isoformat(),
        "due_on": _day(head.due_on),
        "total": _money(head.total, head.currency),
        "payable": _money(open_now(head, standing), head.currency),
        "paid": _money(paid(head, standing), head.currency),
        "credited": _money(head.credited, head.currency),
        "state": state_of(head, open_now(head, standing)).value,
        "overdue": is_overdue(head, open_now(head, standing), today),
        "files": ["pdf"] if head.kind is Kind.RECEIPT else ["pdf", "xml"],
        "refers_to": None if refers_to is None else _reference(refers_to),
    }


def draft_summary(draft: Issued) -> Document:
    """Return the invoice that a month would make as a list tells it."""
    return {
        "id": DRAFT,
        "kind": draft.kind.value,
        "number": None,
        "period": draft.period,
        "issued_on": None,
        "due_on": None,
        "total": _money(draft.total, draft.currency),
        "payable": _money(draft.payable, draft.currency),
        "paid": _money(EXACT.subtract(draft.total, draft.payable), draft.currency),
        "credited": _money(_NOTHING, draft.currency),
        "state": DRAFT,
        "overdue": False,
        "files": [],
        "refers_to": None,
    }


def counts(summaries: Iterable[Document]) -> dict[str, int]:
    """Return how many documents there are in each state, and how many are overdue."""
    found = dict.fromkeys(STATES, 0)
    for each in summaries:
        found[str(each["state"])] += 1
        found["overdue"] += bool(each["overdue"])
    return found


def document_document(
    issued: Issued,
    summary: Document,
    *,
    postings: Sequence[Posting] = (),
    credit_notes: Sequence[Document] = (),
    digest: str | None = None,
    gateways: Sequence[str] = (),
    for_operator: bool = False,
) -> Document:
    """Return everything that a document says, and what became of it.

    Args:
        summary: of it, as a list tells it.
        postings: of the account since it was issued.
        credit_notes: that correct it, as a list tells them.
        digest: of what was issued; None for a draft.
        gateways: that it may be paid at.
    """
    currency = issued.currency
    in_tax_currency = issued.in_tax_currency
    return {
        **summary,
        "account": issued.account,
        "issuer": party_document(issued.issuer),
        "customer": party_document(issued.customer),
        "start": _day(issued.start),
        "end": _day(issued.end),
        "time_zone": issued.time_zone,
        "language": issued.language,
        "currency": currency,
        "net": _money(issued.net, currency),
        "tax": _money(issued.tax, currency),
        "services": _services(issued),
        "lines": [_line(line, currency) for line in issued.lines],
        "taxes": [_tax(group, currency) for group in issued.taxes],
        "settled": [
            {"source": each.source, "amount": _money(each.amount, currency)}
            for each in issued.settled
        ],
        "in_tax_currency": None
        if in_tax_currency is None
        else {
            "tax": _money(in_tax_currency.tax, in_tax_currency.currency),
            "rates": [rate_document(rate) for rate in in_tax_currency.rates],
        },
        "exchange_rates": [rate_document(rate) for rate in issued.exchange_rates],
        "reason": issued.reason,
        "buyer_reference": issued.buyer_reference,
        "notes": _notes(issued),
        "bank": bank_document(issued.bank),
        "payments": payments_of(issued, postings),
        "credit_notes": list(credit_notes),
        "hash": digest,
        "forced": _forced(issued) if for_operator else None,
        "pay": {"gateways": list(gateways)},
    }


def payments_of(issued: Issued, postings: Iterable[Posting]) -> list[Document]:
    """Return what changed what is open of a document after it was issued, oldest first."""
    found: list[Document] = []
    for posting in sorted(postings, key=lambda each: (each.at, each.id)):
        if posting.fact is Fact.INVOICE and posting.document == issued.id:
            continue
        names = {RECEIVABLE + issued.id}
        # What is paid after a write-off takes that back first, so that both change together.
        if posting.fact is not Fact.WRITE_OFF:
            names.add(WRITE_OFFS + issued.id)
        amount = _taken_off(posting, names)
        if amount:
            found.append(
                {
                    "at": instant_text(posting.at),
                    "fact": posting.fact.value,
                    "reference": posting.reference,
                    "amount": _money(amount, issued.currency),
                }
            )
    return found


def _taken_off(posting: Posting, names: set[str]) -> Decimal:
    amount = _NOTHING
    for entry in posting.entries:
        if entry.credit in names:
            amount = EXACT.add(amount, entry.amount)
        if entry.debit in names:
            amount = EXACT.subtract(amount, entry.amount)
    return amount


def _services(issued: Issued) -> list[Document]:
    amounts: dict[str, Decimal] = {}
    for line in issued.lines:
        amounts[line.service] = EXACT.add(amounts.get(line.service, _NOTHING), line.amount)
    return [
        {
            "service": service,
            "name": heading(service),
            "amount": _money(amount, issued.currency),
        }
        for service, amount in amounts.items()
    ]


def heading(service: str) -> str:
    """Return the name of what a line stands under."""
    return HEADINGS.get(service) or service.replace("_", " ").capitalize()


def _line(line: DocumentLine, currency: str) -> Document:
    correction = line.correction
    return {
        "id": line.id,
        "service": line.service,
        "service_name": heading(line.service),
        "name": line.name,
        "quantity": None if line.quantity is None else number_text(line.quantity),
        "unit": line.unit,
        "unit_price": None if line.unit_price is None else number_text(line.unit_price),
        "amount": _money(line.amount, currency),
        "tax": line.tax,
        "period": line.period or None,
        "start": line.start.isoformat(),
        "end": line.end.isoformat(),
        "category": line.category,
        "correction": None
        if correction is None
        else {
            "invoice": _reference(correction.invoice),
            "before": _money(correction.before, currency),
            "after": _money(correction.after, currency),
        },
    }


def _tax(group: TaxGroup, currency: str) -> Document:
    return {
        "key": group.key,
        "name": group.name,
        "category": group.category,
        "percent": number_text(group.percent),
        "taxable": _money(group.taxable, currency),
        "amount": _money(group.amount, currency),
        "note": group.note,
        "parts": [
            {
                "name": part.name,
                "percent": number_text(part.percent),
                "amount": _money(part.amount, currency),
            }
            for part in group.parts
        ],
    }


def _notes(issued: Issued) -> list[str]:
    told = (issued.header, *(group.note for group in issued.taxes), issued.footer)
    return list(dict.fromkeys(each for each in told if each))


def _forced(issued: Issued) -> Document | None:
    forced = issued.forced
    if forced is None:
        return None
    return {
        "by": forced.by,
        "at": instant_text(forced.at),
        "reason": forced.reason,
        "waiting": list(forced.waiting),
    }


def _reference(reference: Reference) -> Document:
    return {"id": reference.document, "number": reference.number}


def _money(amount: Decimal, currency: str) -> Document:
    return money_document(payable(Money(amount, currency)))


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
