"""`/admin/accounts/{account}/agreements`: what is agreed with an account beside its prices."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import msgspec
from chalice.app import Response

from chalicelib.accounts import BillingAccount
from chalicelib.entrypoints.amounts import MoneyBody
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import LONGEST_ID, Request, sensible_day, wrong
from chalicelib.errors import NotFound
from chalicelib.money import Money
from chalicelib.rating.agreements import (
    Adjustment,
    Agreement,
    Commitment,
    Credit,
    FreeQuota,
    Subscription,
)
from chalicelib.rating.tariffs import Per
from chalicelib.reporting.documents import Document, money_document, number_text
from chalicelib.reporting.summaries import used_of_credits
from chalicelib.wiring import agreed as wired

_AGREEMENTS_A_PAGE = 200


class _Body(
    msgspec.Struct,
    forbid_unknown_fields=True,
    kw_only=True,
    tag_field="kind",
    rename={"start": "from"},
):
    start: date
    until: date | None = None
    note: str = ""


class _Adjustment(_Body, tag="adjustment", kw_only=True):
    percent: Decimal
    scope: str = "all"


class _Commitment(_Body, tag="commitment", kw_only=True):
    amount: MoneyBody


class _Credit(_Body, tag="credit", kw_only=True):
    amount: MoneyBody


class _FreeQuota(_Body, tag="free_quota", kw_only=True):
    meter: str
    quantity: Decimal
    per: Per


class _Service(_Body, tag="service", kw_only=True):
    service: str
    quantity: Decimal = Decimal(1)
    prorated: bool = True


_AgreementBody = _Adjustment | _Commitment | _Credit | _FreeQuota | _Service


class _EndBody(msgspec.Struct, forbid_unknown_fields=True):
    until: date | None


def list_agreements(request: Request) -> Response:
    """Everything that was ever agreed with an account, by its first day."""
    account, after = _account(request), request.query.get("next")
    found = request.wiring.agreements.of(account.id)
    if after is not None:
        places = [number for number, each in enumerate(found, 1) if each.id == after]
        if not places:
            raise wrong("next", "is not known: read the list from its beginning")
        found = found[places[0] :]
    page = found[:_AGREEMENTS_A_PAGE]
    used = _used(request, page, account)
    more = page[-1].id if len(found) > len(page) else None
    return reply({"agreements": [_document(each, used) for each in page], "next": more})


def agree(request: Request) -> Response:
    """Agree something with an account; what that changes is rated again."""
    account, asked = _account(request), _read(request)
    sensible_day(asked.start, "from")
    if asked.until is not None:
        sensible_day(asked.until, "until")
    agreed, new = wired.agree(request.wiring, account.id, _agreement(asked))
    return reply(_document(agreed, _used(request, [agreed], account)), 201 if new else 200)


def end_agreement(request: Request) -> Response:
    """Set the first day on which an agreement no longer holds."""
    account, asked = _account(request), request.read(_EndBody)
    agreement = request.path["agreement"]
    if len(agreement) > LONGEST_ID:
        raise NotFound("no such agreement")
    until = None if asked.until is None else sensible_day(asked.until, "until")
    ended = wired.end_agreement(request.wiring, account.id, agreement, until)
    return reply(_document(ended, _used(request, [ended], account)))


def _account(request: Request) -> BillingAccount:
    """Return the account in the path."""
    asked = request.path["account"]
    if len(asked) > LONGEST_ID:
        raise NotFound("no such account")
    return request.wiring.accounts.get(asked)


def _read(request: Request) -> _AgreementBody:
    """Return the body as the kind of agreement that it says it is."""
    # msgspec reads a union like any type; to mypy it is none.
    kinds: type[_AgreementBody] = _AgreementBody  # type: ignore[assignment]
    return request.read(kinds)


def _agreement(asked: _AgreementBody) -> Agreement:
    """Return what a body says."""
    start, until, note = asked.start, asked.until, asked.note
    match asked:
        case _Adjustment():
            return Adjustment(start, until, note, percent=asked.percent, scope=asked.scope)
        case _Commitment():
            return Commitment(start, until, note, amount=_money(asked.amount))
        case _Credit():
            return Credit(start, until, note, amount=_money(asked.amount))
        case _FreeQuota():
            meter, quantity, per = asked.meter, asked.quantity, asked.per
            return FreeQuota(start, until, note, meter=meter, quantity=quantity, per=per)
        case _Service():
            return Subscription(
                start,
                until,
                note,
                service=asked.service,
                quantity=asked.quantity,
                prorated=asked.prorated,
            )


def _money(asked: MoneyBody) -> Money:
    return Money(asked.amount, asked.currency)


def _used(
    request: Request, agreements: list[Agreement], account: BillingAccount
) -> Mapping[str, Decimal]:
    """Return how much of each credit all periods so far have used up, by its id."""
    if not any(isinstance(each, Credit) for each in agreements):
        return {}
    return used_of_credits(each.summary for each in request.wiring.charges.latest(account.id))


def _document(agreement: Agreement, used: Mapping[str, Decimal]) -> Document:
    """Return an agreement as the API tells it."""
    told: Document = {
        "id": agreement.id,
        "kind": agreement.__struct_config__.tag,
        "from": agreement.start.isoformat(),
        "until": None if agreement.until is None else agreement.until.isoformat(),
        "note": agreement.note,
    }
    match agreement:
        case Adjustment():
            told |= {"percent": number_text(agreement.percent), "scope": agreement.scope}
        case Commitment():
            told |= {"amount": money_document(agreement.amount)}
        case Credit():
            told |= _credit(agreement, used.get(agreement.id, Decimal(0)))
        case FreeQuota():
            quantity = number_text(agreement.quantity)
            told |= {"meter": agreement.meter, "quantity": quantity, "per": agreement.per}
        case Subscription():
            told |= {
                "service": agreement.service,
                "quantity": number_text(agreement.quantity),
                "prorated": agreement.prorated,
            }
    return told


def _credit(credit: Credit, used: Decimal) -> Document:
    spent = Money(used, credit.amount.currency)
    nothing = credit.amount - credit.amount
    return {
        "amount": money_document(credit.amount),
        "used": money_document(nothing + spent),
        "left": money_document(max(nothing, credit.amount - spent, key=lambda each: each.amount)),
    }
