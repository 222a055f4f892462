"""The postings of wallets: topped up, drawn down day by day, expired.

    top_up_posting(top_up, standing) -> Posting
    draw_down_posting(standing, period, target, on, at) -> Posting | None
    expiry_posting(standing, on, at) -> Posting | None
    arrears_posting(standing, on, at) -> Posting | None
    available(standing, on) -> Decimal

What is drawn for a period but not invoiced knows what it was drawn from, so that what was drawn
too much goes back there: what was given never becomes credit that can be paid out.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import reduce

from chalicelib.currencies import payable, zero
from chalicelib.errors import CurrencyMismatch
from chalicelib.ledger.entries import (
    CASH,
    CREDIT,
    DRAWN,
    PROMOTIONS,
    RECEIVABLE,
    WALLET,
    Entry,
    Fact,
    Grant,
    Lot,
    Posting,
)
from chalicelib.ledger.payments import TopUp
from chalicelib.ledger.postings import fact_id, only, posting_id, second, taken
from chalicelib.ledger.standing import Standing
from chalicelib.money import EXACT, Money


def top_up_posting(top_up: TopUp, standing: Standing) -> Posting:
    """Return the posting of a top-up; its lot has the same id.

    Raises:
        CurrencyMismatch: it is in another currency than the account has.
    """
    if top_up.account != standing.account:
        raise ValueError(f"top-up of {top_up.account!r} to {standing.account!r}")
    if top_up.amount.currency != standing.currency:
        message = f"the account pays in {standing.currency}, not {top_up.amount.currency}"
        raise CurrencyMismatch(message, {"amount": message})
    source = PROMOTIONS if top_up.grant is Grant.GRANTED else CASH + top_up.method
    amount = payable(top_up.amount).amount
    return Posting(
        id=posting_id(top_up),
        account=top_up.account,
        currency=standing.currency,
        at=second(top_up.topped_up_at),
        fact=Fact.TOP_UP,
        reference=top_up.reference,
        entries=(Entry(source, WALLET + top_up.id, amount),),
        lots=(Lot(top_up.id, top_up.grant, second(top_up.topped_up_at), top_up.expires_on),),
        by=top_up.by,
        note=top_up.note,
        day=top_up.day,
    )


def available(standing: Standing, on: date) -> Decimal:
    """Return what may be drawn on a day: what is left of lots that have not expired, and credit."""
    start = zero(standing.currency).amount
    return reduce(EXACT.add, (left for _, left in standing.sources(on)), start)


def draw_down_posting(
    standing: Standing, period: str, target: Decimal, on: date, at: datetime
) -> Posting | None:
    """Return the posting after which `target` is drawn for a period; None where nothing changes.

    Where there is less, all there is is drawn. What was drawn too much goes back to where it came
    from, what was drawn last first.

    Args:
        target: the period so far, with tax; below zero counts as zero.
        on: day where the issuer is; lots that have expired by then are not drawn from.
    """
    wanted = payable(Money(max(target, Decimal(0)), standing.currency)).amount
    missing = EXACT.subtract(wanted, standing.drawn(period))
    if missing >= 0:
        parts, _ = taken(standing.sources(on), missing)
        entries = [Entry(source, drawn_account(period, source), part) for source, part in parts]
    else:
        entries = given_back(period, standing.drawn_from(period), EXACT.minus(missing))
    if not entries:
        return None
    said = (period, str(standing.version), f"{wanted:f}", on.isoformat())
    return Posting(
        id=fact_id(Fact.DRAW_DOWN, standing.account, *said),
        account=standing.account,
        currency=standing.currency,
        at=second(at),
        fact=Fact.DRAW_DOWN,
        reference=period,
        entries=tuple(entries),
        day=on,
    )


def expiry_posting(standing: Standing, on: date, at: datetime) -> Posting | None:
    """Return the posting that takes back what is left of expired lots; None if there are none."""
    lots = sorted(standing.lots.values(), key=lambda lot: lot.id)
    over = [
        lot
        for lot in lots
        if lot.grant is Grant.GRANTED and lot.expires_on is not None and lot.expires_on <= on
    ]
    if not over:
        return None
    said = (str(standing.version), *(lot.id for lot in over))
    return Posting(
        id=fact_id(Fact.EXPIRY, standing.account, *said),
        account=standing.account,
        currency=standing.currency,
        at=second(at),
        fact=Fact.EXPIRY,
        reference="",
        entries=tuple(Entry(WALLET + lot.id, PROMOTIONS, standing.left_of(lot.id)) for lot in over),
        day=on,
    )


def arrears_posting(standing: Standing, on: date, at: datetime) -> Posting | None:
    """Return the posting that pays open documents out of wallet and credit; None if it cannot.

    It is for prepaid accounts whose wallet was empty when they were invoiced: what is due first is
    paid first. That of accounts that pay later is `allocation_posting`, from credit alone.
    """
    entries, left = [], dict(standing.sources(on))
    for due in standing.oldest_due():
        parts, _ = taken(left.items(), standing.open_of(due.document))
        for source, part in parts:
            entries.append(Entry(source, RECEIVABLE + due.document, part))
            left[source] = EXACT.subtract(left[source], part)
    if not entries:
        return None
    document = only(entry.credit.removeprefix(RECEIVABLE) for entry in entries)
    item = standing.items.get(document)
    return Posting(
        id=fact_id(Fact.ALLOCATION, standing.account, str(standing.version), on.isoformat()),
        account=standing.account,
        currency=standing.currency,
        at=second(at),
        fact=Fact.ALLOCATION,
        reference=item.number if item is not None else "",
        entries=tuple(entries),
        day=on,
        document=document,
    )


def drawn_account(period: str, source: str) -> str:
    """Return the ledger account of what was drawn for a period from `source`.

    >>> drawn_account("2026-11", "wallet:a"), drawn_account("2026-11", "credit")
    ('drawn:2026-11:a', 'drawn:2026-11')
    """
    if source == CREDIT:
        return DRAWN + period
    return f"{DRAWN}{period}:{source.removeprefix(WALLET)}"


def given_back(period: str, drawn: Iterable[tuple[str, Decimal]], amount: Decimal) -> list[Entry]:
    """Return the entries that give back `amount` of what was drawn, what came last first."""
    parts, _ = taken(reversed(list(drawn)), amount)
    return [Entry(drawn_account(period, source), source, part) for source, part in parts]
