"""What tax lines bear: by group rather than by line, by day, by service; in which currency."""

from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.currencies import minor_unit
from chalicelib.errors import Conflict
from chalicelib.exchange_rates import Conversion, ExchangeRate, conversion
from chalicelib.invoicing.taxes import (
    converted,
    is_converted,
    rule_for,
    tax_on,
    tax_rate_day,
    with_taxes,
)
from tests.invoicing.books import (
    REVERSE,
    an_issuer,
    groups,
    invoice,
    item,
    period,
    rule,
    split_gst,
)

Table = list[dict[str, str]]
METERS = ["running_vm", "volume", "network_sent", "ip_address", "template", "iso", "snapshot"]
METERS += ["security_group", "load_balancer", "port_forwarding"]


def test_tax_is_reckoned_once_for_all_lines_of_a_rate() -> None:
    # Ten times 0.027, each rounded, would be 0.30.
    lines = [item(meter, "0.15") for meter in METERS]
    made = invoice(period(*lines), an_issuer(split_gst()))
    assert groups(made) == "S:18=1.50/0.27"
    (group,) = made.taxes
    assert [(each.name, str(each.amount)) for each in group.parts] == [
        ("CGST", "0.14"),
        ("SGST", "0.13"),
    ]


def test_tax_is_rounded_half_up(table: Table) -> None:
    """
    taxable | percent | digits | tax
    1.50    | 18      | 2      | 0.27
    0.50    | 19      | 2      | 0.10
    0.05    | 10      | 2      | 0.01
    -0.05   | 10      | 2      | -0.01
    0.049   | 10      | 2      | 0.00
    5       | 10      | 0      | 1
    4       | 10      | 0      | 0
    0.005   | 10      | 3      | 0.001
    100.00  | 5.5     | 2      | 5.50
    """
    for row in table:
        tax = tax_on(D(row["taxable"]), D(row["percent"]), int(row["digits"]))
        assert str(tax) == row["tax"], row


def test_lines_of_several_rates_make_several_groups(table: Table) -> None:
    """
    lines                                          | groups
    running_vm=10.00                               | S:19=10.00/1.90
    running_vm=10.00 volume=20.00                  | S:19=10.00/1.90 S:7=20.00/1.40
    volume=20.00 network_sent=1.00 running_vm=0.03 | S:7=20.00/1.40 E:0=1.00/0.00 S:19=0.03/0.01
    network_sent=1.00                              | E:0=1.00/0.00
    commitment=5.00 running_vm=10.00               | S:16=5.00/0.80 S:19=10.00/1.90
    service:backup=3.00                            | S:19=3.00/0.57
    """
    issuer = an_issuer(
        rule("19"),
        rule("7", scope="service:volumes"),
        rule("16", scope="service:commitment"),
        rule("0", "E", scope="service:data_transfer", note="§ 4 UStG"),
    )
    for row in table:
        lines = [item(*text.split("=")) for text in row["lines"].split()]
        assert groups(invoice(period(*lines), issuer)) == row["groups"], row


def test_credits_are_split_over_the_taxes_of_what_they_pay_for(table: Table) -> None:
    """
    lines                                        | groups
    running_vm=10.00 credit:a=-2.00              | S:19=8.00/1.52
    running_vm=10.00 volume=20.00 credit:a=-3.00 | S:19=9.00/1.71 S:7=18.00/1.26
    running_vm=10.00 volume=20.00 credit:a=-0.01 | S:19=10.00/1.90 S:7=19.99/1.40
    running_vm=0.00 volume=20.00 credit:a=-20.00 | S:19=0.00/0.00 S:7=0.00/0.00
    running_vm=5.00 volume=5.00 credit:a=-0.05   | S:19=4.97/0.94 S:7=4.98/0.35
    credit:a=-0.05                               | S:19=-0.05/-0.01
    running_vm=0.00 credit:a=-0.05               | S:19=-0.05/-0.01
    """
    issuer = an_issuer(rule("19"), rule("7", scope="service:volumes"))
    for row in table:
        lines = [item(*text.split("=")) for text in row["lines"].split()]
        made = invoice(period(*lines), issuer)
        assert groups(made) == row["groups"], row
        credits = [line for line in made.lines if line.category == "credit"]
        assert [line.id for line in credits] == [
            lines[-1].id if number == 1 else f"{lines[-1].id}-{number}"
            for number in range(1, len(credits) + 1)
        ]


def test_reverse_charge_says_why_there_is_no_tax() -> None:
    issuer = an_issuer(
        rule("19"),
        rule("0", "AE", tax_class="eu", name="Reverse charge", note=REVERSE, code="VATEX-EU-AE"),
    )
    made = invoice(period(item("running_vm", "80.00")), issuer, tax_class="eu")
    (group,) = made.taxes
    assert groups(made) == "AE:0=80.00/0.00" and made.total == made.net
    assert (group.note, group.code, group.name) == (REVERSE, "VATEX-EU-AE", "Reverse charge")


def test_the_rule_that_counts_is_the_narrower_then_the_later(table: Table) -> None:
    """
    class    | service          | day        | name
    standard | virtual_machines | 2020-06-30 | VAT 19
    standard | virtual_machines | 2020-07-01 | VAT 16
    standard | virtual_machines | 2020-12-31 | VAT 16
    standard | virtual_machines | 2021-01-01 | VAT 19 again
    standard | volumes          | 2020-06-30 | VAT 19
    standard | volumes          | 2020-08-01 | reduced
    standard | volumes          | 2026-01-01 | reduced
    standard | virtual_machines | 2019-12-31 |
    public   | virtual_machines | 2026-01-01 |
    public   | volumes          | 2026-01-01 | public volumes
    """
    issuer = an_issuer(
        rule("19", name="VAT 19"),
        rule("16", name="VAT 16", start=date(2020, 7, 1)),
        rule("19", name="VAT 19 again", start=date(2021, 1, 1)),
        rule("7", name="reduced", scope="service:volumes", start=date(2020, 8, 1)),
        rule("5", name="public volumes", tax_class="public", scope="service:volumes"),
    )
    for row in table:
        day = date.fromisoformat(row["day"])
        found = rule_for(issuer, row["class"], row["service"], day)
        assert (found.name if found else "") == row["name"], row


def test_a_new_rate_counts_for_the_months_that_end_in_it(table: Table) -> None:
    """
    month   | groups
    2026-10 | S:19=10.00/1.90
    2026-11 | S:21=10.00/2.10
    2026-12 | S:21=10.00/2.10
    2027-01 | S:20=10.00/2.00
    """
    issuer = an_issuer(
        rule("19"),
        rule("21", start=date(2026, 11, 30)),
        rule("20", start=date(2027, 1, 1)),
    )
    for row in table:
        of = period(item("running_vm", "10.00", month=row["month"]), month=row["month"])
        assert groups(invoice(of, issuer)) == row["groups"], row


def test_nothing_is_taxed_by_a_rule_that_is_not_there() -> None:
    issuer = an_issuer(rule("19", tax_class="other"))
    with pytest.raises(Conflict) as error:
        invoice(period(item("running_vm", "10.00")), issuer)
    assert str(error.value) == (
        "no tax rule tells what Virtual machines bears on 2026-11-30 for customers"
        " of tax class standard: add one to issuer main"
    )


def test_keys_are_longer_only_where_taxes_share_them(table: Table) -> None:
    """
    volumes         | templates       | keys
    VAT             | VAT             | S:19
    Levy            | VAT             | S:19:VAT S:19:Levy
    Levy            | Levy            | S:19:VAT S:19:Levy
    Levy: one       | Levy: two       | S:19:VAT S:19:Levy S:19:Levy:2
    """

    def told(service: str, text: str) -> object:
        name, _, note = text.partition(": ")
        return rule("19", name=name, note=note, scope=f"service:{service}")

    for row in table:
        issuer = an_issuer(
            rule("19"), told("volumes", row["volumes"]), told("templates", row["templates"])
        )
        lines = [item(meter, "10.00") for meter in ("running_vm", "volume", "template")]
        made = invoice(period(*lines), issuer)
        assert " ".join(group.key for group in made.taxes) == row["keys"], row


def test_the_tax_is_told_in_the_currency_of_its_country(table: Table) -> None:
    """
    lines  | currency | rates                         | tax     | told
    100.00 | USD      | USD/EUR 0.9236                | 19.00   | 17.55
    100.00 | USD      | EUR/USD 1.0827                | 19.00   | 17.55
    10.000 | KWD      | KWD/EUR 2.8193                | 1.900   | 5.36
    10000  | JPY      | EUR/JPY 162.55                | 1900    | 11.69
    """
    issuer = an_issuer(tax_currency="EUR")
    for row in table:
        pair, value = row["rates"].split()
        base, _, quote = pair.partition("/")
        rate = ExchangeRate(base, quote, date(2026, 11, 30), D(value), "ecb")
        found = conversion(
            row["currency"],
            "EUR",
            date(2026, 12, 3),
            lambda base, quote, on, rate=rate: (
                rate if (base, quote) == (rate.base, rate.quote) else None
            ),
        )
        lines = item("running_vm", row["lines"], currency=row["currency"])
        made = invoice(period(lines, currency=row["currency"]), issuer, tax_conversion=found)
        told = made.in_tax_currency
        assert told is not None and told.rates == (rate,)
        assert (str(made.tax), str(told.tax), told.currency) == (row["tax"], row["told"], "EUR")


def test_two_rates_over_the_euro_are_both_told() -> None:
    rates = tuple(
        ExchangeRate("EUR", quote, date(2026, 11, 30), D(rate), "ecb")
        for quote, rate in (("USD", "1.0827"), ("PLN", "4.2765"))
    )
    over = Conversion("USD", "PLN", D("4.2765"), D("1.0827"), rates)
    issuer = an_issuer(tax_currency="PLN")
    made = invoice(
        period(item("running_vm", "100.00", currency="USD"), currency="USD"),
        issuer,
        tax_conversion=over,
    )
    assert made.in_tax_currency is not None
    assert (made.in_tax_currency.rates, str(made.in_tax_currency.tax)) == (rates, "75.05")


def test_which_days_rate_converts_the_tax(table: Table) -> None:
    """
    counts     | issued     | day
    issue      | 2026-12-03 | 2026-12-03
    period_end | 2026-12-03 | 2026-11-30
    """
    for row in table:
        issuer = an_issuer(tax_currency="PLN", tax_rate_day=row["counts"])
        issued = date.fromisoformat(row["issued"])
        assert str(tax_rate_day(issuer, issued, date(2026, 11, 30))) == row["day"], row


def test_a_document_in_the_currency_of_tax_tells_it_once() -> None:
    issuer = an_issuer(tax_currency="EUR")
    rate = ExchangeRate("USD", "EUR", date(2026, 11, 30), D("0.9"), "hand")
    told = Conversion("USD", "EUR", D("0.9"), D(1), (rate,))
    made = invoice(period(item("running_vm", "1.00")), issuer, tax_conversion=told)
    assert made.in_tax_currency is None
    assert [is_converted(issuer, each) for each in ("EUR", "USD")] == [False, True]
    assert not is_converted(an_issuer(), "USD")
    assert str(converted(D("0.50"), told)) == "0.45"


@given(
    st.lists(st.decimals(min_value=-1000, max_value=10**6, places=2), min_size=1, max_size=7),
    st.sampled_from(["9", "2.5", "14", "6.0001"]),
)
def test_parts_of_a_tax_always_add_up_to_it(amounts: list[D], half: str) -> None:
    from chalicelib.invoicing.issuers import TaxPart

    parts = (TaxPart("CGST", D(half)), TaxPart("SGST", D(half)))
    issuer = an_issuer(rule(str(2 * D(half)), parts=parts))
    lines = [item(meter, str(amount)) for meter, amount in zip(METERS, amounts, strict=False)]
    made = invoice(period(*lines), issuer)
    (group,) = made.taxes
    assert sum(each.amount for each in group.parts) == group.amount


def test_tax_of_currencies_without_cents_and_with_more(table: Table) -> None:
    """
    currency | amount  | groups
    JPY      | 105     | S:10=105/11
    JPY      | 104     | S:10=104/10
    KWD      | 0.005   | S:10=0.005/0.001
    KWD      | 12.345  | S:10=12.345/1.235
    """
    for row in table:
        lines = item("running_vm", row["amount"], currency=row["currency"])
        made = invoice(period(lines, currency=row["currency"]), an_issuer(rule("10")))
        assert groups(made) == row["groups"], row
        assert -made.total.as_tuple().exponent == minor_unit(row["currency"])


def test_usage_of_an_earlier_month_bears_the_tax_of_that_month() -> None:
    from chalicelib.invoicing.corrections import corrections
    from tests.invoicing.books import EARLIER

    issuer = an_issuer(rule("16"), rule("19", start=date(2026, 11, 1)))
    before = period(item("running_vm", "10.00", month="2026-10"), month="2026-10")
    after = period(item("running_vm", "30.00", month="2026-10"), month="2026-10")
    made = invoice(
        period(item("running_vm", "100.00")),
        issuer,
        corrections=corrections(before, after, EARLIER),
        corrected=[(before, after)],
    )
    assert groups(made) == "S:19=100.00/19.00 S:16=20.00/3.20"


def test_days_of_periods_are_those_of_their_months() -> None:
    made = invoice(period(item("running_vm", "1.00")), issued_at=datetime(2026, 12, 3, tzinfo=UTC))
    again, taxes = with_taxes(
        made.lines, an_issuer(), "standard", {"2026-11": date(2026, 11, 30)}, "EUR"
    )
    assert (again, taxes) == (made.lines, made.taxes)
