"""Files in the document store: documents and statements as they are printed, logos."""

from chalicelib.accounts import BillingAccount
from chalicelib.errors import Conflict, NotFound, Unavailable
from chalicelib.invoicing.files import Form, file_key, statement_key
from chalicelib.invoicing.logos import Logo
from chalicelib.invoicing.states import Head
from chalicelib.runs.messages import RenderMessage, StatementMessage
from chalicelib.wiring import Wiring
from chalicelib.wiring.invoices import details_of, standing_now

_BEING_MADE = "the file is being made; try again in a minute"


def file_of(wired: Wiring, head: Head, form: Form) -> bytes:
    """Return a file of a document.

    Raises:
        Unavailable: it has not been made, which is asked for again.
    """
    try:
        return wired.document_store.get(file_key(head.account, head.id, head.number, form))
    except NotFound:
        wired.invoices_queue.put_all([RenderMessage(head.account, head.id)])
        raise Unavailable(_BEING_MADE) from None


def store_logo(wired: Wiring, logo: Logo) -> None:
    """Keep a picture; its key tells what it is, so that the same one is kept once."""
    wired.document_store.put_new(logo.key, logo.body, logo.media_type)


def statement_file(wired: Wiring, account: BillingAccount, period: str) -> bytes:
    """Return the statement of a month as a PDF, as the ledger stands.

    Raises:
        Conflict: nobody issues documents to the account.
        Unavailable: it has not been made, which is asked for.
    """
    if wired.issuers.issuer(details_of(wired, account.id).issuer or "none") is None:
        raise Conflict("nobody issues documents to this account: choose an issuer for it first")
    version = standing_now(wired, account).standing.version
    try:
        return wired.document_store.get(statement_key(account.id, period, version))
    except NotFound:
        wired.invoices_queue.put_all([StatementMessage(account.id, period)])
        raise Unavailable(_BEING_MADE) from None
