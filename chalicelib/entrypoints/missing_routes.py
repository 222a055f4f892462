"""`/admin/missing-prices`: what cannot be billed yet, because a price or a rate is missing."""

from collections.abc import Callable, Iterator
from functools import cache

from chalice.app import Response

from chalicelib.accounts import BillingAccount
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import LONGEST_ID, Request, wrong
from chalicelib.errors import NotFound
from chalicelib.metering.catalogue import Catalogue
from chalicelib.reporting.documents import Document
from chalicelib.reporting.missing import missing_document
from chalicelib.reporting.summaries import Stored

_PERIODS_A_PAGE = 100


def list_missing_prices(request: Request) -> Response:
    """What usage and services wait for, by account and period; none of it is free."""
    after = request.query.get("next", "")
    if len(after) > 2 * LONGEST_ID:
        raise wrong("next", "is not known: read the list from its beginning")
    found, more = request.wiring.charges.missing(after, _PERIODS_A_PAGE)
    names_of = cache(request.wiring.catalogues.of_all)
    documents = [each for stored in found for each in _documents(request, stored, names_of)]
    return reply({"missing": documents, "next": more})


def _documents(
    request: Request, stored: Stored, names_of: Callable[[frozenset[str]], Catalogue]
) -> Iterator[Document]:
    """Yield what a period lacks, with the names that its account's CloudStacks give to things."""
    summary, account = stored.summary, _known(request, stored.summary.account)
    names = names_of(frozenset(() if account is None else account.connections))
    for unpriced in summary.unpriced:
        yield {
            "account": summary.account,
            "account_name": summary.account if account is None else account.name,
            "period": summary.period.id,
            "currency": summary.total.currency,
            **missing_document(unpriced, names),
        }


def _known(request: Request, account: str) -> BillingAccount | None:
    try:
        return request.wiring.accounts.get(account)
    except NotFound:
        return None
