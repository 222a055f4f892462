"""Golden months of issuers with their own numbers and taxes, and of customers who pay late."""

from datetime import date
from decimal import Decimal as D

from msgspec.structs import replace

from chalicelib.exchange_rates import exchange_rate
from chalicelib.invoicing.customers import Enforcement
from chalicelib.invoicing.issuers import Dunning
from chalicelib.invoicing.parties import Address, Party
from chalicelib.wiring.rates import add_rate
from local.cloud import Cloud
from local.cloudstack.estate import ACME, GLOBEX, INITECH
from local.cloudstack.simulator import Simulator
from tests.golden.conftest import Check
from tests.golden.measured import PRICES, RUNNING, VOLUME, machine, volume
from tests.golden.parties import ACME_LTD, GLOBEX_PVT, INITECH_WLL, days
from tests.golden.story import Story
from tests.invoicing.books import rule, split_gst
from tests.oracle import Prices
from tests.runs.billed import issuer
from tests.runs.prices import ALWAYS, card_of

MAILED = ("billing@customers.example",)
RUPEES = Prices(ALWAYS, {RUNNING: ("hour", "3.75"), VOLUME: ("gib_month", "8.5")})
_INDIA = Address(("9 MG Road",), "Pune", "411001", "IN", "MH")
_INDIAN = issuer(
    "india",
    time_zone="Asia/Kolkata",
    first_period="2027-02",
    fiscal_year_start=4,
    longest_number=16,
    series={
        "invoice": "IN/{fy}/{n:04}",
        "credit_note": "CN/{fy}/{n:04}",
        "receipt": "RV/{fy}/{n:04}",
    },
    taxes=(split_gst(), rule("18", tax_class="abroad", name="IGST")),
    tax_currency="INR",
    tax_rate_day="period_end",
)
INDIAN = replace(_INDIAN, party=Party("Sample Cloud Pvt Ltd", _INDIA, "27BBBBB1111B1Z5"))


def test_two_issuers_number_by_their_own_years_and_tell_tax_in_their_own_currency(
    cloud: Cloud, simulator: Simulator, golden: Check
) -> None:
    story = Story(cloud, simulator, date(2026, 11, 29))
    story.issue_from(issuer(first_period="2026-11"))
    story.issue_from(INDIAN)
    story.wired.add_rate_card(card_of("EUR", PRICES))
    story.wired.add_rate_card(card_of("INR", RUPEES))
    story.bill_to(ACME, "EUR", party=ACME_LTD, recipients=MAILED)
    story.bill_to(
        GLOBEX, "INR", "Asia/Kolkata", issuer="india", party=GLOBEX_PVT, recipients=MAILED
    )
    story.bill_to(
        INITECH,
        "EUR",
        "Asia/Kolkata",
        issuer="india",
        party=INITECH_WLL,
        recipients=MAILED,
        tax_class="abroad",
    )
    for day, rate in (("2027-02-26", "102.5"), ("2027-03-30", "104.25"), ("2027-04-01", "99")):
        told = exchange_rate("EUR", "INR", date.fromisoformat(day), D(rate), "hand")
        add_rate(story.wired, told)
    story.measured(machine(ACME, "web-1", "24", "2026-11-29", "2026-12-30"))
    for account in (GLOBEX, INITECH):
        name = f"{account.name}-1"
        story.measured(machine(account, name, "24", "2027-02-27", "2027-03-30", "2027-03-31"))
        story.measured(volume(account, name, 100, "2027-02-27", "2027-03-30"))
    for last, now, title in (
        ("2026-12-02", "2026-12-03 06:00", "November, invoiced in 2026"),
        ("2027-01-02", "2027-01-03 06:00", "December, invoiced in 2027"),
        ("2027-03-02", "2027-03-03 06:00", "February, invoiced in the old fiscal year"),
        ("2027-04-02", "2027-04-03 06:00", "March, invoiced in the new fiscal year"),
    ):
        story.at(now)
        story.collect(last)
        story.run()
        story.tell(title)
    golden(story, "two_issuers", prices={"INR": [RUPEES], "EUR": [PRICES]})


def test_who_pays_late_is_reminded_warned_held_and_resumed(
    cloud: Cloud, simulator: Simulator, golden: Check
) -> None:
    story = Story(cloud, simulator, date(2026, 11, 27))
    dunning = Dunning(before=3, every=7, final_after=14)
    story.issue_from(issuer(first_period="2026-11", due_days=14, dunning=dunning))
    story.wired.add_rate_card(card_of("EUR", PRICES))
    for account, party, dry_run in ((ACME, ACME_LTD, False), (GLOBEX, GLOBEX_PVT, True)):
        story.bill_to(
            account,
            "EUR",
            party=party,
            recipients=(f"billing@{account.name}.example",),
            credit_limit=D("6.00"),
            enforcement=Enforcement("hold", 5, dry_run=dry_run),
        )
        story.measured(machine(account, account.name, "24", *days("2026-11", 27, 30)))
    # Only acme goes on, and comes over its limit.
    story.measured(machine(ACME, "acme", "24", *days("2026-12", 18, 20)))
    for last, now, title in (
        ("2026-12-02", "2026-12-03 06:00", "The month is invoiced"),
        ("2026-12-13", "2026-12-14 06:00", "Due in three days"),
        ("2026-12-17", "2026-12-18 06:00", "A day overdue"),
        ("2026-12-20", "2026-12-21 06:00", "Over the credit limit"),
        ("2026-12-22", "2026-12-23 06:00", "Five days after the first overdue one"),
        ("2026-12-24", "2026-12-25 06:00", "The second reminder"),
        ("2026-12-30", "2026-12-31 06:00", "The final notice"),
    ):
        story.at(now)
        story.collect(last)
        story.run()
        story.tell(title)
    story.at("2027-01-02 10:00")
    for account in (ACME, GLOBEX):
        story.pay(account, "4.28", "at last")
    story.tell("Paid")
    story.at("2027-01-03 06:00")
    story.collect("2027-01-02")
    story.run()
    story.tell("December is invoiced")
    golden(story, "dunning", "2026-12", "2027-01", prices={"EUR": [PRICES]})
