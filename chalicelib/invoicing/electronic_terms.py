"""What a document says in the terms of EN 16931; what its rules ask for is seen to here."""

from collections.abc import Sequence
from decimal import Decimal
from functools import reduce

from chalicelib.errors import InvalidInput
from chalicelib.exchange_rates import ExchangeRate
from chalicelib.invoicing.documents import Document, Kind, Reference, TaxGroup
from chalicelib.invoicing.electronic import (
    CREDIT_NOTE,
    CREDIT_TRANSFER,
    INVOICE,
    UNDEFINED,
    PartyTerms,
    TaxTerms,
    Terms,
    amount_of,
    number_of,
)
from chalicelib.invoicing.electronic_lines import category_of, lines_of
from chalicelib.invoicing.parties import Party
from chalicelib.money import EXACT

# Countries whose VAT numbers begin with letters of their own, beside the party's own country.
_PREFIXES = frozenset(
    "AT BE BG CH CY CZ DE DK EE EL ES FI FR GB HR HU IE IT LT LU LV MT NL NO PL PT RO SE SI SK"
    " XI".split()
)
# Categories that no reason is to be told of (rules BR-S-10 and BR-Z-10).
_TAXED = ("S", "Z")


def terms_of(document: Document) -> Terms:
    """Return a document in the terms of EN 16931.

    Raises:
        InvalidInput: a receipt, which asks for nothing.
    """
    if document.kind is Kind.RECEIPT:
        raise InvalidInput("a receipt is no invoice: it has no electronic form")
    categories = {group.category for group in document.taxes}
    mixed, outside = len(categories) > 1, categories == {"O"}
    is_invoice = document.kind is Kind.INVOICE
    return Terms(
        type_code=INVOICE if is_invoice else CREDIT_NOTE,
        seller=_seller(document.issuer, document.issuer_id, outside=outside),
        buyer=_buyer(document.customer, outside=outside),
        buyer_reference=document.buyer_reference or document.account,
        notes=_notes(document),
        preceding=_preceding(document),
        lines=lines_of(document, mixed=mixed),
        taxes=_taxes(document.taxes, mixed=mixed),
        prepaid=EXACT.subtract(document.total, document.payable),
        means=CREDIT_TRANSFER if document.bank.iban else UNDEFINED,
        delivered_on=document.end or document.issued_on,
        deliver_to=document.customer.address.country if "K" in categories else "",
    )


def _seller(party: Party, issuer: str, *, outside: bool) -> PartyTerms:
    """Return the seller, who is known by an id at least (rule BR-CO-26)."""
    is_vat = _is_vat_id(party) and not outside
    return PartyTerms(
        party.name,
        party.address,
        party.email,
        vat_id=party.tax_id if is_vat else "",
        tax_registration="" if is_vat else party.tax_id,
        legal_id=party.registration,
        identifier="" if is_vat or party.registration else party.tax_id or issuer,
        endpoint=_endpoint(party),
    )


def _buyer(party: Party, *, outside: bool) -> PartyTerms:
    """Return the buyer; a tax number that is no VAT number has no term of its own there."""
    is_vat = _is_vat_id(party)
    number = "" if is_vat else party.tax_id
    return PartyTerms(
        party.name,
        party.address,
        party.email,
        vat_id=party.tax_id if is_vat and not outside else "",
        legal_id=party.registration or number,
        identifier=number if party.registration else "",
        endpoint=_endpoint(party),
    )


def _is_vat_id(party: Party) -> bool:
    """Tell whether a tax id begins with the letters of a country (rule BR-CO-09)."""
    prefix = party.tax_id[:2]
    return prefix in _PREFIXES or (bool(prefix) and prefix == party.address.country)


def _endpoint(party: Party) -> tuple[str, str] | None:
    """Return the electronic address; the e-mail address (scheme EM) where a party has none.

    Peppol asks for one of both parties (rules R010 and R020), and whom it does not reach gets the
    file by mail.
    """
    scheme, _, address = party.electronic_address.partition(":")
    if scheme and address:
        return scheme, address
    return ("EM", party.email) if party.email else None


def _notes(document: Document) -> tuple[str, ...]:
    rates = [*document.exchange_rates]
    if document.in_tax_currency is not None:
        rates += [rate for rate in document.in_tax_currency.rates if rate not in rates]
    parts = [_parts_note(group, document.currency) for group in document.taxes if group.parts]
    notes = [document.header, document.reason, *parts, *map(_rate_note, rates), document.footer]
    return tuple(note for note in notes if note.strip())


def _rate_note(rate: ExchangeRate) -> str:
    source = ", ECB" if rate.source == "ecb" else ""
    return f"1 {rate.base} = {rate.rate:f} {rate.quote} ({rate.date.isoformat()}{source})"


def _parts_note(group: TaxGroup, currency: str) -> str:
    parts = ", ".join(
        f"{part.name} {number_of(part.percent)} % {amount_of(part.amount, currency)} {currency}"
        for part in group.parts
    )
    return f"{group.name} {number_of(group.percent)} %: {parts}"


def _preceding(document: Document) -> tuple[Reference, ...]:
    found = [] if document.refers_to is None else [document.refers_to]
    found += [line.correction.invoice for line in document.lines if line.correction]
    return tuple({reference.document: reference for reference in found}.values())


def _taxes(groups: Sequence[TaxGroup], *, mixed: bool) -> tuple[TaxTerms, ...]:
    """Return the tax by category and rate, once each (rules BR-S-08, BR-E-01 and their like)."""
    together: dict[tuple[str, Decimal | None], list[TaxGroup]] = {}
    for group in groups:
        together.setdefault(category_of(group, mixed=mixed), []).append(group)
    return tuple(
        TaxTerms(
            category,
            percent,
            reduce(EXACT.add, (group.taxable for group in those)),
            reduce(EXACT.add, (group.amount for group in those)),
            *_reason(category, those),
        )
        for (category, percent), those in together.items()
    )


def _reason(category: str, groups: Sequence[TaxGroup]) -> tuple[str, str]:
    """Return why there is no tax, in words and as a VATEX code."""
    if category in _TAXED:
        return "", ""
    words = "; ".join(dict.fromkeys(group.note or group.name for group in groups))
    codes = {group.code for group in groups}
    return words, codes.pop() if len(codes) == 1 else ""
