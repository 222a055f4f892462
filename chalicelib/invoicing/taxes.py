"""What tax lines bear: the rule of each, one group for each tax, rounded once."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from msgspec.structs import replace

from chalicelib.currencies import minor_unit
from chalicelib.errors import Conflict
from chalicelib.exchange_rates import Conversion
from chalicelib.invoicing.documents import DocumentLine, InTaxCurrency, TaxGroup, TaxShare
from chalicelib.invoicing.issuers import Issuer, TaxRule
from chalicelib.money import EXACT, allocate, rounded
from chalicelib.rating.line_items import HEADINGS, Category
from chalicelib.rating.tariffs import plain

_HUNDRED = Decimal(100)


def rule_for(issuer: Issuer, tax_class: str, service: str, day: date) -> TaxRule | None:
    """Return the rule for a service that is supplied up to a day, None where there is none.

    One for the service comes before one for all; of several the one that started last counts.
    """
    scopes = ("all", f"service:{service}")
    fitting = [
        rule
        for rule in issuer.taxes
        if rule.tax_class == tax_class and rule.scope in scopes and rule.start <= day
    ]
    return max(fitting, key=lambda rule: (rule.scope != "all", rule.start), default=None)


def with_taxes(
    lines: Sequence[DocumentLine],
    issuer: Issuer,
    tax_class: str,
    last_days: Mapping[str, date],
    currency: str,
) -> tuple[tuple[DocumentLine, ...], tuple[TaxGroup, ...]]:
    """Return lines that name their tax, and the groups that those lines make.

    A line bears the tax of the last day of its period: usage of December is taxed as in December
    when a correction of January brings it. A promotional credit lowers what it pays for: where the
    lines of its period bear several taxes it is split over them, by what each is to be reckoned
    of; such parts are lines of their own.

    Args:
        last_days: by period; that of every line is there.

    Raises:
        Conflict: no rule tells the tax of a line.
    """
    found: dict[str, TaxRule] = {}
    for line in lines:
        if line.category != Category.CREDIT:
            found[line.id] = _rule(issuer, tax_class, line.service, last_days[line.period])
    charged = [(line, found[line.id]) for line in lines if line.id in found]
    borne: list[tuple[DocumentLine, TaxRule]] = []
    for line in lines:
        if line.id in found:
            borne.append((line, found[line.id]))
            continue
        weights = _weights(charged, line.period)
        if not weights:
            day = last_days[line.period]
            weights = {_rule(issuer, tax_class, line.service, day): Decimal(1)}
        borne += _split(line, weights, currency)
    keys = _keys([rule for _, rule in borne])
    named = tuple(replace(line, tax=keys[_identity(rule)]) for line, rule in borne)
    rules = {keys[_identity(rule)]: rule for _, rule in borne}
    return named, grouped(named, rules, currency)


def grouped(
    lines: Iterable[DocumentLine], rules: Mapping[str, TaxRule], currency: str
) -> tuple[TaxGroup, ...]:
    """Return a group for each tax of lines, in the order in which they come.

    Args:
        rules: by the key of the group.
    """
    taxable: dict[str, Decimal] = {}
    for line in lines:
        taxable[line.tax] = EXACT.add(taxable.get(line.tax, Decimal(0)), line.amount)
    digits = minor_unit(currency)
    return tuple(_group(key, rules[key], amount, digits) for key, amount in taxable.items())


def tax_on(taxable: Decimal, percent: Decimal, digits: int) -> Decimal:
    """Return the tax on an amount, rounded half up.

    >>> tax_on(Decimal("1.50"), Decimal(18), 2)
    Decimal('0.27')
    """
    return rounded(EXACT.divide(EXACT.multiply(taxable, percent), _HUNDRED), digits)


def in_tax_currency(tax: Decimal, conversion: Conversion) -> InTaxCurrency:
    """Return the tax in the currency of the country of tax, rounded half up."""
    return InTaxCurrency(conversion.target, converted(tax, conversion), conversion.rates)


def converted(amount: Decimal, conversion: Conversion) -> Decimal:
    """Return an amount in the target of a conversion, rounded half up."""
    product = EXACT.multiply(amount, conversion.numerator)
    return rounded(EXACT.divide(product, conversion.denominator), minor_unit(conversion.target))


def is_converted(issuer: Issuer, currency: str) -> bool:
    """Tell whether documents in a currency tell their tax in another one too."""
    return issuer.tax_currency not in ("", currency)


def tax_rate_day(issuer: Issuer, issued_on: date, period_end: date) -> date:
    """Return the day whose exchange rate the tax is converted by."""
    return issued_on if issuer.tax_rate_day == "issue" else period_end


def _rule(issuer: Issuer, tax_class: str, service: str, day: date) -> TaxRule:
    rule = rule_for(issuer, tax_class, service, day)
    if rule is None:
        raise Conflict(
            f"no tax rule tells what {HEADINGS.get(service, service)} bears on {day} for customers"
            f" of tax class {tax_class}: add one to issuer {issuer.id}"
        )
    return rule


def _weights(
    charged: Iterable[tuple[DocumentLine, TaxRule]], period: str
) -> dict[TaxRule, Decimal]:
    """Return by how much a credit of a period is split over taxes.

    What is taken off by corrections weighs as much as what is added. Where the period has no other
    lines, as in a correction of a credit alone, those of the document count.
    """
    charged = list(charged)
    own = [(line, rule) for line, rule in charged if line.period == period] or charged
    sums: dict[tuple[object, ...], Decimal] = defaultdict(Decimal)
    rules = {}
    for line, rule in own:
        sums[_identity(rule)] = EXACT.add(sums[_identity(rule)], line.amount)
        rules[_identity(rule)] = rule
    weights = {rule: abs(sums[each]) for each, rule in rules.items()}
    # What comes to nothing has no part in it, unless all of it does.
    return {rule: each for rule, each in weights.items() if each} or weights


def _split(
    line: DocumentLine, weights: Mapping[TaxRule, Decimal], currency: str
) -> Iterable[tuple[DocumentLine, TaxRule]]:
    """Yield the parts of a line, one for each tax; the first keeps its id."""
    digits, shares = minor_unit(currency), list(weights.values())
    parts = allocate(line.amount, shares, digits)
    told = line.correction
    befores = allocate(told.before if told else Decimal(0), shares, digits)
    number = 0
    for rule, part, before in zip(weights, parts, befores, strict=True):
        if not part and line.amount:
            continue
        number += 1
        id = line.id if number == 1 else f"{line.id}-{number}"
        correction = told and replace(told, before=before, after=EXACT.add(before, part))
        yield replace(line, id=id, amount=part, correction=correction), rule
        if not line.amount:
            return


def _identity(rule: TaxRule) -> tuple[object, ...]:
    """Return what a tax is told apart by; rules that say the same are one."""
    return (rule.category, rule.percent, rule.code, rule.name, rule.note, rule.parts)


def _keys(rules: Iterable[TaxRule]) -> dict[tuple[object, ...], str]:
    """Return the key of each tax: longer only where a shorter one is shared."""
    distinct = {_identity(rule): rule for rule in rules}
    shared = Counter(_short(rule) for rule in distinct.values())
    keys: dict[tuple[object, ...], str] = {}
    for each, rule in distinct.items():
        key = _short(rule)
        if shared[key] > 1:
            key = f"{key}:{rule.code or rule.name}"
        alike = sum(other == key or other.startswith(f"{key}:") for other in keys.values())
        keys[each] = f"{key}:{alike + 1}" if alike else key
    return keys


def _short(rule: TaxRule) -> str:
    return f"{rule.category}:{plain(rule.percent):f}"


def _group(key: str, rule: TaxRule, taxable: Decimal, digits: int) -> TaxGroup:
    amount = tax_on(taxable, rule.percent, digits)
    parts = allocate(amount, [part.percent for part in rule.parts], digits)
    return TaxGroup(
        key=key,
        name=rule.name,
        category=rule.category,
        percent=plain(rule.percent),
        taxable=rounded(taxable, digits),
        amount=amount,
        note=rule.note,
        code=rule.code,
        parts=tuple(
            TaxShare(part.name, plain(part.percent), share)
            for part, share in zip(rule.parts, parts, strict=True)
        ),
    )
