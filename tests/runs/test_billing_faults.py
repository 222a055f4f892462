"""Payments, credit notes, top-ups and follow-ups die anywhere, are told twice, and count once."""

import io
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout, suppress
from datetime import date, timedelta
from decimal import Decimal as D

import msgspec
import pytest

from chalicelib.accounts import BillingAccount
from chalicelib.invoicing.documents import Kind
from chalicelib.invoicing.follow_ups import follow_of
from chalicelib.ledger.entries import Grant
from chalicelib.ledger.payments import payment, top_up
from chalicelib.money import Money
from chalicelib.runs.credit import Credit
from chalicelib.runs.messages import FollowUpMessage, IssueMessage
from chalicelib.tables.outbox import OutboxDocument
from chalicelib.wiring.billing import biller, follower
from chalicelib.wiring.payments import (
    issue_credit_note,
    record_payment,
    record_refund,
    top_up_wallet,
)
from tests.faults import Died, counted_requests, writes
from tests.runs.billed import DECEMBER, MONTH, bill_accounts, check_books, details
from tests.world import World

Work = Callable[[str], None]


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Every run prints a line."""
    with redirect_stdout(io.StringIO()):
        yield


def a_month_of(world: World) -> Work:
    """Return what happens to an account: invoiced, paid in part, credited, topped up, reminded."""
    wired = world.wiring

    def work(id: str) -> None:
        account, now = wired.accounts.get(id), DECEMBER
        biller(wired)(msgspec.json.encode(IssueMessage(id, MONTH.id)).decode())
        (invoice, *_) = (each for each in wired.invoices.of(id) if each.kind is Kind.INVOICE)
        record_payment(wired, money_in(account, "0.01"), account, now)
        credit = Credit(invoice.id, "agreed", "admin", total=D("0.05"), given_id="c1")
        issue_credit_note(wired, credit, account, now)
        record_payment(wired, money_in(account, "500.00"), account, now)
        record_refund(wired, money_in(account, "100.00", "refund"), account, now)
        granted, bought = Grant.GRANTED, Grant.PURCHASED
        top_up_wallet(wired, money_put(account, "5.00", granted), account, now)
        top_up_wallet(wired, money_put(account, "7.00", bought, "card"), account, now)
        world.now = now + timedelta(days=20)
        follower(wired)(msgspec.json.encode(FollowUpMessage(id)).decode())
        world.now = now

    return work


def money_in(account: BillingAccount, amount: str, kind: str = "payment"):  # type: ignore[no-untyped-def]
    return payment(
        account.id,
        DECEMBER.date(),
        Money(D(amount), "EUR"),
        "bank",
        f"{kind} of {amount}",
        received_at=DECEMBER,
        kind=kind,  # type: ignore[arg-type]
    )


def money_put(account: BillingAccount, amount: str, grant: Grant, method: str = ""):  # type: ignore[no-untyped-def]
    expires = date(2026, 12, 20) if grant is Grant.GRANTED else None
    return top_up(
        account.id,
        DECEMBER.date(),
        Money(D(amount), "EUR"),
        grant,
        topped_up_at=DECEMBER,
        method=method,
        expires_on=expires,
    )


def test_whoever_dies_anywhere_and_comes_again_counts_everything_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *accounts = bill_accounts(world, 64)
    for account in (first, *accounts):
        bill = details(account, payment_mode="prepaid", low_balance=D(20))
        world.wiring.issuers.put_details(bill)
    work = a_month_of(world)
    with counted_requests(monkeypatch) as undisturbed:
        work(first)
    expected = outcome(world, first)
    points = [
        (number, after)
        for number, name in enumerate(undisturbed.names, 1)
        if writes(name)
        for after in (False, True)
    ]
    assert len(points) <= len(accounts), "every point has an account of its own"
    for account, (at, after) in zip(accounts, points, strict=False):
        with counted_requests(monkeypatch, at, after=after) as requests, suppress(Died):
            work(account)
        assert requests.died, (at, after)
        world.now = DECEMBER
        work(account)
        work(account)
        where = f"{'after' if after else 'before'} {undisturbed.names[at - 1]} ({at})"
        # What is a number of the account itself aside: each used an hour more than the one before.
        assert outcome(world, account).keys() == expected.keys(), where
        assert outcome(world, account)["mails"] == expected["mails"], where
        assert outcome(world, account)["facts"] == expected["facts"], where
    check_books(world, [first, *accounts])
    for kind in Kind:
        check_numbers(world, kind, len(points) + 1)


def outcome(world: World, account: str) -> dict[str, object]:
    """Return what became of an account."""
    wired = world.wiring
    seen = wired.ledger.standing(account, "EUR")
    postings = wired.ledger.postings(account)
    mails = [row for row in OutboxDocument.scan() if row.recipient.startswith(account)]
    return {
        "facts": sorted(each.fact.value for each in postings),
        "documents": sorted(each.kind.value for each in wired.invoices.of(account)),
        "mails": sorted(row.subject.split()[0] for row in mails),
        "steps": [each.what.value for each in follow_of(seen.follow).events],
    }


def check_numbers(world: World, kind: Kind, count: int) -> None:
    """Say that so many numbers of a kind were given, without a gap."""
    for series, following in world.wiring.invoices.all_series("main"):
        if series.kind is kind:
            numbers = world.wiring.invoices.numbers(series, limit=1000)
            assert [each.n for each in numbers] == list(range(1, following))
            assert len(numbers) == count
