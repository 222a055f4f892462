"""The issuer: the provider's legal entity, with its tax rules and number series."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from chalicelib.invoicing.parties import Bank, Party

SERIES = {
    "invoice": "INV-{year}-{n:05}",
    "credit_note": "CN-{year}-{n:05}",
    "receipt": "RC-{year}-{n:05}",
}
# UNCL 5305, the part that EN 16931 allows: standard, zero, exempt, reverse charge, outside of
# scope, export, intra-community supply.
TaxCategory = Literal["S", "Z", "E", "AE", "O", "G", "K"]


class TaxPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part of a tax that is shown by itself, such as CGST of GST."""

    name: str
    percent: Decimal


class TaxRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What tax some services bear for customers of a tax class, from a day on.

    Attributes:
        tax_class: of customers; `standard` unless their billing details say another.
        scope: `all` or `service:<service>`; the narrower counts.
        start: first day; of several rules that fit equally, the one that started last counts.
        percent: 0 for all categories but S.
        note: printed on the document, such as why there is no tax; needed for E, AE, O, G and K.
        code: VATEX code of the reason, such as `VATEX-EU-AE`; may be empty.
        parts: percents that add up to `percent`; empty where it is shown as one.
    """

    tax_class: str
    name: str
    category: TaxCategory
    percent: Decimal
    start: date
    scope: str = "all"
    note: str = ""
    code: str = ""
    parts: tuple[TaxPart, ...] = ()


class Dunning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When customers are reminded.

    Attributes:
        before: days before the due day of the first reminder; 0 for none before it.
        before_every: days from that one to the next before the due day; 0 for no other.
        every: days from one reminder after the due day to the next; 0 for none.
        final_after: days after the due day of the final notice; 0 for none.
    """

    before: int = 3
    before_every: int = 0
    every: int = 7
    final_after: int = 21


class Issuer(msgspec.Struct, frozen=True):
    """Who issues documents.

    Attributes:
        id: a-z, 0-9 and -.
        time_zone: its days begin there, and its months for the monthly run.
        first_period: `YYYY-MM`; months before it are not invoiced by the run.
        fiscal_year_start: month, 1 to 12.
        series: template of numbers by kind of document, such as `IN/{fy}/{n:04}`.
        longest_number: 16 where a law says so (India, Rule 46 of the CGST Rules); None otherwise.
        due_days: until a document is due, unless the customer's billing details say another.
        grace_days: after the end of a month before it is invoiced.
        tax_currency: of the country of tax; the tax is told in it too. Empty: as the document's.
        tax_rate_day: which day's exchange rate counts for that.
        logo: key of the picture in the document store; empty for none.
    """

    id: str
    party: Party
    time_zone: str
    first_period: str
    series: Mapping[str, str]
    taxes: tuple[TaxRule, ...]
    fiscal_year_start: int = 1
    longest_number: int | None = None
    due_days: int = 14
    grace_days: int = 2
    tax_currency: str = ""
    tax_rate_day: Literal["issue", "period_end"] = "period_end"
    bank: Bank = Bank()
    logo: str = ""
    header: str = ""
    footer: str = ""
    dunning: Dunning = Dunning()
