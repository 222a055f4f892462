"""The mails about how an account stands: its limit, its wallet, holds."""

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from chalicelib.accounts import BillingAccount, Terms
from chalicelib.invoicing.customers import BillingDetails, Enforcement
from chalicelib.invoicing.dunning import DueAction
from chalicelib.invoicing.follow_ups import Enforced
from chalicelib.money import Money
from chalicelib.notifications.account_messages import (
    credit_limit_messages,
    empty_wallet_messages,
    enforcement_messages,
    expiring_messages,
    low_wallet_messages,
)
from chalicelib.notifications.messages import Message

SITE = "https://billing.example"
TERMS = Terms("EUR", "en", "Europe/Berlin")
ACCOUNT = BillingAccount("g/1", "globex", "account", "/globex", "main", "enabled", TERMS, ())
DETAILS = BillingDetails("g/1", "nordlicht", recipients=("a@globex.example",))
PREPAID = replace(DETAILS, payment_mode="prepaid")
DAY, AT = date(2026, 11, 23), datetime(2026, 11, 23, 4, tzinfo=UTC)


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def of_every_kind(account: BillingAccount) -> list[Message]:
    """Return a mail of each kind."""
    return [
        message
        for messages in (
            credit_limit_messages(
                account, DETAILS, SITE, exposure=eur("120.00"), limit=eur("100.00"), on=DAY
            ),
            low_wallet_messages(
                account, PREPAID, SITE, available=eur("9.50"), low=eur("20.00"), on=DAY
            ),
            empty_wallet_messages(account, PREPAID, SITE, available=eur("-0.50"), on=DAY),
            expiring_messages(
                account, PREPAID, SITE, lot="lot", left=eur("5.00"), expires_on=date(2026, 12, 1)
            ),
            enforcement_messages(account, DETAILS, SITE, enforced=Enforced.HELD, at=AT),
            enforcement_messages(account, DETAILS, SITE, enforced=Enforced.SUSPENDED, at=AT),
            enforcement_messages(
                account, DETAILS, SITE, enforced=Enforced.NONE, at=AT, were_stopped=True
            ),
        )
        for message in messages
    ]


def test_subjects_tell_whose_and_what() -> None:
    assert [message.subject for message in of_every_kind(ACCOUNT)] == [
        "globex: credit limit of €100.00 reached",
        "globex: the wallet is low, €9.50 left",
        "globex: the wallet is empty",
        "globex: €5.00 of granted credit expires soon",
        "globex: the account is on hold",
        "globex: the account is suspended",
        "globex: the account can be used again",
    ]


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "hi", "ar"])
def test_every_kind_is_told_in_every_language(language: str) -> None:
    account = replace(ACCOUNT, terms=replace(TERMS, language=language))
    messages = of_every_kind(account)
    assert len({message.id for message in messages}) == len(messages)
    assert messages == of_every_kind(account)
    for message in messages:
        assert f'lang="{language}"' in message.html and "{" not in message.text
        assert ("account" in message.text.lower()) == (language == "en")


def test_links_lead_to_the_wallet_or_the_invoices(table) -> None:
    """
    mail | words               | to
    0    | See the details:    | invoices
    1    | Top up:             | wallet
    2    | Top up:             | wallet
    3    | See the details:    | wallet
    4    | See the details:    | invoices
    """
    messages = of_every_kind(ACCOUNT)
    for row in table:
        link = f"{row['words']} {SITE}/#/{row['to']}/g%2F1\n"
        assert link in messages[int(row["mail"])].text, row
    held = enforcement_messages(ACCOUNT, PREPAID, SITE, enforced=Enforced.HELD, at=AT)
    assert "Top up: " in held[0].text


def test_granted_credit_can_be_used_until_the_day_before_it_is_gone() -> None:
    assert "until November 30, 2026" in of_every_kind(ACCOUNT)[3].text


def test_an_empty_wallet_says_what_comes_of_it_unless_that_is_a_dry_run() -> None:
    action = DueAction("hold", date(2026, 11, 30), "empty")

    def text(enforcement: Enforcement) -> str:
        details = replace(PREPAID, enforcement=enforcement)
        (message,) = empty_wallet_messages(
            ACCOUNT, details, SITE, available=eur("0.00"), on=DAY, action=action
        )
        return message.text

    assert "before November 30, 2026, nothing new" in text(Enforcement("hold", 7, dry_run=False))
    assert "November 30" not in text(Enforcement("hold", 7, dry_run=True))


def test_only_who_was_suspended_is_told_to_start_machines() -> None:
    resumed = enforcement_messages(ACCOUNT, DETAILS, SITE, enforced=Enforced.NONE, at=AT)
    assert "start them" not in resumed[0].text
    assert "start them" in of_every_kind(ACCOUNT)[-1].text
