"""`/catalogue`: what can be priced and estimated."""

from collections.abc import Iterable
from datetime import timedelta

from chalice.app import Response

from chalicelib.accounts import BillingAccount, Role
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import Request
from chalicelib.rating.rate_cards import RateCard, cards_in_force
from chalicelib.reporting.sold import sold_document

_INSTANT = timedelta(seconds=1)


def show_catalogue(request: Request) -> Response:
    """The meters and their parts, the names of what tells them apart, and services by agreement."""
    if "account" not in request.query and request.sender.role is Role.OPERATOR:
        connections: Iterable[str] = request.wiring.settings.connections
        cards = _all_cards(request)
    else:
        account = request.account()
        connections, cards = account.connections, _cards(request, account)
    names = request.wiring.catalogues.of_all(connections)
    return reply(sold_document(names, cards))


def _cards(request: Request, account: BillingAccount) -> "list[RateCard]":
    """Return the cards in force that may price something of an account, what comes first first."""
    currency, base = account.terms.currency, request.wiring.base_currency
    agreed = _in_force(request, currency, account.id) if account.agreed.prices else []
    converted = _in_force(request, base) if base != currency else []
    return [*agreed, *_in_force(request, currency), *converted]


def _all_cards(request: Request) -> "list[RateCard]":
    """Return the default lists in force, that of the base currency first, and all agreed cards."""
    accounts = request.wiring.accounts.all()
    base = request.wiring.base_currency
    others = sorted({account.terms.currency for account in accounts} - {base})
    lists = [card for currency in (base, *others) for card in _in_force(request, currency)]
    agreed = [
        card
        for account in accounts
        if account.agreed.prices
        for card in _in_force(request, account.terms.currency, account.id)
    ]
    return [*lists, *agreed]


def _in_force(request: Request, currency: str, account: str = "") -> "list[RateCard]":
    cards = request.wiring.rate_cards.of(currency, account)
    return cards_in_force(cards, request.now, request.now + _INSTANT)
