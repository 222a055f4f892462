"""What a request names: accounts in its path or body, months, places in lists."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeVar

from chalicelib.accounts import BillingAccount
from chalicelib.entrypoints.requests import LONGEST_ID, Request, sensible_day, wrong
from chalicelib.errors import InvalidInput, NotFound
from chalicelib.periods import BillingPeriod
from chalicelib.reporting.documents import Document

_T = TypeVar("_T")


def account_named(request: Request, account: str) -> BillingAccount:
    """Return a billing account by its id; for the operator only.

    Raises:
        NotFound: there is none.
    """
    if not 1 <= len(account) <= LONGEST_ID:
        raise NotFound("no such account")
    return request.wiring.accounts.get(account)


def account_in_path(request: Request) -> BillingAccount:
    """Return the billing account that the path names; for the operator only."""
    return account_named(request, request.path["account"])


def account_name(account: BillingAccount) -> Document:
    """Return the id and the name of a billing account."""
    return {"id": account.id, "name": account.name}


def names(request: Request) -> Mapping[str, str]:
    """Return the names of all billing accounts by id."""
    return {each.id: each.name for each in request.wiring.accounts.all()}


def named(account: str, known: Mapping[str, str]) -> Document:
    """Return the id and the name of a billing account, its id where no name is known."""
    return {"id": account, "name": known.get(account, account)}


def period_named(text: str, time_zone: str, name: str = "period") -> BillingPeriod:
    """Return the month that somebody asks about.

    Args:
        name: of the field it came in.

    Raises:
        InvalidInput: it is none.
    """
    try:
        period = BillingPeriod(text, time_zone)
    except InvalidInput:
        raise wrong(name, f"expected a month YYYY-MM, not {text[:20]!r}") from None
    sensible_day(date(max(1, int(period.id[:4])), 1, 1), name)
    return period


def month_of(request: Request, name: str = "month") -> str:
    """Return the month that is asked for, the current one unless another is."""
    asked = request.query.get(name)
    if not asked:
        return BillingPeriod.at(request.now, "UTC").id
    return period_named(asked, "UTC", name).id


def page_of(
    request: Request, ids: Sequence[str], rows: Sequence[_T], most: int
) -> tuple[list[_T], str | None]:
    """Return the page of a list that `next` asks for, and the `next` of the one after it.

    Args:
        ids: of the rows.

    Raises:
        InvalidInput: no row has that id.
    """
    after, first = request.query.get("next"), 0
    if after is not None:
        if after not in ids:
            raise wrong("next", "is not known: read the list from its beginning")
        first = list(ids).index(after) + 1
    last = first + most
    return list(rows[first:last]), ids[last - 1] if len(rows) > last else None
