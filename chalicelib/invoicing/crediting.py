"""How much a credit note takes back of each line and each tax of an invoice.

What several of them take back never comes to more than the invoice, in no line and in no group of
taxes; when everything is taken back, they add up to it in every group.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

import msgspec
from msgspec.structs import replace

from chalicelib.currencies import minor_unit
from chalicelib.errors import Conflict, InvalidInput
from chalicelib.invoicing.documents import Document, TaxGroup
from chalicelib.invoicing.taxes import tax_on
from chalicelib.money import EXACT, allocate, rounded

_HUNDRED = Decimal(100)
# Net amount by line, and group by key.
Parts = tuple[Mapping[str, Decimal], Mapping[str, TaxGroup]]


class Left(msgspec.Struct, frozen=True):
    """What of an invoice has not been taken back yet.

    Attributes:
        lines: net amount by id; those of which nothing is left are left out.
        groups: taxable amount, tax and its parts, by key; those with nothing left too.
    """

    lines: Mapping[str, Decimal]
    groups: Mapping[str, TaxGroup]

    @property
    def total(self) -> Decimal:
        """All that can still be credited, with tax."""
        return added_up(self.groups.values())


def added_up(groups: Iterable[TaxGroup]) -> Decimal:
    """Return what groups come to with their tax."""
    return sum((EXACT.add(each.taxable, each.amount) for each in groups), Decimal(0))


def left_of(invoice: Document, notes: Iterable[Document]) -> Left:
    """Return what of an invoice earlier credit notes have left."""
    lines = {line.id: line.amount for line in invoice.lines}
    groups = {group.key: group for group in invoice.taxes}
    for note in notes:
        for line in note.lines:
            lines[line.id] = EXACT.subtract(lines[line.id], line.amount)
        for group in note.taxes:
            groups[group.key] = _less(groups[group.key], group)
    return Left(
        {id: amount for id, amount in lines.items() if amount},
        {key: each for key, each in groups.items() if each.taxable or each.amount},
    )


def by_line(invoice: Document, left: Left, amounts: Mapping[str, Decimal], digits: int) -> Parts:
    """Return the parts of lines and taxes where the amounts of lines are told."""
    by_id = {line.id: line for line in invoice.lines}
    taxable: dict[str, Decimal] = defaultdict(Decimal)
    for id, amount in amounts.items():
        line = by_id.get(id)
        if line is None:
            raise InvalidInput(f"{invoice.number} has no line {id!r}", {"lines": "unknown line"})
        _check_amount(amount, invoice.currency)
        most = left.lines.get(id, Decimal(0))
        if not amount or abs(amount) > abs(most) or (amount < 0) != (most < 0):
            raise Conflict(f"{_shown(most, digits)} is left of {line.name!r}, not {amount}")
        taxable[line.tax] = EXACT.add(taxable[line.tax], amount)
    groups = {}
    for key, amount in taxable.items():
        of = left.groups.get(key)
        most = of.taxable if of else Decimal(0)
        if of is None or abs(amount) > abs(most) or amount * most < 0:
            raise Conflict(f"{_shown(most, digits)} is left of what bears {key}, not {amount}")
        groups[key] = _part(invoice, of, amount, digits)
    if not groups:
        raise InvalidInput("give at least one line", {"lines": "give at least one"})
    asked = added_up(groups.values())
    if not 0 < asked <= left.total:
        raise Conflict(f"{_shown(left.total, digits)} is left of {invoice.number}, not {asked}")
    return amounts, groups


def by_total(invoice: Document, left: Left, total: Decimal, digits: int) -> Parts:
    """Return the parts of lines and taxes that come to a total with tax.

    What is below zero stays until everything is taken back.
    """
    _check_amount(total, invoice.currency)
    if total <= 0:
        raise InvalidInput("the amount must be more than zero", {"amount": "not above zero"})
    if total > left.total:
        raise Conflict(f"{_shown(left.total, digits)} is left of {invoice.number}, not {total}")
    if total == left.total:
        return left.lines, left.groups
    gross = {key: added_up([each]) for key, each in left.groups.items()}
    gross = {key: each for key, each in gross.items() if each > 0}
    shares = dict(zip(gross, allocate(total, list(gross.values()), digits), strict=True))
    lines: dict[str, Decimal] = {}
    groups = {}
    for key, share in shares.items():
        if not share:
            continue
        of = left.groups[key]
        if share == gross[key]:
            groups[key] = of
        else:
            taxable = _net_of(share, of, digits)
            groups[key] = _with_tax(of, taxable, EXACT.subtract(share, taxable), digits)
        mine = [line.id for line in invoice.lines if line.tax == key and line.id in left.lines]
        lines |= _over_lines(groups[key].taxable, {id: left.lines[id] for id in mine}, digits)
    return lines, groups


def _net_of(share: Decimal, of: TaxGroup, digits: int) -> Decimal:
    """Return the part of a share, which is not all that is left, that is not tax.

    No more tax than is left, and never the last of the taxable amount: tax alone is no document.
    """
    exact = EXACT.divide(EXACT.multiply(share, _HUNDRED), EXACT.add(of.percent, _HUNDRED))
    unit = Decimal(1).scaleb(-digits)
    most = min(share, EXACT.subtract(of.taxable, unit) if of.amount else of.taxable)
    return max(min(rounded(exact, digits), most), EXACT.subtract(share, of.amount))


def _over_lines(taxable: Decimal, lines: Mapping[str, Decimal], digits: int) -> dict[str, Decimal]:
    """Return the parts of lines that come to a part of their group."""
    if taxable == sum(lines.values(), Decimal(0)):
        return dict(lines)
    above = {id: amount for id, amount in lines.items() if amount > 0}
    return dict(zip(above, allocate(taxable, list(above.values()), digits), strict=True))


def _part(invoice: Document, of: TaxGroup, taxable: Decimal, digits: int) -> TaxGroup:
    """Return a part of what is left of a group.

    Its tax is that on all that is taken back by now, less what was before, so that no cent is
    lost between several credit notes.
    """
    if taxable == of.taxable:
        return of
    (whole,) = (group for group in invoice.taxes if group.key == of.key)
    taken = EXACT.add(EXACT.subtract(whole.taxable, of.taxable), taxable)
    before = EXACT.subtract(whole.amount, of.amount)
    exact = EXACT.subtract(tax_on(taken, of.percent, digits), before)
    low, high = sorted((Decimal(0), of.amount))
    return _with_tax(of, taxable, min(max(exact, low), high), digits)


def _with_tax(of: TaxGroup, taxable: Decimal, amount: Decimal, digits: int) -> TaxGroup:
    weights = [abs(part.amount) for part in of.parts]
    shares = allocate(amount, weights, digits)
    parts = tuple(replace(p, amount=share) for p, share in zip(of.parts, shares, strict=True))
    return replace(
        of, taxable=rounded(taxable, digits), amount=rounded(amount, digits), parts=parts
    )


def _less(group: TaxGroup, taken: TaxGroup) -> TaxGroup:
    parts = tuple(
        replace(part, amount=EXACT.subtract(part.amount, other.amount))
        for part, other in zip(group.parts, taken.parts, strict=True)
    )
    return replace(
        group,
        taxable=EXACT.subtract(group.taxable, taken.taxable),
        amount=EXACT.subtract(group.amount, taken.amount),
        parts=parts,
    )


def _check_amount(amount: Decimal, currency: str) -> None:
    digits = minor_unit(currency)
    if not amount.is_finite() or amount != rounded(amount, digits):
        message = f"{currency} has {digits} decimals; give no more"
        raise InvalidInput(message, {"amount": message})


def _shown(amount: Decimal, digits: int) -> str:
    return format(rounded(amount, digits), "f")
