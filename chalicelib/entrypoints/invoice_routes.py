"""`/invoices`: documents of an account, what was paid of them, and where to pay the rest."""

from collections.abc import Sequence

import msgspec
from chalice.app import Response

from chalicelib.accounts import BillingAccount, Role
from chalicelib.entrypoints.named import page_of, period_named
from chalicelib.entrypoints.replies import binary, reply
from chalicelib.entrypoints.requests import Request, wrong
from chalicelib.errors import Conflict, NotFound
from chalicelib.invoicing.documents import Document as Issued
from chalicelib.invoicing.documents import Kind
from chalicelib.invoicing.files import MEDIA_TYPES, Form, file_name
from chalicelib.ledger.gateways import checkout_order
from chalicelib.money import Money
from chalicelib.periods import BillingPeriod
from chalicelib.reporting.documents import Document
from chalicelib.reporting.invoices import (
    DRAFT,
    STATES,
    counts,
    document_document,
    draft_summary,
    summary_document,
)
from chalicelib.wiring.files import file_of
from chalicelib.wiring.invoices import (
    credit_notes_of,
    document_of,
    draft_of,
    payable_at,
    postings_since,
    standing_now,
    today_of,
)

_DOCUMENTS_A_PAGE = 50
_LONGEST_SEARCH = 64
_ALL = ""


class _PayBody(msgspec.Struct, forbid_unknown_fields=True):
    gateway: str


def list_invoices(request: Request) -> Response:
    """Invoices, credit notes and receipts of an account, and the invoice of the running month."""
    account = request.account()
    state = request.choice("state", (_ALL, *STATES))
    kind = request.choice("kind", (_ALL, *Kind))
    standing = standing_now(request.wiring, account).standing
    today = today_of(account, request.now)
    heads = request.wiring.invoices.of(account.id)
    told = [summary_document(head, standing, today) for head in heads]
    found = [
        each
        for each in (*_running(request, account), *told)
        if kind in (_ALL, each["kind"]) and _has(each, _search(request))
    ]
    chosen = [each for each in found if state == _ALL or _is_in(each, state)]
    page, more = page_of(request, [str(each["id"]) for each in chosen], chosen, _DOCUMENTS_A_PAGE)
    return reply({"documents": page, "counts": counts(found), "next": more})


def show_invoice(request: Request) -> Response:
    """Everything that a document says, and what was paid of it."""
    account, document = request.account(), request.path["document"]
    if document == DRAFT:
        return reply(_draft(request, account))
    wired = request.wiring
    head, issued = document_of(wired, account.id, document)
    standing, today = standing_now(wired, account).standing, today_of(account, request.now)
    notes = credit_notes_of(wired, account.id, head.id) if head.credited else []
    return reply(
        document_document(
            issued,
            summary_document(head, standing, today),
            postings=postings_since(wired, issued),
            credit_notes=[summary_document(note, standing, today) for note in notes],
            digest=head.hash,
            gateways=payable_at(wired, head, standing),
            for_operator=request.sender.role is Role.OPERATOR,
        )
    )


def download_invoice(request: Request) -> Response:
    """A document as it is printed."""
    return _file(request, "pdf")


def download_electronic_invoice(request: Request) -> Response:
    """An invoice or credit note for machines."""
    return _file(request, "xml")


def pay_invoice(request: Request) -> Response:
    """Open a page of a gateway on which what is open of an invoice is paid."""
    account, asked = request.account(), request.read(_PayBody)
    wired = request.wiring
    gateway = wired.gateways.gateway(asked.gateway)
    head, issued = document_of(wired, account.id, request.path["document"])
    left = standing_now(wired, account).standing.open_of(head.id)
    if left <= 0:
        raise Conflict(f"nothing is to be paid of {head.number} any more")
    address = f"{wired.settings.site_url}/#/invoices/{account.id}/{head.id}"
    order = checkout_order(
        account=account.id,
        purpose="invoice",
        document=head.id,
        amount=Money(left, head.currency),
        description=head.number,
        email=issued.customer.email,
        success_url=f"{address}?paid",
        cancel_url=address,
        now=request.now,
    )
    return reply({"url": gateway.checkout(order).url})


def _file(request: Request, form: Form) -> Response:
    account = request.account()
    head, _ = document_of(request.wiring, account.id, request.path["document"])
    if form == "xml" and head.kind is Kind.RECEIPT:
        raise NotFound("a receipt has no such file")
    body = file_of(request.wiring, head, form)
    return binary(body, MEDIA_TYPES[form], file_name(head.number, form))


def _running(request: Request, account: BillingAccount) -> list[Document]:
    """Return the running month, unless there is nothing in it or it cannot be drafted."""
    period = BillingPeriod.at(request.now, account.terms.time_zone)
    try:
        draft = draft_of(request.wiring, account.id, period.id, request.now)
    except Conflict:
        # No rule tells its tax; the operator sees that in the billing run.
        return []
    return [] if draft is None else [draft_summary(draft)]


def _draft(request: Request, account: BillingAccount) -> Document:
    zone = account.terms.time_zone
    asked = request.query.get("period") or BillingPeriod.at(request.now, zone).id
    period = period_named(asked, zone)
    draft: Issued | None = draft_of(request.wiring, account.id, period.id, request.now)
    if draft is None:
        raise NotFound(f"there is no draft of {period.id}")
    return document_document(
        draft, draft_summary(draft), for_operator=request.sender.role is Role.OPERATOR
    )


def _search(request: Request) -> str:
    asked = request.query.get("search", "").strip()
    if len(asked) > _LONGEST_SEARCH:
        raise wrong("search", f"may have up to {_LONGEST_SEARCH} characters")
    return asked.casefold()


def _has(summary: Document, search: str) -> bool:
    told: Sequence[object] = (summary["number"] or "", summary["period"] or "")
    return any(search in str(each).casefold() for each in told)


def _is_in(summary: Document, state: str) -> bool:
    return bool(summary["overdue"]) if state == "overdue" else summary["state"] == state
