"""`/admin/...`: what only the operator sees and does."""

import msgspec
from chalice.app import Response

from chalicelib.accounts import BillingAccount, StoppedVms, Terms
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import LONGEST_ID, Request
from chalicelib.errors import InvalidInput
from chalicelib.reporting.documents import (
    Document,
    account_document,
)

_ACCOUNTS_A_PAGE = 200


class _TermsBody(msgspec.Struct, forbid_unknown_fields=True):
    currency: str
    language: str
    time_zone: str
    name: str | None = None
    stopped_vms: StoppedVms = "charged"


def list_accounts(request: Request) -> Response:
    """Every account CloudStack has told of, with its terms."""
    after = request.query.get("next", "")
    accounts = sorted(request.wiring.accounts.all(), key=lambda account: account.id)
    left = [account for account in accounts if account.id > after]
    page = left[:_ACCOUNTS_A_PAGE]
    more = page[-1].id if len(left) > len(page) else None
    return reply({"accounts": [_operators_account(each) for each in page], "next": more})


def put_terms(request: Request) -> Response:
    """Set on what terms an account is billed, even before CloudStack has told of it.

    With a name, it is a company, which needs no CloudStack account of its own.
    """
    account, asked = request.path["account"], request.read(_TermsBody)
    if not 1 <= len(account) <= LONGEST_ID:
        raise InvalidInput("that is no account id")
    terms = Terms(asked.currency, asked.language, asked.time_zone, asked.stopped_vms)
    request.wiring.set_terms(account, terms, asked.name)
    named = {} if asked.name is None else {"name": asked.name}
    return reply({"id": account, **named, **msgspec.to_builtins(terms)})


def _operators_account(account: BillingAccount) -> Document:
    return {
        **account_document(account),
        "connection": account.connection,
        "state": account.state,
        "stopped_vms": account.terms.stopped_vms,
    }
