"""Every amount on a document, reckoned again in fractions.

Written from the product's promises alone; shares no code with it, and reads its values only.

    check_document(invoice, rated, issuer.taxes)
    check_document(invoice, rated, issuer.taxes, corrected=[(as_invoiced, as_it_is_now)])
    check_credit_notes(invoice, notes)
    check_receipt(receipt, Decimal("50.00"))
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

from chalicelib.invoicing.documents import Document, DocumentLine, TaxGroup
from chalicelib.invoicing.issuers import TaxRule
from chalicelib.rating.line_items import RatedPeriod

# ISO 4217; all other currencies have two.
_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_DIGITS = {**dict.fromkeys(_NONE.split(), 0), **dict.fromkeys(_THREE.split(), 3)}
_ZERO = Fraction(0)
Tax = tuple[Any, ...]


def check_document(
    document: Document,
    rated: RatedPeriod,
    rules: Sequence[TaxRule],
    *,
    tax_class: str = "standard",
    corrected: Sequence[tuple[RatedPeriod, RatedPeriod]] = (),
) -> None:
    """Do nothing, unless an amount of an invoice is another than it must be.

    Args:
        rated: the period that it is of.
        rules: of the issuer.
        tax_class: of the customer.
        corrected: earlier periods, as they were invoiced and as they are now.
    """
    unit = _unit(document.currency)
    expected = _expected(rated, corrected)
    _check_lines(document, expected)
    taxes: dict[Tax, Fraction] = defaultdict(Fraction)
    by_period: dict[str, dict[Tax, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for (period, _), (service, amount) in expected.items():
        if service != "credits":
            tax = _tax(rules, tax_class, service, _last_day(period))
            taxes[tax] += amount
            by_period[period][tax] += amount
    weights_of_all = dict(taxes)
    exact = dict(taxes)
    for (period, _), (service, amount) in expected.items():
        if service == "credits":
            weights = by_period[period] or weights_of_all
            if not weights:
                weights = {_tax(rules, tax_class, service, _last_day(period)): Fraction(1)}
            for tax, share in _shared(amount, weights).items():
                exact[tax] = exact.get(tax, _ZERO) + share
    credits = sum(service == "credits" for service, _ in expected.values())
    _check_groups(document, exact, slack=unit * credits)
    _check_sums(document)
    _check_tax_currency(document, _fraction(document.tax))


def check_credit_notes(invoice: Document, notes: Sequence[Document]) -> None:
    """Do nothing, unless credit notes take back more of an invoice than there is, or do not add up.

    The tax of all of them by now is that on what they take back, give or take what the asked
    totals leave no choice in.
    """
    unit = _unit(invoice.currency)
    for number, note in enumerate(notes, 1):
        so_far = notes[:number]
        assert note.refers_to is not None
        assert (note.refers_to.document, note.refers_to.number) == (invoice.id, invoice.number)
        assert (note.currency, note.account) == (invoice.currency, invoice.account)
        assert note.total > 0 and sum(each.total for each in so_far) <= invoice.total
        _check_sums(note)
        lines = _line_sums(so_far)
        for line in invoice.lines:
            _check_within(lines.pop(line.id, _ZERO), _fraction(line.amount), line)
        assert not lines, f"lines that the invoice does not have: {lines}"
        for group in invoice.taxes:
            mine = [each for other in so_far for each in other.taxes if each.key == group.key]
            taxable = sum((_fraction(each.taxable) for each in mine), _ZERO)
            tax = sum((_fraction(each.amount) for each in mine), _ZERO)
            _check_within(taxable, _fraction(group.taxable), group)
            _check_within(tax, _fraction(group.amount), group)
            off = abs(tax - taxable * _fraction(group.percent) / 100)
            assert off <= unit * (len(mine) + 1), (group, tax, taxable)
            for at, part in enumerate(group.parts):
                taken = sum((_fraction(each.parts[at].amount) for each in mine), _ZERO)
                _check_within(taken, _fraction(part.amount), group)
            if taxable == _fraction(group.taxable):
                assert tax == _fraction(group.amount), (group, tax)
        by_now = sum((_fraction(each.tax) for each in so_far), _ZERO)
        told = [each.in_tax_currency for each in so_far]
        assert all((each is None) == (invoice.in_tax_currency is None) for each in told)
        if invoice.in_tax_currency is not None:
            in_all = sum((_fraction(each.tax) for each in told if each), _ZERO)
            assert in_all == _converted(invoice, by_now), (in_all, by_now)


def check_all_taken_back(invoice: Document, notes: Sequence[Document]) -> None:
    """Do nothing, unless credit notes add up to an invoice, in every group of taxes."""
    check_credit_notes(invoice, notes)
    assert sum(note.total for note in notes) == invoice.total
    for group in invoice.taxes:
        mine = [each for note in notes for each in note.taxes if each.key == group.key]
        assert sum((each.taxable for each in mine), Decimal(0)) == group.taxable, group
        assert sum((each.amount for each in mine), Decimal(0)) == group.amount, group
        for at, part in enumerate(group.parts):
            assert sum((each.parts[at].amount for each in mine), Decimal(0)) == part.amount, group


def check_receipt(receipt: Document, amount: Decimal) -> None:
    """Do nothing, unless a receipt says that an amount was paid, and nothing is left to pay."""
    assert (receipt.net, receipt.tax, receipt.total) == (amount, 0, amount)
    assert [line.amount for line in receipt.lines] == [amount]
    assert receipt.taxes == () and receipt.payable == 0
    assert [each.amount for each in receipt.settled] == [amount]


Expected = dict[tuple[str, str], tuple[str, Fraction]]


def _expected(rated: RatedPeriod, corrected: Iterable[tuple[RatedPeriod, RatedPeriod]]) -> Expected:
    """Return (service, amount) of every line there must be, by period and id."""
    found: Expected = {}
    for item in rated.line_items:
        found[rated.period.id, item.id] = (item.service, _fraction(item.amount.amount))
    for before, after in corrected:
        was = {item.id: item for item in before.line_items}
        is_now = {item.id: item for item in after.line_items}
        for id in was.keys() | is_now.keys():
            item = is_now.get(id) or was[id]
            earlier = _fraction(was[id].amount.amount) if id in was else _ZERO
            later = _fraction(is_now[id].amount.amount) if id in is_now else _ZERO
            if later != earlier:
                found[after.period.id, id] = (item.service, later - earlier)
    return found


def _check_lines(document: Document, expected: Expected) -> None:
    """Do nothing, unless the lines are those there must be; a credit may be several."""
    ids = [line.id for line in document.lines]
    assert len(set(ids)) == len(ids), "two lines have one id"
    sums: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    items = sorted(expected, key=lambda each: -len(each[1]))
    for line in document.lines:
        _check_decimals(line.amount, document.currency)
        (key,) = [each for each in items if each[0] == line.period and each[1] in line.id]
        service, _ = expected[key]
        assert line.service == service, line
        sums[key] += _fraction(line.amount)
        _check_line(document, line)
    assert sums == {key: amount for key, (_, amount) in expected.items()}


def _check_line(document: Document, line: DocumentLine) -> None:
    if line.unit_price is not None:
        assert line.quantity is not None and line.unit
        product = _fraction(line.quantity) * _fraction(line.unit_price)
        assert _half_up(product, document.currency) == _fraction(line.amount), line
    if line.correction is not None:
        assert line.correction.after - line.correction.before == line.amount, line
    assert (line.correction is not None) == (line.period != document.period)
    assert f"{line.start:%Y-%m}" == f"{line.end:%Y-%m}" == line.period and line.start <= line.end


def _check_groups(document: Document, exact: Mapping[Tax, Fraction], slack: Fraction) -> None:
    """Do nothing, unless the groups are those of the taxes that lines bear.

    Args:
        slack: how far rounding may have moved a part of a credit.
    """
    assert len({group.key for group in document.taxes}) == len(document.taxes)
    found = {_tax_of(group): group for group in document.taxes}
    assert found.keys() <= exact.keys(), found.keys() - exact.keys()
    assert all(not amount for tax, amount in exact.items() if tax not in found)
    for tax, group in found.items():
        assert abs(_fraction(group.taxable) - exact[tax]) <= slack, (group, exact[tax])
        taxable = sum((_fraction(e.amount) for e in document.lines if e.tax == group.key), _ZERO)
        assert taxable == _fraction(group.taxable), (group, taxable)
        reckoned = _half_up(taxable * _fraction(group.percent) / 100, document.currency)
        assert reckoned == _fraction(group.amount), (group, reckoned)
        for part in group.parts:
            share = reckoned * _fraction(part.percent) / _fraction(group.percent)
            assert abs(_fraction(part.amount) - share) < _unit(document.currency), group


def _check_sums(document: Document) -> None:
    currency = document.currency
    for amount in (document.net, document.tax, document.total, document.payable):
        _check_decimals(amount, currency)
    assert document.net == sum((line.amount for line in document.lines), Decimal(0))
    assert document.net == sum((group.taxable for group in document.taxes), Decimal(0))
    assert document.tax == sum((group.amount for group in document.taxes), Decimal(0))
    assert document.total == document.net + document.tax
    paid = sum((each.amount for each in document.settled), Decimal(0))
    assert document.payable == document.total - paid
    for group in document.taxes:
        _check_decimals(group.amount, currency)
        if group.parts:
            assert sum((part.amount for part in group.parts), Decimal(0)) == group.amount, group
        lines = [line.amount for line in document.lines if line.tax == group.key]
        assert sum(lines, Decimal(0)) == group.taxable, group


def _check_tax_currency(document: Document, tax: Fraction) -> None:
    told = document.in_tax_currency
    if told is not None:
        assert told.currency != document.currency
        assert _fraction(told.tax) == _converted(document, tax), told


def _check_within(taken: Fraction, whole: Fraction, of: object) -> None:
    assert 0 <= taken <= whole or whole <= taken <= 0, (taken, whole, of)


def _converted(document: Document, amount: Fraction) -> Fraction:
    """Return an amount in the tax currency, by the rates that the document tells."""
    told = document.in_tax_currency
    assert told is not None and told.rates
    at = document.currency
    for rate in told.rates:
        if rate.base == at:
            amount, at = amount * _fraction(rate.rate), rate.quote
        else:
            assert rate.quote == at, (rate, at)
            amount, at = amount / _fraction(rate.rate), rate.base
    assert at == told.currency
    return _half_up(amount, told.currency)


def _tax(rules: Iterable[TaxRule], tax_class: str, service: str, day: date) -> Tax:
    """Return the tax that a service bears on a day."""
    best: TaxRule | None = None
    for rule in rules:
        if rule.tax_class != tax_class or rule.start > day:
            continue
        if rule.scope not in ("all", f"service:{service}"):
            continue
        if best is None or (rule.scope == "all", -rule.start.toordinal()) < (
            best.scope == "all",
            -best.start.toordinal(),
        ):
            best = rule
    assert best is not None, f"no rule for {service} on {day}"
    parts = tuple((part.name, part.percent) for part in best.parts)
    return (best.category, best.percent, best.name, best.note, best.code, parts)


def _tax_of(group: TaxGroup) -> Tax:
    parts = tuple((part.name, part.percent) for part in group.parts)
    return (group.category, group.percent, group.name, group.note, group.code, parts)


def _shared(amount: Fraction, weights: Mapping[Tax, Fraction]) -> dict[Tax, Fraction]:
    whole = sum((abs(each) for each in weights.values()), _ZERO)
    if not whole:
        return {tax: amount / len(weights) for tax in weights}
    return {tax: amount * abs(each) / whole for tax, each in weights.items()}


def _line_sums(notes: Iterable[Document]) -> dict[str, Fraction]:
    sums: dict[str, Fraction] = defaultdict(Fraction)
    for note in notes:
        for line in note.lines:
            sums[line.id] += _fraction(line.amount)
    return sums


def _last_day(period: str) -> date:
    year, month = map(int, period.split("-"))
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _check_decimals(amount: Decimal, currency: str) -> None:
    assert _fraction(amount) % _unit(currency) == 0, f"{amount} {currency}"
    assert -int(amount.as_tuple().exponent) == _DIGITS.get(currency, 2), f"{amount!r} {currency}"


def _unit(currency: str) -> Fraction:
    return Fraction(1, 10 ** _DIGITS.get(currency, 2))


def _half_up(exact: Fraction, currency: str) -> Fraction:
    unit = _unit(currency)
    whole = floor(abs(exact) / unit + Fraction(1, 2)) * unit
    return whole if exact >= 0 else -whole


def _fraction(number: Decimal) -> Fraction:
    return Fraction(number)
