"""`/admin/...`: what only the operator sees and does."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice

import msgspec
from chalice.app import Response

from chalicelib.accounts import BillingAccount, Role, Terms
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import LONGEST_ID, Request
from chalicelib.entrypoints.routes import Routes
from chalicelib.errors import InvalidInput
from chalicelib.metering.meters import METERS, METERS_BY_USAGE_TYPE
from chalicelib.metering.progress import WindowProgress
from chalicelib.periods import instant_text
from chalicelib.rating.rate_cards import Per, RateCard, Tariff, rate_card
from chalicelib.reporting.documents import (
    Document,
    account_document,
    number_text,
)

routes = Routes(__name__)
_ACCOUNTS_A_PAGE = 200
_WINDOWS_SHOWN = 100
_REJECTS_SHOWN = 200
_FIRST_YEAR, _LAST_YEAR = 2000, 2999


class _TermsBody(msgspec.Struct, forbid_unknown_fields=True):
    currency: str
    language: str
    time_zone: str
    name: str | None = None


class _Price(msgspec.Struct, forbid_unknown_fields=True):
    usage_type: int
    per: Per
    price: Decimal


class _RateCardBody(msgspec.Struct, forbid_unknown_fields=True):
    currency: str
    effective_from: datetime
    prices: list[_Price]


class _RunBody(msgspec.Struct, forbid_unknown_fields=True):
    run: str


@routes.route("GET", "/admin/accounts", Role.OPERATOR)
def list_accounts(request: Request) -> Response:
    """Every account CloudStack has told of, with its terms."""
    after = request.query.get("next", "")
    accounts = sorted(request.wiring.accounts.all(), key=lambda account: account.id)
    left = [account for account in accounts if account.id > after]
    page = left[:_ACCOUNTS_A_PAGE]
    more = page[-1].id if len(left) > len(page) else None
    return reply({"accounts": [_operators_account(each) for each in page], "next": more})


@routes.route("PUT", "/admin/accounts/{account}", Role.OPERATOR)
def put_terms(request: Request) -> Response:
    """Set on what terms an account is billed, even before CloudStack has told of it.

    With a name, it is a company, which needs no CloudStack account of its own.
    """
    account, asked = request.path["account"], request.read(_TermsBody)
    if not 1 <= len(account) <= LONGEST_ID:
        raise InvalidInput("that is no account id")
    terms = Terms(asked.currency, asked.language, asked.time_zone)
    request.wiring.set_terms(account, terms, asked.name)
    named = {} if asked.name is None else {"name": asked.name}
    return reply({"id": account, **named, **msgspec.to_builtins(terms)})


@routes.route("GET", "/admin/rate-cards", Role.OPERATOR)
def list_rate_cards(request: Request) -> Response:
    """The rate cards of one currency, or of all that accounts are billed in."""
    asked = request.query.get("currency")
    used = {account.terms.currency for account in request.wiring.accounts.all()}
    currencies = [asked] if asked else sorted(used)
    cards = [card for each in currencies for card in request.wiring.rate_cards.of(each)]
    return reply({"rate_cards": [_rate_card(card) for card in cards]})


@routes.route("POST", "/admin/rate-cards", Role.OPERATOR)
def add_rate_card(request: Request) -> Response:
    """Take a rate card; it prices everything from its instant on."""
    asked = request.read(_RateCardBody)
    tariffs = [_tariff(price) for price in asked.prices]
    card = rate_card(asked.currency, _whole_second(asked.effective_from), tariffs)
    new = request.wiring.add_rate_card(card)
    return reply(_rate_card(card), 201 if new else 200)


@routes.route("GET", "/admin/windows", Role.OPERATOR)
def list_windows(request: Request) -> Response:
    """How far the collection is, and what went wrong."""
    connections, windows = [], []
    for connection in request.wiring.settings.connections:
        found = list(request.wiring.windows.windows(connection, newest_first=True))
        connections.append(_connection(request, connection, found))
        windows += [_window(each) for each in found[:_WINDOWS_SHOWN]]
    return reply({"connections": connections, "windows": windows})


@routes.route("GET", "/admin/rejects", Role.OPERATOR)
def list_rejects(request: Request) -> Response:
    """The usage records that could not be billed, grouped, newest windows first."""
    rejects: list[Document] = []
    for connection in request.wiring.settings.connections:
        newest = islice(request.wiring.rejects.newest(connection, _REJECTS_SHOWN), _REJECTS_SHOWN)
        rejects += [
            {
                "connection": connection,
                "window": instant_text(start),
                "usage_type": group.usage_type,
                "account": group.account,
                "reason": group.reason,
                "count": group.count,
                "samples": [_sample(sample) for sample in group.samples],
            }
            for start, group in newest
        ]
    return reply({"rejects": rejects, "next": None})


@routes.route("POST", "/admin/runs", Role.OPERATOR)
def start_run(request: Request) -> Response:
    """Have usage collected now instead of at the next full hour."""
    if request.read(_RunBody).run != "plan_collection":
        raise InvalidInput("the run must be plan_collection", {"run": "must be plan_collection"})
    request.wiring.start_planning()
    return reply({"run": "plan_collection", "state": "started"}, 202)


def _whole_second(at: datetime) -> datetime:
    """Return the instant from which prices hold, in UTC."""
    sensible = at.utcoffset() is not None and not at.microsecond
    if not sensible or not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        message = f"needs a whole second of {_FIRST_YEAR} to {_LAST_YEAR}, as 2026-09-01T00:00:00Z"
        raise InvalidInput(f"effective_from: {message}", {"effective_from": message})
    return at.astimezone(UTC)


def _tariff(price: _Price) -> Tariff:
    meter = METERS_BY_USAGE_TYPE.get(price.usage_type)
    if meter is None:
        message = f"usage type {price.usage_type} has no meter"
        raise InvalidInput(message, {"prices": message})
    return Tariff(meter.name, price.per, price.price)


def _rate_card(card: RateCard) -> Document:
    prices = [
        {
            "usage_type": METERS[tariff.meter].usage_type,
            "per": tariff.per.value,
            "price": number_text(tariff.unit_price),
        }
        for tariff in sorted(card.tariffs.values(), key=lambda each: METERS[each.meter].usage_type)
    ]
    return {
        "currency": card.currency,
        "effective_from": instant_text(card.effective_from),
        "prices": prices,
    }


def _operators_account(account: BillingAccount) -> Document:
    return {
        **account_document(account),
        "connection": account.connection,
        "state": account.state,
    }


def _connection(request: Request, connection: str, found: list[WindowProgress]) -> Document:
    progress = request.wiring.windows.connection(connection)
    states = [each.state for each in found]
    error = None
    if progress.error is not None and progress.error_at is not None:
        error = {"at": instant_text(progress.error_at), "message": progress.error}
    return {
        "id": connection,
        "name": request.wiring.parameters.endpoint(connection).name,
        "complete_up_to": _instant(progress.complete_up_to),
        "newest_seen": _instant(progress.newest_seen),
        "windows": {state: states.count(state) for state in ("complete", "failed", "waiting")},
        "last_error": error,
        "records": sum(each.records for each in found),
        "rejects": sum(each.rejects for each in found),
    }


def _window(progress: WindowProgress) -> Document:
    return {
        "connection": progress.window.connection,
        "start": instant_text(progress.window.period.start),
        "end": instant_text(progress.window.period.end),
        "state": progress.state,
        "records": progress.records,
        "copies": progress.copies,
        "rejects": progress.rejects,
        "accounts": progress.sub_accounts,
        "pages": len(progress.archived),
        "error": progress.error,
    }


def _instant(at: datetime | None) -> str | None:
    return None if at is None else instant_text(at)


def _sample(sample: str) -> object:
    """Return a kept record as it was: JSON where it is JSON."""
    try:
        return json.loads(sample)
    except ValueError:
        return sample
