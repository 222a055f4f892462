"""`/admin/exchange-rates`: what currencies are worth in others, by day."""

import re
from datetime import date
from decimal import Decimal

import msgspec
from chalice.app import Response

from chalicelib.currencies import minor_unit
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import Request, sensible_day, wrong
from chalicelib.errors import UnknownCurrency
from chalicelib.exchange_rates import conversion, exchange_rate
from chalicelib.reporting.documents import Document
from chalicelib.reporting.exchange_rates import rate_document
from chalicelib.wiring.rates import add_rate

_RATES_A_PAGE = 100
_PLACE = re.compile(r"\d{4}-\d{2}-\d{2}#(hand|ecb)", re.ASCII)


class _RateBody(msgspec.Struct, forbid_unknown_fields=True):
    base: str
    quote: str
    day: date = msgspec.field(name="date")
    rate: Decimal


def list_exchange_rates(request: Request) -> Response:
    """The newest rates that convert into each currency in use, or the history of one pair."""
    if "base" in request.query or "quote" in request.query:
        return reply(_history(request))
    base = request.wiring.settings.default_terms.currency
    used = {account.terms.currency for account in request.wiring.accounts.all()} - {base}
    newest = request.wiring.exchange_rates.newest
    found = {each: conversion(base, each, date.max, newest) for each in sorted(used)}
    rates = [rate for each in found.values() if each is not None for rate in each.rates]
    return reply(
        {
            "base": base,
            # Two that are crossed over the euro may share one of their rates.
            "rates": list(map(rate_document, dict.fromkeys(rates))),
            "missing": [currency for currency, each in found.items() if each is None],
            "next": None,
        }
    )


def add_exchange_rate(request: Request) -> Response:
    """Say what a currency was worth on a day; what that changes is rated again."""
    asked = request.read(_RateBody)
    day = sensible_day(asked.day, "date")
    rate = exchange_rate(asked.base, asked.quote, day, asked.rate, "hand")
    new = add_rate(request.wiring, rate)
    return reply(rate_document(rate), 201 if new else 200)


def _history(request: Request) -> Document:
    """Return a page of the rates of one pair, newest first."""
    base, quote = _currency(request, "base"), _currency(request, "quote")
    if base == quote:
        raise wrong("quote", "must be another currency than base")
    after = request.query.get("next")
    if after is not None and not _PLACE.fullmatch(after):
        raise wrong("next", "is not known: read the list from its beginning")
    found = request.wiring.exchange_rates.history(base, quote, after=after, limit=_RATES_A_PAGE + 1)
    page = found[:_RATES_A_PAGE]
    return {
        "base": base,
        "rates": [rate_document(rate) for _, rate in page],
        "missing": [],
        "next": page[-1][0] if len(found) > len(page) else None,
    }


def _currency(request: Request, name: str) -> str:
    """Return the currency that is asked about as `name`."""
    asked = request.query.get(name)
    if asked is None:
        raise wrong(name, "is missing: a history is that of a pair")
    try:
        minor_unit(asked)
    except UnknownCurrency:
        raise wrong(name, f"unknown currency {asked!r}") from None
    return asked
