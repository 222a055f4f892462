"""Issued documents. One never changes: everything it says is copied into it."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from chalicelib.exchange_rates import ExchangeRate
from chalicelib.invoicing.issuers import TaxCategory
from chalicelib.invoicing.parties import Bank, Party


class Kind(StrEnum):
    """What a document is."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    RECEIPT = "receipt"


class Reference(msgspec.Struct, frozen=True):
    """Another document that this one is about."""

    document: str
    number: str
    issued_on: date


class Correction(msgspec.Struct, frozen=True):
    """What a correction line corrects.

    Attributes:
        invoice: that the period was invoiced with.
        before, after: amount of the line as it was invoiced, and as it is now.
    """

    invoice: Reference
    before: Decimal
    after: Decimal


class DocumentLine(msgspec.Struct, frozen=True):
    """One row; its amount is rounded, net of tax, and below zero for what is taken off.

    Attributes:
        id: of the line item.
        service: id of the heading it stands under.
        quantity, unit: None and "" where there is none, as for a credit.
        unit_price: None where there is no single one (tiers, packages, minimum).
        tax: key of its tax group.
        start, end: first and last day it is for.
        category: `usage`, `purchase`, `adjustment` or `credit`.
    """

    id: str
    service: str
    name: str
    amount: Decimal
    tax: str
    period: str
    start: date
    end: date
    category: str
    quantity: Decimal | None = None
    unit: str = ""
    unit_price: Decimal | None = None
    correction: Correction | None = None


class TaxShare(msgspec.Struct, frozen=True):
    """A part of the tax of a group that is shown by itself."""

    name: str
    percent: Decimal
    amount: Decimal


class TaxGroup(msgspec.Struct, frozen=True):
    """The lines of one tax, rounded once: tax = taxable x percent / 100, half up.

    Attributes:
        key: `<category>:<percent>`, with `:<code or name>` where several share that.
        parts: add up to `amount`.
    """

    key: str
    name: str
    category: TaxCategory
    percent: Decimal
    taxable: Decimal
    amount: Decimal
    note: str = ""
    code: str = ""
    parts: tuple[TaxShare, ...] = ()


class InTaxCurrency(msgspec.Struct, frozen=True):
    """The tax in the currency of the country of tax.

    Attributes:
        rates: what it was converted by: one rate, or two over the euro.
    """

    currency: str
    tax: Decimal
    rates: tuple[ExchangeRate, ...]


class Settled(msgspec.Struct, frozen=True):
    """What was paid already when the document was issued.

    Attributes:
        source: `drawn` (prepaid usage drawn day by day), `wallet` or `credit`.
    """

    source: str
    amount: Decimal


class Forced(msgspec.Struct, frozen=True):
    """That somebody had it issued although something was open.

    Attributes:
        waiting: for what it would have waited.
    """

    by: str
    at: datetime
    reason: str
    waiting: tuple[str, ...]


class Document(msgspec.Struct, frozen=True):
    """An issued document. Amounts are above zero on a credit note too.

    Attributes:
        id: derived from what it records; 32 hexadecimal digits.
        issued_at, issued_on: the instant, and its day where the issuer is.
        period: `YYYY-MM` of an invoice; "" otherwise.
        start, end: first and last day of the supply.
        net, tax, total: total = net + tax; net = sum of lines.
        settled: paid when it was issued; payable = total - settled.
        exchange_rates: that prices were converted by.
        refers_to: what a credit note corrects.
        method, top_up: of a receipt: how it was paid, and what for.
    """

    id: str
    kind: Kind
    number: str
    account: str
    issuer_id: str
    issuer: Party
    customer: Party
    issued_at: datetime
    issued_on: date
    time_zone: str
    language: str
    currency: str
    lines: tuple[DocumentLine, ...]
    taxes: tuple[TaxGroup, ...]
    net: Decimal
    tax: Decimal
    total: Decimal
    payable: Decimal
    due_on: date | None = None
    period: str = ""
    start: date | None = None
    end: date | None = None
    settled: tuple[Settled, ...] = ()
    in_tax_currency: InTaxCurrency | None = None
    exchange_rates: tuple[ExchangeRate, ...] = ()
    refers_to: Reference | None = None
    reason: str = ""
    buyer_reference: str = ""
    bank: Bank = Bank()
    logo: str = ""
    header: str = ""
    footer: str = ""
    forced: Forced | None = None
    method: str = ""
    top_up: str = ""
