"""`/admin/accounts/{account}/billing`: whom the documents of an account name, how it pays."""

import msgspec
from chalice.app import Response

from chalicelib.entrypoints.amounts import MoneyBody, optional_money
from chalicelib.entrypoints.issuer_routes import PartyBody
from chalicelib.entrypoints.named import account_in_path, account_name
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import Request
from chalicelib.invoicing.customer_checks import checked_details
from chalicelib.invoicing.customers import BillingDetails, Enforcement, PaymentMode
from chalicelib.reporting.parties import details_document
from chalicelib.runs.messages import FollowUpMessage
from chalicelib.wiring.invoices import details_of


class _DetailsBody(msgspec.Struct, forbid_unknown_fields=True):
    issuer: str
    party: PartyBody | None = None
    recipients: tuple[str, ...] = ()
    payment_mode: PaymentMode = "postpaid"
    due_days: int | None = None
    tax_class: str = "standard"
    buyer_reference: str = ""
    credit_limit: MoneyBody | None = None
    low_balance: MoneyBody | None = None
    enforcement: Enforcement = Enforcement()


def show_billing_details(request: Request) -> Response:
    """Whom the documents of an account name, and how it pays."""
    account = account_in_path(request)
    details = details_of(request.wiring, account.id)
    return reply(details_document(details, account_name(account), account.terms.currency))


def put_billing_details(request: Request) -> Response:
    """Set whom the documents of an account name, and how it pays."""
    account, asked = account_in_path(request), request.read(_DetailsBody)
    currency = account.terms.currency
    details = BillingDetails(
        account=account.id,
        issuer=asked.issuer,
        party=None if asked.party is None else asked.party.party,
        recipients=asked.recipients,
        payment_mode=asked.payment_mode,
        due_days=asked.due_days,
        tax_class=asked.tax_class,
        buyer_reference=asked.buyer_reference,
        credit_limit=optional_money(asked.credit_limit, currency, "credit_limit"),
        low_balance=optional_money(asked.low_balance, currency, "low_balance"),
        enforcement=asked.enforcement,
    )
    checked = checked_details(details, request.wiring.issuers.issuers(), currency)
    request.wiring.issuers.put_details(checked)
    # What the overview shows of the wallet, and what is due to be done, depend on it.
    request.wiring.follow_ups_queue.put_all([FollowUpMessage(account.id)])
    return reply(details_document(checked, account_name(account), currency))
