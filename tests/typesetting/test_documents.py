"""Documents as PDF: what they say in each language, and what kind of file they are."""

import io
import re
from collections.abc import Sequence
from functools import lru_cache
from string import Formatter
from typing import Any

import facturx
import pytest
from lxml import etree
from msgspec.structs import replace
from pypdf import PdfReader

from chalicelib.invoicing.annex import AnnexRow
from chalicelib.invoicing.cii import cii
from chalicelib.invoicing.documents import Document, Kind
from chalicelib.money import Decimal
from chalicelib.typesetting import lines, pdf_of
from chalicelib.typesetting.notes import total_rows
from chalicelib.typesetting.readers import Reader, _words, languages
from tests.invoicing.stories import DOCUMENTS
from tests.typesetting import samples

KINDS = {
    "invoice": samples.invoice,
    "forced": samples.forced_invoice,
    "credit note": samples.credit_note,
    "receipt": samples.receipt,
    "draft": samples.draft,
}
LANGUAGES = ("en", "de", "fr", "es", "hi", "ar")
DIRECTIONS = re.compile("[\u061c\u200b\u200e\u200f\u2066-\u2069]")
TAGS = ("H1", "H2", "Table", "THead", "TH", "TBody", "TR", "TD", "Figure")


@lru_cache(maxsize=64)
def made(kind: str, language: str) -> bytes:
    return pdf_of(KINDS[kind](language), logo=None, xml=None)


def read(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf), strict=True)


@lru_cache(maxsize=64)
def pages_of(pdf: bytes) -> Sequence[str]:
    """Return what is written on each page, without what only sets directions."""
    return [DIRECTIONS.sub("", page.extract_text()) for page in read(pdf).pages]


def text_of(pdf: bytes) -> str:
    """Return all that is written, with single blanks."""
    return " ".join(" ".join(pages_of(pdf)).split())


def root_of(pdf: bytes) -> Any:
    return read(pdf).trailer["/Root"]


def words(language: str, key: str) -> str:
    return str(_words(language)[key])


# What is said


def test_amounts_are_written_as_the_reader_writes_them(table: Sequence[dict[str, str]]) -> None:
    """
    language | lines                         | total      | payable
    en       | 1,008.00 67.00 -250.00        | €1,200.00  | €900.00
    de       | 1.008,00 67,00 -250,00        | 1.200,00 € | 900,00 €
    de-AT    | 1.008,00 67,00 -250,00        | € 1.200,00 | € 900,00
    fr       | 1 008,00 67,00 -250,00        | 1 200,00 € | 900,00 €
    es       | 1.008,00 67,00 -250,00        | 1.200,00 € | 900,00 €
    hi       | 1,008.00 67.00 -250.00        | €1,200.00  | €900.00
    ar       | 1,008.00 67.00 -250.00        | 1,200.00   | 900.00
    nl       | 1,008.00 67.00 -250.00        | €1,200.00  | €900.00
    """
    for row in table:
        text = text_of(made("invoice", row["language"]))
        for amount in (row["total"], row["payable"]):
            assert amount in text, row
        for amount in re.findall(r"-?\d+(?:[ .,]\d{3})*[.,]\d\d", row["lines"]):
            assert amount in text, (row, amount)


@pytest.mark.parametrize(
    ("document", "shown"),
    [
        (samples.indian_invoice(), "₹14,56,710.00 12,34,500.00 1,11,105.00 1,50,000 CGST SGST 9%"),
        (samples.indian_invoice("hi"), "₹14,56,710.00 12,34,500.00 1,11,105.00 3,45,000"),
        (samples.dinar_invoice(), "1,000.500 0.050 0.3345"),
        (samples.invoice("en", "JPY"), "¥1,200 ¥900 1,008 -250"),
        (samples.invoice("ja", "JPY"), "¥1,200 ¥900 1,008 -250 Invoice"),
        (samples.invoice("de", "THB"), "1.200,00 THB"),
    ],
)
def test_currencies_have_their_digits(document: Document, shown: str) -> None:
    text = text_of(pdf_of(document, logo=None, xml=None))
    for each in shown.split():
        assert each in text, each


def test_an_invoice_says_who_what_when_and_how_to_pay() -> None:
    text = text_of(made("invoice", "en"))
    for said in (
        "NW-2026-0131", "December 3, 2026", "November 2026", "December 17, 2026", "PO 4500012345",
        "Brightwater Analytics Ltd", "Galway H91 XY00", "Ireland", "IE1234567T",
        "Nordwolke Rechenzentrum GmbH", "20457 Hamburg", "DE123456789", "HRB 98765",
        "Cloud infrastructure from Hamburg", "Amtsgericht Hamburg",
        "Virtual machines", "7,200", "vCPU-hours", "0.0001", "VAT 20% on 1,000.00",
        "Paid from your wallet -250.00", "Paid from your credit -50.00", "Amount due €900.00",
        "DE89 3704 0044 0532 0130 00", "COBADEFFXXX",
        "Correction of October 2026, invoice NW-2026-0107 of November 3, 2026: 80.00 before, 75.00 now",
        "1 USD = 0.8765 EUR (November 30, 2026, set by the issuer)",
        "Nov 16 – 30, 2026", "Page 1 of 2", "Page 2 of 2",
    ):  # fmt: skip
        assert said in text, said
    assert "Annex" not in text and "DRAFT" not in text


def test_an_invoice_below_zero_says_that_it_becomes_credit() -> None:
    rows = total_rows(DOCUMENTS["negative total"], Reader("en", "EUR"))
    assert [(row["label"], row["amount"]) for row in rows[-3:]] == [
        ("Total", "-€83.42"),
        ("Added to your credit", "83.42"),
        ("Amount due", "€0.00"),
    ]


def test_services_add_up_on_the_first_page() -> None:
    first = pages_of(made("invoice", "en"))[0]
    summary = first[first.index("Summary") : first.index("Total before tax")]
    amounts = [Decimal(each.replace(",", "")) for each in re.findall(r"-?[\d,]+\.\d\d", summary)]
    assert len(amounts) == 5 and sum(amounts) == 1000


def test_several_taxes_are_told_apart() -> None:
    text = text_of(made("forced", "en"))
    for said in (
        "VAT 20% on 850.00 170.00", "Reverse charge on 150.00 0.00",
        "VAT is to be accounted for by the recipient",
        "Tax in PLN: PLN 722.50; 1 EUR = 4.25 PLN (November 30, 2026, European Central Bank)",
        "Issued by decision of admin on December 3, 2026", "The customer closes the year today.",
        "2 records are held for a person to look at",
    ):  # fmt: skip
        assert said in text, said


def test_a_credit_note_names_the_invoice_and_the_reason() -> None:
    text = text_of(made("credit note", "en"))
    for said in (
        "Credit note", "NW-C-2026-0004", "Corrects invoice NW-2026-0131",
        "Reason: Zone down from 3 to 9 November", "Total credited €600.00",
    ):  # fmt: skip
        assert said in text, said
    assert "Unit price" not in text and "DE89" not in text


def test_a_receipt_says_how_it_was_paid() -> None:
    text = text_of(made("receipt", "de"))
    for said in ("Quittung", "Überweisung", "5f0c2a9d41b7", "Guthaben", "600,00 €"):
        assert said in text, said
    assert "Fällig" not in text and "Steuer" not in text.replace("Steuernummer", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_says_so_on_every_page_and_has_no_number(language: str) -> None:
    pdf = made("draft", language)
    word = words(language, "draft")
    for text in pages_of(pdf):
        # A right-to-left word that is rotated may come out letter by letter.
        assert word in text or word in text[::-1] or set(word) <= set(text), text
    text = text_of(pdf)
    assert "NW-2026-0131" not in text and "DE89" not in text


def test_an_annex_lists_resources_under_a_head_on_each_of_its_pages() -> None:
    annex = samples.annex(80)
    texts = pages_of(pdf_of(samples.receipt(), annex=annex, logo=None, xml=None))
    own = [text for text in texts if "web-00" in text]
    assert len(own) == 2
    assert all("Resource" in text and "Amount (EUR)" in text for text in own)
    assert all("Virtual machines Compute, running" in " ".join(text.split()) for text in own)
    text = " ".join(own)
    assert all(row.resource in text and row.id in text for row in annex)
    assert "Page 3 of 3" in own[-1]


def test_an_annex_that_is_too_long_adds_up_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MOST_ROWS", 3)
    other = AnnexRow("volumes", "", "v1", None, "", Decimal("0.0625"))
    annex = [*samples.annex(5), other]
    text = text_of(pdf_of(samples.receipt(), annex=annex, logo=None, xml=None))
    assert "2 more resources 7.00" in text and "1 more resources 0.0625" in text
    assert "web-00002" in text and "web-00003" not in text


# Names are text


HOSTILE = ('#panic("x")', "*bold* _it_ `raw`", "<script>alert(1)</script>", "$x^2$ @ref <label>",
           "= Heading", "#import \"/etc/passwd\"", "{page} {0} {date}", "\\u{41} // ~ --- ...")  # fmt: skip


def test_names_are_printed_as_they_are() -> None:
    text = " ".join(HOSTILE)
    customer = replace(samples.CUSTOMER, name=text)
    document = samples.invoice(
        customer=customer,
        lines=tuple(samples.line(name, name, "1", unit=name, quantity="1") for name in HOSTILE),
        buyer_reference=text,
        header=text,
        footer=text,
    )
    annex = [AnnexRow(name, name, name, None, name, None) for name in HOSTILE]
    shown = text_of(pdf_of(document, annex=annex, logo=None, xml=None))
    for name in HOSTILE:
        assert shown.count(" ".join(name.split())) >= 10, name


def test_names_that_cannot_be_printed_stop_no_document() -> None:
    names = {
        "株式会社 Tokyo 🚀": "\ufffd\ufffd\ufffd\ufffd Tokyo \ufffd",
        "bell\x07 and\ttab": "bell\ufffd and tab",
        "\u202egnp.exe": "gnp.exe",
        "x" * 200: "x" * 200,
        "Müller & Söhne, Łódź, Ελλάδα, Київ": "Müller & Söhne, Łódź, Ελλάδα, Київ",
    }
    document = samples.invoice(lines=tuple(samples.line("x", name, "1") for name in names))
    text = text_of(pdf_of(document, logo=None, xml=None))
    for shown in names.values():
        assert shown in text or shown in text.replace(" ", ""), shown


# What kind of file it is


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_document_is_archivable_and_accessible(kind: str, language: str) -> None:
    pdf = made(kind, language)
    root = root_of(pdf)
    assert root["/Lang"] == language and root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    meta = root["/Metadata"].get_data().decode()
    for said in ("<pdfaid:part>3<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<"):
        assert said in meta
    title = read(pdf).metadata.title  # type: ignore[union-attr]
    assert title and words_of_kind(kind, language) in title


def words_of_kind(kind: str, language: str) -> str:
    key = {"credit note": "credit_note", "receipt": "receipt"}.get(kind, "invoice")
    kinds: Any = _words(language)["kinds"]
    return str(kinds[key])


def test_tags_tell_headings_tables_and_pictures() -> None:
    pdf = pdf_of(samples.invoice(), annex=samples.annex(3), logo=samples.LOGO, xml=None)
    tags: list[str] = []
    waiting = [root_of(pdf)["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop().get_object()
        if isinstance(node, list):
            waiting += node
        elif hasattr(node, "get"):
            tags.append(str(node.get("/S", ""))[1:])
            if "/K" in node:
                waiting.append(node["/K"])
    assert set(TAGS) <= set(tags)
    assert tags.count("H1") == 1 and tags.count("Table") == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_font_is_embedded(language: str) -> None:
    pdf = pdf_of(samples.dinar_invoice(language), logo=samples.LOGO, xml=None)
    fonts = {
        font["/DescendantFonts"][0].get_object()
        ["/FontDescriptor"]["/FontFile2"].get_object().hash_bin(): font["/BaseFont"]
        for page in read(pdf).pages
        for font in (each.get_object() for each in page["/Resources"]["/Font"].values())  # type: ignore[index]
    }  # fmt: skip
    names = " ".join(fonts.values())
    assert fonts and "IBMPlexSansArabic" in names and "NotoSans-" in names


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_document_is_the_same_bytes(kind: str) -> None:
    document = KINDS[kind]("ar")
    pdf = pdf_of(document, annex=samples.annex(2), logo=samples.LOGO, xml=b"<a/>")
    assert pdf == pdf_of(document, annex=samples.annex(2), logo=samples.LOGO, xml=b"<a/>")
    assert read(pdf).metadata.creation_date == document.issued_at  # type: ignore[union-attr]


def test_right_to_left_documents_say_so() -> None:
    direction = root_of(made("invoice", "ar"))["/ViewerPreferences"]["/Direction"]
    assert direction == "/R2L"


def test_a_logo_is_drawn_and_a_broken_one_gives_way_to_the_name() -> None:
    plain = text_of(made("receipt", "en")).count("Nordwolke Rechenzentrum GmbH")
    for logo, names in ((samples.LOGO, 1), (b"\x89PNG broken", 0), (b"<svg", 0), (b"", 0)):
        text = text_of(pdf_of(samples.receipt(), logo=logo, xml=None))
        assert text.count("Nordwolke Rechenzentrum GmbH") == plain - names, logo


@pytest.mark.parametrize("language", ["de", "ar"])
def test_the_xml_is_inside_as_factur_x(language: str) -> None:
    for document in (samples.invoice(language), samples.credit_note(language)):
        xml = cii(document)
        pdf = pdf_of(document, annex=samples.annex(2), logo=samples.LOGO, xml=xml)
        name, found = facturx.get_facturx_xml_from_pdf(pdf)
        assert (name, found) == ("factur-x.xml", xml)
        assert facturx.get_level(etree.fromstring(found)) == "en16931"
        root = root_of(pdf)
        assert root["/Lang"] == language and root["/MarkInfo"]["/Marked"]
        attached = root["/AF"][0].get_object()
        assert attached["/AFRelationship"] == "/Alternative"
        assert attached["/EF"]["/F"].get_object()["/Subtype"] == "/text/xml"


def test_metadata_name_the_profile_and_describe_what_they_say() -> None:
    document = samples.invoice()
    root = root_of(pdf_of(document, logo=None, xml=cii(document)))
    meta = etree.fromstring(root["/Metadata"].get_data())
    space = {
        "fx": "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#",
        "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
        "pdfuaid": "http://www.aiim.org/pdfua/ns/id/",
        "schema": "http://www.aiim.org/pdfa/ns/schema#",
        "property": "http://www.aiim.org/pdfa/ns/property#",
    }

    def said(path: str) -> list[str]:
        return [str(each) for each in meta.xpath(f"{path}/text()", namespaces=space)]

    assert said("//fx:DocumentFileName") == ["factur-x.xml"]
    assert said("//fx:DocumentType") == ["INVOICE"]
    assert said("//fx:ConformanceLevel") == ["EN 16931"]
    assert said("//pdfaid:part") == ["3"] and said("//pdfaid:conformance") == ["A"]
    described = said(f"//*[schema:namespaceURI='{space['fx']}']//property:name")
    assert sorted(described) == ["ConformanceLevel", "DocumentFileName", "DocumentType", "Version"]


# The words


def test_every_language_says_everything_in_the_same_places() -> None:
    wanted = places(_words("en"))
    assert set(LANGUAGES) == languages()
    for language in LANGUAGES:
        assert places(_words(language)) == wanted, language


def places(words: Any, path: str = "") -> dict[str, set[str | None]]:
    """Return the names of the places in each text."""
    if isinstance(words, str):
        return {path: {name for _, name, _, _ in Formatter().parse(words)} - {None}}
    return {
        key: value
        for name, each in words.items()
        for key, value in places(each, f"{path}/{name}").items()
    }


def test_kinds_of_documents_and_headings_have_words() -> None:
    english: Any = _words("en")
    assert {kind.value for kind in Kind} <= set(english["kinds"])
    assert set(lines.HEADINGS) <= set(english["services"])
