"""Billing details of an account: whom its documents name, and how it pays."""

from decimal import Decimal
from typing import Literal

import msgspec

from chalicelib.invoicing.parties import Party

PaymentMode = Literal["postpaid", "prepaid"]


class Enforcement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What happens to the CloudStack account of who does not pay; nothing, unless switched on.

    Attributes:
        action: `hold` locks the account: nothing new, what runs goes on. `suspend` disables it.
        after_days: days overdue (postpaid), or with an empty wallet (prepaid), before that.
        dry_run: only report what would be done.
    """

    action: Literal["none", "hold", "suspend"] = "none"
    after_days: int = 14
    dry_run: bool = True


class BillingDetails(msgspec.Struct, frozen=True):
    """How documents of a billing account are made out, and how it pays.

    Attributes:
        issuer: id of who issues them.
        party: None until the address is known; then nothing is invoiced.
        recipients: addresses that documents and reminders are mailed to.
        due_days: None for the issuer's.
        tax_class: which tax rules of the issuer apply.
        buyer_reference: printed on documents (BT-10 of EN 16931).
        credit_limit: postpaid: what may be unpaid and not yet invoiced before a warning.
        low_balance: prepaid: below it a warning is mailed.
    """

    account: str
    issuer: str
    party: Party | None = None
    recipients: tuple[str, ...] = ()
    payment_mode: PaymentMode = "postpaid"
    due_days: int | None = None
    tax_class: str = "standard"
    buyer_reference: str = ""
    credit_limit: Decimal | None = None
    low_balance: Decimal | None = None
    enforcement: Enforcement = Enforcement()
