"""What invoices are made of and written to, handed to every run of billing as one."""

from collections.abc import Sequence
from datetime import date

from chalicelib.exchange_rates import Conversion, conversion
from chalicelib.invoicing.customers import BillingDetails
from chalicelib.invoicing.documents import Document
from chalicelib.invoicing.follow_ups import FollowUp, follow_of, follow_text
from chalicelib.invoicing.issuers import Issuer
from chalicelib.invoicing.numbers import Series
from chalicelib.invoicing.taxes import is_converted
from chalicelib.ledger.entries import Posting
from chalicelib.ledger.payments import Payment, TopUp
from chalicelib.ledger.standing import Seen, applied
from chalicelib.reporting.billing_overview import billing_after
from chalicelib.runs.billing_ports import (
    AmendedPeriods,
    Invoices,
    Issuers,
    Ledger,
    Outgoing,
    RatedPeriods,
    Write,
)
from chalicelib.runs.known import Known
from chalicelib.runs.ports import KnownExchangeRates


class Books:
    """What invoices are made of, and written to; what many accounts share is read once.

    Args:
        site_url: where people find the page; printed in mails.
    """

    def __init__(
        self,
        *,
        known: Known,
        ledger: Ledger,
        invoices: Invoices,
        issuers: Issuers,
        charges: RatedPeriods,
        amended: AmendedPeriods,
        exchange_rates: KnownExchangeRates,
        outgoing: Outgoing,
        site_url: str,
    ) -> None:
        self.known = known
        self.ledger = ledger
        self.invoices = invoices
        self.issuers = issuers
        self.charges = charges
        self.amended = amended
        self.outgoing = outgoing
        self.site_url = site_url
        self._exchange_rates = exchange_rates
        self._conversions: dict[tuple[str, str, date], Conversion | None] = {}
        self._issuers: dict[str, Issuer | None] = {}
        self._next: dict[Series, int] = {}

    def issuer(self, issuer: str) -> Issuer | None:
        """Return an issuer, None where there is none with that id."""
        if issuer not in self._issuers:
            self._issuers[issuer] = self.issuers.issuer(issuer) if issuer else None
        return self._issuers[issuer]

    def details(self, account: str) -> BillingDetails:
        """Return the billing details of an account, with the only issuer where it has none."""
        found = self.issuers.details(account)
        if found is not None:
            return found
        if "" not in self._issuers:
            issuers = self.issuers.issuers()
            self._issuers[""] = next(iter(issuers.values())) if len(issuers) == 1 else None
        only = self._issuers[""]
        return BillingDetails(account, "" if only is None else only.id)

    def post(
        self,
        posting: Posting,
        seen: Seen,
        *,
        prepaid: bool,
        fact: Payment | TopUp | None = None,
        issued: Sequence[Document] = (),
        also: Sequence[Write] = (),
    ) -> bool:
        """Store a posting with all that belongs to it, the overview too; tell whether it was new.

        Args:
            seen: how the account stood when the posting was made.
            fact: the payment or top-up that it is of.
            issued: documents that are issued with it.
            also: what else belongs to it.

        Raises:
            Conflict: the account stands otherwise by now, or somebody else wrote something of it.
        """
        billing = billing_after(
            self.charges.billing(posting.account),
            applied(seen.standing, posting),
            follow_of(seen.follow),
            prepaid=prepaid,
            issued=issued,
        )
        return self.ledger.post(posting, seen=seen, fact=fact, billing=billing, also=also)

    def put_follow(
        self, seen: Seen, follow: FollowUp, *, prepaid: bool, also: Sequence[Write] = ()
    ) -> None:
        """Store what has been done about an account, with the mails that tell of it.

        Raises:
            Conflict: the account stands otherwise by now, or somebody else looked after it.
        """
        account = seen.standing.account
        billing = billing_after(
            self.charges.billing(account), seen.standing, follow, prepaid=prepaid
        )
        self.ledger.put_follow(seen, follow_text(follow), billing=billing, also=also)

    def conversion(self, issuer: Issuer, currency: str, day: date) -> Conversion | None:
        """Return what turns tax into the issuer's tax currency on a day, where that is another."""
        if not is_converted(issuer, currency):
            return None
        key = (currency, issuer.tax_currency, day)
        if key not in self._conversions:
            newest = self._exchange_rates.newest
            self._conversions[key] = conversion(*key, newest)
        return self._conversions[key]

    def next_number(self, series: Series) -> int:
        """Return the next number of a series; read again once `lost` was told."""
        if series not in self._next:
            self._next[series] = self.invoices.next_number(series)
        return self._next[series]

    def given(self, series: Series, n: int) -> None:
        """Remember that a number was given."""
        self._next[series] = n + 1

    def lost(self) -> None:
        """Forget numbers: somebody else was quicker."""
        self._next.clear()
