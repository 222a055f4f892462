"""`/admin/...`: what only the operator sees and does."""

from datetime import datetime
from decimal import Decimal

import msgspec
from chalice.app import Response

from chalicelib.accounts import BillingAccount, Role, Terms
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import LONGEST_ID, Request, whole_second
from chalicelib.entrypoints.routes import Routes
from chalicelib.errors import InvalidInput
from chalicelib.metering.meters import METERS_BY_USAGE_TYPE, PARTS, is_sold, meter_of
from chalicelib.periods import instant_text
from chalicelib.rating.rate_cards import RateCard, rate_card
from chalicelib.rating.tariffs import Per, Tariff
from chalicelib.reporting.documents import (
    Document,
    account_document,
    number_text,
)

routes = Routes(__name__)
_ACCOUNTS_A_PAGE = 200


class _TermsBody(msgspec.Struct, forbid_unknown_fields=True):
    currency: str
    language: str
    time_zone: str
    name: str | None = None


class _Price(msgspec.Struct, forbid_unknown_fields=True):
    per: Per
    price: Decimal
    usage_type: int | None = None
    meter: str | None = None


class _RateCardBody(msgspec.Struct, forbid_unknown_fields=True):
    currency: str
    effective_from: datetime
    prices: list[_Price]


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
    card = rate_card(asked.currency, whole_second(asked.effective_from, "effective_from"), tariffs)
    new = request.wiring.add_rate_card(card)
    return reply(_rate_card(card), 201 if new else 200)


def _tariff(price: _Price) -> Tariff:
    """Return the tariff for a meter, or a part of one, by its name or by its usage type."""
    if price.meter is not None and not is_sold(price.meter):
        message = f"there is no meter {price.meter!r}"
        raise InvalidInput(message, {"prices": message})
    by_type = METERS_BY_USAGE_TYPE.get(price.usage_type or 0)
    if price.meter is not None and price.usage_type is not None:
        if by_type is not meter_of(price.meter):
            message = f"usage type {price.usage_type} is not measured by {price.meter!r}"
            raise InvalidInput(message, {"prices": message})
    if price.meter is None and by_type is None:
        message = f"usage type {price.usage_type} has no meter"
        if price.usage_type is None:
            message = "a price needs a usage type, or a meter"
        raise InvalidInput(message, {"prices": message})
    name = price.meter or (by_type.name if by_type else "")
    return Tariff(name, price.per, price.price)


def _rate_card(card: RateCard) -> Document:
    prices = [
        {
            "usage_type": meter_of(tariff.meter).usage_type,
            "meter": tariff.meter,
            "per": tariff.per.value,
            "price": number_text(tariff.unit_price),
        }
        for tariff in sorted(card.tariffs.values(), key=_by_usage_type)
    ]
    return {
        "currency": card.currency,
        "effective_from": instant_text(card.effective_from),
        "prices": prices,
    }


def _by_usage_type(tariff: Tariff) -> tuple[int, bool, str]:
    """Return what tariffs are sorted by: the parts of a meter follow it."""
    return (meter_of(tariff.meter).usage_type, tariff.meter in PARTS, tariff.meter)


def _operators_account(account: BillingAccount) -> Document:
    return {
        **account_document(account),
        "connection": account.connection,
        "state": account.state,
    }
