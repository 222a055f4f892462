"""What billing meets now and then: several open months, changed settings, clocks, lost messages."""

import io
from collections.abc import Iterator
from contextlib import nullcontext, redirect_stdout
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

import msgspec
import pytest
from msgspec.structs import replace

from chalicelib.errors import Conflict
from chalicelib.invoicing.customers import Enforcement
from chalicelib.invoicing.follow_ups import Enforced, follow_of
from chalicelib.ledger.entries import Grant
from chalicelib.ledger.payments import TopUp, payment, top_up
from chalicelib.ledger.standing import Seen
from chalicelib.money import Money
from chalicelib.periods import BillingPeriod
from chalicelib.rating.basis import basis_of
from chalicelib.rating.charges import rate
from chalicelib.reporting.billing_overview import overview_wallet
from chalicelib.reporting.summaries import summarize
from chalicelib.runs import pay
from chalicelib.runs.drafts import material
from chalicelib.runs.enforce import Enforcer, decided
from chalicelib.runs.messages import FollowUpMessage, IssueMessage, RenderMessage
from chalicelib.tables.outbox import OutboxDocument
from chalicelib.wiring.billing import biller, follower, issue_anyway
from chalicelib.wiring.books import books
from chalicelib.wiring.payments import record_payment, top_up_wallet
from tests.runs.billed import (
    DECEMBER,
    LISTS,
    MONTH,
    bill_accounts,
    check_books,
    details,
    issuer,
    rated_month,
    vm_hours,
)
from tests.world import World

NEXT = BillingPeriod("2026-12", "UTC")


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Every run prints a line."""
    with redirect_stdout(io.StringIO()):
        yield


def issue(world: World, account: str, period: str = MONTH.id) -> None:
    biller(world.wiring)(msgspec.json.encode(IssueMessage(account, period)).decode())


def look_after(world: World, account: str) -> None:
    follower(world.wiring)(msgspec.json.encode(FollowUpMessage(account)).decode())


def store_december(world: World, account: str, hours: str) -> None:
    rated = rate([vm_hours(hours, date(2026, 12, 1))], LISTS, NEXT, as_of=world.now)
    summary = summarize(account, rated, world.now, {}, {})
    basis = basis_of(LISTS, NEXT, (), {}, "charged")
    seen = world.wiring.charges.stored(account, NEXT.id)
    assert world.wiring.charges.put(summary, rated, seen=seen, revision=1, basis=basis)


def amend(world: World, account: str, hours: int) -> None:
    """Store that November comes out otherwise than it was invoiced."""
    table = world.wiring.amended
    seen = table.digest(account, MONTH.id)
    assert table.put(account, rated_month(hours), seen=seen, revision=1)


def give(world: World, account: str, amount: str) -> None:
    wired = world.wiring
    bought = top_up(
        account,
        world.now.date(),
        Money(D(amount), "EUR"),
        Grant.GRANTED,
        topped_up_at=world.now,
    )
    top_up_wallet(wired, bought, wired.accounts.get(account), world.now)


def test_a_correction_is_drawn_once_however_many_months_are_open(world: World) -> None:
    (account,) = bill_accounts(world, 1)
    issue(world, account)
    world.wiring.issuers.put_details(details(account, payment_mode="prepaid"))
    give(world, account, "1000.00")
    store_december(world, account, "100")
    # 100 hours more in November, 7.00 and its tax.
    amend(world, account, 101)
    world.now = datetime(2027, 1, 1, 12, tzinfo=UTC)
    look_after(world, account)
    standing = world.wiring.ledger.standing(account, "EUR").standing
    drawn = sum((standing.drawn(period) for period in standing.drawn_periods()), D(0))
    assert drawn == 2 * (D("7.00") + D("1.33"))
    check_books(world, [account])


def test_what_was_drawn_stays_drawn_while_no_rule_tells_the_tax(world: World) -> None:
    (account,) = bill_accounts(world, 1)
    world.wiring.issuers.put_details(details(account, payment_mode="prepaid"))
    give(world, account, "1000.00")
    store_december(world, account, "100")
    world.now = datetime(2026, 12, 10, 12, tzinfo=UTC)
    look_after(world, account)
    before = world.wiring.ledger.standing(account, "EUR").standing
    assert before.drawn(NEXT.id) == D("8.33")
    world.wiring.issuers.put_details(
        details(account, payment_mode="prepaid", tax_class="of-nobody")
    )
    world.now = datetime(2026, 12, 11, 12, tzinfo=UTC)
    look_after(world, account)
    after = world.wiring.ledger.standing(account, "EUR").standing
    assert after.drawn(NEXT.id) == before.drawn(NEXT.id)
    assert after.wallet == before.wallet
    check_books(world, [account])


def test_files_are_made_of_an_invoice_that_was_issued_anyway(world: World) -> None:
    (account,) = bill_accounts(world, 1)
    done = issue_anyway(world.wiring, account, MONTH.id, by="admin", reason="agreed", now=DECEMBER)
    wanted = msgspec.json.encode(RenderMessage(account, done.document)).decode()
    assert [each["body"] for each in world._received(world.settings.invoices_queue_url)] == [wanted]


def test_a_month_that_is_never_invoiced_here_is_not_drawn_for(world: World) -> None:
    (account,) = bill_accounts(world, 1)
    world.wiring.issuers.put_details(details(account, payment_mode="prepaid"))
    give(world, account, "1000.00")
    store_december(world, account, "100")
    look_after(world, account)
    assert drawn_for(world, account) == ["2026-11", "2026-12"]
    world.wiring.issuers.put_issuer(issuer(first_period="2027-01"))
    world.now = datetime(2026, 12, 5, 12, tzinfo=UTC)
    look_after(world, account)
    assert drawn_for(world, account) == []
    assert world.wiring.ledger.standing(account, "EUR").standing.wallet == 1000
    check_books(world, [account])


def test_what_was_drawn_goes_back_to_who_pays_afterwards_and_has_used_nothing(world: World) -> None:
    (account,) = bill_accounts(world, 1)
    world.wiring.issuers.put_details(details(account, payment_mode="prepaid"))
    give(world, account, "8.33")
    store_december(world, account, "100")
    issue(world, account)
    look_after(world, account)
    assert drawn_for(world, account) == ["2026-12"]
    world.wiring.issuers.put_details(details(account))
    look_after(world, account)
    assert drawn_for(world, account) == ["2026-12"], "its invoice is paid by it"
    store_december(world, account, "0")
    look_after(world, account)
    assert drawn_for(world, account) == []
    check_books(world, [account])


def drawn_for(world: World, account: str) -> list[str]:
    return world.wiring.ledger.standing(account, "EUR").standing.drawn_periods()


def test_a_month_before_the_first_one_waits_for_somebody_to_say_so(world: World) -> None:
    (account,) = bill_accounts(world, 1)
    world.wiring.issuers.put_issuer(issuer(first_period="2026-12"))
    issue(world, account)
    run = world.wiring.invoices.run_of(MONTH.id, account)
    assert run is not None
    assert (run.state, [each.code for each in run.reasons]) == ("waiting", ["before_first_period"])
    done = issue_anyway(world.wiring, account, MONTH.id, by="admin", reason="so", now=DECEMBER)
    assert done.new


def test_a_time_zone_stays_once_a_month_was_invoiced_in_it(world: World) -> None:
    """What lies between the old end of that month and the new one would be billed twice, or never."""
    (account,) = bill_accounts(world, 1)
    wired = world.wiring
    terms = wired.accounts.get(account).terms
    wired.set_terms(account, replace(terms, time_zone="Asia/Tokyo"))
    wired.set_terms(account, terms)
    issue(world, account)
    with pytest.raises(Conflict, match="invoiced in UTC"):
        wired.set_terms(account, replace(terms, time_zone="Asia/Tokyo"))
    wired.set_terms(account, replace(terms, language="de"))


def test_a_top_up_that_is_told_again_after_midnight_counts_once(world: World) -> None:
    (account,) = bill_accounts(world, 1)
    wired, known = world.wiring, world.wiring.accounts.get(account)

    def told(day: date, amount: str) -> TopUp:
        return top_up(
            account,
            day,
            Money(D(amount), "EUR"),
            Grant.PURCHASED,
            topped_up_at=world.now,
            method="card",
            given_id="mine",
        )

    today, tomorrow = date(2026, 12, 4), date(2026, 12, 5)
    assert top_up_wallet(wired, told(today, "5.00"), known, world.now).new
    again = top_up_wallet(wired, told(tomorrow, "5.00"), known, world.now)
    assert not again.new and again.receipt is not None
    with pytest.raises(Conflict):
        top_up_wallet(wired, told(today, "6.00"), known, world.now)


def test_who_comes_late_does_not_record_what_somebody_else_is_doing(world: World) -> None:
    (account,) = bill_accounts(world, 1)
    strict = Enforcement(action="hold", after_days=0, dry_run=False)
    world.wiring.issuers.put_details(details(account, enforcement=strict))
    issue(world, account)
    all_books = books(world.wiring)
    later = DECEMBER + timedelta(days=20)

    class Slow:
        """While it holds an account, the money comes in, and somebody begins to let it go."""

        def state(self, kind: str, id: str) -> str:
            return "enabled"

        def hold(self, kind: str, id: str) -> str:
            seen = world.wiring.ledger.standing(account, "EUR")
            resuming = replace(follow_of(seen.follow), enforced=Enforced.RESUMING)
            all_books.put_follow(seen, resuming, prepaid=False)
            return "locked"

    enforcer = Enforcer(world.wiring.accounts, lambda _: nullcontext(Slow()))  # type: ignore[arg-type]
    enforcer.enforce(material(account, NEXT.id, all_books), all_books, later.date(), later)
    follow = follow_of(world.wiring.ledger.standing(account, "EUR").follow)
    assert follow.enforced is Enforced.RESUMING and follow.touched


def test_a_currency_may_change_as_long_as_nothing_was_posted_though_somebody_looked(
    world: World,
) -> None:
    (account,) = bill_accounts(world, 1)
    wired = world.wiring
    wired.issuers.put_details(details(account, credit_limit=D(1000)))
    look_after(world, account)
    before = wired.ledger.standing(account, "EUR")
    assert before.is_stored and before.standing.version == 0
    wired.set_terms(account, replace(wired.accounts.get(account).terms, currency="USD"))
    seen = wired.ledger.standing(account, "USD")
    assert (seen.standing.currency, seen.follow) == ("USD", before.follow)
    asked = payment(account, world.now.date(), Money(D(5), "USD"), "bank", "", received_at=DECEMBER)
    assert record_payment(wired, asked, wired.accounts.get(account), world.now).new
    (after,) = (each.standing for each in wired.ledger.standings())
    assert (after.currency, after.credit) == ("USD", 5)


def test_nobody_is_held_for_what_their_own_credit_would_pay(world: World) -> None:
    (account,) = bill_accounts(world, 1)
    strict = Enforcement(action="hold", after_days=0, dry_run=False)
    world.wiring.issuers.put_details(details(account, enforcement=strict))
    issue(world, account)
    wired, later = world.wiring, DECEMBER + timedelta(days=20)
    seen, all_books = wired.ledger.standing(account, "EUR"), books(wired)
    current = material(account, NEXT.id, all_books)
    due = decided(current, seen, follow_of(seen.follow), later.date())
    assert due is not None and due.wish == "hold"
    owed = Money(seen.standing.owed, "EUR")
    asked = payment(account, later.date(), owed, "bank", "", received_at=later)
    record_payment(wired, asked, wired.accounts.get(account), later, allocations=[])
    seen = wired.ledger.standing(account, "EUR")
    assert seen.standing.owed == seen.standing.credit
    assert decided(current, seen, follow_of(seen.follow), later.date()) is None
    held = replace(follow_of(seen.follow), enforced=Enforced.HELD)
    back = decided(current, seen, held, later.date())
    assert back is not None and back.wish == "resume"
    # Who was held before is let go, whatever is only tried out since.
    tried = replace(current.details, enforcement=replace(strict, dry_run=True))
    back = decided(replace(current, details=tried), seen, held, later.date())
    assert back is not None and not back.is_dry_run


def test_more_mails_than_fit_into_one_write_leave_on_several_days(world: World) -> None:
    (account,) = bill_accounts(world, 1)
    known = world.wiring.accounts.get(account)
    people = tuple(f"{number}@customers.example" for number in range(10))
    world.wiring.issuers.put_details(details(account, recipients=people, payment_mode="prepaid"))
    for number in range(12):
        gift = top_up(
            account,
            world.now.date(),
            Money(D(1), "EUR"),
            Grant.GRANTED,
            topped_up_at=world.now,
            expires_on=date(2026, 12, 10),
            given_id=str(number),
        )
        top_up_wallet(world.wiring, gift, known, world.now)
    told = []
    for day in range(4, 9):
        world.now = datetime(2026, 12, day, 12, tzinfo=UTC)
        look_after(world, account)
        follow = follow_of(world.wiring.ledger.standing(account, "EUR").follow)
        told.append(len(follow.expiring))
    assert told[0] < told[1] and told[-1] == 12
    subjects = [row.subject for row in OutboxDocument.scan() if row.recipient == people[0]]
    assert len(subjects) == 12


def test_what_the_overview_shows_of_a_wallet_is_never_made_of_what_is_older(world: World) -> None:
    (account,) = bill_accounts(world, 1)
    wired, known = world.wiring, world.wiring.accounts.get(account)
    wired.issuers.put_details(details(account, payment_mode="prepaid"))
    give(world, account, "5.00")
    all_books = books(wired)
    read = all_books.ledger.standing

    def overtaken(account: str, currency: str) -> Seen:
        """Somebody looks after the account right after it was read, once."""
        seen = read(account, currency)
        all_books.ledger.standing = read  # type: ignore[method-assign]
        follow = replace(follow_of(seen.follow), not_drawn=D(7))
        all_books.put_follow(seen, follow, prepaid=True)
        return seen

    all_books.ledger.standing = overtaken  # type: ignore[method-assign]
    asked = payment(
        account, world.now.date(), Money(D(10), "EUR"), "bank", "", received_at=DECEMBER
    )
    pay.record_payment(
        asked, known, books=all_books, follow_ups=wired.follow_ups_queue, now=DECEMBER
    )
    wallet = overview_wallet(wired.charges.billing(account))
    assert wallet is not None
    assert wallet["available"] == {"amount": "8.00", "currency": "EUR"}
