"""The part of the overview that changes with the usage: stored once it has been rated."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from chalicelib.accounts import BillingAccount
from chalicelib.budgets.forecasts import ENOUGH
from chalicelib.currencies import zero
from chalicelib.money import EXACT, Money
from chalicelib.periods import instant_text
from chalicelib.rating.line_items import HEADINGS
from chalicelib.reporting.documents import (
    Document,
    account_document,
    money_document,
    number_text,
)
from chalicelib.reporting.exchange_rates import rates_of
from chalicelib.reporting.missing import usage_records, waits_for
from chalicelib.reporting.summaries import PeriodSummary


def rated_overview(
    account: BillingAccount, current: PeriodSummary, last: PeriodSummary | None
) -> Document:
    """Return that part of the overview.

    Args:
        current: the newest period with usage.
        last: the one before it, if it is known.
    """
    span = current.period.span
    return {
        "account": account_document(account),
        "as_of": instant_text(current.as_of),
        "period": {
            "id": current.period.id,
            "start": instant_text(span.start),
            "end": instant_text(span.end),
            "complete": current.complete,
        },
        "summary": {
            "last_period": _last_period(current, last),
            "month_to_date": _amount_of(current),
            "forecast": _forecast(current),
            "days": _days(current),
        },
        "services": _services(current),
        "exchange_rates": rates_of(current.conversion),
        "warnings": _warnings(current),
    }


def _amount_of(summary: PeriodSummary) -> Document:
    return {"period": summary.period.id, "amount": money_document(summary.total)}


def _last_period(current: PeriodSummary, last: PeriodSummary | None) -> Document | None:
    """Return the amount of the month before, unless it was billed in another currency."""
    known = last and last.period.next().id == current.period.id
    if last is None or not known or last.total.currency != current.total.currency:
        return None
    return _amount_of(last)


def _forecast(current: PeriodSummary) -> Document:
    expected = current.forecast
    reason = None if expected else f"needs {ENOUGH.days} days of usage"
    amount = None if expected is None else money_document(expected)
    return {"period": current.period.id, "amount": amount, "reason": reason}


def _days(current: PeriodSummary) -> list[Document]:
    """Return every day up to the last with usage collected, days without any as zero."""
    amounts: Mapping[date, Money] = dict(current.days)
    nothing = zero(current.total.currency)
    return [
        {"day": day.isoformat(), "amount": money_document(amounts.get(day, nothing))}
        for day, span in current.period.days()
        if span.start < current.as_of or day in amounts
    ]


def _services(current: PeriodSummary) -> list[Document]:
    return [
        {
            "service": service,
            "name": HEADINGS[service],
            "amount": money_document(amount),
            "percent": number_text(_percent(amount, current.total)),
        }
        for service, amount in current.services
    ]


def _percent(part: Money, whole: Money) -> Decimal:
    if not whole.amount:
        return Decimal("0.0")
    percent = EXACT.divide(EXACT.multiply(part.amount, Decimal(100)), whole.amount)
    return percent.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP, context=EXACT)


def _warnings(current: PeriodSummary) -> list[Document]:
    """Return what is missing from the amounts, in words."""
    warnings: list[Document] = []
    for kind, by_reason in (("rejects", current.rejects), ("holds", current.holds)):
        for reason, count in by_reason.items():
            each = "it" if count == 1 else "each"
            message = f"{usage_records(count)} could not be billed yet: {each} {reason}"
            warnings.append({"kind": kind, "count": count, "message": message})
    warnings += [
        {"kind": "unpriced", "count": unpriced.usages, "message": waits_for(unpriced)}
        for unpriced in current.unpriced
    ]
    return warnings
