"""`/admin/rate-cards`: dated prices, read, looked at before they are taken, and taken."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from chalice.app import Response
from msgspec.structs import replace

from chalicelib.currencies import minor_unit
from chalicelib.entrypoints.replies import download, reply
from chalicelib.entrypoints.requests import CSV, LONGEST_ID, Request, whole_second, wrong
from chalicelib.entrypoints.tokens import place_in, token_for
from chalicelib.errors import Conflict, NotFound, UnknownCurrency
from chalicelib.money import Money
from chalicelib.periods import instant_text
from chalicelib.rating.card_csv import card_in_csv, csv_of
from chalicelib.rating.card_files import RateCardFile, card_in, file_of
from chalicelib.rating.rate_cards import RateCard
from chalicelib.reporting.documents import Document, money_document, number_text
from chalicelib.runs.preview_prices import Preview, Progress, last_month
from chalicelib.wiring.prices import preview

# API Gateway takes 10 MB and gives a function 6 MB, in which the quotes of JSON are escaped.
_LARGEST_CARD = 3_000_000
# A function answers with up to 6 MB.
_BYTES_A_PAGE = 2_000_000
# API Gateway waits for 29 seconds; the account that is under way may be a large one.
_PREVIEW_TIME = timedelta(seconds=8)
_FIRST_MONTH = "2000-01"
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9-]+")


class _Place(msgspec.Struct, frozen=True, order=True, array_like=True):
    """Where a page of the list ends: its last rate card."""

    account: str = ""
    currency: str = ""
    begins: str = ""


def list_rate_cards(request: Request) -> Response:
    """The rate cards of one list, or of all default lists in use and all that were agreed."""
    asked = request.query.get("next")
    after = _Place() if asked is None else place_in(asked, _Place)
    cards: list[Document] = []
    size, last, more = 0, after, False
    for account, currency in _lists(request):
        if (account, currency) < (after.account, after.currency):
            continue
        for card in request.wiring.rate_cards.of(currency, account):
            place = _Place(account, currency, instant_text(card.effective_from))
            if place <= after:
                continue
            if size > _BYTES_A_PAGE:
                more = True
                break
            cards.append(card_document(card))
            size += len(msgspec.json.encode(cards[-1]))
            last = place
        if more:
            break
    return reply({"rate_cards": cards, "next": token_for(last) if more else None})


def add_rate_card(request: Request) -> Response:
    """Show what a rate card would change; take it once that has been looked at."""
    card = _card(request)
    confirmed = request.query.get("confirm")
    if confirmed is None:
        return reply(_preview(request, card))
    if confirmed != card.version:
        raise Conflict("another rate card was looked at; look at what this one changes first")
    new = request.wiring.add_rate_card(card)
    return reply(card_document(card), 201 if new else 200)


def download_rate_card(request: Request) -> Response:
    """One rate card as a file, to be edited and sent back."""
    kind = request.choice("format", ("json", "csv"))
    currency, account = _currency(request.query.get("currency")), _account(request)
    at = _instant(request)
    card = request.wiring.rate_cards.get(currency, account, instant_text(at))
    whose = f"-{account}" if account else ""
    name = _NOT_IN_NAMES.sub("-", f"rate-card-{currency}{whose}-{at:%Y-%m-%d}")
    if kind == "csv":
        # Spreadsheets take a table without the mark for one in an old code page.
        return download(f"\ufeff{csv_of(card)}", f"{CSV}; charset=utf-8", f"{name}.csv")
    text = msgspec.json.format(msgspec.json.encode(_plain_file(card)), indent=2).decode()
    return download(text, "application/json", f"{name}.json")


def card_document(card: RateCard) -> Document:
    """Return a rate card as a file, with its version."""
    return {**_plain_file(card), "version": card.version}


def _plain_file(card: RateCard) -> Document:
    """Return a rate card file as JSON has it; numbers are text without an exponent."""
    kept = msgspec.to_builtins(file_of(card), builtin_types=(Decimal,))
    found: Document = _with_texts(kept)
    return found


def _with_texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_texts(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_with_texts(each) for each in value]
    return number_text(value) if isinstance(value, Decimal) else value


def _card(request: Request) -> RateCard:
    """Return the rate card that was sent, as JSON or as a table."""
    if request.media_type == CSV:
        text = request.text(CSV, _LARGEST_CARD)
        currency, account = _currency(request.query.get("currency")), _account(request)
        return card_in_csv(text, currency, _instant(request), account)
    file = request.read(RateCardFile, _LARGEST_CARD)
    if len(file.account) > LONGEST_ID:
        raise NotFound("no such account")
    at = whole_second(file.effective_from, "effective_from")
    return card_in(replace(file, effective_from=at))


def _preview(request: Request, card: RateCard) -> Document:
    """Return what a rate card changes, as far as there is time, and where to go on."""
    progress: Progress | None = None
    if "next" in request.query:
        progress = place_in(request.query["next"], Progress)
        if progress.version != card.version:
            raise Conflict("this goes on from another rate card; begin again")
        if not _FIRST_MONTH <= progress.period <= last_month(request.now):
            raise wrong("next", "is of no month that is over: begin again")
    clock, deadline = request.wiring.now, request.wiring.now() + _PREVIEW_TIME
    found = preview(request.wiring, card, progress, lambda: clock() < deadline, request.now)
    return {
        "rate_card": card_document(card),
        "changes": _changes(found),
        "next": token_for(found.progress) if found.more else None,
        "confirm": None if found.more else card.version,
    }


def _changes(found: Preview) -> Document:
    return {
        "period": found.progress.period if found.of else None,
        "accounts": [
            {
                "id": each.account.id,
                "name": each.account.name,
                **_difference(each.old, each.new),
                "missing": list(each.missing),
            }
            for each in found.changes
        ],
        "totals": [_difference(each.old, each.new) for each in found.progress.totals],
        "done": found.progress.done,
        "of": found.of,
    }


def _difference(old: Money, new: Money) -> Document:
    return {
        "old": money_document(old),
        "new": money_document(new),
        "difference": money_document(new - old),
    }


def _lists(request: Request) -> Iterator[tuple[str, str]]:
    """Yield (account, currency) of the lists that are asked for, in one order."""
    account, currency = _account(request), request.query.get("currency")
    if account:
        billed_in = request.wiring.accounts.get(account).terms.currency
        yield account, _currency(currency) if currency else billed_in
        return
    if currency:
        yield "", _currency(currency)
        return
    accounts = request.wiring.accounts.all()
    used = {each.terms.currency for each in accounts} | {request.wiring.base_currency}
    yield from (("", each) for each in sorted(used))
    agreed = [each for each in accounts if each.agreed.prices]
    yield from sorted((each.id, each.terms.currency) for each in agreed)


def _currency(asked: str | None) -> str:
    if asked is None:
        raise wrong("currency", "is missing")
    try:
        minor_unit(asked)
    except UnknownCurrency:
        raise wrong("currency", f"unknown currency {asked!r}") from None
    return asked


def _account(request: Request) -> str:
    """Return the id of the account that is asked about, "" where it is none."""
    account = request.query.get("account", "")
    if len(account) > LONGEST_ID:
        raise NotFound("no such account")
    return account


def _instant(request: Request) -> datetime:
    text = request.query.get("effective_from")
    if text is None:
        raise wrong("effective_from", "is missing")
    try:
        at = msgspec.convert(text, datetime)
    except msgspec.ValidationError:
        example = "2026-09-01T00:00:00Z"
        raise wrong("effective_from", f"must be an instant, such as {example}") from None
    return whole_second(at, "effective_from")
