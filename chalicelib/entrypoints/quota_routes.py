"""`/admin/quota-tariffs`: a rate card drafted from CloudStack's Quota plugin."""

from datetime import UTC, datetime

import msgspec
from chalice.app import Response

from chalicelib.currencies import minor_unit
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import Request, whole_second, wrong
from chalicelib.metering.meters import METERS_BY_USAGE_TYPE, meter_of
from chalicelib.periods import BillingPeriod, instant_text
from chalicelib.rating.quota_import import NeedsPerson, QuotaPrice, imported
from chalicelib.reporting.documents import Document, number_text


def draft_rate_card(request: Request) -> Response:
    """The prices that CloudStack's tariffs are at an instant, and what a person must decide."""
    connection, currency = _connection(request), _currency(request)
    at = _effective_from(request)
    known = request.wiring.quota_tariffs.of(connection)
    prices, left = imported([] if known is None else known.tariffs, at)
    return reply(
        {
            "rate_card": {
                "currency": currency,
                "effective_from": instant_text(at),
                "prices": [_price(each) for each in prices],
            },
            "zero": [each.meter for each in prices if not each.price],
            "needs_person": [_needs_person(each) for each in left],
            "as_of": None if known is None else instant_text(known.as_of),
        }
    )


def _connection(request: Request) -> str:
    """Return the connection asked for, the first unless another is."""
    known = request.wiring.settings.connections
    return request.choice("connection", known)


def _currency(request: Request) -> str:
    """Return the currency of the card; CloudStack has a symbol only, which may mean several."""
    currency = request.query.get("currency", "")
    if not currency:
        raise wrong("currency", "is missing; CloudStack does not tell which one its tariffs are in")
    minor_unit(currency)
    return currency


def _effective_from(request: Request) -> datetime:
    """Return when the card begins; with the next month unless another instant is asked for."""
    text = request.query.get("effective_from")
    if text is None:
        zone = request.wiring.settings.default_terms.time_zone
        return BillingPeriod.at(request.now, zone).span.end.astimezone(UTC)
    try:
        at = msgspec.convert(text, type=datetime)
    except msgspec.ValidationError:
        message = f"must be an instant, such as 2026-09-01T00:00:00Z, not {text!r}"
        raise wrong("effective_from", message) from None
    return whole_second(at, "effective_from")


def _price(price: QuotaPrice) -> Document:
    return {
        "usage_type": meter_of(price.meter).usage_type,
        "meter": price.meter,
        "per": price.per.value,
        "price": number_text(price.price),
    }


def _needs_person(left: NeedsPerson) -> Document:
    tariff = left.tariff
    meter = METERS_BY_USAGE_TYPE.get(tariff.usage_type)
    return {
        "id": tariff.id,
        "name": tariff.name,
        "usage_type": tariff.usage_type,
        "meter_name": f"Usage type {tariff.usage_type}" if meter is None else meter.title,
        "value": None if tariff.value is None else number_text(tariff.value),
        "rule": tariff.rule,
        "reason": left.reason,
    }
