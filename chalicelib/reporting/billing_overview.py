"""What the overview shows of invoices and the wallet: kept with it, and changed with the ledger."""

from collections.abc import Sequence
from datetime import date
from typing import cast

import msgspec
from msgspec.structs import replace

from chalicelib.currencies import payable, zero
from chalicelib.invoicing.documents import Document, Kind
from chalicelib.invoicing.follow_ups import FollowUp
from chalicelib.invoicing.states import State
from chalicelib.ledger.standing import Standing
from chalicelib.money import Money
from chalicelib.reporting.documents import Document as JsonDocument
from chalicelib.reporting.documents import money_document

_SHOWN = 5


class Shown(msgspec.Struct, frozen=True):
    """A document as the overview shows it, but for whether it is overdue, which today decides.

    Attributes:
        payable: what is open of it.
        credited: what credit notes took off it.
    """

    id: str
    kind: Kind
    number: str
    due_on: date | None
    total: Money
    payable: Money
    credited: Money
    state: State


class ShownWallet(msgspec.Struct, frozen=True):
    """What is left of a wallet, and how it is."""

    available: Money
    balance: Money
    state: str


class Billing(msgspec.Struct, frozen=True):
    """What is kept with the overview.

    Attributes:
        documents: the newest, newest first.
        wallet: None for an account that pays afterwards.
    """

    documents: tuple[Shown, ...] = ()
    wallet: ShownWallet | None = None


def billing_after(
    before: JsonDocument | None,
    standing: Standing,
    follow: FollowUp,
    *,
    prepaid: bool,
    issued: Sequence[Document] = (),
) -> JsonDocument:
    """Return what is kept once the account stands like that.

    Args:
        before: what was kept.
        issued: documents that have just been issued.
    """
    earlier = _kept(before).documents
    known = {each.id for each in earlier}
    new = [_shown(each) for each in issued if each.id not in known]
    documents = [_credited(each, issued) for each in (*reversed(new), *earlier)][:_SHOWN]
    after = Billing(
        tuple(_as_it_stands(each, standing) for each in documents),
        _wallet(standing, follow) if prepaid else None,
    )
    return cast(JsonDocument, msgspec.to_builtins(after))


def overview_documents(billing: JsonDocument | None, today: date) -> list[JsonDocument]:
    """Return the documents as JSON writes them."""
    return [
        {
            "id": each.id,
            "kind": each.kind.value,
            "number": each.number,
            "due_on": None if each.due_on is None else each.due_on.isoformat(),
            "total": money_document(each.total),
            "payable": money_document(each.payable),
            "state": each.state.value,
            "overdue": is_overdue(each.payable, each.due_on, today),
        }
        for each in _kept(billing).documents
    ]


def overview_wallet(billing: JsonDocument | None) -> JsonDocument | None:
    """Return the wallet as JSON writes it; None for an account that pays afterwards."""
    wallet = _kept(billing).wallet
    if wallet is None:
        return None
    return {
        "available": money_document(wallet.available),
        "balance": money_document(wallet.balance),
        "state": wallet.state,
    }


def is_overdue(open_amount: Money, due_on: date | None, today: date) -> bool:
    """Tell whether something is open after its due day."""
    return due_on is not None and due_on < today and open_amount.amount > 0


def _kept(document: JsonDocument | None) -> Billing:
    return Billing() if document is None else msgspec.convert(document, type=Billing)


def _shown(document: Document) -> Shown:
    total, nothing = Money(document.total, document.currency), zero(document.currency)
    due_on = document.due_on if document.kind is Kind.INVOICE else None
    return Shown(
        document.id, document.kind, document.number, due_on, total, total, nothing, State.ISSUED
    )


def _credited(shown: Shown, issued: Sequence[Document]) -> Shown:
    """Return a document less what credit notes that have just been issued take off it."""
    notes = [
        Money(each.total, each.currency)
        for each in issued
        if each.refers_to is not None and each.refers_to.document == shown.id
    ]
    return replace(shown, credited=sum(notes, start=shown.credited))


def _as_it_stands(shown: Shown, standing: Standing) -> Shown:
    if shown.kind is not Kind.INVOICE:
        # A credit note asks for nothing; what a receipt is for has been paid.
        state = State.PAID if shown.kind is Kind.RECEIPT else State.ISSUED
        return replace(shown, payable=zero(shown.total.currency), state=state)
    left = payable(Money(standing.open_of(shown.id), standing.currency))
    return replace(shown, payable=left, state=_state(shown, left, standing))


def _state(shown: Shown, left: Money, standing: Standing) -> State:
    asked = shown.total - shown.credited
    if shown.credited.amount and asked.amount <= 0:
        return State.VOID
    if standing.written_off_of(shown.id):
        return State.UNCOLLECTIBLE
    if not left.amount:
        return State.PAID
    return State.ISSUED if left.amount >= asked.amount else State.PARTIALLY_PAID


def _wallet(standing: Standing, follow: FollowUp) -> ShownWallet:
    balance = payable(Money(standing.wallet + standing.credit, standing.currency))
    available = payable(Money(balance.amount - follow.not_drawn, standing.currency))
    return ShownWallet(available, balance, follow.wallet.value)
