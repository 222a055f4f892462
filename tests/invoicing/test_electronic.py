"""Whatever is drafted and credited can be told by both kinds of electronic invoice."""

from decimal import Decimal as D

import facturx
import peppol
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.invoicing.cii import cii
from chalicelib.invoicing.credit_notes import credit_note
from chalicelib.invoicing.documents import Document, DocumentLine
from chalicelib.invoicing.electronic_terms import terms_of
from chalicelib.invoicing.ubl import ubl
from tests.invoicing.books import ISSUED, an_issuer, invoice, item, period, rule
from tests.invoicing.conformance import CII_RULES, UBL_RULES, broken_rules
from tests.invoicing.stories import document, line

ISSUER = an_issuer(
    rule("19"),
    rule("7", name="Reduced", scope="service:volumes"),
    rule("0", "E", name="Exempt", note="Exempt", scope="service:snapshots"),
    rule("0", "O", name="Outside", note="Not subject to VAT", scope="service:networks"),
)
AMOUNTS = st.integers(1, 10**6).map(lambda cents: D(cents).scaleb(-2))
METERS = ("running_vm", "volume", "snapshot", "network", "disk_reads", "network_sent")


@given(
    st.dictionaries(st.sampled_from(METERS), AMOUNTS, min_size=1),
    AMOUNTS,
    st.integers(1, 100),
)
@settings(max_examples=15, deadline=None)
def test_whatever_is_drafted_and_credited_follows_the_rules(
    amounts: dict[str, D], taken_off: D, percent: int
) -> None:
    items = [item(meter, str(amount)) for meter, amount in amounts.items()]
    issued = invoice(period(*items, item("credit:welcome", f"-{taken_off}")), ISSUER)
    documents = [issued]
    if issued.total > 1:
        part = (issued.total * percent / 100).quantize(D("0.01"))
        documents.append(
            credit_note(
                issued, [], reason="x", asked_for="y", issued_at=ISSUED, number="CN-1", total=part
            )
        )
    for each in documents:
        check(each)


def check(told: Document) -> None:
    """Check both files of a document against schemas and rules."""
    assert peppol.validate_xsd(ubl(told)) == (True, [])
    assert broken_rules(ubl(told), UBL_RULES) == set()
    assert facturx.xml_check_xsd(cii(told), flavor="factur-x", level="en16931")
    assert broken_rules(cii(told), CII_RULES) == set()


def told_line(each: DocumentLine, currency: str = "EUR") -> str:
    (found,) = terms_of(document([each], currency=currency)).lines
    return f"{found.quantity:f} {found.unit} {found.price:f} {found.description}".strip()


def test_units_are_those_of_recommendation_20_or_told_in_words(table) -> None:
    """
    amount | quantity | unit      | price | told
    7.20   | 720      | hour      | 0.01  | 720 HUR 0.01
    15.00  | 0.5      | month     | 30    | 0.5 MON 30
    2.00   | 20       | GiB       | 0.1   | 20 E62 0.1
    99.00  | 1        | time      | 99    | 1 C62 99
    0.50   | 500      | request   | 0.001 | 500 C62 0.001
    3.00   | 300      | GiB-hour  | 0.01  | 300 C62 0.01 300 GiB-hour
    6.00   | 6        | vCPU-month| 1     | 6 C62 1 6 vCPU-month
    5.00   | 720      | hour      |       | 1 C62 5.00 720 hour
    0.00   | 720      | hour      | 0     | 720 HUR 0
    -5.00  | 10       | hour      | -0.5  | -10 HUR 0.5
    -5.00  |          |           |       | -1 C62 5.00
    """
    for row in table:
        quantity, price = (D(row[name]) if row[name] else None for name in ("quantity", "price"))
        each = line(row["amount"], quantity=quantity, unit=row["unit"], unit_price=price)
        assert told_line(each) == row["told"], row


def test_a_price_that_misses_the_amount_by_a_yen_is_not_told() -> None:
    each = line("4464", quantity=D("743.99"), unit="hour", unit_price=D(6))
    assert told_line(each, "JPY") == "1 C62 4464 743.99 hour"
