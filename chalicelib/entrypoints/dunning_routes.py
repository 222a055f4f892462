"""`/admin/dunning`, and what is done by hand about who does not pay."""

import msgspec
from chalice.app import Response

from chalicelib.entrypoints.named import account_in_path, account_name, named, names, page_of
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import Request
from chalicelib.invoicing.customers import BillingDetails
from chalicelib.invoicing.follow_ups import Wish, follow_of
from chalicelib.invoicing.issuers import Dunning
from chalicelib.invoicing.numbers import issued_on
from chalicelib.reporting.documents import Document
from chalicelib.reporting.dunning import dunned_document, enforcement_document, is_dunned
from chalicelib.wiring.follow_ups import ask_enforcement
from chalicelib.wiring.invoices import details_of, today_of

_ACCOUNTS_A_PAGE = 200


class _EnforcementBody(msgspec.Struct, forbid_unknown_fields=True):
    action: Wish


def list_dunning(request: Request) -> Response:
    """Who owes what, since when, and what is done about it."""
    rows = sorted(_rows(request), key=_longest_first)
    ids = [str(row["account"]["id"]) for row in rows if isinstance(row["account"], dict)]
    page, more = page_of(request, ids, rows, _ACCOUNTS_A_PAGE)
    return reply({"accounts": page, "next": more})


def enforce(request: Request) -> Response:
    """Hold, suspend or resume an account by hand."""
    account, asked = account_in_path(request), request.read(_EnforcementBody)
    wired = request.wiring
    seen = ask_enforcement(wired, account, asked.action, request.sender.user)
    told = enforcement_document(
        seen.standing,
        details_of(wired, account.id),
        follow_of(seen.follow),
        today_of(account, request.now),
    )
    return reply({"account": account_name(account), "enforcement": told})


def _rows(request: Request) -> list[Document]:
    wired, known = request.wiring, names(request)
    issuers, details_by_account = wired.issuers.issuers(), wired.issuers.all_details()
    only = next(iter(issuers)) if len(issuers) == 1 else ""
    rows = []
    for seen in wired.ledger.standings():
        account, follow = seen.standing.account, follow_of(seen.follow)
        details = details_by_account.get(account) or BillingDetails(account, only)
        if not is_dunned(seen.standing, details, follow):
            continue
        issuer = issuers.get(details.issuer)
        today = request.now.date() if issuer is None else issued_on(issuer, request.now)
        dunning = Dunning() if issuer is None else issuer.dunning
        told = named(account, known)
        rows.append(
            dunned_document(told, seen.standing, details, follow, dunning=dunning, today=today)
        )
    return rows


def _longest_first(row: Document) -> tuple[int, str, str]:
    days, account = row["days_overdue"], row["account"]
    assert isinstance(days, int) and isinstance(account, dict)
    return -days, str(row["oldest_due_on"]), account["id"]
