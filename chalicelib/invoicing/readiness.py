"""What an invoice waits for, before it can be issued."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import msgspec

from chalicelib.errors import Conflict
from chalicelib.exchange_rates import Conversion
from chalicelib.invoicing.customers import BillingDetails
from chalicelib.invoicing.documents import DocumentLine, Kind
from chalicelib.invoicing.issuers import Issuer
from chalicelib.invoicing.numbers import issued_on, number_of
from chalicelib.invoicing.taxes import is_converted, rule_for, tax_rate_day
from chalicelib.money import Money
from chalicelib.periods import BillingPeriod, instant_text, local_day, time_zone_named
from chalicelib.rating.line_items import HEADINGS, Unpriced, title
from chalicelib.rating.price_lists import Missing

_CREDITS = "credits"


class Rated(Protocol):
    """What the summary of a rated period tells."""

    @property
    def period(self) -> BillingPeriod: ...
    @property
    def as_of(self) -> datetime: ...
    @property
    def complete(self) -> bool: ...
    @property
    def total(self) -> Money: ...
    @property
    def services(self) -> Sequence[tuple[str, Money]]: ...
    @property
    def rejects(self) -> Mapping[str, int]: ...
    @property
    def holds(self) -> Mapping[str, int]: ...
    @property
    def unpriced(self) -> Sequence[Unpriced]: ...


class Waiting(msgspec.Struct, frozen=True):
    """Something that an invoice waits for.

    Attributes:
        code: for programs.
        message: a sentence that says what, and what to do.
        may_override: whether the operator may have it issued all the same, on the record.
    """

    code: str
    message: str
    may_override: bool = False


def waits_for(
    summary: Rated,
    issuer: Issuer | None,
    details: BillingDetails | None,
    now: datetime,
    *,
    next_number: int = 1,
    tax_conversion: Conversion | None = None,
    corrections: Sequence[DocumentLine] = (),
) -> tuple[Waiting, ...]:
    """Return everything that the invoice of a period waits for; nothing when it can be issued.

    Args:
        next_number: of the series that it would count in.
        tax_conversion: into the issuer's tax currency as of `tax_rate_day`, where it has one.
        corrections: of earlier periods, which the invoice brings.
    """
    found = [*_time(summary, issuer, now), *_usage(summary)]
    if issuer is None:
        found.append(Waiting("no_issuer", "nobody issues invoices to this account: choose one"))
    if details is None or details.party is None:
        found.append(Waiting("no_address", "the customer's name and address are not known yet"))
    if issuer is not None:
        tax_class = "standard" if details is None else details.tax_class
        found += _rules(summary, corrections, issuer, tax_class)
        found += _rates(summary, issuer, now, tax_conversion)
        day = issued_on(issuer, now)
        found += _number(lambda: number_of(issuer, Kind.INVOICE, next_number, day))
    return tuple(found)


def may_issue(waiting: Iterable[Waiting], *, forced: bool) -> bool:
    """Tell whether an invoice may be issued.

    Args:
        forced: whether the operator wants it, whatever of it may be overridden.
    """
    return all(forced and each.may_override for each in waiting)


def due_at(period: BillingPeriod, issuer: Issuer) -> datetime:
    """Return when the invoice of a period is to be issued: some days after its end.

    A month is over when it is where the account is, and where the issuer is.
    """
    zone = time_zone_named(issuer.time_zone)
    end = max(period.span.end, BillingPeriod(period.id, issuer.time_zone).span.end)
    day = end.astimezone(zone).date() + timedelta(days=issuer.grace_days)
    return max(end, local_day(day, zone))


def _time(summary: Rated, issuer: Issuer | None, now: datetime) -> Iterable[Waiting]:
    period, end = summary.period, summary.period.span.end
    if issuer is not None and period.id < issuer.first_period:
        message = f"issuer {issuer.id} begins with {issuer.first_period}"
        yield Waiting("before_first_period", message, may_override=True)
    if issuer is not None:
        end = max(end, BillingPeriod(period.id, issuer.time_zone).span.end)
    if now < end:
        yield Waiting("period_not_over", f"{period.id} is over on {instant_text(end)}")
    elif issuer is not None and now < due_at(period, issuer):
        at = instant_text(due_at(period, issuer))
        message = f"late usage is waited for until {at}, {issuer.grace_days} days in all"
        yield Waiting("grace_days", message)


def _usage(summary: Rated) -> Iterable[Waiting]:
    if not summary.complete:
        message = f"usage has been collected up to {instant_text(summary.as_of)} only"
        yield Waiting("usage_incomplete", message, may_override=True)
    for code, counts, what in (
        ("rejects", summary.rejects, "refused"),
        ("holds", summary.holds, "held"),
    ):
        count = sum(counts.values())
        if count:
            records = "1 usage record is" if count == 1 else f"{count} usage records are"
            them = "it" if count == 1 else "them"
            message = f"{records} {what}: decide on {them} under To decide"
            yield Waiting(code, message, may_override=True)
    rates = sorted({each.wanted for each in summary.unpriced if each.why is Missing.RATE})
    names = sorted({title(each.meter) for each in summary.unpriced if each.why != Missing.RATE})
    if names:
        yield Waiting("no_price", f"there is no price for {', '.join(names)}")
    if rates:
        yield Waiting("no_price", f"there is no exchange rate {', '.join(rates)} or before")


def _rules(
    summary: Rated, corrections: Iterable[DocumentLine], issuer: Issuer, tax_class: str
) -> Iterable[Waiting]:
    services = dict.fromkeys((summary.period.id, service) for service, _ in summary.services)
    services |= dict.fromkeys((line.period, line.service) for line in corrections)
    # Credits bear the tax of what they pay for.
    asked = [each for each in services if each[1] != _CREDITS] or list(services)
    lacking = []
    for period, service in asked:
        day = BillingPeriod(period, summary.period.time_zone).last_day
        if rule_for(issuer, tax_class, service, day) is None:
            lacking.append(f"{HEADINGS[service]} on {day}")
    if lacking:
        message = f"no rule of issuer {issuer.id} tells the tax of "
        yield Waiting("no_tax_rule", f"{message}{', '.join(lacking)} for class {tax_class}")


def _rates(
    summary: Rated, issuer: Issuer, now: datetime, conversion: Conversion | None
) -> Iterable[Waiting]:
    currency = summary.total.currency
    if is_converted(issuer, currency) and conversion is None:
        day = tax_rate_day(issuer, issued_on(issuer, now), summary.period.last_day)
        pair = f"{currency}/{issuer.tax_currency}"
        message = f"the tax is told in {issuer.tax_currency}, and no exchange rate {pair}"
        yield Waiting("no_exchange_rate", f"{message} of {day} or before is known")


def _number(number: Callable[[], str]) -> Iterable[Waiting]:
    try:
        number()
    except Conflict as reason:
        yield Waiting("number_too_long", str(reason))
