"""The terms of EN 16931, the European standard of electronic invoices, as far as we have them.

BT and BG are its business terms and their groups. UBL and CII are two ways to write them.
"""

from datetime import date
from decimal import Decimal

import msgspec

from chalicelib.currencies import minor_unit
from chalicelib.invoicing.documents import Reference
from chalicelib.invoicing.parties import Address
from chalicelib.money import rounded

INVOICE, CREDIT_NOTE = "380", "381"
# Payment means of UNCL 4461: credit transfer, and an instrument that is not defined.
CREDIT_TRANSFER, UNDEFINED = "30", "1"
_LEAST_DECIMALS = 2


class PartyTerms(msgspec.Struct, frozen=True):
    """A seller (BG-4) or buyer (BG-7).

    Attributes:
        vat_id: BT-31, BT-48: begins with the letters of a country.
        tax_registration: BT-32: of a seller, any other tax number.
        legal_id: BT-30, BT-47: number in a register.
        identifier: BT-29, BT-46: what else it is known by.
        endpoint: scheme and id of the electronic address (BT-34, BT-49).
    """

    name: str
    address: Address
    email: str
    vat_id: str = ""
    tax_registration: str = ""
    legal_id: str = ""
    identifier: str = ""
    endpoint: tuple[str, str] | None = None


class LineTerms(msgspec.Struct, frozen=True):
    """An invoice line (BG-25).

    Attributes:
        quantity, unit, price: quantity times price is the amount; the price is never below zero.
        percent: None where the category has none.
        start, end: None where they are not within the period of the document.
    """

    number: str
    name: str
    description: str
    note: str
    quantity: Decimal
    unit: str
    price: Decimal
    amount: Decimal
    category: str
    percent: Decimal | None
    start: date | None
    end: date | None


class TaxTerms(msgspec.Struct, frozen=True):
    """The tax of one category and rate (BG-23)."""

    category: str
    percent: Decimal | None
    taxable: Decimal
    amount: Decimal
    reason: str
    reason_code: str


class Terms(msgspec.Struct, frozen=True):
    """What a document says.

    Attributes:
        buyer_reference: BT-10; the id of the account where the customer gave none, since Peppol
            asks for one (rule R003).
        preceding: invoices that it corrects (BG-3).
        prepaid: BT-113, of an invoice what was settled when it was issued.
        delivered_on: BT-72: the last day of what was supplied; of a credit note without a
            period the day it was issued.
        deliver_to: country that an intra-community supply goes to (rule BR-IC-12).
    """

    type_code: str
    seller: PartyTerms
    buyer: PartyTerms
    buyer_reference: str
    notes: tuple[str, ...]
    preceding: tuple[Reference, ...]
    lines: tuple[LineTerms, ...]
    taxes: tuple[TaxTerms, ...]
    prepaid: Decimal
    means: str
    delivered_on: date
    deliver_to: str = ""


def amount_of(amount: Decimal, currency: str) -> str:
    """Return an amount as it is written: never with more decimals than it has, and two at least.

    The standard allows two (rules BR-DEC); a dinar of three is told in three where it must be.

    >>> amount_of(Decimal("1.500"), "KWD"), amount_of(Decimal("1.505"), "KWD")
    ('1.50', '1.505')
    >>> amount_of(Decimal("1200"), "JPY")
    '1200'
    """
    digits = minor_unit(currency)
    text = f"{rounded(amount, digits):f}"
    for _ in range(digits - _LEAST_DECIMALS):
        text = text.removesuffix("0") if text.endswith("0") else text
    return text if rounded(amount, digits) else text.removeprefix("-")


def number_of(number: Decimal) -> str:
    """Return a quantity, price or percent without zeros at its end.

    >>> number_of(Decimal("720.000")), number_of(Decimal("1E+3"))
    ('720', '1000')
    """
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent_of(percent: Decimal | None) -> str:
    """Return a percent as it is written; nothing where a category has none."""
    return "" if percent is None else number_of(percent)
