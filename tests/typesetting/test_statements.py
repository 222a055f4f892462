"""Statements as PDF."""

import io
from datetime import date

import pytest
from msgspec.structs import replace
from pypdf import PdfReader

from chalicelib.ledger.statements import Statement
from chalicelib.typesetting import statement_pdf
from tests.typesetting import samples

NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))


def made(statement: Statement, language: str = "en") -> bytes:
    return statement_pdf(
        statement,
        NOVEMBER,
        issuer=samples.issuer(),
        customer=samples.CUSTOMER,
        language=language,
        as_of=samples.ISSUED_AT,
    )


def text_of(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf), strict=True).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_a_statement_goes_from_balance_to_balance() -> None:
    text = text_of(made(samples.statement()))
    for said in (
        "Account statement", "November 2026", "As of December 3, 2026", "What you owe €449.50",
        "November 1, 2026 Opening balance 100.00",
        "November 3, 2026 Invoice NW-2026-0107 1,200.00 1,300.00",
        "November 9, 2026 Payment INV 0107 Brightwater -800.00 500.00",
        "November 20, 2026 Credit note NW-C-2026-0003 -50.50 449.50",
        "Closing balance 449.50", "Brightwater Analytics Ltd", "Page 1 of 1",
    ):  # fmt: skip
        assert said in text, said


def test_money_in_favour_of_the_customer_is_told_so() -> None:
    told = replace(samples.statement(), closing=-samples.statement().closing)
    assert "In your favour €449.50" in text_of(made(told))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "Kontoauszug November 2026 1.300,00 -800,00 449,50"),
        ("ar", "1,300.00 -800.00 449.50"),
        ("hi", "1,300.00 -800.00 449.50"),
    ],
)
def test_statements_are_in_the_language_of_the_reader(language: str, said: str) -> None:
    pdf = made(samples.statement(), language)
    text = text_of(pdf)
    assert all(each in text for each in said.split())
    assert PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Lang"] == language
    assert pdf == made(samples.statement(), language)
