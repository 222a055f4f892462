"""`/admin/rate-cards`: dated prices, read and taken."""

import msgspec
from chalice.app import Response
from msgspec.structs import replace

from chalicelib.accounts import Role
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import Request, whole_second
from chalicelib.entrypoints.routes import Routes
from chalicelib.rating.card_files import RateCardFile, card_in, file_of
from chalicelib.rating.rate_cards import RateCard
from chalicelib.reporting.documents import Document

routes = Routes(__name__)


@routes.route("GET", "/admin/rate-cards", Role.OPERATOR)
def list_rate_cards(request: Request) -> Response:
    """The rate cards of one currency, or of all that accounts are billed in."""
    asked = request.query.get("currency")
    used = {account.terms.currency for account in request.wiring.accounts.all()}
    currencies = [asked] if asked else sorted(used)
    cards = [card for each in currencies for card in request.wiring.rate_cards.of(each)]
    return reply({"rate_cards": [card_document(card) for card in cards]})


@routes.route("POST", "/admin/rate-cards", Role.OPERATOR)
def add_rate_card(request: Request) -> Response:
    """Take a rate card; it prices everything from its instant on."""
    file = request.read(RateCardFile)
    at = whole_second(file.effective_from, "effective_from")
    card = card_in(replace(file, effective_from=at))
    new = request.wiring.add_rate_card(card)
    return reply(card_document(card), 201 if new else 200)


def card_document(card: RateCard) -> Document:
    """Return a rate card as a file, with its version."""
    plain: Document = msgspec.to_builtins(file_of(card))
    return {**plain, "version": card.version}
