"""A document as UBL 2.1, as Peppol BIS Billing 3.0 asks for it."""

from datetime import date
from decimal import Decimal

from chalicelib.invoicing.documents import Document, Kind, Reference
from chalicelib.invoicing.electronic import (
    CREDIT_TRANSFER,
    LineTerms,
    PartyTerms,
    TaxTerms,
    Terms,
    amount_of,
    number_of,
    percent_of,
)
from chalicelib.invoicing.electronic_terms import terms_of
from chalicelib.invoicing.markup import Element, branch, leaf, xml

_CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
_PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_SCHEMA = "urn:oasis:names:specification:ubl:schema:xsd:"


def ubl(document: Document) -> bytes:
    """Return an invoice or credit note as XML.

    Raises:
        InvalidInput: a receipt, which has no electronic form.
    """
    terms = terms_of(document)
    name = "Invoice" if document.kind is Kind.INVOICE else "CreditNote"
    return xml(
        name,
        {
            "": f"{_SCHEMA}{name}-2",
            "cac": f"{_SCHEMA}CommonAggregateComponents-2",
            "cbc": f"{_SCHEMA}CommonBasicComponents-2",
        },
        *_head(document, terms, name),
        *_preceding(terms.preceding),
        branch("cac:AccountingSupplierParty", _party(terms.seller)),
        branch("cac:AccountingCustomerParty", _party(terms.buyer)),
        _delivery(terms),
        *_payment(document, terms),
        *_taxes(document, terms),
        _totals(document, terms),
        *(_line(line, document.currency, name) for line in terms.lines),
    )


def _head(document: Document, terms: Terms, name: str) -> list[Element | None]:
    """Return what stands before the parties; a credit note has no due day there."""
    is_invoice = name == "Invoice"
    in_tax_currency = document.in_tax_currency
    tax_currency = in_tax_currency.currency if in_tax_currency else ""
    return [
        leaf("cbc:CustomizationID", _CUSTOMIZATION),
        leaf("cbc:ProfileID", _PROFILE),
        leaf("cbc:ID", document.number),
        leaf("cbc:IssueDate", document.issued_on.isoformat()),
        leaf("cbc:DueDate", _day(document.due_on)) if is_invoice else None,
        leaf(f"cbc:{name}TypeCode", terms.type_code),
        # Peppol takes one note only (rule R002).
        leaf("cbc:Note", "\n".join(terms.notes)),
        leaf("cbc:DocumentCurrencyCode", document.currency),
        leaf("cbc:TaxCurrencyCode", tax_currency),
        leaf("cbc:BuyerReference", terms.buyer_reference),
        _period(document.start, document.end),
    ]


def _preceding(references: tuple[Reference, ...]) -> list[Element | None]:
    return [
        branch(
            "cac:BillingReference",
            branch(
                "cac:InvoiceDocumentReference",
                leaf("cbc:ID", reference.number),
                leaf("cbc:IssueDate", reference.issued_on.isoformat()),
            ),
        )
        for reference in references
    ]


def _party(party: PartyTerms) -> Element | None:
    scheme, endpoint = party.endpoint or ("", "")
    return branch(
        "cac:Party",
        leaf("cbc:EndpointID", endpoint, schemeID=scheme),
        branch("cac:PartyIdentification", leaf("cbc:ID", party.identifier)),
        branch("cac:PartyName", leaf("cbc:Name", party.name)),
        _address(party),
        _tax_number(party.vat_id, "VAT"),
        _tax_number(party.tax_registration, "TAX"),
        branch(
            "cac:PartyLegalEntity",
            leaf("cbc:RegistrationName", party.name),
            leaf("cbc:CompanyID", party.legal_id),
        ),
        branch(
            "cac:Contact",
            leaf("cbc:Name", party.name) if party.email else None,
            leaf("cbc:ElectronicMail", party.email),
        ),
    )


def _address(party: PartyTerms) -> Element | None:
    address = party.address
    first, second, third = (*address.lines, "", "", "")[:3]
    return branch(
        "cac:PostalAddress",
        leaf("cbc:StreetName", first),
        leaf("cbc:AdditionalStreetName", second),
        leaf("cbc:CityName", address.city),
        leaf("cbc:PostalZone", address.postal_code),
        leaf("cbc:CountrySubentity", address.region),
        branch("cac:AddressLine", leaf("cbc:Line", third)),
        _country(address.country),
    )


def _country(code: str) -> Element | None:
    return branch("cac:Country", leaf("cbc:IdentificationCode", code))


def _tax_number(number: str, scheme: str) -> Element | None:
    identifier = leaf("cbc:CompanyID", number)
    if identifier is None:
        return None
    return branch("cac:PartyTaxScheme", identifier, _scheme(scheme))


def _scheme(name: str) -> Element | None:
    return branch("cac:TaxScheme", leaf("cbc:ID", name))


def _delivery(terms: Terms) -> Element | None:
    return branch(
        "cac:Delivery",
        leaf("cbc:ActualDeliveryDate", _day(terms.delivered_on)),
        branch("cac:DeliveryLocation", branch("cac:Address", _country(terms.deliver_to))),
    )


def _payment(document: Document, terms: Terms) -> list[Element | None]:
    """Return how to pay, and when; a credit note asks for nothing."""
    if document.kind is not Kind.INVOICE:
        return []
    bank, account = document.bank, None
    if terms.means == CREDIT_TRANSFER:
        account = branch(
            "cac:PayeeFinancialAccount",
            leaf("cbc:ID", "".join(bank.iban.split())),
            leaf("cbc:Name", bank.holder),
            branch("cac:FinancialInstitutionBranch", leaf("cbc:ID", bank.bic)),
        )
    return [
        branch(
            "cac:PaymentMeans",
            leaf("cbc:PaymentMeansCode", terms.means),
            leaf("cbc:PaymentID", document.number),
            account,
        )
    ]


def _taxes(document: Document, terms: Terms) -> list[Element | None]:
    currency, told = document.currency, document.in_tax_currency
    return [
        branch(
            "cac:TaxTotal",
            _amount("TaxAmount", document.tax, currency),
            *(_subtotal(tax, currency) for tax in terms.taxes),
        ),
        branch("cac:TaxTotal", _amount("TaxAmount", told.tax, told.currency)) if told else None,
    ]


def _subtotal(tax: TaxTerms, currency: str) -> Element | None:
    return branch(
        "cac:TaxSubtotal",
        _amount("TaxableAmount", tax.taxable, currency),
        _amount("TaxAmount", tax.amount, currency),
        branch(
            "cac:TaxCategory",
            leaf("cbc:ID", tax.category),
            leaf("cbc:Percent", percent_of(tax.percent)),
            leaf("cbc:TaxExemptionReasonCode", tax.reason_code),
            leaf("cbc:TaxExemptionReason", tax.reason),
            _scheme("VAT"),
        ),
    )


def _totals(document: Document, terms: Terms) -> Element | None:
    currency = document.currency
    return branch(
        "cac:LegalMonetaryTotal",
        _amount("LineExtensionAmount", document.net, currency),
        _amount("TaxExclusiveAmount", document.net, currency),
        _amount("TaxInclusiveAmount", document.total, currency),
        _amount("PrepaidAmount", terms.prepaid, currency) if terms.prepaid else None,
        _amount("PayableAmount", document.payable, currency),
    )


def _line(line: LineTerms, currency: str, name: str) -> Element | None:
    quantity = "InvoicedQuantity" if name == "Invoice" else "CreditedQuantity"
    return branch(
        f"cac:{name}Line",
        leaf("cbc:ID", line.number),
        leaf("cbc:Note", line.note),
        leaf(f"cbc:{quantity}", number_of(line.quantity), unitCode=line.unit),
        _amount("LineExtensionAmount", line.amount, currency),
        _period(line.start, line.end),
        branch(
            "cac:Item",
            leaf("cbc:Description", line.description),
            leaf("cbc:Name", line.name),
            branch(
                "cac:ClassifiedTaxCategory",
                leaf("cbc:ID", line.category),
                leaf("cbc:Percent", percent_of(line.percent)),
                _scheme("VAT"),
            ),
        ),
        branch("cac:Price", leaf("cbc:PriceAmount", number_of(line.price), currencyID=currency)),
    )


def _period(start: date | None, end: date | None) -> Element | None:
    return branch(
        "cac:InvoicePeriod", leaf("cbc:StartDate", _day(start)), leaf("cbc:EndDate", _day(end))
    )


def _amount(name: str, amount: Decimal, currency: str) -> Element | None:
    return leaf(f"cbc:{name}", amount_of(amount, currency), currencyID=currency)


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()
