"""`/charges`: the lines of a billing period, and how each of them came about."""

from chalice.app import Response

from chalicelib.accounts import BillingAccount
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import Request, wrong
from chalicelib.errors import InvalidInput, NotFound
from chalicelib.periods import BillingPeriod
from chalicelib.rating.line_items import LineItem, RatedPeriod
from chalicelib.rating.shares import Share
from chalicelib.reporting.summaries import Stored
from chalicelib.reporting.workings import charges_document, workings_document
from chalicelib.runs.explain import shares

_RESOURCES_A_PAGE = 200
_FURTHEST = 10_000_000


def show_charges(request: Request) -> Response:
    """Every line of a period; they add up to what the overview shows."""
    account = request.account()
    period = _period(request, account)
    rated, stored = _rated(request, account, period)
    return reply(
        charges_document(rated, stored, request.wiring.catalogues.of_all(account.connections))
    )


def show_workings(request: Request) -> Response:
    """How the amount of a line came about, and what each resource is of it."""
    account = request.account()
    period = _period(request, account)
    rated, _ = _rated(request, account, period)
    line = next((each for each in rated.line_items if each.id == request.path["line"]), None)
    if line is None:
        raise NotFound("there is no such charge in that period; read the list again")
    first = _first(request)
    shares = _shares(request, account, period, line)
    shown = [] if shares is None else shares[first : first + _RESOURCES_A_PAGE]
    more = shares is not None and len(shares) > first + _RESOURCES_A_PAGE
    return reply(
        {
            **workings_document(
                line, account.id, shown, request.wiring.catalogues.of_all(account.connections)
            ),
            "resources_known": shares is not None,
            "next": str(first + _RESOURCES_A_PAGE) if more else None,
        }
    )


def _period(request: Request, account: BillingAccount) -> BillingPeriod:
    """Return the period that is asked for, the current one unless another is."""
    zone = account.terms.time_zone
    asked = request.query.get("period") or BillingPeriod.at(request.now, zone).id
    try:
        return BillingPeriod(asked, zone)
    except InvalidInput:
        raise wrong("period", f"expected a month YYYY-MM, not {asked!r}") from None


def _rated(
    request: Request, account: BillingAccount, period: BillingPeriod
) -> tuple[RatedPeriod, Stored]:
    charges = request.wiring.charges
    stored = charges.stored(account.id, period.id)
    rated = charges.rated(account.id, [period.id])
    if stored is None or not rated:
        raise NotFound(f"nothing has been rated for {period.id}")
    return rated[0], stored


def _shares(
    request: Request, account: BillingAccount, period: BillingPeriod, line: LineItem
) -> "list[Share] | None":
    wired = request.wiring
    lists = wired.price_lists().of(account, period.last_day)
    return shares(account, period, line, usage=wired.usage, lists=lists)


def _first(request: Request) -> int:
    """Return behind how many resources the page begins."""
    text = request.query.get("next") or "0"
    if not (text.isascii() and text.isdigit()) or len(text) > 8 or int(text) > _FURTHEST:
        raise wrong("next", "is not known: read the list from its beginning")
    return int(text)
