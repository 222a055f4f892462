"""Drafting: the invoice that a rated period makes, to the last digit as it will be issued."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import reduce

from msgspec.structs import replace

from chalicelib.accounts import BillingAccount
from chalicelib.currencies import minor_unit
from chalicelib.exchange_rates import Conversion
from chalicelib.invoicing.corrections import days_of
from chalicelib.invoicing.customers import BillingDetails
from chalicelib.invoicing.documents import Document, DocumentLine, Forced, Kind, Settled
from chalicelib.invoicing.identity import document_id
from chalicelib.invoicing.issuers import Issuer
from chalicelib.invoicing.numbers import issued_on
from chalicelib.invoicing.parties import Address, Party
from chalicelib.invoicing.taxes import in_tax_currency, is_converted, with_taxes
from chalicelib.money import EXACT, rounded
from chalicelib.periods import BillingPeriod
from chalicelib.rating.counting import sold
from chalicelib.rating.line_items import LineItem, RatedPeriod


def draft(
    rated: RatedPeriod,
    account: BillingAccount,
    details: BillingDetails,
    issuer: Issuer,
    *,
    issued_at: datetime,
    corrections: Sequence[DocumentLine] = (),
    tax_conversion: Conversion | None = None,
    number: str = "",
    forced: Forced | None = None,
) -> Document:
    """Return the invoice of a period, with nothing settled yet; see `settled`.

    The running month's is made in the same way, without a number: it says what would be issued of
    the usage so far. Where the customer's address is not known yet, it names the account alone.

    Args:
        corrections: of earlier periods, from `corrections`.
        tax_conversion: into the issuer's tax currency; left out, the tax is not told in it.
        number: empty for a draft.

    Raises:
        Conflict: no rule tells the tax of a line.
    """
    currency, period = rated.currency, rated.period
    last_days = {
        each: BillingPeriod(each, period.time_zone).last_day
        for each in {period.id, *(line.period for line in corrections)}
    }
    untaxed = (*(_line(item, rated) for item in rated.line_items), *corrections)
    lines, taxes = with_taxes(untaxed, issuer, details.tax_class, last_days, currency)
    net = added((line.amount for line in lines), currency)
    tax = added((group.amount for group in taxes), currency)
    total = EXACT.add(net, tax)
    in_other = None
    if tax_conversion is not None and is_converted(issuer, currency):
        in_other = in_tax_currency(tax, tax_conversion)
    due_days = issuer.due_days if details.due_days is None else details.due_days
    blank = made_out(Kind.INVOICE, account, details, issuer, issued_at=issued_at, about=period.id)
    return replace(
        blank,
        number=number,
        currency=currency,
        lines=lines,
        taxes=taxes,
        net=net,
        tax=tax,
        total=total,
        payable=total,
        due_on=blank.issued_on + timedelta(days=due_days),
        period=period.id,
        start=period.days()[0][0],
        end=period.last_day,
        in_tax_currency=in_other,
        exchange_rates=rated.conversion.rates if rated.conversion else (),
        bank=issuer.bank,
        forced=forced,
    )


def made_out(
    kind: Kind,
    account: BillingAccount,
    details: BillingDetails,
    issuer: Issuer,
    *,
    issued_at: datetime,
    about: str,
) -> Document:
    """Return a document that says who issues it to whom, and nothing else yet.

    Args:
        about: what tells it from others of its kind and account.
    """
    nothing = Decimal(0)
    return Document(
        id=document_id(kind, account.id, about),
        kind=kind,
        number="",
        account=account.id,
        issuer_id=issuer.id,
        issuer=issuer.party,
        customer=customer_of(account, details),
        issued_at=issued_at,
        issued_on=issued_on(issuer, issued_at),
        time_zone=issuer.time_zone,
        language=account.terms.language,
        currency=account.terms.currency,
        lines=(),
        taxes=(),
        net=nothing,
        tax=nothing,
        total=nothing,
        payable=nothing,
        buyer_reference=details.buyer_reference,
        logo=issuer.logo,
        header=issuer.header,
        footer=issuer.footer,
    )


def customer_of(account: BillingAccount, details: BillingDetails) -> Party:
    """Return whom documents name: the account alone, while nobody has told its address."""
    return details.party or Party(account.name, Address((), "", "", ""))


def settled(document: Document, paid: Sequence[Settled]) -> Document:
    """Return a document of which something is paid when it is issued."""
    left = reduce(EXACT.subtract, (each.amount for each in paid), document.total)
    return replace(document, settled=tuple(paid), payable=left)


def added(amounts: Iterable[Decimal], currency: str) -> Decimal:
    """Return the sum of amounts, with the decimals of the currency."""
    return rounded(reduce(EXACT.add, amounts, Decimal(0)), minor_unit(currency))


def _line(item: LineItem, rated: RatedPeriod) -> DocumentLine:
    start, end = days_of(rated, item)
    told = sold(item)
    return DocumentLine(
        id=item.id,
        service=item.service,
        name=item.name,
        amount=item.amount.amount,
        tax="",
        period=rated.period.id,
        start=start,
        end=end,
        category=item.category.value,
        quantity=told.quantity,
        unit=told.unit,
        unit_price=told.unit_price,
    )
