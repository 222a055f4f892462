"""Who sells and who buys, as documents name them."""

import re
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from chalicelib.emails import checked_email
from chalicelib.errors import InvalidInput
from chalicelib.invoicing.countries import checked_country

LONGEST = 200
_MOST_LINES = 3
_T = TypeVar("_T")
_TAX_ID = re.compile(r"[A-Z0-9][A-Z0-9.+*&/-]{1,29}")
# Peppol's list of electronic address schemes: four digits, or EM for e-mail.
_ELECTRONIC = re.compile(r"([0-9]{4}|EM):[!-~]{1,100}")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")


class Address(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A postal address.

    Attributes:
        lines: street and house, up to three.
        region: subdivision, such as a federal state; may be empty.
        country: ISO 3166-1 alpha-2 code.
    """

    lines: tuple[str, ...]
    city: str
    postal_code: str
    country: str
    region: str = ""


class Party(msgspec.Struct, frozen=True):
    """One side of a document.

    Attributes:
        tax_id: VAT or GST number; empty where there is none.
        registration: number in a register of companies.
        electronic_address: `<scheme>:<id>` of the Peppol network, such as `0088:7300010000001`.
    """

    name: str
    address: Address
    tax_id: str = ""
    registration: str = ""
    email: str = ""
    electronic_address: str = ""


class Bank(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where money is to be sent."""

    holder: str = ""
    iban: str = ""
    bic: str = ""
    name: str = ""


class Wrong:
    """What is wrong in a form, by the name of the field it is wrong in."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}

    def tried(self, field: str, check: Callable[[], _T], instead: _T) -> _T:
        """Return what a check returns; `instead`, and the reason noted, where it refuses."""
        try:
            return check()
        except InvalidInput as reason:
            self.fields[field] = str(reason)
            return instead

    def told(self, field: str, message: str) -> None:
        """Note what is wrong in a field."""
        self.fields[field] = message

    def refuse(self) -> None:
        """Do nothing, unless anything is wrong.

        Raises:
            InvalidInput: with a reason for every field that is wrong.
        """
        if self.fields:
            text = "; ".join(f"{field}: {message}" for field, message in self.fields.items())
            raise InvalidInput(text, self.fields)


def checked_party(party: Party, wrong: Wrong, at: str = "party") -> Party:
    """Return a party in the one way to write it; what is wrong with it is noted.

    Args:
        at: name of the field that holds it.
    """
    address = party.address
    lines = tuple(line.strip() for line in address.lines if line.strip())
    if not 1 <= len(lines) <= _MOST_LINES:
        wrong.told(f"{at}.address.lines", f"give 1 to {_MOST_LINES} lines: street and house")
    for line in lines:
        wrong.tried(f"{at}.address.lines", partial(checked_text, line), "")
    where = Address(
        lines=lines,
        city=wrong.tried(f"{at}.address.city", lambda: checked_text(address.city, least=1), ""),
        postal_code=wrong.tried(
            f"{at}.address.postal_code", lambda: checked_text(address.postal_code), ""
        ),
        country=wrong.tried(f"{at}.address.country", lambda: checked_country(address.country), ""),
        region=wrong.tried(f"{at}.address.region", lambda: checked_text(address.region), ""),
    )
    email = party.email.strip()
    return replace(
        party,
        name=wrong.tried(f"{at}.name", lambda: checked_text(party.name, least=1), ""),
        address=where,
        tax_id=wrong.tried(f"{at}.tax_id", lambda: _tax_id(party.tax_id), ""),
        registration=wrong.tried(
            f"{at}.registration", lambda: checked_text(party.registration), ""
        ),
        email=wrong.tried(f"{at}.email", lambda: checked_email(email) if email else "", ""),
        electronic_address=wrong.tried(
            f"{at}.electronic_address", lambda: _electronic(party.electronic_address), ""
        ),
    )


def checked_bank(bank: Bank, wrong: Wrong) -> Bank:
    """Return a bank account in the one way to write it; what is wrong with it is noted."""
    return Bank(
        holder=wrong.tried("bank.holder", lambda: checked_text(bank.holder), ""),
        iban=wrong.tried("bank.iban", lambda: _iban(bank.iban), ""),
        bic=wrong.tried("bank.bic", lambda: _bic(bank.bic), ""),
        name=wrong.tried("bank.name", lambda: checked_text(bank.name), ""),
    )


def checked_text(text: str, *, least: int = 0, most: int = LONGEST) -> str:
    """Return a line of text without spaces around it.

    Raises:
        InvalidInput: it is too short or too long, or no line.
    """
    line = text.strip()
    if not least <= len(line) <= most:
        size = f"{least} to {most}" if least else f"up to {most}"
        raise InvalidInput("must not be empty" if not line else f"must have {size} characters")
    if not line.isprintable():
        raise InvalidInput("must be one line of text")
    return line


def _tax_id(text: str) -> str:
    plain = re.sub(r"\s", "", text).upper()
    if plain and not _TAX_ID.fullmatch(plain):
        raise InvalidInput(f"{text[:40]!r} is no tax id, such as DE123456789")
    return plain


def _electronic(text: str) -> str:
    plain = text.strip()
    if plain and not _ELECTRONIC.fullmatch(plain):
        raise InvalidInput("give scheme:id as in Peppol, such as 0088:7300010000001")
    return plain


def _iban(text: str) -> str:
    plain = re.sub(r"\s", "", text).upper()
    if not plain:
        return ""
    if not _IBAN.fullmatch(plain) or _checksum(plain) != 1:
        raise InvalidInput(f"{text[:40]!r} is no IBAN: a digit is wrong")
    return plain


def _checksum(iban: str) -> int:
    """Return the number that is 1 of a right IBAN (ISO 13616); letters count from 10."""
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97


def _bic(text: str) -> str:
    plain = re.sub(r"\s", "", text).upper()
    if plain and not _BIC.fullmatch(plain):
        raise InvalidInput(f"{text[:40]!r} is no BIC of 8 or 11 characters")
    return plain
