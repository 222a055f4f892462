"""Who sells and who buys, as documents name them."""

import msgspec


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
