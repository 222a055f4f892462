"""Golden months whose prices change, whose currencies have other decimals, whose usage waits."""

from datetime import UTC, date, datetime
from decimal import Decimal as D

from chalicelib.exchange_rates import exchange_rate
from chalicelib.metering.reviews import Reason
from chalicelib.wiring.rates import add_rate
from local.cloud import Cloud
from local.cloudstack.estate import ACME, GLOBEX, INITECH
from local.cloudstack.simulator import Simulator
from tests.golden.conftest import Check
from tests.golden.measured import PRICES, RUNNING, VOLUME, address, machine, sent, volume
from tests.golden.parties import ACME_LTD, GLOBEX_PVT, INITECH_WLL, days
from tests.golden.story import Story
from tests.invoicing.books import rule
from tests.oracle import Prices
from tests.runs.billed import VAT, issuer
from tests.runs.prices import ALWAYS, card_of

DEARER = Prices(
    datetime(2026, 11, 27, 13, 30, tzinfo=UTC),
    {**PRICES.by_type, RUNNING: ("hour", "0.0425"), VOLUME: ("gib_month", "0.0901")},
)
DINARS = Prices(ALWAYS, {RUNNING: ("hour", "0.01235"), VOLUME: ("gib_month", "0.0275")})
MAILED = ("billing@customers.example",)


def test_prices_change_within_the_month(cloud: Cloud, simulator: Simulator, golden: Check) -> None:
    story = Story(cloud, simulator, date(2026, 11, 26))
    story.issue_from(issuer(first_period="2026-11"))
    story.wired.add_rate_card(card_of("EUR", PRICES))
    story.bill_to(ACME, "EUR", party=ACME_LTD, recipients=MAILED)
    used = days("2026-11", 26, 28)
    story.measured(machine(ACME, "web-1", "24", *used), volume(ACME, "data", 50, *used))
    story.measured(address(ACME, "198.51.100.7", *used), sent(ACME, "net-1", 987654321012, used[0]))
    story.at("2026-11-27 06:00")
    story.collect("2026-11-26")
    story.draft(ACME, "2026-11")
    story.wired.add_rate_card(card_of("EUR", DEARER))
    story.at("2026-11-29 06:00")
    story.collect("2026-11-28")
    story.draft(ACME, "2026-11")
    story.at("2026-12-03 06:00")
    story.collect("2026-12-02")
    story.run()
    story.tell("The month is invoiced")
    story.at("2026-12-09 09:00")
    story.pay(ACME, "10.00", "INV-2026-00001 first part")
    story.tell("A part is paid")
    story.at("2026-12-16 09:00")
    story.pay(ACME, "10.00", "INV-2026-00001 rest")
    story.tell("The rest is paid, and more")
    story.measured(machine(ACME, "web-1", "24", "2026-12-31"))
    story.at("2027-01-03 06:00")
    story.collect("2027-01-02")
    story.run()
    story.tell("What was too much pays the next invoice")
    golden(story, "prices_change", "2026-12", "2027-01", prices={"EUR": [PRICES, DEARER]})


def test_currencies_without_decimals_and_with_three(
    cloud: Cloud, simulator: Simulator, golden: Check
) -> None:
    story = Story(cloud, simulator, date(2026, 11, 27))
    japan, kuwait = (
        rule("10", tax_class="japan", name="JCT"),
        rule("0", "O", tax_class="outside", name="No VAT", note="Not subject to VAT"),
    )
    story.issue_from(issuer(first_period="2026-11", taxes=(VAT, japan, kuwait)))
    story.wired.add_rate_card(card_of("EUR", PRICES))
    story.wired.add_rate_card(card_of("KWD", DINARS))
    rate = exchange_rate("EUR", "JPY", date(2026, 11, 26), D("178.25"), "hand")
    add_rate(story.wired, rate)
    story.bill_to(
        INITECH, "KWD", "Asia/Kuwait", party=INITECH_WLL, recipients=MAILED, tax_class="outside"
    )
    story.bill_to(GLOBEX, "JPY", party=GLOBEX_PVT, recipients=MAILED, tax_class="japan")
    used = days("2026-11", 27, 30)
    for account in (INITECH, GLOBEX):
        story.measured(machine(account, f"{account.name}-1", "23.5", *used))
        story.measured(volume(account, f"{account.name}-data", 77, *used))
    story.at("2026-12-03 06:00")
    story.collect("2026-12-02")
    story.run()
    story.tell("The month is invoiced")
    story.at("2026-12-10 09:00")
    story.pay(GLOBEX, "500", "part")
    story.pay(INITECH, "5.000", "more than is due")
    story.tell("Both have paid something")
    golden(story, "currencies", "2026-12", prices={"KWD": [DINARS]})


def test_what_waits_for_a_decision_is_issued_anyway_and_corrected(
    cloud: Cloud, simulator: Simulator, golden: Check
) -> None:
    story = Story(cloud, simulator, date(2026, 11, 27))
    story.issue_from(issuer(first_period="2026-11"))
    story.wired.add_rate_card(card_of("EUR", PRICES))
    story.bill_to(ACME, "EUR", party=ACME_LTD, recipients=MAILED)
    used = days("2026-11", 27, 30)
    good = machine(ACME, "web-1", "24", *used)
    held = machine(ACME, "db-1", "30", "2026-11-28")
    unknown = [{**each, "usagetype": 99} for each in machine(ACME, "new-1", "24", "2026-11-29")]
    story.measured(good, held, unknown)
    story.at("2026-12-03 06:00")
    story.collect("2026-12-02")
    story.run()
    story.tell("The month waits")
    story.at("2026-12-04 11:00")
    story.issue_anyway(ACME, "2026-11", "the customer wants it before the holidays")
    story.tell("Issued all the same")
    story.at("2026-12-08 09:00")
    story.decide("accept", RUNNING, Reason.TOO_MANY_HOURS, "2026-11-28")
    story.decide("refuse", 99, Reason.UNKNOWN_TYPE, "2026-11-29")
    story.tell("It is decided")
    story.measured(machine(ACME, "web-1", "24", "2026-12-01"))
    story.collect_again("2026-12-01")
    story.at("2027-01-03 06:00")
    story.collect("2027-01-02")
    story.run()
    story.tell("The next month brings the correction")
    golden(
        story,
        "decided_later",
        "2026-12",
        "2027-01",
        prices={"EUR": [PRICES]},
        measured=[each for each in story.records if each not in unknown],
    )
