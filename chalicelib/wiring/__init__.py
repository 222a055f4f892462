"""Adapters built from the settings and handed to the runs; the only place that knows both.

What only some functions need is imported where it is built: it would slow every cold start.
"""

# ruff: noqa: PLC0415
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING

from chalicelib.accounts import Terms
from chalicelib.rating.rate_cards import RateCard
from chalicelib.settings import Settings, read_settings
from chalicelib.tables.accounts import AccountsTable
from chalicelib.tables.agreements import AgreementsTable
from chalicelib.tables.attributes import connect
from chalicelib.tables.budgets import BudgetsTable
from chalicelib.tables.catalogue import CatalogueTable
from chalicelib.tables.charges import ChargesTable
from chalicelib.tables.exchange_rates import ExchangeRatesTable
from chalicelib.tables.outbox import OutboxTable
from chalicelib.tables.parts import PartsTable
from chalicelib.tables.quota_tariffs import QuotaTariffsTable
from chalicelib.tables.rate_cards import RateCardsTable
from chalicelib.tables.reviews import ReviewsTable
from chalicelib.tables.revision import RevisionTable
from chalicelib.tables.roll_ups import RollUpsTable
from chalicelib.tables.sessions import SessionsTable
from chalicelib.tables.windows import WindowsTable
from chalicelib.wiring.clients import client as _client
from chalicelib.wiring.clients import queue as _queue
from chalicelib.wiring.documents import DOCUMENTS

if TYPE_CHECKING:
    from chalicelib.cloudstack.sign_in import CloudStackSignIn
    from chalicelib.delivery.documents import DocumentStore
    from chalicelib.delivery.mail import Mail
    from chalicelib.delivery.parameters import Parameters
    from chalicelib.delivery.queues import Queue
    from chalicelib.metering.reviews import Decision
    from chalicelib.periods import Period
    from chalicelib.runs.collection import Collected
    from chalicelib.runs.known import Announced
    from chalicelib.runs.messages import WindowMessage
    from chalicelib.runs.plan_collection import Planned
    from chalicelib.runs.price_lists import KnownPriceLists
    from chalicelib.runs.rate_usage import Rated
    from chalicelib.runs.send_notifications import Sent
    from chalicelib.tables.amended import AmendedTable
    from chalicelib.tables.invoices import InvoicesTable
    from chalicelib.tables.issuers import IssuersTable
    from chalicelib.tables.ledger import LedgerTable
    from chalicelib.tables.usage import UsageTable
    from chalicelib.wiring.gateways import Gateways
    from chalicelib.wiring.sources import CloudStackSources

_SWEEP = 200


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Wiring:
    """Everything one container of a function needs, built when first asked for.

    Args:
        now: the clock; the only one triggers and routes look at.
        pause: waits that many seconds before CloudStack is asked again.
    """

    def __init__(
        self,
        settings: Settings,
        now: Callable[[], datetime] = _utc_now,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.settings = settings
        self.now = now
        self._pause = pause
        connection = self._connection = connect(settings.table_prefix, DOCUMENTS)
        self.roll_ups = RollUpsTable(connection)
        self.revision = RevisionTable()
        self.accounts = AccountsTable(settings.default_terms, self.roll_ups, self.revision)
        self.agreements = AgreementsTable()
        self.budgets = BudgetsTable(connection)
        self.catalogues = CatalogueTable()
        self.charges = ChargesTable()
        self.exchange_rates = ExchangeRatesTable(connection)
        self.outbox = OutboxTable()
        self.rate_cards = RateCardsTable()
        self.parts = PartsTable()
        self.quota_tariffs = QuotaTariffsTable()
        self.reviews = ReviewsTable()
        self.sessions = SessionsTable()
        self.windows = WindowsTable()

    @property
    def base_currency(self) -> str:
        """The currency of the price list that others are converted from."""
        return self.settings.default_terms.currency

    def price_lists(self) -> "KnownPriceLists":
        """Return the prices of all accounts, each read once."""
        from chalicelib.runs.price_lists import KnownPriceLists

        return KnownPriceLists(self.rate_cards, self.exchange_rates, self.base_currency)

    def plan(self, connection: str, now: datetime) -> "Planned":
        """Plan the collection of one connection."""
        from chalicelib.wiring.collecting import plan

        return plan(self, connection, now)

    def collect(
        self, message: "WindowMessage", has_time: Callable[[], bool] = lambda: True
    ) -> "Collected":
        """Collect one window, one part of it, or meter it anew from the archive.

        Args:
            has_time: whether there is time left for another page.
        """
        from chalicelib.delivery.archive import Archive
        from chalicelib.wiring.collecting import collect

        archive = Archive(_client("s3"), self.settings.archive_bucket)
        return collect(self, message, archive, has_time)

    def decide(self, decision: "Decision") -> int:
        """Record a decision of the operator; return how many windows are metered anew for it."""
        from chalicelib.runs.decide import decide

        return decide(
            decision, reviews=self.reviews, windows=self.windows, queue=self.windows_queue
        )

    def replay(self, connection: str, span: "Period") -> int:
        """Have windows metered anew from the archive; return how many."""
        from chalicelib.runs.decide import replay_windows

        return replay_windows(connection, span, windows=self.windows, queue=self.windows_queue)

    def rate(self, account: str, period: str, now: datetime) -> "Rated | None":
        """Rate one period of one billing account."""
        return self.rater(1)(account, period, now)

    def rater(self, expected: int) -> "Callable[[str, str, datetime], Rated | None]":
        """Return what rates one period after the other, and reads what all need once.

        Args:
            expected: how many there are.
        """
        from chalicelib.wiring.rating import rater

        return rater(self, expected)

    def send(self, message_ids: Iterable[str], now: datetime) -> "Sent":
        """Send those messages of the outbox."""
        from chalicelib.runs.send_notifications import send_notifications

        return send_notifications(message_ids, outbox=self.outbox, mail=self.mail, now=now)

    def sweep(self, now: datetime) -> "Sent":
        """Send what was left in the outbox."""
        from chalicelib.runs.send_notifications import sweep_notifications

        return sweep_notifications(outbox=self.outbox, mail=self.mail, now=now, limit=_SWEEP)

    def announced(self) -> "Announced":
        """Return the queue of ratings that something asks for that was changed."""
        from chalicelib.runs.known import Announced

        return Announced(self.accounts_queue, self.revision)

    def add_rate_card(self, card: RateCard) -> bool:
        """Take a rate card; tell whether it is new."""
        from chalicelib.wiring.rating import add_rate_card

        return add_rate_card(self, card)

    def set_terms(self, account: str, terms: Terms, name: str | None = None) -> None:
        """Set the terms an account is billed on, and the name of a company."""
        from chalicelib.wiring.rating import set_terms

        set_terms(self, account, terms, name)

    def sign_in(self) -> "CloudStackSignIn":
        """Return who tells who somebody is: the first connection."""
        from chalicelib.cloudstack.sign_in import CloudStackSignIn

        connection = self.settings.connections[0]
        return CloudStackSignIn(self.parameters.endpoint(connection).endpoint, connection)

    def start(self, function: str) -> None:
        """Have a function run now, without waiting for it."""
        from chalicelib.delivery.functions import Functions

        Functions(_client("lambda"), self.settings.table_prefix).start(function)

    @cached_property
    def parameters(self) -> "Parameters":
        """The connections' parameters."""
        from chalicelib.delivery.parameters import Parameters

        return Parameters(_client("ssm"), self.settings.connections_path)

    @cached_property
    def gateways(self) -> "Gateways":
        """Whoever takes payments over the internet."""
        from chalicelib.delivery.gateway_parameters import GatewayParameters
        from chalicelib.wiring.gateways import Gateways

        parameters = GatewayParameters(_client("ssm"), self.settings.gateways_path)
        return Gateways(parameters, self.settings.stripe_url, self.now)

    @cached_property
    def usage(self) -> "UsageTable":
        """The usage table."""
        from chalicelib.tables.usage import UsageTable

        return UsageTable(_client("dynamodb"), f"{self.settings.table_prefix}-usage")

    @cached_property
    def amended(self) -> "AmendedTable":
        """Invoiced periods whose past has changed since."""
        from chalicelib.tables.amended import AmendedTable

        return AmendedTable()

    @cached_property
    def ledger(self) -> "LedgerTable":
        """Postings, and how accounts stand."""
        from chalicelib.tables.ledger import LedgerTable

        return LedgerTable(self._connection)

    @cached_property
    def invoices(self) -> "InvoicesTable":
        """Issued documents."""
        from chalicelib.tables.invoices import InvoicesTable

        return InvoicesTable()

    @cached_property
    def issuers(self) -> "IssuersTable":
        """Who issues documents, and the billing details of accounts."""
        from chalicelib.tables.issuers import IssuersTable

        return IssuersTable()

    @cached_property
    def mail(self) -> "Mail":
        """SES."""
        from chalicelib.delivery.mail import Mail

        return Mail(_client("sesv2"), self.settings.mail_from, self.document_store)

    @cached_property
    def document_store(self) -> "DocumentStore":
        """The files of issued documents, and logos."""
        from chalicelib.delivery.documents import DocumentStore

        return DocumentStore(_client("s3"), self.settings.documents_bucket)

    @cached_property
    def windows_queue(self) -> "Queue":
        """The queue of windows to be collected."""
        return _queue(self.settings.windows_queue_url)

    @cached_property
    def accounts_queue(self) -> "Queue":
        """The queue of billing periods to be rated."""
        return _queue(self.settings.accounts_queue_url)

    @cached_property
    def invoices_queue(self) -> "Queue":
        """The queue of invoices to be issued, and of documents to be set."""
        return _queue(self.settings.invoices_queue_url)

    @cached_property
    def follow_ups_queue(self) -> "Queue":
        """The queue of accounts to be followed up."""
        return _queue(self.settings.follow_ups_queue_url)

    @cached_property
    def cloudstack(self) -> "CloudStackSources":
        """The CloudStack installations."""
        from chalicelib.wiring.sources import CloudStackSources

        return CloudStackSources(self.parameters, self._pause)


@cache
def wiring() -> Wiring:
    """Return the wiring of this container."""
    return Wiring(read_settings())
