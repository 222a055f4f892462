"""Payments, refunds and top-ups: money that comes in or goes back, as it is recorded.

payment(account, day, amount, method, reference, received_at=, by=, source=, kind=, given_id=)
top_up(account, day, amount, grant, topped_up_at=, method=, reference=, expires_on=, ...)
"""

from datetime import date, datetime
from hashlib import blake2b
from typing import Literal, cast, get_args

import msgspec

from chalicelib.currencies import minor_unit, payable
from chalicelib.errors import InvalidInput
from chalicelib.ledger.entries import Grant
from chalicelib.money import Money

Method = Literal["bank", "card", "cash", "stripe", "other"]
PaymentKind = Literal["payment", "refund"]
METHODS: tuple[str, ...] = get_args(Method)


class Payment(msgspec.Struct, frozen=True):
    """Money that came in, or went back.

    Attributes:
        id: derived; the same payment has the same id, however often it is told.
        day: on which it came in, as the bank says.
        reference: what the payer or the bank wrote.
        received_at: when it was recorded.
        by: who said so; empty for a gateway.
        source: where it was told: `operator`, `bank_statement` or the name of a gateway.
    """

    id: str
    account: str
    day: date
    amount: Money
    method: Method
    reference: str
    received_at: datetime
    by: str
    source: str
    kind: PaymentKind = "payment"


class TopUp(msgspec.Struct, frozen=True):
    """Money put into a wallet.

    Attributes:
        id: derived; also that of its lot.
        method, reference: how a purchased one was paid; "" for a granted one.
        expires_on: the first day on which a granted one is no longer there; None for never.
    """

    id: str
    account: str
    day: date
    amount: Money
    grant: Grant
    method: Method | Literal[""]
    reference: str
    topped_up_at: datetime
    by: str
    source: str
    expires_on: date | None = None
    note: str = ""


def payment(
    account: str,
    day: date,
    amount: Money,
    method: str,
    reference: str,
    *,
    received_at: datetime,
    by: str = "",
    source: str = "operator",
    kind: PaymentKind = "payment",
    given_id: str = "",
) -> Payment:
    """Return a payment with its id.

    Args:
        given_id: the caller's own; then the id derives from that alone, and what is told again
            with it is the same payment whatever else it says.

    Raises:
        InvalidInput: the amount cannot be paid, or the method is unknown; says which in `fields`.
    """
    told = (day.isoformat(), _checked(amount), _method(method), reference)
    return Payment(
        id=_derived(kind, account, given_id, *told),
        account=account,
        day=day,
        amount=payable(amount),
        method=_method(method),
        reference=reference,
        received_at=received_at,
        by=by,
        source=source,
        kind=kind,
    )


def top_up(
    account: str,
    day: date,
    amount: Money,
    grant: Grant,
    *,
    topped_up_at: datetime,
    method: str = "",
    reference: str = "",
    expires_on: date | None = None,
    by: str = "",
    source: str = "operator",
    note: str = "",
    given_id: str = "",
) -> TopUp:
    """Return a top-up with its id; see `payment` for `given_id`.

    Raises:
        InvalidInput: the amount cannot be paid, the method is unknown, or it expires although it
            was paid for, or at once; says which in `fields`.
    """
    is_given = grant is Grant.GRANTED
    if is_given and method:
        raise _wrong("method", "a granted top-up is paid by nobody; leave the method out")
    if expires_on is not None and not is_given:
        raise _wrong("expires_on", "only a granted top-up expires; money that was paid does not")
    if expires_on is not None and expires_on <= day:
        raise _wrong("expires_on", f"expected a day after {day.isoformat()}")
    paid_by: Method | Literal[""] = "" if is_given else _method(method)
    expires = "" if expires_on is None else expires_on.isoformat()
    told = (day.isoformat(), _checked(amount), grant.value, paid_by, reference, expires)
    return TopUp(
        id=_derived("top_up", account, given_id, *told),
        account=account,
        day=day,
        amount=payable(amount),
        grant=grant,
        method=paid_by,
        reference=reference,
        topped_up_at=topped_up_at,
        by=by,
        source=source,
        expires_on=expires_on,
        note=note,
    )


def _checked(amount: Money) -> str:
    """Return an amount as text, or raise where it cannot be paid."""
    digits = minor_unit(amount.currency)
    if amount.amount <= 0 or payable(amount) != amount:
        raise _wrong("amount", f"expected an amount above zero with at most {digits} decimals")
    return f"{payable(amount).amount:f} {amount.currency}"


def _method(method: str) -> Method:
    if method not in METHODS:
        raise _wrong("method", f"expected one of {', '.join(METHODS)}, not {method!r}")
    return cast(Method, method)


def _wrong(field: str, message: str) -> InvalidInput:
    return InvalidInput(message, {field: message})


def _derived(kind: str, account: str, given_id: str, *told: str) -> str:
    parts = ("given", given_id) if given_id else ("told", *told)
    return blake2b("\0".join((kind, account, *parts)).encode(), digest_size=16).hexdigest()
