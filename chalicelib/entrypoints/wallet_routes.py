"""`/wallet`: what an account has paid ahead."""

import msgspec
from chalice.app import Response

from chalicelib.accounts import BillingAccount
from chalicelib.entrypoints.amounts import MoneyBody, money_of
from chalicelib.entrypoints.named import page_of
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import Request
from chalicelib.invoicing.follow_ups import follow_of
from chalicelib.ledger.entries import Grant
from chalicelib.ledger.gateways import checkout_order
from chalicelib.ledger.payments import top_up
from chalicelib.money import Money
from chalicelib.reporting.wallet import wallet_document
from chalicelib.wiring.invoices import details_of, standing_now, wallet_movements
from chalicelib.wiring.payments import check_top_up

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
    amount = money_of(asked.amount, account.terms.currency)
    _check_could_be_recorded(request, account, amount, asked.gateway)
    address = f"{wired.settings.site_url}/#/wallet/{account.id}"
    order = checkout_order(
        account=account.id,
        purpose="top_up",
        document=None,
        amount=amount,
        description=_DESCRIPTION,
        email=None if details.party is None else details.party.email,
        success_url=f"{address}?paid",
        cancel_url=address,
        now=request.now,
    )
    return reply({"url": gateway.checkout(order).url})


def _check_could_be_recorded(
    request: Request, account: BillingAccount, amount: Money, gateway: str
) -> None:
    """Refuse before anybody pays for what nobody could issue a receipt for."""
    wanted = top_up(
        account.id,
        request.now.date(),
        amount,
        Grant.PURCHASED,
        topped_up_at=request.now,
        method=gateway,
        source=gateway,
    )
    check_top_up(request.wiring, wanted, account, request.now)
