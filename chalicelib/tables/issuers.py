"""Issuers, and the billing details of accounts; kept in the invoices table."""

import msgspec
from pynamodb.exceptions import DoesNotExist

from chalicelib.invoicing.customers import BillingDetails
from chalicelib.invoicing.issuers import Issuer
from chalicelib.tables.invoice_rows import DETAILS, ISSUERS, DetailsRow, IssuerRow


class IssuersTable:
    """Issuers by id, and billing details by billing account."""

    def issuers(self) -> dict[str, Issuer]:
        """Return all issuers by id, in its order."""
        rows = IssuerRow.query(ISSUERS, consistent_read=True)
        return {row.sk: msgspec.json.decode(row.body, type=Issuer) for row in rows}

    def issuer(self, issuer: str) -> Issuer | None:
        """Return an issuer, None where there is none."""
        try:
            row = IssuerRow.get(ISSUERS, issuer, consistent_read=True)
        except DoesNotExist:
            return None
        return msgspec.json.decode(row.body, type=Issuer)

    def put_issuer(self, issuer: Issuer) -> None:
        """Store an issuer; documents that were issued keep what they say."""
        IssuerRow(ISSUERS, issuer.id, body=msgspec.json.encode(issuer).decode()).save()

    def details(self, account: str) -> BillingDetails | None:
        """Return the billing details of an account, None where nobody has given them."""
        try:
            row = DetailsRow.get(DETAILS, account, consistent_read=True)
        except DoesNotExist:
            return None
        return msgspec.json.decode(row.body, type=BillingDetails)

    def all_details(self) -> dict[str, BillingDetails]:
        """Return the billing details that were given, by account."""
        rows = DetailsRow.query(DETAILS, consistent_read=True)
        return {row.sk: msgspec.json.decode(row.body, type=BillingDetails) for row in rows}

    def put_details(self, details: BillingDetails) -> None:
        """Store the billing details of an account; issued documents keep what they say."""
        body = msgspec.json.encode(details).decode()
        DetailsRow(DETAILS, details.account, body=body).save()
