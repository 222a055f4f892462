"""Every document that is kept in a table through pynamodb."""

from chalicelib.tables.accounts import AccountDocument
from chalicelib.tables.agreements import AgreementDocument
from chalicelib.tables.amended_rows import AmendedDocument
from chalicelib.tables.budgets import AlertDocument, BudgetDocument, WatchDocument
from chalicelib.tables.catalogue import ShelfDocument
from chalicelib.tables.charges import MissingDocument, OverviewDocument, RatedDocument
from chalicelib.tables.exchange_rates import ExchangeRateDocument, RateFeedDocument
from chalicelib.tables.invoice_rows import (
    DetailsRow,
    DocumentRow,
    IssuerRow,
    NumberRow,
    RunRow,
    SeriesRow,
    TakenNumberRow,
)
from chalicelib.tables.ledger_rows import (
    FactDocument,
    PaymentDocument,
    PostingDocument,
    StandingDocument,
    TopUpDocument,
    UnpostedDocument,
)
from chalicelib.tables.outbox import OutboxDocument
from chalicelib.tables.parts import PartDocument
from chalicelib.tables.quota_tariffs import QuotaTariffsDocument
from chalicelib.tables.rate_cards import RateCardDocument
from chalicelib.tables.reviews import DecisionDocument, ReviewDocument
from chalicelib.tables.revision import PricesRevisionDocument
from chalicelib.tables.roll_ups import RevisionDocument, RollUpDocument
from chalicelib.tables.sessions import AttemptsDocument, SessionDocument
from chalicelib.tables.windows import ConnectionDocument, WindowDocument

DOCUMENTS = (
    AccountDocument,
    AgreementDocument,
    AlertDocument,
    AmendedDocument,
    AttemptsDocument,
    BudgetDocument,
    ConnectionDocument,
    DecisionDocument,
    DetailsRow,
    DocumentRow,
    ExchangeRateDocument,
    FactDocument,
    IssuerRow,
    MissingDocument,
    NumberRow,
    OutboxDocument,
    OverviewDocument,
    PartDocument,
    PaymentDocument,
    PostingDocument,
    QuotaTariffsDocument,
    PricesRevisionDocument,
    RatedDocument,
    RateCardDocument,
    RateFeedDocument,
    RevisionDocument,
    RollUpDocument,
    RunRow,
    ReviewDocument,
    SeriesRow,
    SessionDocument,
    ShelfDocument,
    StandingDocument,
    TopUpDocument,
    TakenNumberRow,
    UnpostedDocument,
    WatchDocument,
    WindowDocument,
)
