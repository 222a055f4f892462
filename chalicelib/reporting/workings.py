"""The charges of a period as documents, and how each of them came about, step by step."""

from collections.abc import Sequence
from decimal import Decimal

from chalicelib.metering.catalogue import Catalogue
from chalicelib.periods import instant_text
from chalicelib.rating.counting import counted, unit_name
from chalicelib.rating.line_items import HEADINGS, LineItem, Pricing, RatedPeriod
from chalicelib.rating.shares import Share
from chalicelib.rating.tariffs import Model, Tariff
from chalicelib.reporting.documents import Document, money_document, number_text
from chalicelib.reporting.exchange_rates import rates_of
from chalicelib.reporting.missing import missing_document, name_in
from chalicelib.reporting.steps import price_currency, steps_of, trimmed
from chalicelib.reporting.summaries import Stored


def charges_document(rated: RatedPeriod, stored: Stored, names: Catalogue) -> Document:
    """Return all lines of a rated period; they add up to its total."""
    summary = stored.summary
    return {
        "period": rated.period.id,
        "currency": rated.currency,
        "complete": summary.complete,
        "invoiced": stored.invoice is not None,
        "as_of": instant_text(summary.as_of),
        "total": money_document(summary.total),
        "services": [
            {"service": service, "name": HEADINGS[service], "amount": money_document(amount)}
            for service, amount in summary.services
        ],
        "lines": [line_document(line) for line in rated.line_items],
        "missing": [missing_document(each, names) for each in summary.unpriced],
        "exchange_rates": rates_of(rated.conversion),
        "indicative": rated.conversion is not None and stored.invoice is None,
    }


def line_document(line: LineItem) -> Document:
    """Return a line item: what, how much of it, at which price, and what it comes to."""
    pricing = line.pricing
    flat = pricing is not None and pricing.tariff.model is Model.FLAT
    return {
        "id": line.id,
        "name": line.name,
        "service": line.service,
        "service_name": HEADINGS[line.service],
        "category": line.category.value,
        "meter": None if pricing is None else line.meter,
        "quantity": _counted(line.quantity, line),
        "unit": None if line.quantity is None else unit_name(line),
        "per": None if pricing is None else pricing.tariff.per.value,
        "model": None if pricing is None else pricing.tariff.model.value,
        "unit_price": number_text(pricing.tariff.unit_price) if pricing and flat else None,
        "effective_from": None if pricing is None else instant_text(pricing.effective_from),
        "price_currency": price_currency(line),
        "amount": money_document(line.amount),
    }


def workings_document(
    line: LineItem, account: str, shares: Sequence[Share], names: Catalogue
) -> Document:
    """Return how a line item came about.

    Args:
        account: the billing account, which the prices may have been agreed with.
        shares: those of its resources that are shown.
    """
    pricing = line.pricing
    return {
        "line": line_document(line),
        "card": None if pricing is None else _card(line, pricing, account),
        "conditions": {} if pricing is None else _conditions(pricing.tariff, names),
        "exchange_rates": rates_of(None if pricing is None else pricing.conversion),
        "steps": list(steps_of(line)),
        "days": [
            {
                "day": charge.day.isoformat(),
                "quantity": _counted(charge.quantity, line),
                "amount": money_document(charge.amount),
            }
            for charge in line.charges
        ],
        "resources": [
            {
                "resource": share.resource,
                "name": share.name or None,
                "quantity": trimmed(share.quantity),
                "amount": money_document(share.amount),
            }
            for share in shares
        ],
    }


def _counted(quantity: Decimal | None, line: LineItem) -> str | None:
    return None if quantity is None else trimmed(counted(quantity, line))


def _card(line: LineItem, pricing: Pricing, account: str) -> Document:
    agreed = pricing.origin.value == "agreed"
    return {
        "currency": price_currency(line),
        "account": account if agreed else None,
        "effective_from": instant_text(pricing.effective_from),
        "origin": pricing.origin.value,
    }


def _conditions(tariff: Tariff, names: Catalogue) -> Document:
    return {
        name: [{"id": value, "name": name_in(names, name, value)} for value in values]
        for name, values in tariff.conditions
    }
