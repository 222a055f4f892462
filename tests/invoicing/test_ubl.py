"""Invoices and credit notes as UBL: against its schema, the rules of EN 16931 and of Peppol."""

from decimal import Decimal as D
from xml.etree import ElementTree

import peppol
import pytest
from msgspec.structs import replace

from chalicelib.errors import InvalidInput
from chalicelib.invoicing.documents import Document, Kind
from chalicelib.invoicing.ubl import ubl
from tests.invoicing.conformance import (
    UBL_RULES,
    ReadInvoice,
    ReadLine,
    ReadTax,
    broken_rules,
    check_sums,
)
from tests.invoicing.stories import DINARS, DOCUMENTS, HOURS, document

SCHEMA = "urn:oasis:names:specification:ubl:schema:xsd:Common"
NAMES = {"cac": f"{SCHEMA}AggregateComponents-2", "cbc": f"{SCHEMA}BasicComponents-2"}


def texts(root: ElementTree.Element, path: str) -> list[str]:
    """Return the texts at a path whose steps are written `cac:Party/cbc:Name`."""
    return [element.text or "" for element in root.findall(path, NAMES)]


def number(root: ElementTree.Element, path: str) -> D:
    (text,) = texts(root, path)
    return D(text)


def percent(root: ElementTree.Element, path: str) -> D | None:
    return next((D(text) for text in texts(root, path)), None)


def read(root: ElementTree.Element) -> ReadInvoice:
    """Return the figures of an invoice or credit note."""
    is_invoice = root.tag.endswith("}Invoice")
    kind = "Invoice" if is_invoice else "CreditNote"
    quantity = "InvoicedQuantity" if is_invoice else "CreditedQuantity"
    item = "cac:Item/cac:ClassifiedTaxCategory"
    lines = [
        ReadLine(
            number(line, f"cbc:{quantity}"),
            number(line, "cac:Price/cbc:PriceAmount"),
            number(line, "cbc:LineExtensionAmount"),
            texts(line, f"{item}/cbc:ID")[0],
            percent(line, f"{item}/cbc:Percent"),
        )
        for line in root.findall(f"cac:{kind}Line", NAMES)
    ]
    taxes = [
        ReadTax(
            texts(tax, "cac:TaxCategory/cbc:ID")[0],
            percent(tax, "cac:TaxCategory/cbc:Percent"),
            number(tax, "cbc:TaxableAmount"),
            number(tax, "cbc:TaxAmount"),
        )
        for tax in root.findall("cac:TaxTotal/cac:TaxSubtotal", NAMES)
    ]
    totals = root.find("cac:LegalMonetaryTotal", NAMES)
    assert totals is not None
    return ReadInvoice(
        lines,
        taxes,
        number(totals, "cbc:LineExtensionAmount"),
        number(totals, "cbc:TaxExclusiveAmount"),
        D(texts(root, "cac:TaxTotal/cbc:TaxAmount")[0]),
        number(totals, "cbc:TaxInclusiveAmount"),
        percent(totals, "cbc:PrepaidAmount") or D(0),
        number(totals, "cbc:PayableAmount"),
    )


def check_peppol(root: ElementTree.Element) -> None:
    """Check the rules of Peppol BIS Billing 3.0 that EN 16931 does not have; R120 is a sum."""
    for element in root.iter():  # R008
        assert len(element) or (element.text or "").strip(), element.tag
    assert len(texts(root, "cbc:Note")) <= 1  # R002
    assert texts(root, "cbc:BuyerReference")  # R003
    for party in ("Supplier", "Customer"):  # R010, R020
        assert texts(root, f"cac:Accounting{party}Party/cac:Party/cbc:EndpointID")
    (currency,) = texts(root, "cbc:DocumentCurrencyCode")
    others = texts(root, "cbc:TaxCurrencyCode")
    assert currency not in others  # R005
    totals = root.findall("cac:TaxTotal", NAMES)
    assert len([each for each in totals if len(each) > 1]) == 1  # R053
    assert len([each for each in totals if len(each) == 1]) == len(others)  # R054
    told = {element.get("currencyID") for element in root.iter()} - {None}
    assert told == {currency, *others}  # R051
    starts, ends = (texts(root, f"cac:InvoicePeriod/cbc:{name}Date") for name in ("Start", "End"))
    for line in root.findall("*[cac:Item]", NAMES):  # R110, R111
        assert all(start >= starts[0] for start in texts(line, ".//cbc:StartDate") if starts)
        assert all(end <= ends[0] for end in texts(line, ".//cbc:EndDate") if ends)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_kind_of_document_follows_the_schema_and_the_rules(name: str) -> None:
    told = DOCUMENTS[name]
    xml = ubl(told)
    assert peppol.validate_xsd(xml) == (True, [])
    # This checker takes any tax number of a seller for one of VAT; the rules do not.
    strict = [found for found in peppol.check_rules(xml) if found.rule_id != "BR-CO-09"]
    assert strict == []
    assert broken_rules(xml, UBL_RULES) == set()


@pytest.mark.parametrize("name", [*DOCUMENTS, "dinars"])
def test_the_sums_and_what_peppol_asks_for(name: str) -> None:
    told = DINARS if name == "dinars" else DOCUMENTS[name]
    root = ElementTree.fromstring(ubl(told))
    digits = {"JPY": 0, "KWD": 3}.get(told.currency, 2)
    figures = read(root)
    check_sums(figures, digits, most_groups=2 if name == "two groups of one rate" else 1)
    assert figures.with_tax == told.total and figures.payable == told.payable
    if told.customer.name != "Initech":  # who has no electronic address at all
        check_peppol(root)


def test_dinars_are_told_in_three_decimals_though_the_standard_allows_two() -> None:
    xml = ubl(DINARS)
    assert peppol.validate_xsd(xml) == (True, [])
    assert read(ElementTree.fromstring(xml)).with_tax == DINARS.total == D("6.694")
    # The sums of the rules are rounded to two decimals too.
    broken = {rule.rsplit("-", maxsplit=1)[0] for rule in broken_rules(xml, UBL_RULES)}
    assert broken == {"BR-DEC", "UBL-DT", "BR-CO"}
    # Where two are enough, two are told.
    whole = document([HOURS], currency="KWD", issuer=DINARS.issuer)
    assert "29.90<" in ubl(whole).decode()


def test_equal_documents_are_equal_bytes() -> None:
    assert all(ubl(each) == ubl(replace(each)) for each in DOCUMENTS.values())


def test_a_receipt_has_none() -> None:
    with pytest.raises(InvalidInput, match="receipt"):
        ubl(replace(DOCUMENTS["plain"], kind=Kind.RECEIPT))


def test_names_are_text_and_what_xml_cannot_hold_is_left_out() -> None:
    root = ElementTree.fromstring(ubl(DOCUMENTS["names"]))
    assert texts(root, "cac:InvoiceLine/cac:Item/cbc:Name") == [
        "<script>&amp; \"quoted\" 'x' ]]>",
        "خادم افتراضي",
    ]
    assert texts(root, "cac:AccountingCustomerParty/cac:Party/cac:PartyName/cbc:Name") == [
        "شركة المثال & Söhne <b>"
    ]
    assert texts(root, "cbc:Note") == ["a < b && c > d"]


def lines_of(told: Document) -> list[str]:
    root = ElementTree.fromstring(ubl(told))
    found = []
    for line in root.findall("cac:InvoiceLine", NAMES):
        quantity = line.find("cbc:InvoicedQuantity", NAMES)
        assert quantity is not None
        price = texts(line, "cac:Price/cbc:PriceAmount")[0]
        described = texts(line, "cac:Item/cbc:Description")
        found.append(
            " ".join([quantity.text or "", quantity.attrib["unitCode"], price, *described])
        )
    return found


def test_lines_have_quantity_unit_and_price_or_are_one_at_their_amount() -> None:
    assert lines_of(DOCUMENTS["plain"]) == [
        "744 HUR 0.0401881720430107",
        "123.4567 E62 0.1",
        "1 C62 512 12345 GiB-hour",
    ]
    assert lines_of(DOCUMENTS["negative lines"])[2:] == [
        "-15 E62 0.1",
        "-1 C62 25",
        "1 C62 0 10 request",
    ]
    # 743.99 hours at 6 yen are not 4464 yen.
    assert lines_of(DOCUMENTS["yen"]) == ["1 C62 4464 743.99 hour", "1 C62 36"]


def test_who_they_are(table) -> None:
    """
    document                                 | party    | endpoint              | identifier      | tax number          | register
    plain                                    | Supplier | 0088:7300010000001    |                 | VAT:DE123456789     | HRB 12345
    plain                                    | Customer | EM:ap@globex.example  |                 | VAT:NL123456789B01  |
    outside of scope                         | Supplier | 0088:7300010000001    |                 | TAX:DE123456789     | HRB 12345
    outside of scope                         | Customer | EM:ap@globex.example  |                 |                     |
    outside of scope, without a register     | Supplier | 0088:7300010000001    | DE123456789     | TAX:DE123456789     |
    no bank, no number, no address           | Supplier | EM:billing@nordlicht.example |          | VAT:DE123456789     | HRB 12345
    no bank, no number, no address           | Customer |                       |                 |                     |
    India                                    | Supplier | EM:a@ganga.example    | 27AAPFU0939F1ZV | TAX:27AAPFU0939F1ZV |
    India                                    | Customer | EM:b@c.example        | 29AAGCB7383J1Z4 |                     | U72200
    """
    for row in table:
        root = ElementTree.fromstring(ubl(DOCUMENTS[row["document"]]))
        party = root.find(f"cac:Accounting{row['party']}Party/cac:Party", NAMES)
        assert party is not None
        endpoints = [
            f"{each.attrib['schemeID']}:{each.text}"
            for each in party.findall("cbc:EndpointID", NAMES)
        ]
        taxes = [
            f"{texts(each, 'cac:TaxScheme/cbc:ID')[0]}:{texts(each, 'cbc:CompanyID')[0]}"
            for each in party.findall("cac:PartyTaxScheme", NAMES)
        ]
        assert " ".join(endpoints) == row["endpoint"], row
        assert " ".join(taxes) == row["tax number"], row
        found = texts(party, "cac:PartyIdentification/cbc:ID")
        assert " ".join(found) == row["identifier"], row
        found = texts(party, "cac:PartyLegalEntity/cbc:CompanyID")
        assert " ".join(found) == row["register"], row


def test_what_stands_once(table) -> None:
    """
    document                      | path                                                     | text
    plain                         | cbc:InvoiceTypeCode                                      | 380
    plain                         | cbc:DueDate                                              | 2026-11-17
    plain                         | cbc:BuyerReference                                       | globex
    plain                         | cac:PaymentMeans/cbc:PaymentMeansCode                    | 30
    plain                         | cac:PaymentMeans/cbc:PaymentID                           | NL-2026-0042
    plain                         | cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID        | DE02120300000000202051
    plain                         | cac:Delivery/cbc:ActualDeliveryDate                      | 2026-10-31
    no bank, no number, no address | cac:PaymentMeans/cbc:PaymentMeansCode                   | 1
    tax currency                  | cbc:BuyerReference                                       | PO-77
    tax currency                  | cbc:TaxCurrencyCode                                      | EUR
    tax currency                  | cbc:Note                                                 | 1 EUR = 1.0825 USD (2026-10-30, ECB)
    settled in part               | cac:LegalMonetaryTotal/cbc:PrepaidAmount                 | 15.58
    exempt                        | cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:TaxExemptionReasonCode | VATEX-EU-132
    reverse charge                | cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:TaxExemptionReason | Reverse charge
    outside of scope beside taxed | cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:TaxExemptionReason | Not subject to VAT; Exempt under Art. 132
    intra-community               | cac:Delivery/cac:DeliveryLocation/cac:Address/cac:Country/cbc:IdentificationCode | NL
    India                         | cbc:Note                                                 | GST 18 %: CGST 9 % 0.14 INR, SGST 9 % 0.14 INR
    corrections                   | cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID | NL-2026-0007
    credit note                   | cbc:CreditNoteTypeCode                                   | 381
    credit note                   | cbc:Note                                                 | Outage on 12 October
    credit note                   | cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID | NL-2026-0007
    credit note                   | cac:BillingReference/cac:InvoiceDocumentReference/cbc:IssueDate | 2026-10-03
    """
    for row in table:
        root = ElementTree.fromstring(ubl(DOCUMENTS[row["document"]]))
        assert texts(root, row["path"]) == [row["text"]], row


def test_tax_is_told_a_second_time_in_the_currency_of_tax() -> None:
    root = ElementTree.fromstring(ubl(DOCUMENTS["tax currency"]))
    told = [
        (each.text, each.attrib["currencyID"])
        for each in root.findall("cac:TaxTotal/cbc:TaxAmount", NAMES)
    ]
    assert told == [("5.68", "USD"), ("5.25", "EUR")]


def test_a_correction_names_invoice_and_period_and_stands_outside_the_months() -> None:
    root = ElementTree.fromstring(ubl(DOCUMENTS["corrections"]))
    assert texts(root, "cac:InvoiceLine/cbc:Note") == [
        "Berichtigt Rechnung NL-2026-0007 vom 2026-10-03, 2026-09-01 bis 2026-09-30",
        "Berichtigt Rechnung NL-2026-0007 vom 2026-10-03, 2026-10-01 bis 2026-10-31",
    ]
    periods = [
        len(line.findall("cac:InvoicePeriod", NAMES))
        for line in root.findall("cac:InvoiceLine", NAMES)
    ]
    assert periods == [1, 0, 1]
