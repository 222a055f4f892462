"""Golden months of who pays beforehand."""

from datetime import date
from decimal import Decimal as D

import pytest

from chalicelib.invoicing.customers import Enforcement
from local.cloud import Cloud
from local.cloudstack.estate import ACME
from local.cloudstack.simulator import Simulator
from tests.golden.conftest import Check
from tests.golden.measured import BUT_TRAFFIC, GIB, PRICES, TRAFFIC, address, machine, sent, volume
from tests.golden.parties import ACME_LTD, days
from tests.golden.story import Story
from tests.runs.billed import issuer
from tests.runs.prices import card_of


@pytest.mark.parametrize("crooked", [False, True])
def test_a_prepaid_wallet_runs_dry_and_is_filled_again(
    cloud: Cloud, simulator: Simulator, golden: Check, crooked: bool
) -> None:
    story = Story(cloud, simulator, date(2026, 11, 24), crooked)
    story.issue_from(issuer(first_period="2026-11"))
    story.wired.add_rate_card(card_of("EUR", PRICES))
    story.bill_to(
        ACME,
        "EUR",
        party=ACME_LTD,
        recipients=("billing@acme.example",),
        payment_mode="prepaid",
        low_balance=D("5.00"),
        enforcement=Enforcement("suspend", 2, dry_run=False),
    )
    story.at("2026-11-24 09:00")
    story.top_up(ACME, "5.00", "welcome gift", expires_on="2027-02-01")
    story.top_up(ACME, "9.00", "card 4242")
    story.tell("A gift, and the first top-up")
    used = days("2026-11", 24, 27)
    for name in ("web-1", "web-2", "db-1"):
        story.measured(machine(ACME, name, "24", *used))
    story.measured(volume(ACME, "data", 100, *used), address(ACME, "198.51.100.7", *used))
    for day in range(24, 29):
        story.at(f"2026-11-{day + 1:02} 06:00")
        story.collect(f"2026-11-{day:02}")
        story.run()
        story.tell(f"The usage of {day} November is there")
    story.at("2026-11-30 06:00")
    story.collect("2026-11-29")
    story.run()
    story.tell("Empty for two days")
    story.at("2026-11-30 10:00")
    story.top_up(ACME, "15.00", "card 4343")
    story.tell("Topped up")
    story.measured(machine(ACME, "web-1", "24", "2026-12-01"))
    story.at("2026-12-02 06:00")
    story.collect("2026-12-01")
    story.run()
    story.tell("The next month draws as well")
    story.at("2026-12-03 06:00")
    story.collect("2026-12-02")
    story.run()
    story.tell("The month is invoiced")
    golden(story, "prepaid", "2026-11", "2026-12", prices={"EUR": [PRICES]})


def test_an_invoice_below_zero_becomes_credit_and_a_gift_expires(
    cloud: Cloud, simulator: Simulator, golden: Check
) -> None:
    story = Story(cloud, simulator, date(2026, 11, 30))
    story.issue_from(issuer(first_period="2026-11"))
    story.wired.add_rate_card(card_of("EUR", BUT_TRAFFIC, TRAFFIC))
    story.bill_to(
        ACME, "EUR", party=ACME_LTD, recipients=("billing@acme.example",), payment_mode="prepaid"
    )
    story.at("2026-11-30 09:00")
    story.top_up(ACME, "20.00", "card 4242")
    story.measured(sent(ACME, "net-1", 100 * GIB, "2026-11-30"))
    story.at("2026-12-03 06:00")
    story.collect("2026-12-02")
    story.run()
    story.tell("November is invoiced")
    # One GiB more makes all of the month's traffic cheaper.
    story.measured(sent(ACME, "net-2", 1 * GIB, "2026-11-30"))
    story.measured(machine(ACME, "web-1", "24", "2026-12-15", "2027-01-04"))
    story.collect_again("2026-11-30")
    story.at("2026-12-16 06:00")
    story.collect("2026-12-15")
    story.run()
    story.draft(ACME, "2026-12")
    story.tell("Less is owed for November than was invoiced")
    story.at("2027-01-03 06:00")
    story.collect("2027-01-02")
    story.run()
    story.tell("December's invoice is below zero")
    story.at("2027-01-04 09:00")
    story.top_up(ACME, "3.00", "new year gift", expires_on="2027-01-20")
    story.at("2027-01-05 06:00")
    story.collect("2027-01-04")
    story.run()
    story.tell("What is given is used first")
    story.at("2027-01-20 06:00")
    story.collect("2027-01-19")
    story.run()
    story.tell("The gift expires")
    story.at("2027-02-03 06:00")
    story.collect("2027-02-02")
    story.run()
    story.tell("January is invoiced")
    golden(story, "below_zero", "2026-12", "2027-01", "2027-02")
