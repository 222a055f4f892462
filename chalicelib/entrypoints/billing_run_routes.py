"""`/admin/billing-runs`: the invoices of a month, account by account."""

from collections.abc import Mapping
from datetime import timedelta

import msgspec
from chalice.app import Response

from chalicelib.entrypoints.amounts import line_of
from chalicelib.entrypoints.named import account_in_path, account_name, page_of, period_named
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import Request
from chalicelib.invoicing.issuers import Issuer
from chalicelib.periods import BillingPeriod
from chalicelib.reporting.billing_runs import run_counts, run_row, run_rows
from chalicelib.wiring import billing

_ACCOUNTS_A_PAGE = 200
_MONTHS_LISTED = 36
_LONGEST_REASON = 500


class _RunBody(msgspec.Struct, forbid_unknown_fields=True):
    period: str


class _AnywayBody(msgspec.Struct, forbid_unknown_fields=True):
    reason: str


def show_billing_run(request: Request) -> Response:
    """What became of each account's invoice for a month."""
    issuers = request.wiring.issuers.issuers()
    last = _last_month(request)
    period = period_named(request.query.get("period") or last.id, "UTC").id
    runs = request.wiring.invoices.run(period)
    rows = run_rows(runs, _invoiced(request, issuers, period))
    ids = [str(row["account"]["id"]) for row in rows if isinstance(row["account"], dict)]
    page, more = page_of(request, ids, rows, _ACCOUNTS_A_PAGE)
    return reply(
        {
            "period": period,
            "periods": _months(last, issuers),
            "counts": run_counts(rows),
            "accounts": page,
            "next": more,
        }
    )


def start_billing_run(request: Request) -> Response:
    """Issue now what can be issued for a month."""
    period = period_named(request.read(_RunBody).period, "UTC").id
    asked = billing.plan_now(request.wiring, period)
    return reply({"period": period, "state": "queued", "accounts": asked}, 202)


def issue_anyway(request: Request) -> Response:
    """Issue an account's invoice although something is open."""
    account = account_in_path(request)
    reason = line_of(request.read(_AnywayBody).reason, "reason", _LONGEST_REASON, least=1)
    period = period_named(request.path["period"], account.terms.time_zone).id
    billing.issue_anyway(
        request.wiring,
        account.id,
        period,
        by=request.sender.user,
        reason=reason,
        now=request.now,
    )
    run = request.wiring.invoices.run_of(period, account.id)
    return reply(run_row(run, account.id, str(account_name(account)["name"])))


def _invoiced(request: Request, issuers: Mapping[str, Issuer], period: str) -> dict[str, str]:
    """Return the names of the accounts that are invoiced for a month, by id."""
    details = request.wiring.issuers.all_details()
    found = {}
    for account in request.wiring.accounts.all():
        own = details.get(account.id)
        issuer = issuers.get(own.issuer) if own is not None else None
        issuer = issuer or next(iter(issuers.values()), None)
        if issuer is not None and issuer.first_period <= period:
            found[account.id] = account.name
    return found


def _last_month(request: Request) -> BillingPeriod:
    """Return the last month that is over."""
    first = BillingPeriod.at(request.now, "UTC").span.start
    return BillingPeriod.at(first - timedelta(hours=1), "UTC")


def _months(last: BillingPeriod, issuers: Mapping[str, Issuer]) -> list[str]:
    """Return the months that are invoiced, newest first."""
    first = min((issuer.first_period for issuer in issuers.values()), default=None)
    found: list[str] = []
    period = last
    while first is not None and period.id >= first and len(found) < _MONTHS_LISTED:
        found.append(period.id)
        period = BillingPeriod.at(period.span.start - timedelta(hours=1), "UTC")
    return found
