"""What the settings of an issuer may be."""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import partial
from itertools import combinations

from msgspec.structs import replace

from chalicelib.currencies import minor_unit
from chalicelib.errors import InvalidInput
from chalicelib.invoicing.documents import Kind
from chalicelib.invoicing.issuers import SERIES, Dunning, Issuer, TaxPart, TaxRule
from chalicelib.invoicing.numbers import KINDS, check_template, may_meet
from chalicelib.invoicing.parties import Wrong, checked_bank, checked_party, checked_text
from chalicelib.money import EXACT
from chalicelib.periods import BillingPeriod, time_zone_named
from chalicelib.rating.line_items import HEADINGS
from chalicelib.rating.tariffs import plain

ISSUER_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
TAX_CLASS = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_SERVICE = "service:"
_MOST_RULES, _MOST_PARTS = 100, 5
_LONGEST_NOTE, _LONGEST_TEXT = 500, 1000
_DAYS = 365
_WITH_NOTE = ("E", "AE", "O", "G", "K")


def checked_issuer(issuer: Issuer) -> Issuer:
    """Return the issuer that somebody asked for, in the one way to write it.

    Series that are left out are the usual ones.

    Raises:
        InvalidInput: with a reason for every field that is wrong.
    """
    wrong = Wrong()
    if not ISSUER_ID.fullmatch(issuer.id):
        wrong.told("id", "1 to 40 of a-z, 0-9 and -")
    party = checked_party(issuer.party, wrong)
    wrong.tried("time_zone", lambda: time_zone_named(issuer.time_zone).key, "")
    wrong.tried("first_period", lambda: BillingPeriod(issuer.first_period, "UTC").id, "")
    if issuer.tax_currency:
        wrong.tried("tax_currency", lambda: minor_unit(issuer.tax_currency), 0)
    for field, number, least, most in (
        ("fiscal_year_start", issuer.fiscal_year_start, 1, 12),
        ("longest_number", issuer.longest_number, 8, 30),
        ("due_days", issuer.due_days, 0, _DAYS),
        ("grace_days", issuer.grace_days, 0, 31),
    ):
        if number is not None and not least <= number <= most:
            wrong.told(field, f"must be {least} to {most}")
    series = SERIES | dict(issuer.series)
    if not wrong.fields.keys() & {"fiscal_year_start", "longest_number"}:
        _check_series(issuer, series, wrong)
    _check_dunning(issuer.dunning, wrong)
    taxes = tuple(_checked_rule(rule, f"taxes.{at}", wrong) for at, rule in enumerate(issuer.taxes))
    _check_rules(taxes, wrong)
    if not party.tax_id and any(rule.percent for rule in taxes):
        wrong.told("party.tax_id", "who charges tax has a tax id: give it")
    checked = replace(
        issuer,
        party=party,
        series=series,
        taxes=tuple(sorted(taxes, key=lambda rule: (rule.tax_class, rule.scope, rule.start))),
        bank=checked_bank(issuer.bank, wrong),
        header=wrong.tried("header", lambda: _checked_lines(issuer.header), ""),
        footer=wrong.tried("footer", lambda: _checked_lines(issuer.footer), ""),
    )
    wrong.refuse()
    return checked


def _check_series(issuer: Issuer, series: Mapping[str, str], wrong: Wrong) -> None:
    start = issuer.fiscal_year_start
    for kind, template in series.items():
        if kind not in SERIES:
            wrong.told(f"series.{kind}", f"there are series of {', '.join(SERIES)}")
            continue
        wrong.tried(
            f"series.{kind}",
            partial(check_template, template, issuer.longest_number, start),
            None,
        )
    sound = [kind for kind in SERIES if f"series.{kind}" not in wrong.fields]
    for one, other in combinations(sound, 2):
        if may_meet(series[one], series[other], start):
            message = f"could give the same number as that of {KINDS[Kind(one)]}: let them differ"
            wrong.told(f"series.{other}", message)


def _check_dunning(dunning: Dunning, wrong: Wrong) -> None:
    for field in ("before", "before_every", "every", "final_after"):
        if not 0 <= getattr(dunning, field) <= _DAYS:
            wrong.told(f"dunning.{field}", f"must be 0 to {_DAYS} days")


def _check_rules(rules: tuple[TaxRule, ...], wrong: Wrong) -> None:
    if not 1 <= len(rules) <= _MOST_RULES:
        wrong.told("taxes", f"give 1 to {_MOST_RULES} rules; without tax is one too")
    seen: dict[tuple[object, ...], int] = {}
    for at, rule in enumerate(rules):
        first = seen.setdefault((rule.tax_class, rule.scope, rule.start), at)
        if first != at:
            wrong.told(f"taxes.{at}.start", "another rule for the same begins on that day")


def _checked_rule(rule: TaxRule, at: str, wrong: Wrong) -> TaxRule:
    if not TAX_CLASS.fullmatch(rule.tax_class):
        wrong.told(f"{at}.tax_class", "1 to 40 of a-z, 0-9, _ and -")
    service = rule.scope.removeprefix(_SERVICE)
    if rule.scope != "all" and not (rule.scope.startswith(_SERVICE) and service in HEADINGS):
        wrong.told(f"{at}.scope", f"must be all or service:<service>: {', '.join(HEADINGS)}")
    if service == "credits":
        wrong.told(f"{at}.scope", "promotional credits bear the tax of what they pay for")
    if rule.category == "S" and rule.percent == 0:
        wrong.told(f"{at}.category", "a rate of 0 is category Z, E or another")
    if rule.category != "S" and rule.percent != 0:
        wrong.told(f"{at}.percent", f"must be 0 in category {rule.category}")
    note = wrong.tried(f"{at}.note", lambda: checked_text(rule.note, most=_LONGEST_NOTE), "")
    if rule.category in _WITH_NOTE and not note and f"{at}.note" not in wrong.fields:
        wrong.told(f"{at}.note", "documents must say why there is no tax: write it")
    parts = tuple(
        TaxPart(
            wrong.tried(f"{at}.parts", partial(checked_text, part.name, least=1), ""),
            wrong.tried(f"{at}.parts", partial(_percent, part.percent), Decimal(0)),
        )
        for part in rule.parts
    )
    percent = wrong.tried(f"{at}.percent", lambda: _percent(rule.percent), Decimal(0))
    if len(parts) > _MOST_PARTS:
        wrong.told(f"{at}.parts", f"must be at most {_MOST_PARTS}")
    if parts and sum((part.percent for part in parts), Decimal(0)) != percent:
        wrong.told(f"{at}.parts", f"must add up to {percent} percent")
    return replace(
        rule,
        name=wrong.tried(f"{at}.name", lambda: checked_text(rule.name, least=1, most=40), ""),
        percent=percent,
        note=note,
        code=wrong.tried(f"{at}.code", lambda: checked_text(rule.code, most=40), ""),
        parts=parts,
    )


def _percent(percent: Decimal) -> Decimal:
    decent = percent.is_finite() and 0 <= percent <= 100
    if not decent or percent != percent.quantize(Decimal("0.0001"), context=EXACT):
        raise InvalidInput("must be 0 to 100, with at most four decimals")
    return plain(percent)


def _checked_lines(text: str) -> str:
    lines = [checked_text(line) for line in text.strip().splitlines()]
    if sum(map(len, lines)) > _LONGEST_TEXT:
        raise InvalidInput(f"must have up to {_LONGEST_TEXT} characters")
    return "\n".join(lines)
