"""How an account stands: a fold over its postings, never edited by hand.

The fold does not depend on the order of the postings: several may have the same second.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import reduce

import msgspec

from chalicelib.currencies import minor_unit, zero
from chalicelib.errors import CurrencyMismatch
from chalicelib.ledger.entries import (
    CREDIT,
    DRAWN,
    RECEIVABLE,
    WALLET,
    WRITE_OFFS,
    Grant,
    Lot,
    OpenItem,
    Posting,
)
from chalicelib.money import EXACT, rounded

# What is owed to us is never below zero, what we owe never above.
_OURS, _THEIRS = (RECEIVABLE, WRITE_OFFS), (CREDIT, WALLET, DRAWN)


class Standing(msgspec.Struct, frozen=True):
    """What the postings of a billing account add up to.

    Attributes:
        version: how many postings it is made of.
        balances: debits less credits by ledger account; those of zero are left out.
        items: open documents by id.
        lots: top-ups of which something is left, by id.
        drawn_lots: top-ups of which nothing is left, but something drawn is not invoiced yet.
    """

    account: str
    currency: str
    version: int = 0
    balances: Mapping[str, Decimal] = {}
    items: Mapping[str, OpenItem] = {}
    lots: Mapping[str, Lot] = {}
    drawn_lots: Mapping[str, Lot] = {}

    def balance(self, name: str) -> Decimal:
        """Return debits less credits of a ledger account."""
        return self._sum([self.balances.get(name, Decimal(0))])

    def open_of(self, document: str) -> Decimal:
        """Return what is unpaid of a document."""
        return self.balance(RECEIVABLE + document)

    def written_off_of(self, document: str) -> Decimal:
        """Return what of a document is not expected to be paid any more."""
        return self.balance(WRITE_OFFS + document)

    def left_of(self, lot: str) -> Decimal:
        """Return what is left of a top-up."""
        return EXACT.minus(self.balance(WALLET + lot))

    def drawn(self, period: str) -> Decimal:
        """Return what was drawn for a period and is not invoiced yet."""
        return self._sum(amount for _, amount in self.drawn_from(period))

    def drawn_periods(self) -> list[str]:
        """Return the periods for which anything was drawn and is not invoiced yet."""
        names = (name for name in self.balances if name.startswith(DRAWN))
        return sorted({name.split(":")[1] for name in names})

    def drawn_from(self, period: str) -> list[tuple[str, Decimal]]:
        """Return (source, amount) of what was drawn for a period, in the order of drawing.

        A source is the ledger account it was drawn from: `wallet:<lot>` or `credit`.
        """
        known = {**self.drawn_lots, **self.lots}
        prefix = f"{DRAWN}{period}:"
        names = [name for name in self.balances if name.startswith(prefix)]
        lots = sorted((known[name.removeprefix(prefix)] for name in names), key=usage_order)
        found = [(WALLET + lot.id, prefix + lot.id) for lot in lots]
        if DRAWN + period in self.balances:
            found.append((CREDIT, DRAWN + period))
        return [(source, EXACT.minus(self.balances[name])) for source, name in found]

    def sources(self, on: date) -> list[tuple[str, Decimal]]:
        """Return (ledger account, amount) of what may be drawn on a day, in that order."""
        usable = [
            lot for lot in self.lots.values() if lot.expires_on is None or on < lot.expires_on
        ]
        ordered = sorted(usable, key=usage_order)
        found = [(WALLET + lot.id, self.left_of(lot.id)) for lot in ordered]
        return [*found, (CREDIT, self.credit)] if self.credit else found

    def oldest_due(self) -> list[OpenItem]:
        """Return the open documents, what is due first before the others."""
        return sorted(
            self.items.values(), key=lambda item: (item.due_on, item.issued_on, item.document)
        )

    @property
    def credit(self) -> Decimal:
        """Money that pays for nothing yet."""
        return EXACT.minus(self.balance(CREDIT))

    @property
    def wallet(self) -> Decimal:
        """What is left of all top-ups."""
        return EXACT.minus(self._sum(self._under(WALLET)))

    @property
    def owed(self) -> Decimal:
        """What is unpaid of all documents."""
        return self._sum(self._under(RECEIVABLE))

    def _under(self, prefix: str) -> Iterator[Decimal]:
        return (amount for name, amount in self.balances.items() if name.startswith(prefix))

    def _sum(self, amounts: Iterable[Decimal]) -> Decimal:
        return reduce(EXACT.add, amounts, zero(self.currency).amount)


class Seen(msgspec.Struct, frozen=True):
    """How an account stood when it was read; what is posted says so.

    Attributes:
        follow: JSON text of how it is being reminded; empty for not at all.
        is_stored: False where nothing was ever posted.
    """

    standing: Standing
    follow: str = ""
    is_stored: bool = False


def usage_order(lot: Lot) -> tuple[bool, date, str, str]:
    """Return what lots are used in the order of: given before bought, what expires soonest first.

    Of equals the oldest is used first.
    """
    last = lot.expires_on or date.max
    return lot.grant is Grant.PURCHASED, last, lot.topped_up_at.isoformat(), lot.id


def applied(standing: Standing, posting: Posting) -> Standing:
    """Return how the account stands once `posting` is made.

    Raises:
        ValueError: the posting is of another account, or an amount is none that can be posted.
        CurrencyMismatch: it is in another currency.
    """
    _check(standing, posting)
    balances = dict(standing.balances)
    for entry in posting.entries:
        balances[entry.debit] = EXACT.add(balances.get(entry.debit, Decimal(0)), entry.amount)
        balances[entry.credit] = EXACT.subtract(
            balances.get(entry.credit, Decimal(0)), entry.amount
        )
    balances = {name: amount for name, amount in balances.items() if amount}
    items = {**standing.items, **{item.document: item for item in posting.items}}
    lots = {**standing.drawn_lots, **standing.lots, **{lot.id: lot for lot in posting.lots}}
    drawn = {name.rpartition(":")[2] for name in balances if name.startswith(DRAWN)}
    return Standing(
        account=standing.account,
        currency=standing.currency,
        version=standing.version + 1,
        balances=balances,
        items={key: item for key, item in items.items() if RECEIVABLE + key in balances},
        lots={key: lot for key, lot in lots.items() if WALLET + key in balances},
        drawn_lots={
            key: lot for key, lot in lots.items() if key in drawn and WALLET + key not in balances
        },
    )


def standing_of(account: str, currency: str, postings: Iterable[Posting]) -> Standing:
    """Return what postings of an account add up to, in whatever order they come.

    Raises:
        ValueError: one of them comes twice, is of another account, or cannot be posted.
        CurrencyMismatch: one is in another currency.
    """
    known: set[str] = set()
    standing = Standing(account, currency)
    for posting in postings:
        if posting.id in known:
            raise ValueError(f"posted twice: {posting.id!r}")
        known.add(posting.id)
        standing = applied(standing, posting)
    return standing


def overdrawn(standing: Standing) -> tuple[str, ...]:
    """Return the ledger accounts that hold less than nothing; there are none, ever."""
    return tuple(
        sorted(
            name
            for name, amount in standing.balances.items()
            if (name.startswith(_OURS) and amount < 0) or (name.startswith(_THEIRS) and amount > 0)
        )
    )


def _check(standing: Standing, posting: Posting) -> None:
    if posting.account != standing.account:
        raise ValueError(f"posting of {posting.account!r} to {standing.account!r}")
    if posting.currency != standing.currency:
        raise CurrencyMismatch(f"{standing.currency} met {posting.currency!r}")
    digits = minor_unit(posting.currency)
    for entry in posting.entries:
        if not entry.amount.is_finite() or entry.amount <= 0:
            raise ValueError(f"an entry is above zero, not {entry.amount!r}")
        if rounded(entry.amount, digits) != entry.amount:
            raise ValueError(f"{posting.currency} has {digits} decimals, not {entry.amount!r}")
        if entry.debit == entry.credit:
            raise ValueError(f"from {entry.debit!r} to itself")
