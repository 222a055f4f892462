"""What billing needs from the world, as it sees it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from chalicelib.accounts import Kind
from chalicelib.invoicing.billing_runs import RunState
from chalicelib.invoicing.customers import BillingDetails
from chalicelib.invoicing.documents import Document
from chalicelib.invoicing.issuers import Issuer
from chalicelib.invoicing.numbers import Series
from chalicelib.invoicing.states import Head
from chalicelib.ledger.entries import Posting
from chalicelib.ledger.gateways import (
    Checkout,
    CheckoutOrder,
    Dismissal,
    GatewayEvent,
    Unposted,
)
from chalicelib.ledger.payments import Payment, TopUp
from chalicelib.ledger.standing import Seen
from chalicelib.notifications.messages import Message
from chalicelib.rating.line_items import RatedPeriod
from chalicelib.reporting.documents import Document as JsonDocument
from chalicelib.reporting.summaries import Amended, Kept, PeriodSummary, Stored

# A row of a table, to be written together with others; only adapters know what it is made of.
Write = Any
_NOTHING = Decimal(0)


class Ledger(Protocol):
    """Postings, and how accounts stand."""

    def standing(self, account: str, currency: str) -> Seen: ...
    def standings(self) -> Iterator[Seen]: ...
    def post(
        self,
        posting: Posting,
        *,
        seen: Seen,
        fact: Payment | TopUp | None = None,
        follow: str | None = None,
        billing: JsonDocument | None = None,
        also: Sequence[Write] = (),
    ) -> bool: ...
    def put_follow(
        self,
        seen: Seen,
        follow: str,
        *,
        billing: JsonDocument | None = None,
        also: Sequence[Write] = (),
    ) -> None: ...
    def posting(self, account: str, posting_id: str) -> Posting | None: ...
    def postings(
        self, account: str, since: datetime | None = None, until: datetime | None = None
    ) -> list[Posting]: ...


class Invoices(Protocol):
    """Issued documents, their numbers, and the monthly runs."""

    def get(self, account: str, document: str) -> tuple[Head, Document] | None: ...
    def next_number(self, series: Series) -> int: ...
    def rows_to_issue(self, document: Document, series: Series, n: int) -> Sequence[Write]: ...
    def run(self, period: str, *, after: str = "", limit: int | None = None) -> list[RunState]: ...
    def row_changed(
        self, before: Head, *, ended: str = "", credited: Decimal = _NOTHING
    ) -> Write: ...
    def of(self, account: str) -> list[Head]: ...
    def notes_of(self, account: str, invoice: str) -> list[Document]: ...
    def run_row(self, state: RunState) -> Write: ...
    def mark_run(self, state: RunState) -> bool: ...


class Issuers(Protocol):
    """Who issues documents, and to whom how."""

    def issuer(self, issuer: str) -> Issuer | None: ...
    def issuers(self) -> dict[str, Issuer]: ...
    def details(self, account: str) -> BillingDetails | None: ...
    def all_details(self) -> dict[str, BillingDetails]: ...


class RatedPeriods(Protocol):
    """Rated periods, as far as invoices need them."""

    def kept(self, account: str, period: str) -> Kept | None: ...
    def open_periods(self, account: str) -> list[str]: ...
    def billing(self, account: str) -> JsonDocument | None: ...


class AmendedPeriods(Protocol):
    """Periods that are or have been invoiced, and what has changed of them since."""

    def of(self, account: str) -> list[Amended]: ...
    def billed(self, account: str, amended: Amended) -> Write: ...
    def closing(self, account: str, period: str, document: str, seen: Stored) -> Write: ...
    def still_open(self, account: str, period: str) -> Write: ...
    def closed(self, summary: PeriodSummary, rated: RatedPeriod, document: str) -> Write: ...


class Outgoing(Protocol):
    """Messages to be sent, as rows to be written with what they tell of."""

    def rows(
        self, messages: Sequence[Message], at: datetime, due_at: datetime
    ) -> Sequence[Write]: ...


class AccountControl(Protocol):
    """Locks and disables the accounts of a CloudStack; each answers the state after."""

    def state(self, kind: Kind, id: str) -> str: ...
    def hold(self, kind: Kind, id: str) -> str: ...
    def suspend(self, kind: Kind, id: str) -> str: ...
    def resume(self, kind: Kind, id: str) -> str: ...


class Gateway(Protocol):
    """Whoever takes payments over the internet."""

    def checkout(self, order: CheckoutOrder) -> Checkout: ...
    def event(self, body: bytes, signature: str, now: datetime) -> GatewayEvent | None: ...


class UnpostedEvents(Protocol):
    """What gateways told that could not be posted, and what became of it."""

    def get(self, gateway: str, event_id: str) -> Unposted | None: ...
    def keep(self, gateway: str, event: GatewayEvent, reason: str) -> bool: ...
    def row_posted(
        self, gateway: str, event: GatewayEvent, *, kept: bool, at: datetime
    ) -> Write: ...
    def mark_posted(self, unposted: Unposted, at: datetime) -> bool: ...
    def dismiss(self, unposted: Unposted, dismissal: Dismissal) -> bool: ...
