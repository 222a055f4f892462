"""Golden months of usage that comes late, of accounts that are gone, of invoices taken back."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

from chalicelib.invoicing.customers import Enforcement
from chalicelib.invoicing.parties import Party
from local.cloud import Cloud
from local.cloudstack.estate import ACME, load_accounts
from local.cloudstack.simulator import Simulator
from tests.golden.conftest import Check
from tests.golden.measured import BUT_TRAFFIC, GIB, PRICES, TRAFFIC, address, machine, sent, volume
from tests.golden.parties import ACME_LTD, days
from tests.golden.story import Story
from tests.invoicing.books import rule
from tests.runs.billed import VAT, issuer
from tests.runs.prices import card_of

MAILED = ("billing@customers.example",)
GONE = load_accounts(4)[3]


def test_late_usage_is_corrected_by_the_next_invoice_and_the_one_after(
    cloud: Cloud, simulator: Simulator, golden: Check
) -> None:
    story = Story(cloud, simulator, date(2026, 11, 27))
    story.issue_from(issuer(first_period="2026-11"))
    story.wired.add_rate_card(card_of("EUR", BUT_TRAFFIC, TRAFFIC))
    story.bill_to(ACME, "EUR", party=ACME_LTD, recipients=MAILED)
    used = days("2026-11", 27, 30)
    story.measured(machine(ACME, "web-1", "24", *used), sent(ACME, "net-1", 8 * GIB, used[0]))
    story.measured(machine(ACME, "web-1", "24", "2026-12-02", "2027-01-02"))
    story.at("2026-12-03 06:00")
    story.collect("2026-12-02")
    story.run()
    story.tell("November is invoiced")
    story.at("2026-12-10 06:00")
    story.measured(machine(ACME, "db-1", "24", used[0], used[1]))
    story.collect_again(used[0], used[1])
    story.at("2027-01-03 06:00")
    story.collect("2027-01-02")
    story.run()
    story.tell("December's invoice corrects November")
    story.at("2027-01-11 06:00")
    story.measured(machine(ACME, "db-1", "12", used[2]), sent(ACME, "net-2", 4 * GIB, used[3]))
    story.measured(volume(ACME, "data", 10, used[2]))
    story.collect_again(used[2], used[3])
    story.at("2027-02-03 06:00")
    story.collect("2027-02-02")
    story.run()
    story.tell("January's invoice corrects November again, traffic costs less")
    golden(story, "late_usage", "2026-12", "2027-01", "2027-02")


def test_a_deleted_account_is_invoiced_to_the_end(cloud: Cloud, golden: Check) -> None:
    told = {"today": date(2026, 11, 29), "records_per_day": 1, "records": []}
    with (
        Simulator(accounts=4, **told) as before,
        Simulator(accounts=3, **told) as after,
    ):
        story = Story(cloud, before, date(2026, 11, 27))
        story.world.settings = replace(story.world.settings, late_days=1)
        story.world.use(before)
        story.issue_from(issuer(first_period="2026-11"))
        story.wired.add_rate_card(card_of("EUR", PRICES))
        enforced = Enforcement("hold", 1, dry_run=False)
        party = Party("Shortlived SARL", ACME_LTD.address)
        story.bill_to(GONE, "EUR", party=party, recipients=MAILED, enforcement=enforced)
        used = days("2026-11", 27, 28)
        story.measured(machine(GONE, "web-1", "24", *used), volume(GONE, "data", 25, *used))
        story.at("2026-11-29 06:00")
        story.collect("2026-11-28")
        story.plan()
        story.tell("It is there")
        story.use(after)
        story.at("2026-11-30 06:00")
        story.plan()
        story.tell("CloudStack has it no more")
        story.at("2026-12-03 06:00")
        story.collect("2026-12-02")
        story.run()
        story.tell("Its last month is invoiced")
        story.at("2026-12-20 06:00")
        story.run()
        story.tell("It is overdue")
        story.measured(address(GONE, "203.0.113.9", used[1]))
        story.collect_again(used[1])
        story.at("2027-01-03 06:00")
        story.collect("2027-01-02")
        story.run()
        story.tell("A late record makes an invoice of corrections alone")
        story.at("2027-01-05 10:00")
        story.pay(GONE, "2.50", "all of it, and more")
        story.tell("All is paid")
        story.at("2027-02-03 06:00")
        story.collect("2027-02-02")
        story.run()
        story.tell("There is nothing more")
        golden(story, "deleted_account", "2026-12", "2027-01", prices={"EUR": [PRICES]})


def test_an_invoice_is_taken_back_in_two_parts_and_the_credit_is_paid_out(
    cloud: Cloud, simulator: Simulator, golden: Check
) -> None:
    story = Story(cloud, simulator, date(2026, 11, 24))
    reduced = rule("7", scope="service:volumes", name="VAT")
    story.issue_from(issuer(first_period="2026-11", taxes=(VAT, reduced)))
    story.wired.add_rate_card(card_of("EUR", PRICES))
    story.bill_to(ACME, "EUR", party=ACME_LTD, recipients=MAILED)
    used = days("2026-11", 24, 30)
    for name in ("web-1", "web-2"):
        story.measured(machine(ACME, name, "24", *used))
    story.measured(volume(ACME, "data", 333, *used), address(ACME, "198.51.100.7", *used))
    story.at("2026-12-03 06:00")
    story.collect("2026-12-02")
    story.run()
    story.tell("The month is invoiced")
    story.at("2026-12-10 09:00")
    story.pay(ACME, "12.00", "first part")
    story.tell("A part is paid")
    story.at("2026-12-11 09:00")
    story.credit(ACME, "INV-2026-00001", "the service was down for a day", total=D("11.11"))
    story.tell("A part is credited")
    story.at("2026-12-12 09:00")
    story.credit(ACME, "INV-2026-00001", "the customer was invoiced by mistake")
    story.tell("The rest is credited")
    story.at("2026-12-15 09:00")
    story.pay(ACME, "12.00", "back to the payer", refund=True)
    story.tell("The credit is paid out")
    golden(story, "credit_notes", "2026-12", prices={"EUR": [PRICES]})
