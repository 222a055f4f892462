"""What an invoice waits for, and which of that the operator may override."""

from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest
from msgspec.structs import replace

from chalicelib.exchange_rates import Conversion, ExchangeRate
from chalicelib.invoicing.corrections import corrections
from chalicelib.invoicing.readiness import due_at, may_issue, waits_for
from chalicelib.money import Money
from chalicelib.periods import BillingPeriod
from chalicelib.rating.line_items import Unpriced
from chalicelib.rating.price_lists import Missing
from chalicelib.reporting.summaries import PeriodSummary
from tests.invoicing.books import EARLIER, an_issuer, details, item, period, rule

Table = list[dict[str, str]]
READY = datetime(2026, 12, 3, 9, tzinfo=UTC)


def summary(**more: object) -> PeriodSummary:
    """Return the summary of a November that waits for nothing."""
    plain = PeriodSummary(
        account="acme",
        period=BillingPeriod("2026-11", "Europe/Berlin"),
        as_of=datetime(2026, 11, 30, 23, tzinfo=UTC),
        total=Money.of("20.00", "EUR"),
        services=(("virtual_machines", Money.of("20.00", "EUR")),),
        days=(),
        rejects={},
        unpriced=(),
    )
    return replace(plain, **more)


def codes(**more: object) -> str:
    told = {"summary": summary(), "issuer": an_issuer(), "details": details(), "now": READY, **more}
    return " ".join(each.code for each in waits_for(**told))  # type: ignore[arg-type]


def test_an_invoice_that_lacks_nothing_waits_for_nothing() -> None:
    assert waits_for(summary(), an_issuer(), details(), READY) == ()


def test_the_month_must_be_over_where_the_account_is_and_where_the_issuer_is(table: Table) -> None:
    """
    account       | issuer           | now              | waits
    Europe/Berlin | Europe/Berlin    | 2026-11-30 22:59 | period_not_over
    Europe/Berlin | Europe/Berlin    | 2026-11-30 23:00 | grace_days
    Europe/Berlin | Europe/Berlin    | 2026-12-02 22:59 | grace_days
    Europe/Berlin | Europe/Berlin    | 2026-12-02 23:00 |
    Asia/Kolkata  | America/New_York | 2026-12-01 04:59 | period_not_over
    Asia/Kolkata  | America/New_York | 2026-12-01 05:00 | grace_days
    Asia/Kolkata  | America/New_York | 2026-12-03 05:00 |
    UTC           | Asia/Tokyo       | 2026-11-30 23:59 | period_not_over
    UTC           | Asia/Tokyo       | 2026-12-01 00:00 | grace_days
    UTC           | Asia/Tokyo       | 2026-12-02 15:00 |
    """
    for row in table:
        month = BillingPeriod("2026-11", row["account"])
        told = summary(period=month, as_of=month.span.end)
        now = datetime.fromisoformat(row["now"]).replace(tzinfo=UTC)
        issuer = an_issuer(time_zone=row["issuer"])
        found = codes(summary=told, issuer=issuer, now=now)
        assert found == row["waits"], row
        assert (now >= due_at(month, issuer)) == (not row["waits"]), row


def test_without_grace_days_it_is_issued_as_soon_as_the_month_is_over(table: Table) -> None:
    """
    account          | issuer        | at
    Europe/Berlin    | Europe/Berlin | 2026-11-30 23:00
    America/New_York | Europe/Berlin | 2026-12-01 05:00
    Asia/Tokyo       | Europe/Berlin | 2026-11-30 23:00
    """
    for row in table:
        issuer = an_issuer(time_zone=row["issuer"], grace_days=0)
        at = due_at(BillingPeriod("2026-11", row["account"]), issuer)
        assert f"{at:%Y-%m-%d %H:%M}" == row["at"], row


def test_usage_that_is_not_settled_may_be_overridden() -> None:
    told = summary(
        as_of=datetime(2026, 11, 29, tzinfo=UTC), rejects={"unknown": 2}, holds={"overlap": 1}
    )
    found = waits_for(told, an_issuer(), details(), READY)
    assert [(each.code, each.may_override) for each in found] == [
        ("usage_incomplete", True),
        ("rejects", True),
        ("holds", True),
    ]
    assert [each.message for each in found] == [
        "usage has been collected up to 2026-11-29T00:00:00Z only",
        "2 usage records are refused: decide on them under To decide",
        "1 usage record is held: decide on it under To decide",
    ]
    assert may_issue(found, forced=True) and not may_issue(found, forced=False)
    assert may_issue((), forced=False)


def test_what_is_not_known_may_not_be_overridden() -> None:
    unpriced = (
        Unpriced("volume", D(1), 1),
        Unpriced("running_vm", D(1), 1, Missing.RATE, (), "EUR/KWD 2026-11-30"),
    )
    found = waits_for(summary(unpriced=unpriced), None, None, READY)
    assert [(each.code, each.message) for each in found] == [
        ("no_price", "there is no price for Volume"),
        ("no_price", "there is no exchange rate EUR/KWD 2026-11-30 or before"),
        ("no_issuer", "nobody issues invoices to this account: choose one"),
        ("no_address", "the customer's name and address are not known yet"),
    ]
    assert not may_issue(found, forced=True)
    assert codes(details=details(party=None)) == "no_address"
    assert codes(details=None) == "no_address"


def test_every_service_needs_a_rule_for_its_tax() -> None:
    services = (("virtual_machines", Money.of("1", "EUR")), ("credits", Money.of("-1", "EUR")))
    told = summary(services=services)
    only = an_issuer(rule("19", scope="service:virtual_machines"))
    assert codes(summary=told, issuer=only) == ""
    (found,) = waits_for(told, an_issuer(rule("19", tax_class="eu")), details(), READY)
    assert (found.code, found.may_override) == ("no_tax_rule", False)
    assert found.message == (
        "no rule of issuer main tells the tax of Virtual machines on 2026-11-30 for class standard"
    )


def test_corrections_need_rules_of_their_own_months() -> None:
    lines = corrections(
        period(month="2026-10"),
        period(item("volume", "1.00", month="2026-10"), month="2026-10"),
        EARLIER,
    )
    late = an_issuer(rule("19", start=date(2026, 11, 1)))
    assert codes(issuer=late) == "" and codes(corrections=lines) == ""
    (found,) = waits_for(summary(), late, details(), READY, corrections=lines)
    assert found.message == (
        "no rule of issuer main tells the tax of Volumes on 2026-10-31 for class standard"
    )


def test_the_tax_currency_needs_an_exchange_rate(table: Table) -> None:
    """
    counts     | wanted
    issue      | 2026-12-03
    period_end | 2026-11-30
    """
    rate = ExchangeRate("EUR", "PLN", date(2026, 11, 30), D("4.2"), "ecb")
    for row in table:
        issuer = an_issuer(tax_currency="PLN", tax_rate_day=row["counts"])
        (found,) = waits_for(summary(), issuer, details(), READY)
        assert found.message == (
            "the tax is told in PLN, and no exchange rate EUR/PLN"
            f" of {row['wanted']} or before is known"
        )
        known = Conversion("EUR", "PLN", D("4.2"), D(1), (rate,))
        assert codes(issuer=issuer, tax_conversion=known) == ""


@pytest.mark.parametrize(("n", "waits"), [(99_999, ""), (100_000, "number_too_long")])
def test_a_number_that_would_be_too_long(n: int, waits: str) -> None:
    issuer = an_issuer(fiscal_year_start=4, longest_number=16, series={"invoice": "IN/{fy}/{n:04}"})
    assert codes(issuer=issuer, next_number=n) == waits
