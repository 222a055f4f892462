"""Reads what the invoice of a period is made of, and drafts it."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from chalicelib.accounts import BillingAccount
from chalicelib.currencies import zero
from chalicelib.exchange_rates import Conversion
from chalicelib.invoicing.corrections import corrections
from chalicelib.invoicing.customers import BillingDetails
from chalicelib.invoicing.documents import Document, DocumentLine, Forced, Reference
from chalicelib.invoicing.drafting import draft, settled
from chalicelib.invoicing.issuers import Issuer
from chalicelib.invoicing.numbers import issued_on
from chalicelib.invoicing.posting import settlement
from chalicelib.invoicing.readiness import Waiting, waits_for
from chalicelib.invoicing.taxes import tax_rate_day
from chalicelib.ledger.standing import Seen
from chalicelib.periods import BillingPeriod
from chalicelib.rating.line_items import RatedPeriod
from chalicelib.reporting.summaries import Amended, Kept, PeriodSummary
from chalicelib.runs.books import Books


class Material(msgspec.Struct, frozen=True):
    """All that the invoice of a period is made of.

    Attributes:
        seen: how the account stands, read before the rest.
        kept: the rated period; None where nothing was used in it.
        amended: invoiced periods whose past has changed since the last invoice.
        corrections: the lines which that makes.
    """

    account: BillingAccount
    period: BillingPeriod
    details: BillingDetails
    issuer: Issuer | None
    seen: Seen
    kept: Kept | None
    amended: tuple[Amended, ...]
    corrections: tuple[DocumentLine, ...]
    as_of: datetime

    @property
    def is_invoiced(self) -> bool:
        """Whether the period has been invoiced."""
        return self.kept is not None and self.kept.stored.invoice is not None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be invoiced, nor anything that may come to be."""
        if self.corrections:
            return False
        if self.kept is None:
            return True
        summary = self.kept.stored.summary
        waits = summary.rejects or summary.holds or summary.unpriced
        return not self.kept.rated.line_items and not waits

    @property
    def rated(self) -> RatedPeriod:
        """The rated period, an empty one where nothing was used."""
        if self.kept is not None:
            return self.kept.rated
        return RatedPeriod(self.period, self.account.terms.currency, (), ())

    @property
    def summary(self) -> PeriodSummary:
        """The summary of the rated period."""
        if self.kept is not None:
            return self.kept.stored.summary
        return PeriodSummary(
            self.account.id,
            self.period,
            self.as_of,
            zero(self.account.terms.currency),
            services=(),
            days=(),
            rejects={},
            unpriced=(),
        )

    @property
    def prepaid(self) -> bool:
        """Whether the account pays beforehand."""
        return self.details.payment_mode == "prepaid"


def material(account_id: str, period_id: str, books: Books) -> Material:
    """Return what the invoice of a period is made of.

    Raises:
        NotFound: there is no such account.
    """
    account = books.known.account(account_id)
    period = BillingPeriod(period_id, account.terms.time_zone)
    details = books.details(account.id)
    seen = books.ledger.standing(account.id, account.terms.currency)
    kept = books.charges.kept(account.id, period.id)
    amended = [each for each in books.amended.of(account.id) if not each.is_billed]
    if kept is not None:
        as_of = kept.stored.summary.as_of
    else:
        as_of = books.known.collected_up_to(account, period) or period.span.start
    return Material(
        account,
        period if kept is None else kept.rated.period,
        details,
        books.issuer(details.issuer),
        seen,
        kept,
        tuple(amended),
        tuple(line for each in amended for line in _corrections(account.id, each, books)),
        as_of,
    )


def waiting_of(material: Material, books: Books, now: datetime, n: int) -> tuple[Waiting, ...]:
    """Return what the invoice waits for.

    Args:
        n: the next number of its series.
    """
    rate = tax_conversion(material, books, now)
    found = waits_for(
        material.summary,
        material.issuer,
        material.details,
        now,
        next_number=n,
        tax_conversion=rate,
        corrections=material.corrections,
    )
    late = [each.rated.period.id for each in material.amended if each.rated.unpriced]
    if late:
        message = f"late usage of {', '.join(late)} has no price; it can be corrected later"
        return (*found, Waiting("late_no_price", message, may_override=True))
    return found


def drafted(
    material: Material,
    books: Books,
    now: datetime,
    *,
    number: str = "",
    forced: Forced | None = None,
) -> Document:
    """Return the invoice, with what pays for it already; without a number it is a draft.

    Raises:
        Conflict: no tax rule fits a line.
    """
    issuer = material.issuer
    assert issuer is not None, "an invoice without an issuer waits"
    made = draft(
        material.rated,
        material.account,
        material.details,
        issuer,
        issued_at=now,
        corrections=material.corrections,
        tax_conversion=tax_conversion(material, books, now),
        number=number,
        forced=forced,
    )
    standing = material.seen.standing
    paid = settlement(standing, made.total, material.period.id, made.issued_on)
    return settled(made, paid)


def tax_conversion(material: Material, books: Books, now: datetime) -> Conversion | None:
    """Return what the tax is converted by, where it is told in another currency too."""
    if material.issuer is None:
        return None
    day = tax_rate_day(material.issuer, issued_on(material.issuer, now), material.period.last_day)
    return books.conversion(material.issuer, material.summary.total.currency, day)


def _corrections(account: str, amended: Amended, books: Books) -> Sequence[DocumentLine]:
    """Return the lines of what has changed of an invoiced period since it was billed."""
    period = amended.rated.period.id
    kept = books.charges.kept(account, period)
    assert kept is not None and kept.stored.invoice is not None, "it was invoiced"
    found = books.invoices.get(account, kept.stored.invoice)
    assert found is not None, "it was closed together with its invoice"
    head, _ = found
    reference = Reference(head.id, head.number, head.issued_on)
    return corrections(amended.billed or kept.rated, amended.rated, reference)
