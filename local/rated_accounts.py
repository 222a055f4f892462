"""Any number of billing accounts with a month behind them: usage stored and rated, ready to bill.

Only the first day of the month has usage. It is generated as CloudStack would tell it; the product
reads, meters, stores and rates it.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec

from chalicelib.cloudstack.client import CloudStackClient
from chalicelib.cloudstack.source import CloudStackSource
from chalicelib.delivery.parameters import KeyPair
from chalicelib.invoicing.customers import BillingDetails
from chalicelib.invoicing.issuer_checks import checked_issuer
from chalicelib.invoicing.issuers import Issuer
from chalicelib.invoicing.parties import Address, Party
from chalicelib.metering.progress import Window, WindowProgress
from chalicelib.metering.windows import MeteredWindow, WindowMeter
from chalicelib.periods import BillingPeriod
from chalicelib.rating.card_files import RateCardFile, card_in
from chalicelib.wiring import Wiring
from local.billing_samples import GERMANY, sample_issuers
from local.cloudstack.simulator import Simulator
from local.seeding import example_rate_cards

CONNECTION = "main"
CURRENCY = "EUR"
MONTH = "2026-11"
FIRST_DAY = date(2026, 11, 1)
# As soon as the usual days of grace are over.
NOW = datetime(2026, 12, 4, 6, tzinfo=UTC)
RECORDS_EACH = 22


def store_accounts(wired: Wiring, accounts: int) -> list[str]:
    """Store so many accounts, prices and a month of usage; return the accounts' ids."""
    for card in example_rate_cards(FIRST_DAY):
        if card["currency"] == CURRENCY:
            wired.add_rate_card(card_in(msgspec.convert(card, RateCardFile, strict=False)))
    windows = [Window(CONNECTION, day) for _, day in BillingPeriod(MONTH, "UTC").days()]
    metered = _metered(accounts, windows[0])
    wired.accounts.remember(metered.sub_accounts)
    wired.usage.put_new(windows[0], metered.usage)
    for window in windows:
        wired.windows.mark_complete(WindowProgress(window, "complete", digest="0" * 32))
    wired.windows.advance(CONNECTION, windows[0].period.start)
    return sorted(metered.usage)


def rate_accounts(wired: Wiring, accounts: Sequence[str], progress: Callable[[], None]) -> None:
    """Rate the month of each account.

    Args:
        progress: told after each.
    """
    rate = wired.rater(len(accounts))
    for account in accounts:
        rate(account, MONTH, NOW)
        progress()


def _metered(accounts: int, window: Window) -> MeteredWindow:
    """Return what so many accounts used in a window."""
    records, tomorrow = accounts * RECORDS_EACH, FIRST_DAY + timedelta(days=1)
    with Simulator(today=tomorrow, records_per_day=records, accounts=accounts) as served:
        keys = KeyPair(served.api_key, served.secret_key)
        source = CloudStackSource(CloudStackClient(served.url, keys), CONNECTION)
        meter = WindowMeter(window)
        for page in source.usage_pages(window.period):
            meter.add(page.rows)
        return meter.metered()


def make_out(wired: Wiring, accounts: Sequence[str]) -> Issuer:
    """Store the issuer of the sample and details for each account; return the issuer.

    It issues as soon as the month is over.
    """
    body = sample_issuers(NOW.date())[GERMANY] | {"first_period": MONTH, "grace_days": 0}
    issuer = checked_issuer(msgspec.convert({"id": GERMANY, **body}, Issuer, strict=False))
    wired.issuers.put_issuer(issuer)
    for number, account in enumerate(accounts, 1):
        place = Address((f"Musterstraße {number}",), "Berlin", "10115", "DE")
        buyer = Party(f"Sample Company {number:04} GmbH", place)
        recipients = (f"accounts-{number:04}@customers.example",)
        wired.issuers.put_details(BillingDetails(account, GERMANY, buyer, recipients))
    return issuer
