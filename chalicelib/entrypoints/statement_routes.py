"""`/statements`: what an account owed, month by month."""

from chalice.app import Response

from chalicelib.accounts import BillingAccount
from chalicelib.entrypoints.named import account_name, period_named
from chalicelib.entrypoints.replies import binary, download, reply
from chalicelib.entrypoints.requests import Request
from chalicelib.ledger.statements import Statement
from chalicelib.periods import BillingPeriod
from chalicelib.reporting.statements import statement_document, statement_table
from chalicelib.wiring.files import statement_file
from chalicelib.wiring.invoices import statement_of


def show_statement(request: Request) -> Response:
    """A month of account statement."""
    account, period, told = _asked(request)
    return reply(statement_document(told, account_name(account), period, request.now))


def download_statement_table(request: Request) -> Response:
    """A month of account statement as a table."""
    _, period, told = _asked(request)
    return download(statement_table(told, period), "text/csv", f"statement-{period.id}.csv")


def download_statement(request: Request) -> Response:
    """A month of account statement, to be printed."""
    account = request.account()
    period = period_named(request.path["period"], account.terms.time_zone)
    body = statement_file(request.wiring, account, period.id)
    return binary(body, "application/pdf", f"statement-{period.id}.pdf")


def _asked(request: Request) -> tuple[BillingAccount, BillingPeriod, Statement]:
    account = request.account()
    period = period_named(request.path["period"], account.terms.time_zone)
    return account, period, statement_of(request.wiring, account, period)
