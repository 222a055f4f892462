"""Invoices and credit notes as CII: against the schema and the rules of Factur-X, EN 16931."""

from decimal import Decimal as D
from xml.etree import ElementTree

import facturx
import pytest
from msgspec.structs import replace

from chalicelib.errors import InvalidInput
from chalicelib.invoicing.cii import cii
from chalicelib.invoicing.documents import Kind
from tests.invoicing.conformance import (
    CII_RULES,
    ReadInvoice,
    ReadLine,
    ReadTax,
    broken_rules,
    check_sums,
)
from tests.invoicing.stories import DINARS, DOCUMENTS

NAMES = {
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
}


def texts(root: ElementTree.Element, path: str) -> list[str]:
    """Return the texts of all elements whose path ends so."""
    return [element.text or "" for element in root.findall(f".//{path}", NAMES)]


def number(root: ElementTree.Element, path: str) -> D:
    (text,) = texts(root, path)
    return D(text)


def percent(root: ElementTree.Element, path: str) -> D | None:
    return next((D(text) for text in texts(root, path)), None)


def read(root: ElementTree.Element) -> ReadInvoice:
    """Return the figures of an invoice or credit note."""
    lines = [
        ReadLine(
            number(line, "ram:BilledQuantity"),
            number(line, "ram:ChargeAmount"),
            number(line, "ram:LineTotalAmount"),
            texts(line, "ram:CategoryCode")[0],
            percent(line, "ram:RateApplicablePercent"),
        )
        for line in root.findall(".//ram:IncludedSupplyChainTradeLineItem", NAMES)
    ]
    settlement = root.find(".//ram:ApplicableHeaderTradeSettlement", NAMES)
    assert settlement is not None
    taxes = [
        ReadTax(
            texts(tax, "ram:CategoryCode")[0],
            percent(tax, "ram:RateApplicablePercent"),
            number(tax, "ram:BasisAmount"),
            number(tax, "ram:CalculatedAmount"),
        )
        for tax in settlement.findall("ram:ApplicableTradeTax", NAMES)
    ]
    return ReadInvoice(
        lines,
        taxes,
        number(settlement, "ram:LineTotalAmount"),
        number(settlement, "ram:TaxBasisTotalAmount"),
        D(texts(settlement, "ram:TaxTotalAmount")[0]),
        number(settlement, "ram:GrandTotalAmount"),
        percent(settlement, "ram:TotalPrepaidAmount") or D(0),
        number(settlement, "ram:DuePayableAmount"),
    )


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_kind_of_document_follows_the_schema_and_the_rules(name: str) -> None:
    xml = cii(DOCUMENTS[name])
    assert facturx.xml_check_xsd(xml, flavor="factur-x", level="en16931")
    assert broken_rules(xml, CII_RULES) == set()


@pytest.mark.parametrize("name", [*DOCUMENTS, "dinars"])
def test_the_sums(name: str) -> None:
    told = DINARS if name == "dinars" else DOCUMENTS[name]
    figures = read(ElementTree.fromstring(cii(told)))
    digits = {"JPY": 0, "KWD": 3}.get(told.currency, 2)
    check_sums(figures, digits, most_groups=2 if name == "two groups of one rate" else 1)
    assert figures.with_tax == told.total and figures.payable == told.payable


def test_it_says_what_the_other_one_says(table) -> None:
    """
    document        | path                               | text
    plain           | ram:TypeCode                       | 380 VAT VAT VAT 30 VAT
    plain           | ram:IBANID                         | DE02120300000000202051
    plain           | ram:BICID                          | BYLADEM1001
    plain           | ram:DueDateDateTime/udt:DateTimeString | 20261117
    plain           | ram:SellerTradeParty/ram:SpecifiedTaxRegistration/ram:ID | DE123456789
    plain           | ram:BilledQuantity                 | 744 123.4567 1
    India           | ram:SellerTradeParty/ram:SpecifiedTaxRegistration/ram:ID | 27AAPFU0939F1ZV
    tax currency    | ram:TaxCurrencyCode                | EUR
    tax currency    | ram:TaxTotalAmount                 | 5.68 5.25
    settled in part | ram:TotalPrepaidAmount             | 15.58
    intra-community | ram:ShipToTradeParty/ram:PostalTradeAddress/ram:CountryID | NL
    several rates   | ram:IncludedNote/ram:Content       | Hello there
    credit note     | ram:TypeCode                       | 381 VAT VAT VAT
    credit note     | ram:IncludedNote/ram:Content       | Outage on 12 October
    credit note     | ram:InvoiceReferencedDocument/ram:IssuerAssignedID | NL-2026-0007
    credit note     | ram:FormattedIssueDateTime/qdt:DateTimeString | 20261003
    """
    for row in table:
        root = ElementTree.fromstring(cii(DOCUMENTS[row["document"]]))
        assert " ".join(texts(root, row["path"])).split() == row["text"].split(), row


def test_equal_documents_are_equal_bytes() -> None:
    assert all(cii(each) == cii(replace(each)) for each in DOCUMENTS.values())


def test_a_receipt_has_none() -> None:
    with pytest.raises(InvalidInput, match="receipt"):
        cii(replace(DOCUMENTS["plain"], kind=Kind.RECEIPT))
