"""Receipts: documents that say that money was paid into a wallet."""

from datetime import datetime

from msgspec.structs import replace

from chalicelib.accounts import BillingAccount
from chalicelib.currencies import payable
from chalicelib.errors import InvalidInput
from chalicelib.invoicing.customers import BillingDetails
from chalicelib.invoicing.documents import Document, DocumentLine, Kind, Settled
from chalicelib.invoicing.drafting import made_out
from chalicelib.invoicing.issuers import Issuer
from chalicelib.money import Money
from chalicelib.rating.line_items import Category

# The heading of its only line, and what paid for it.
TOP_UP, PAYMENT = "top_up", "payment"


def receipt(
    account: BillingAccount,
    details: BillingDetails,
    issuer: Issuer,
    *,
    top_up: str,
    amount: Money,
    method: str,
    issued_at: datetime,
    number: str,
) -> Document:
    """Return the receipt for a purchased top-up.

    It tells no tax: what the money will pay for is not known yet, and the invoice that it is drawn
    for tells the tax of that.

    Args:
        top_up: its id.
        method: how it was paid.

    Raises:
        InvalidInput: the amount is not above zero.
    """
    total = payable(amount).amount
    if total <= 0 or total != amount.amount:
        raise InvalidInput("a receipt is for an amount above zero, in whole minor units")
    blank = made_out(Kind.RECEIPT, account, details, issuer, issued_at=issued_at, about=top_up)
    line = DocumentLine(
        id=top_up,
        service=TOP_UP,
        name="Prepaid balance",
        amount=total,
        tax="",
        period="",
        start=blank.issued_on,
        end=blank.issued_on,
        category=Category.PURCHASE.value,
    )
    nothing = total - total
    return replace(
        blank,
        number=number,
        currency=amount.currency,
        lines=(line,),
        net=total,
        tax=nothing,
        total=total,
        payable=nothing,
        settled=(Settled(PAYMENT, total),),
        method=method,
        top_up=top_up,
    )
