"""`/wallet`: what an account has paid ahead."""

import msgspec
from chalice.app import Response

from chalicelib.entrypoints.amounts import MoneyBody, money_of
from chalicelib.entrypoints.named import page_of
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import Request
from chalicelib.invoicing.follow_ups import follow_of
from chalicelib.ledger.gateways import checkout_order
from chalicelib.reporting.wallet import wallet_document
from chalicelib.wiring.invoices import details_of, standing_now, wallet_movements

_MOVEMENTS_A_PAGE = 50
_DESCRIPTION = "Prepaid balance"


class _TopUpBody(msgspec.Struct, forbid_unknown_fields=True):
    amount: MoneyBody
    gateway: str


def show_wallet(request: Request) -> Response:
    """What an account has paid ahead, and how it moved."""
    account = request.account()
    details = details_of(request.wiring, account.id)
    seen = standing_now(request.wiring, account)
    movements = wallet_movements(request.wiring, seen.standing)
    ids = [each.posting for each in movements]
    page, more = page_of(request, ids, movements, _MOVEMENTS_A_PAGE)
    return reply(
        wallet_document(
            seen.standing,
            details,
            not_drawn=follow_of(seen.follow).not_drawn,
            movements=page,
            more=more,
            gateways=request.wiring.gateways.in_use(),
        )
    )


def buy_top_up(request: Request) -> Response:
    """Open a page of a gateway on which a top-up is paid."""
    account, asked = request.account(), request.read(_TopUpBody)
    wired = request.wiring
    gateway = wired.gateways.gateway(asked.gateway)
    details = details_of(wired, account.id)
    address = f"{wired.settings.site_url}/#/wallet/{account.id}"
    order = checkout_order(
        account=account.id,
        purpose="top_up",
        document=None,
        amount=money_of(asked.amount, account.terms.currency),
        description=_DESCRIPTION,
        email=None if details.party is None else details.party.email,
        success_url=f"{address}?paid",
        cancel_url=address,
        now=request.now,
    )
    return reply({"url": gateway.checkout(order).url})
