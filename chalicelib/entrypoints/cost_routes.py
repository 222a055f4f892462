"""`/overview` and `/costs`: what an account spends."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import cast

from chalice.app import Response

from chalicelib.accounts import Role
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import Request
from chalicelib.errors import CurrencyMismatch, Unavailable
from chalicelib.reporting.costs import Granularity, Group, costs
from chalicelib.reporting.documents import Document
from chalicelib.reporting.overview import collection_warning, overview, unrated_overview

_SHOWN_BUDGET = "monthly"
_MOST_DAYS = 3 * 366 + 1
_DAY = timedelta(days=1)


def show_overview(request: Request) -> Response:
    """The four cards of the page."""
    account = request.sender.account
    kept = request.wiring.charges.overview_and_billing
    rated, billing = kept(account) if request.is_own_account() else (None, None)
    if rated is None:
        asked = request.account()
        account = asked.id
        rated, billing = kept(account)
        rated = rated or unrated_overview(asked)
    budget = request.wiring.budgets.get(account, _SHOWN_BUDGET)
    if request.sender.role is Role.OPERATOR:
        rated = {**rated, "warnings": [*_collection_warnings(request), *_listed(rated["warnings"])]}
    with _rated_anew():
        return reply(overview(rated, budget, request.now, billing))


def show_costs(request: Request) -> Response:
    """Costs from a day to a day, by day or month, by service or not."""
    account = request.account()
    first, last = request.days(_MOST_DAYS, "three years")
    granularity = request.choice("granularity", ("day", "month"))
    group = request.choice("group", ("service", "none"))
    rated = request.wiring.charges.rated(account.id, _months(first, last))
    with _rated_anew():
        report = costs(
            rated,
            first=first,
            last=last,
            granularity=cast(Granularity, granularity),
            group=cast(Group, group),
            currency=account.terms.currency,
        )
    known = request.wiring.charges.overview(account.id)
    return reply({**report, "as_of": known["as_of"] if known else None})


def _collection_warnings(request: Request) -> list[Document]:
    """Return what is wrong with the collection, for the operator's eyes."""
    progress = [
        request.wiring.windows.connection(connection)
        for connection in request.wiring.settings.connections
    ]
    return [collection_warning(each) for each in progress if each.error is not None]


def _listed(warnings: object) -> list[object]:
    return warnings if isinstance(warnings, list) else []


@contextmanager
def _rated_anew() -> Iterator[None]:
    """Tell that an account whose currency was changed has not been rated in the new one yet."""
    try:
        yield
    except CurrencyMismatch:
        message = "the account is being rated again in its new currency; try again in a minute"
        raise Unavailable(message) from None


def _months(first: date, last: date) -> list[str]:
    return sorted({f"{first + _DAY * n:%Y-%m}" for n in range((last - first).days + 1)})
