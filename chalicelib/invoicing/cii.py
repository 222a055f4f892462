"""A document as UN/CEFACT CII, as the profile EN 16931 of Factur-X and ZUGFeRD asks for it."""

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

_GUIDELINE = "urn:cen.eu:en16931:2017"
_SCHEMA = "urn:un:unece:uncefact:data:"
_NAMESPACES = {
    "rsm": f"{_SCHEMA}standard:CrossIndustryInvoice:100",
    "qdt": f"{_SCHEMA}standard:QualifiedDataType:100",
    "ram": f"{_SCHEMA}standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": f"{_SCHEMA}standard:UnqualifiedDataType:100",
}


def cii(document: Document) -> bytes:
    """Return an invoice or credit note as XML, to be embedded in its PDF.

    Raises:
        InvalidInput: a receipt, which has no electronic form.
    """
    terms = terms_of(document)
    return xml(
        "rsm:CrossIndustryInvoice",
        _NAMESPACES,
        branch(
            "rsm:ExchangedDocumentContext",
            branch("ram:GuidelineSpecifiedDocumentContextParameter", leaf("ram:ID", _GUIDELINE)),
        ),
        branch(
            "rsm:ExchangedDocument",
            leaf("ram:ID", document.number),
            leaf("ram:TypeCode", terms.type_code),
            _day("ram:IssueDateTime", document.issued_on),
            *(_note(note) for note in terms.notes),
        ),
        branch(
            "rsm:SupplyChainTradeTransaction",
            *(_line(line, document.currency) for line in terms.lines),
            branch(
                "ram:ApplicableHeaderTradeAgreement",
                leaf("ram:BuyerReference", terms.buyer_reference),
                _party("ram:SellerTradeParty", terms.seller),
                _party("ram:BuyerTradeParty", terms.buyer),
            ),
            _delivery(terms),
            _settlement(document, terms),
        ),
    )


def _note(note: str) -> Element | None:
    return branch("ram:IncludedNote", leaf("ram:Content", note))


def _line(line: LineTerms, currency: str) -> Element | None:
    return branch(
        "ram:IncludedSupplyChainTradeLineItem",
        branch(
            "ram:AssociatedDocumentLineDocument",
            leaf("ram:LineID", line.number),
            _note(line.note),
        ),
        branch(
            "ram:SpecifiedTradeProduct",
            leaf("ram:Name", line.name),
            leaf("ram:Description", line.description),
        ),
        branch(
            "ram:SpecifiedLineTradeAgreement",
            branch(
                "ram:NetPriceProductTradePrice",
                leaf("ram:ChargeAmount", number_of(line.price)),
            ),
        ),
        branch(
            "ram:SpecifiedLineTradeDelivery",
            leaf("ram:BilledQuantity", number_of(line.quantity), unitCode=line.unit),
        ),
        branch(
            "ram:SpecifiedLineTradeSettlement",
            branch(
                "ram:ApplicableTradeTax",
                leaf("ram:TypeCode", "VAT"),
                leaf("ram:CategoryCode", line.category),
                leaf("ram:RateApplicablePercent", percent_of(line.percent)),
            ),
            _period(line.start, line.end),
            branch(
                "ram:SpecifiedTradeSettlementLineMonetarySummation",
                leaf("ram:LineTotalAmount", amount_of(line.amount, currency)),
            ),
        ),
    )


def _party(name: str, party: PartyTerms) -> Element | None:
    address = party.address
    first, second, third = (*address.lines, "", "", "")[:3]
    scheme, endpoint = party.endpoint or ("", "")
    return branch(
        name,
        leaf("ram:ID", party.identifier),
        leaf("ram:Name", party.name),
        branch("ram:SpecifiedLegalOrganization", leaf("ram:ID", party.legal_id)),
        branch(
            "ram:DefinedTradeContact",
            leaf("ram:PersonName", party.name) if party.email else None,
            branch("ram:EmailURIUniversalCommunication", leaf("ram:URIID", party.email)),
        ),
        branch(
            "ram:PostalTradeAddress",
            leaf("ram:PostcodeCode", address.postal_code),
            leaf("ram:LineOne", first),
            leaf("ram:LineTwo", second),
            leaf("ram:LineThree", third),
            leaf("ram:CityName", address.city),
            leaf("ram:CountryID", address.country),
            leaf("ram:CountrySubDivisionName", address.region),
        ),
        branch("ram:URIUniversalCommunication", leaf("ram:URIID", endpoint, schemeID=scheme)),
        branch("ram:SpecifiedTaxRegistration", leaf("ram:ID", party.vat_id, schemeID="VA")),
        branch(
            "ram:SpecifiedTaxRegistration", leaf("ram:ID", party.tax_registration, schemeID="FC")
        ),
    )


def _delivery(terms: Terms) -> Element | None:
    return branch(
        "ram:ApplicableHeaderTradeDelivery",
        branch(
            "ram:ShipToTradeParty",
            branch("ram:PostalTradeAddress", leaf("ram:CountryID", terms.deliver_to)),
        ),
        branch(
            "ram:ActualDeliverySupplyChainEvent",
            _day("ram:OccurrenceDateTime", terms.delivered_on),
        ),
    )


def _settlement(document: Document, terms: Terms) -> Element | None:
    told = document.in_tax_currency
    return branch(
        "ram:ApplicableHeaderTradeSettlement",
        leaf("ram:PaymentReference", document.number if _asks(document) else ""),
        leaf("ram:TaxCurrencyCode", told.currency if told else ""),
        leaf("ram:InvoiceCurrencyCode", document.currency),
        _means(document, terms) if _asks(document) else None,
        *(_tax(tax, document.currency) for tax in terms.taxes),
        _period(document.start, document.end),
        branch("ram:SpecifiedTradePaymentTerms", _day("ram:DueDateDateTime", document.due_on)),
        _totals(document, terms),
        *(_preceding(reference) for reference in terms.preceding),
    )


def _asks(document: Document) -> bool:
    return document.kind is Kind.INVOICE


def _means(document: Document, terms: Terms) -> Element | None:
    bank = document.bank
    is_transfer = terms.means == CREDIT_TRANSFER
    return branch(
        "ram:SpecifiedTradeSettlementPaymentMeans",
        leaf("ram:TypeCode", terms.means),
        branch(
            "ram:PayeePartyCreditorFinancialAccount",
            leaf("ram:IBANID", "".join(bank.iban.split())),
            leaf("ram:AccountName", bank.holder if is_transfer else ""),
        ),
        branch(
            "ram:PayeeSpecifiedCreditorFinancialInstitution",
            leaf("ram:BICID", bank.bic if is_transfer else ""),
        ),
    )


def _tax(tax: TaxTerms, currency: str) -> Element | None:
    return branch(
        "ram:ApplicableTradeTax",
        leaf("ram:CalculatedAmount", amount_of(tax.amount, currency)),
        leaf("ram:TypeCode", "VAT"),
        leaf("ram:ExemptionReason", tax.reason),
        leaf("ram:BasisAmount", amount_of(tax.taxable, currency)),
        leaf("ram:CategoryCode", tax.category),
        leaf("ram:ExemptionReasonCode", tax.reason_code),
        leaf("ram:RateApplicablePercent", percent_of(tax.percent)),
    )


def _totals(document: Document, terms: Terms) -> Element | None:
    currency, told = document.currency, document.in_tax_currency
    net = amount_of(document.net, currency)
    return branch(
        "ram:SpecifiedTradeSettlementHeaderMonetarySummation",
        leaf("ram:LineTotalAmount", net),
        leaf("ram:TaxBasisTotalAmount", net),
        _tax_total(document.tax, currency),
        _tax_total(told.tax, told.currency) if told else None,
        leaf("ram:GrandTotalAmount", amount_of(document.total, currency)),
        leaf("ram:TotalPrepaidAmount", amount_of(terms.prepaid, currency))
        if terms.prepaid
        else None,
        leaf("ram:DuePayableAmount", amount_of(document.payable, currency)),
    )


def _tax_total(amount: Decimal, currency: str) -> Element | None:
    return leaf("ram:TaxTotalAmount", amount_of(amount, currency), currencyID=currency)


def _preceding(reference: Reference) -> Element | None:
    return branch(
        "ram:InvoiceReferencedDocument",
        leaf("ram:IssuerAssignedID", reference.number),
        _day("ram:FormattedIssueDateTime", reference.issued_on, "qdt"),
    )


def _period(start: date | None, end: date | None) -> Element | None:
    return branch(
        "ram:BillingSpecifiedPeriod",
        _day("ram:StartDateTime", start),
        _day("ram:EndDateTime", end),
    )


def _day(name: str, day: date | None, prefix: str = "udt") -> Element | None:
    """Return a day; 102 is the format CCYYMMDD of UNCL 2379."""
    text = "" if day is None else f"{day:%Y%m%d}"
    return branch(name, leaf(f"{prefix}:DateTimeString", text, format="102"))
