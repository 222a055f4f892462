"""Drafts: what the invoice of a rated period says, and that it is what is issued."""

from datetime import UTC, date, datetime
from decimal import Decimal as D

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.errors import InvalidInput
from chalicelib.exchange_rates import Conversion, ExchangeRate
from chalicelib.invoicing.documents import Document, Kind, Settled
from chalicelib.invoicing.drafting import draft, settled
from chalicelib.invoicing.identity import digest, document_bytes, document_id
from chalicelib.invoicing.receipts import receipt
from chalicelib.money import Money
from chalicelib.rating.agreements import Adjustment, Credit, FreeQuota, Subscription
from chalicelib.rating.line_items import RatedPeriod
from chalicelib.rating.tariffs import Model, Per, Tariff, Tier
from tests.invoicing.books import (
    BUYER,
    ISSUED,
    SELLER,
    an_account,
    an_issuer,
    details,
    groups,
    invoice,
    item,
    period,
    rule,
)
from tests.invoicing.oracle import check_document, check_receipt
from tests.rating.books import VM_HOUR, card, day, rated, running, used

Table = list[dict[str, str]]


def test_an_invoice_says_everything_by_itself() -> None:
    issuer = an_issuer(header="Thank you", footer="Hafenstraße 7\nHamburg", logo="logos/1.png")
    made = invoice(period(item("running_vm", "20.00")), issuer)
    assert (made.issuer, made.customer, made.bank.bic) == (SELLER, BUYER, "BYLADEM1001")
    assert (made.issued_on, made.due_on) == (date(2026, 12, 3), date(2026, 12, 17))
    assert (made.start, made.end) == (date(2026, 11, 1), date(2026, 11, 30))
    assert (made.period, made.kind, made.account) == ("2026-11", Kind.INVOICE, "acme")
    assert (str(made.net), str(made.tax), str(made.total)) == ("20.00", "3.80", "23.80")
    assert (made.header, made.footer, made.logo) == (
        "Thank you",
        "Hafenstraße 7\nHamburg",
        "logos/1.png",
    )
    assert made.id == document_id(Kind.INVOICE, "acme", "2026-11")


def test_due_days_are_the_customers_before_the_issuers(table: Table) -> None:
    """
    issuer's | customer's | due
    14       |            | 2026-12-17
    30       |            | 2027-01-02
    30       | 7          | 2026-12-10
    30       | 0          | 2026-12-03
    """
    for row in table:
        own = details(due_days=int(row["customer's"]) if row["customer's"] else None)
        issuer = an_issuer(due_days=int(row["issuer's"]))
        made = draft(period(), an_account(), own, issuer, issued_at=ISSUED)
        assert str(made.due_on) == row["due"], row


def test_a_draft_without_an_address_names_the_account() -> None:
    made = draft(period(), an_account(), details(party=None), an_issuer(), issued_at=ISSUED)
    assert (made.customer.name, made.customer.address.lines, made.number) == ("acme", (), "")
    assert (str(made.total), made.lines, made.taxes) == ("0.00", (), ())


def test_lines_tell_quantity_and_price_in_one_unit(table: Table) -> None:
    """
    meter          | per               | used   | price      | quantity  | unit      | unit price | amount
    running_vm     | hour              | 24     | 0.05       | 24        | hour      | 0.05       | 1.20
    running_vm     | month             | 24     | 30         | 0.0333..  | month     | 30         | 1.00
    volume         | gib_hour          | 24     | 0.01       | 240       | GiB-hour  | 0.01       | 2.40
    volume         | gib_month         | 24     | 0.72       | 0.3333..  | GiB-month | 0.72       | 0.24
    network_sent   | gib               | 10     | 0.125      | 10        | GiB       | 0.125      | 1.25
    disk_reads     | thousand_requests | 123456 | 0.004      | 123456    | request   | 0.000004   | 0.49
    disk_reads     | million_requests  | 123456 | 0.5        | 123456    | request   | 0.0000005  | 0.06
    """
    for row in table:
        raw = str(int(row["used"]) * 2**30) if row["meter"] == "network_sent" else row["used"]
        usage = used(row["meter"], 3, raw, gib=10)
        tariff = Tariff(row["meter"], Per(row["per"]), D(row["price"]))
        (line,) = invoice(rated([usage], [card(tariff)])).lines
        assert line.unit == row["unit"] and line.unit_price == D(row["unit price"]), row
        assert format(line.quantity or 0, "f").startswith(row["quantity"].rstrip(".")), row
        assert str(line.amount) == row["amount"], row
        assert (line.start, line.end, line.category) == (day(3), day(3), "usage")


def test_a_line_without_one_price_tells_none(table: Table) -> None:
    """
    priced    | unit price
    flat      | 1
    tiers     |
    package   |
    minimum   |
    included  |
    discount  |
    quota     |
    """
    tiers = (Tier(D(10), D(2)), Tier(None, D(1)))
    tariffs = {
        "tiers": Tariff("running_vm", Per.HOUR, model=Model.GRADUATED, tiers=tiers),
        "package": Tariff("running_vm", Per.HOUR, D(5), Model.PACKAGE, package_size=D(10)),
        "minimum": Tariff("running_vm", Per.HOUR, D(1), minimum=D(100)),
        "included": Tariff("running_vm", Per.HOUR, D(1), included=D(10)),
    }
    agreements = {
        "discount": [Adjustment(start=day(1), percent=D(-10))],
        "quota": [FreeQuota(start=day(1), meter="running_vm", quantity=D(10), per=Per.HOUR)],
    }
    for row in table:
        tariff = tariffs.get(row["priced"], VM_HOUR)
        found = rated(running(1, 2), [card(tariff)], *agreements.get(row["priced"], []))
        (line,) = invoice(found).lines
        told = "" if line.unit_price is None else str(line.unit_price)
        assert (told, line.quantity, line.unit) == (row["unit price"], D(48), "hour"), row


def test_services_count_in_months_and_times() -> None:
    monthly = Tariff("service:support", Per.MONTH, D(90), title="Support")
    once = Tariff("service:setup", Per.ONCE, D(50), title="Set up")
    agreed = [
        Subscription(start=day(16), service="support", quantity=D(2)),
        Subscription(start=day(4), service="setup", quantity=D(3)),
    ]
    made = invoice(rated([], [card(monthly, once)], *agreed))
    told = [(each.name, each.quantity, each.unit, each.unit_price) for each in made.lines]
    assert told == [("Set up", D(3), "time", D(50)), ("Support", D(1), "month", D(90))]
    assert [(each.start, each.end) for each in made.lines] == [(day(4), day(4)), (day(16), day(30))]


def test_a_price_that_was_converted_is_told_in_the_currency_of_the_document() -> None:
    rate = ExchangeRate("EUR", "KWD", date(2026, 11, 30), D("0.3547"), "hand")
    from chalicelib.rating.price_lists import PriceLists

    lists = PriceLists(
        "KWD",
        [],
        base=[card(Tariff("running_vm", Per.HOUR, D("0.05")))],
        base_currency="EUR",
        conversion=Conversion("EUR", "KWD", D("0.3547"), D(1), (rate,)),
    )
    made = invoice(rated(running(1, 30), lists))
    (line,) = made.lines
    assert (line.unit_price, str(line.amount)) == (D("0.017735"), "12.769")
    assert made.exchange_rates == (rate,)
    assert groups(made) == "S:19=12.769/2.426"


def test_the_draft_of_the_running_month_is_what_is_issued_of_the_same_lines() -> None:
    found = rated(
        [*running(1, 20), used("volume", 3, "24", gib=7)],
        [card(VM_HOUR, Tariff("volume", Per.GIB_MONTH, D("0.08")))],
        Credit(start=day(1), until=day(30), amount=Money.of("7.77", "EUR")),
    )
    issuer = an_issuer(rule("19"), rule("7", scope="service:volumes"))
    now = datetime(2026, 11, 21, tzinfo=UTC)
    running_month = draft(found, an_account(), details(), issuer, issued_at=now)
    issued = invoice(found, issuer)
    assert running_month.number == "" and issued.number
    alike = replace(
        running_month,
        number=issued.number,
        issued_at=issued.issued_at,
        issued_on=issued.issued_on,
        due_on=issued.due_on,
    )
    assert alike == issued


@given(
    st.dictionaries(
        st.sampled_from(["running_vm", "volume", "network_sent", "service:support", "ip_address"]),
        st.decimals(min_value=0, max_value=10**6, places=2),
    ),
    st.sampled_from([D(0), D(-3), D("-12.34")]),
    st.sampled_from(["EUR", "JPY", "KWD"]),
)
def test_every_amount_of_an_invoice_is_what_fractions_say(
    amounts: dict[str, D], credit: D, currency: str
) -> None:
    places = {"EUR": "0.01", "JPY": "1", "KWD": "0.001"}[currency]
    lines = [
        item(meter, str(amount.quantize(D(places))), currency=currency)
        for meter, amount in amounts.items()
    ]
    if credit:
        lines.append(item("credit:a", str(credit.quantize(D(places))), currency=currency))
    issuer = an_issuer(
        rule("19"),
        rule("7", scope="service:volumes"),
        rule("0", "E", scope="service:services", note="exempt"),
    )
    invoice(period(*lines, currency=currency), issuer)


def test_what_is_paid_already_is_taken_off(table: Table) -> None:
    """
    settled                   | payable
                              | 23.80
    drawn=20.00               | 3.80
    drawn=20.00 wallet=3.80   | 0.00
    credit=0.01               | 23.79
    """
    made = invoice(period(item("running_vm", "20.00")))
    for row in table:
        parts = [each.split("=") for each in row["settled"].split()]
        paid = settled(made, [Settled(source, D(amount)) for source, amount in parts])
        assert str(paid.payable) == row["payable"], row
        assert (paid.total, len(paid.settled)) == (made.total, len(parts))
        check_document(paid, period(item("running_vm", "20.00")), an_issuer().taxes)


def test_a_document_is_the_same_after_it_was_kept() -> None:
    made = invoice(period(item("running_vm", "20.00"), item("credit:a", "-0.10")))
    kept = msgspec.json.decode(document_bytes(made), type=Document)
    assert kept == made and digest(kept) == digest(made)
    assert digest(replace(made, total=D("23.69"))) != digest(made)


def test_ids_are_derived_from_what_is_recorded() -> None:
    one = document_id(Kind.INVOICE, "acme", "2026-11")
    assert one == document_id(Kind.INVOICE, "acme", "2026-11") and len(one) == 32
    others = {
        document_id(Kind.RECEIPT, "acme", "2026-11"),
        document_id(Kind.INVOICE, "acme", "2026-12"),
        document_id(Kind.INVOICE, "acm", "e2026-11"),
    }
    assert len(others | {one}) == 4


def test_a_receipt_says_that_money_came_in() -> None:
    made = receipt(
        an_account("KWD"),
        details(),
        an_issuer(),
        top_up="t1",
        amount=Money.of("50", "KWD"),
        method="stripe",
        issued_at=ISSUED,
        number="RC-2026-00001",
    )
    check_receipt(made, D("50.000"))
    assert (made.kind, made.method, made.top_up) == (Kind.RECEIPT, "stripe", "t1")
    assert (made.due_on, made.period, str(made.total)) == (None, "", "50.000")
    for wrong in ("0", "-1", "0.0001"):
        with pytest.raises(InvalidInput):
            receipt(
                an_account("KWD"),
                details(),
                an_issuer(),
                top_up="t1",
                amount=Money.of(wrong, "KWD"),
                method="cash",
                issued_at=ISSUED,
                number="1",
            )


def test_nothing_used_is_an_invoice_of_nothing() -> None:
    empty: RatedPeriod = period(currency="JPY")
    made = invoice(empty)
    assert (str(made.net), str(made.tax), str(made.total)) == ("0", "0", "0")
