"""A second reckoning of what is owed and left, in whole cents and plain sums.

It shares no code with the product and knows nothing of entries: it is told the facts, and keeps
one number for each thing there is.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass
class Lot:
    left: int
    is_given: bool
    last: int
    """The first day on which it is no longer there; far away for never."""
    number: int


@dataclass
class Invoice:
    total: int
    due: int
    open: int = 0
    written_off: int = 0
    credited: int = 0


@dataclass
class Book:
    """What there is of an account."""

    cash: int = 0
    promoted: int = 0
    sold: int = 0
    credit: int = 0
    lots: dict[str, Lot] = field(default_factory=dict)
    drawn: dict[str, dict[str, int]] = field(default_factory=dict)
    invoices: dict[str, Invoice] = field(default_factory=dict)

    def top_up(self, name: str, cents: int, last: int | None, is_given: bool) -> None:
        self.lots[name] = Lot(cents, is_given, last or 10**6, len(self.lots))
        if is_given:
            self.promoted += cents
        else:
            self.cash += cents

    def draw(self, period: str, target: int, today: int) -> None:
        of_period = self.drawn.setdefault(period, {})
        missing = target - sum(of_period.values())
        if missing < 0:
            self._give_back(period, -missing)
        for name in self._order():
            if missing > 0 and self._usable(name, today):
                part = min(missing, self._left(name))
                missing -= part
                self._move(name, -part)
                of_period[name] = of_period.get(name, 0) + part

    def invoice(self, name: str, total: int, period: str, today: int, due: int) -> None:
        self.sold += total
        self.invoices[name] = Invoice(total, due)
        if total < 0:
            self.credit -= total
            self._give_back(period, sum(self.drawn.get(period, {}).values()))
            return
        missing = total
        of_period = self.drawn.setdefault(period, {})
        for source in self._order():
            part = min(missing, of_period.get(source, 0))
            of_period[source] = of_period.get(source, 0) - part
            missing -= part
        rest = sum(of_period.values())
        if rest:
            assert not missing
            self._give_back(period, rest)
        missing -= self._spend(missing, today) if missing else 0
        self.invoices[name].open = missing

    def pay(self, cents: int, told: dict[str, int] | None) -> bool:
        if told is None:
            left = cents
            for name in self.due():
                part = min(left, self.invoices[name].open)
                self.invoices[name].open -= part
                left -= part
        else:
            if sum(told.values()) > cents or not self._fits(told):
                return False
            for name, part in told.items():
                self._settle(name, part)
            left = cents - sum(told.values())
        self.cash += cents
        self.credit += left
        return True

    def refund(self, cents: int, bought: bool) -> bool:
        own = [lot for lot in self.lots.values() if bought and not lot.is_given]
        if cents > self.credit + sum(lot.left for lot in own):
            return False
        self.cash -= cents
        part = min(cents, self.credit)
        self.credit -= part
        for lot in sorted(own, key=lambda lot: -lot.number):
            cents -= part
            part = min(cents, lot.left)
            lot.left -= part
        return True

    def allocate(self) -> None:
        before, self.credit, cash = self.credit, 0, self.cash
        self.pay(before, None)
        self.cash = cash

    def settle_arrears(self, today: int) -> None:
        for name in self.due():
            self.invoices[name].open -= self._spend(self.invoices[name].open, today)

    def credit_note(self, name: str, cents: int) -> None:
        invoice = self.invoices[name]
        invoice.credited += cents
        self.sold -= cents
        part = min(cents, invoice.open + invoice.written_off)
        self._settle(name, part)
        self.credit += cents - part

    def write_off(self, name: str) -> bool:
        invoice = self.invoices[name]
        if not invoice.open:
            return False
        invoice.written_off += invoice.open
        invoice.open = 0
        return True

    def expire(self, today: int) -> None:
        for lot in self.lots.values():
            if lot.is_given and lot.last <= today:
                self.promoted -= lot.left
                lot.left = 0

    def due(self) -> list[str]:
        named = [name for name, each in self.invoices.items() if each.open]
        return sorted(named, key=lambda name: (self.invoices[name].due, name))

    def is_conserved(self) -> bool:
        """Whether all that came in is somewhere: sold for, or still there."""
        there = self.credit + sum(lot.left for lot in self.lots.values())
        there += sum(sum(each.values()) for each in self.drawn.values())
        owed = sum(each.open + each.written_off for each in self.invoices.values())
        return self.cash + self.promoted + owed == self.sold + there

    def _fits(self, told: dict[str, int]) -> bool:
        found = ((self.invoices[name], part) for name, part in told.items())
        return all(part <= invoice.open + invoice.written_off for invoice, part in found)

    def _settle(self, name: str, part: int) -> None:
        invoice = self.invoices[name]
        from_open = min(part, invoice.open)
        invoice.open -= from_open
        invoice.written_off -= part - from_open

    def _spend(self, cents: int, today: int) -> int:
        spent = 0
        for name in self._order():
            if self._usable(name, today):
                part = min(cents - spent, self._left(name))
                self._move(name, -part)
                spent += part
        return spent

    def _give_back(self, period: str, cents: int) -> None:
        for name in reversed(self._order()):
            part = min(cents, self.drawn[period].get(name, 0)) if cents else 0
            if part:
                self.drawn[period][name] -= part
                self._move(name, part)
                cents -= part

    def _order(self) -> list[str]:
        """Given before bought, soonest expiry first, oldest first; credit last."""

        def key(name: str) -> tuple[bool, int, int]:
            lot = self.lots[name]
            return not lot.is_given, lot.last, lot.number

        return [*sorted(self.lots, key=key), ""]

    def _usable(self, name: str, today: int) -> bool:
        return not name or today < self.lots[name].last

    def _left(self, name: str) -> int:
        return self.lots[name].left if name else self.credit

    def _move(self, name: str, cents: int) -> None:
        if name:
            self.lots[name].left += cents
        else:
            self.credit += cents


def balances(entries: Iterable[tuple[str, str, Decimal]]) -> dict[str, int]:
    """Return debits less credits of every ledger account, in cents, from (debit, credit, amount)."""
    sums: dict[str, int] = {}
    for debit, credit, amount in entries:
        cents = int(amount.scaleb(2))
        sums[debit] = sums.get(debit, 0) + cents
        sums[credit] = sums.get(credit, 0) - cents
    return {name: cents for name, cents in sums.items() if cents}
