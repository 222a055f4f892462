"""The ledger table: facts are posted once, with all that belongs to them, or not at all."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D
from itertools import count

import pytest
from msgspec.structs import replace

from chalicelib.errors import Conflict, InvalidInput
from chalicelib.ledger.entries import Entry, Fact, Grant, OpenItem, Posting
from chalicelib.ledger.payments import Payment, TopUp, payment, top_up
from chalicelib.ledger.postings import payment_posting, posting_id, refund_posting
from chalicelib.ledger.standing import Seen, standing_of
from chalicelib.ledger.trial_balance import differences
from chalicelib.ledger.wallets import top_up_posting
from chalicelib.money import Money
from chalicelib.notifications.messages import Message
from chalicelib.runs.retries import until_settled
from chalicelib.tables.attributes import Change, Check, Put, connect
from chalicelib.tables.charges import ChargesTable
from chalicelib.tables.ledger import LedgerTable
from chalicelib.tables.ledger_rows import PostingDocument, StandingDocument
from chalicelib.tables.outbox import OutboxDocument, outbox_row
from chalicelib.wiring.documents import DOCUMENTS
from tests.world import World

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
_numbers = count()


@pytest.fixture(scope="module")
def ledger(world: World) -> LedgerTable:
    return LedgerTable(connect(world.prefix, DOCUMENTS))


@pytest.fixture
def account() -> str:
    """An account of nobody else's; nothing was ever posted to it."""
    return f"account-{next(_numbers)}"


def invoice(account: str, number: str, amount: str, at: datetime = NOW) -> Posting:
    """An invoice as its posting, without the tax and the headings."""
    item = OpenItem(number, number, at.date(), at.date() + timedelta(days=14), D(amount))
    entry = Entry(f"receivable:{number}", "revenue:compute", D(amount))
    return Posting(
        f"{account}.{number}", account, "EUR", at, Fact.INVOICE, number, (entry,), (item,)
    )


def paid(account: str, amount: str, reference: str = "", day: date = TODAY) -> Payment:
    return payment(
        account, day, Money.of(amount, "EUR"), "bank", reference, received_at=NOW, by="op"
    )


def post_payment(ledger: LedgerTable, told: Payment) -> bool:
    """Post a payment as its run does: against whoever else posts to the account."""

    def attempt() -> bool:
        if ledger.posting(told.account, posting_id(told)) is not None:
            return False
        seen = ledger.standing(told.account, "EUR")
        return ledger.post(payment_posting(told, seen.standing), seen=seen, fact=told)

    return again_and_again(attempt)


def again_and_again(attempt: Callable[[], bool]) -> bool:
    for _ in range(20):
        try:
            return until_settled(attempt)
        except Conflict:
            continue
    raise AssertionError("another one was quicker a hundred times")


def stands_as_posted(ledger: LedgerTable, account: str) -> Seen:
    """Return how an account stands, which is what its postings add up to."""
    seen = ledger.standing(account, "EUR")
    postings = ledger.postings(account)
    assert seen.standing == standing_of(account, "EUR", postings)
    assert not differences(seen.standing, postings)
    return seen


def test_an_account_without_postings_stands_at_zero(ledger: LedgerTable, account: str) -> None:
    seen = ledger.standing(account, "KWD")
    assert (seen.is_stored, seen.standing.version, seen.standing.currency) == (False, 0, "KWD")
    assert str(seen.standing.owed) == "0.000"
    assert ledger.postings(account) == []
    assert account not in {each.standing.account for each in ledger.standings()}


def test_postings_are_kept_whole_and_in_order(ledger: LedgerTable, account: str) -> None:
    later = invoice(account, "R2", "10.10", NOW + timedelta(seconds=1))
    for posting in (later, invoice(account, "R1", "20.00")):
        assert ledger.post(posting, seen=ledger.standing(account, "EUR"))
    assert [each.reference for each in ledger.postings(account)] == ["R1", "R2"]
    assert ledger.posting(account, later.id) == later
    assert ledger.posting(account, "other") is None
    standing = stands_as_posted(ledger, account).standing
    assert (standing.version, str(standing.owed)) == (2, "30.10")


def test_postings_are_read_from_an_instant_to_before_another(
    ledger: LedgerTable, account: str, table: list[dict[str, str]]
) -> None:
    """
    since | until | found
    -     | -     | R0 R1 R2
    0     | 2     | R0 R1
    1     | -     | R1 R2
    -     | 1     | R0
    1     | 1     |
    2     | 1     |
    3     | 9     |
    """
    for number in range(3):
        at = NOW + timedelta(seconds=number)
        posting = invoice(account, f"R{number}", "1.00", at)
        ledger.post(posting, seen=ledger.standing(account, "EUR"))

    def instant(text: str) -> datetime | None:
        return None if text == "-" else NOW + timedelta(seconds=int(text))

    for row in table:
        found = ledger.postings(account, instant(row["since"]), instant(row["until"]))
        assert [each.reference for each in found] == row["found"].split(), row


def test_the_same_payment_twice_is_one_posting(ledger: LedgerTable, account: str) -> None:
    ledger.post(invoice(account, "R1", "50.00"), seen=ledger.standing(account, "EUR"))
    told = paid(account, "30.00", "R1")
    seen = ledger.standing(account, "EUR")
    posting = payment_posting(told, seen.standing)
    assert ledger.post(posting, seen=seen, fact=told)
    assert not ledger.post(posting, seen=seen, fact=told), "told again by who saw the same"
    fresh = ledger.standing(account, "EUR")
    late = payment_posting(paid(account, "30.00", "R1"), fresh.standing)
    later = replace(late, at=NOW + timedelta(days=1))
    assert not ledger.post(later, seen=fresh, fact=told), "told again a day later"
    standing = stands_as_posted(ledger, account).standing
    assert (standing.version, str(standing.owed)) == (2, "20.00")


def test_whoever_saw_an_older_standing_posts_nothing(ledger: LedgerTable, account: str) -> None:
    nothing = ledger.standing(account, "EUR")
    ledger.post(invoice(account, "R1", "50.00"), seen=nothing)
    with pytest.raises(Conflict):
        ledger.post(invoice(account, "R2", "50.00"), seen=nothing)
    one = ledger.standing(account, "EUR")
    post_payment(ledger, paid(account, "50.00"))
    with pytest.raises(Conflict):
        told = paid(account, "50.00", "again")
        ledger.post(payment_posting(told, one.standing), seen=one, fact=told)
    assert stands_as_posted(ledger, account).standing.version == 2


def test_nothing_is_overdrawn(ledger: LedgerTable, account: str) -> None:
    post_payment(ledger, paid(account, "50.00"))
    seen = ledger.standing(account, "EUR")
    entry = Entry("credit", "cash:bank", D("50.01"))
    posting = Posting("x", account, "EUR", NOW, Fact.REFUND, "", (entry,))
    with pytest.raises(Conflict, match="overdraw credit"):
        ledger.post(posting, seen=seen)
    assert stands_as_posted(ledger, account).standing.version == 1


def test_two_at_once_lose_nothing(ledger: LedgerTable, account: str) -> None:
    payments = [paid(account, f"{n}.01", f"transfer {n}") for n in range(1, 9)]
    with ThreadPoolExecutor(4) as pool:
        news = list(pool.map(lambda told: post_payment(ledger, told), payments))
    assert all(news)
    standing = stands_as_posted(ledger, account).standing
    assert (standing.version, standing.credit) == (8, D("36.08"))


def test_two_who_are_told_the_same_post_it_once(ledger: LedgerTable, account: str) -> None:
    told = paid(account, "7.00", "twice")
    with ThreadPoolExecutor(4) as pool:
        news = list(pool.map(lambda _: post_payment(ledger, told), range(8)))
    assert sum(news) == 1
    standing = stands_as_posted(ledger, account).standing
    assert (standing.version, standing.credit) == (1, D("7.00"))


def test_two_at_once_cannot_spend_the_same_credit(ledger: LedgerTable, account: str) -> None:
    post_payment(ledger, paid(account, "10.00"))

    def refund(number: int) -> bool:
        told = payment(
            account,
            TODAY,
            Money.of("6.00", "EUR"),
            "bank",
            str(number),
            received_at=NOW,
            kind="refund",
        )
        seen = ledger.standing(account, "EUR")
        try:
            return ledger.post(refund_posting(told, seen.standing), seen=seen, fact=told)
        except Conflict:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(refund, range(4))) == 1
    assert str(stands_as_posted(ledger, account).standing.credit) == "4.00"


def test_what_belongs_to_a_posting_is_written_with_it_or_not_at_all(
    ledger: LedgerTable, account: str
) -> None:
    message = Message(f"mail-{account}", "a@b.example", "Invoice", "text", "<p>")
    row, absent = outbox_row(message, NOW), OutboxDocument.pk.does_not_exist()
    other = PostingDocument(account, "other", body=b"x")
    change = Change(other, [PostingDocument.body.set(b"y")], PostingDocument.body == b"x")
    there = Check(StandingDocument("standings", "nobody"), StandingDocument.pk.exists())
    posting = invoice(account, "R1", "50.00")
    seen = ledger.standing(account, "EUR")
    for refused in (change, there):
        with pytest.raises(Conflict):
            ledger.post(
                posting, seen=seen, billing={"invoices": 1}, also=[Put(row, absent), refused]
            )
    assert ledger.postings(account) == [] and not ledger.standing(account, "EUR").is_stored
    assert OutboxDocument.count(message.id) == 0
    assert ChargesTable().overview_and_billing(account) == (None, None)
    other.save()
    also = [Put(row, absent), change]
    assert ledger.post(posting, seen=seen, billing={"invoices": 1}, also=also)
    other.refresh()
    assert (OutboxDocument.count(message.id), other.body) == (1, b"y")
    assert ChargesTable().overview_and_billing(account) == (None, {"invoices": 1})
    other.delete()
    stands_as_posted(ledger, account)


def test_more_rows_than_can_be_written_at_once_are_refused(
    ledger: LedgerTable, account: str
) -> None:
    rows = [Put(PostingDocument(account, f"row {n}", body=b"")) for n in range(98)]
    with pytest.raises(InvalidInput, match="101 rows"):
        ledger.post(invoice(account, "R1", "1.00"), seen=ledger.standing(account, "EUR"), also=rows)
    ledger.post(
        invoice(account, "R1", "1.00"), seen=ledger.standing(account, "EUR"), also=rows[:97]
    )
    assert PostingDocument.count(account, PostingDocument.sk.startswith("row ")) == 97


def test_the_overview_and_its_billing_leave_each_other_alone(
    ledger: LedgerTable, account: str
) -> None:
    charges = ChargesTable()
    ledger.post(
        invoice(account, "R1", "1.00"), seen=ledger.standing(account, "EUR"), billing={"wallet": 1}
    )
    assert charges.overview(account) is None and charges.overview_digest(account) is None
    assert charges.put_overview(account, {"as_of": "now"}, seen=None)
    assert charges.overview_and_billing(account) == ({"as_of": "now"}, {"wallet": 1})
    with pytest.raises(Conflict):
        charges.put_overview(account, {"as_of": "other"}, seen=None)
    digest = charges.overview_digest(account)
    post_again = ledger.standing(account, "EUR")
    ledger.post(invoice(account, "R2", "1.00"), seen=post_again, billing={"wallet": 2})
    assert charges.overview_digest(account) == digest
    assert charges.put_overview(account, {"as_of": "later"}, seen=digest)
    assert charges.overview_and_billing(account) == ({"as_of": "later"}, {"wallet": 2})


def test_how_an_account_is_reminded_is_kept_beside_its_standing(
    ledger: LedgerTable, account: str
) -> None:
    ledger.put_follow(ledger.standing(account, "EUR"), '{"reminders": 0}')
    zero = ledger.standing(account, "EUR")
    assert (zero.is_stored, zero.standing.version, zero.follow) == (True, 0, '{"reminders": 0}')
    ledger.post(invoice(account, "R1", "5.00"), seen=zero)
    one = ledger.standing(account, "EUR")
    assert one.follow == '{"reminders": 0}'
    with pytest.raises(Conflict):
        ledger.put_follow(zero, '{"reminders": 1}')
    ledger.put_follow(one, '{"reminders": 1}')
    with pytest.raises(Conflict):
        ledger.put_follow(one, '{"reminders": 2}')
    told = paid(account, "5.00")
    with pytest.raises(Conflict):
        ledger.post(payment_posting(told, one.standing), seen=one, fact=told)
    seen = ledger.standing(account, "EUR")
    ledger.post(payment_posting(told, seen.standing), seen=seen, fact=told)
    two = ledger.standing(account, "EUR")
    assert (two.standing.version, two.follow) == (2, '{"reminders": 1}')
    assert two in list(ledger.standings())


def test_payments_and_top_ups_are_listed_by_month(ledger: LedgerTable, account: str) -> None:
    days = [date(2027, 1, 31), date(2027, 1, 2), date(2027, 2, 1)]
    payments = [paid(account, "10.00", day=day) for day in days]
    for told in payments:
        assert post_payment(ledger, told)
    january = sorted(payments[:2], key=lambda each: each.day, reverse=True)
    assert ledger.payments("2027-01") == (january, None)
    first, key = ledger.payments("2027-01", limit=1)
    assert first == january[:1] and key is not None
    assert ledger.payments("2027-01", after=key) == (january[1:], None)
    bought: TopUp = top_up(
        account, days[0], Money.of("5.10", "EUR"), Grant.PURCHASED, topped_up_at=NOW, method="card"
    )
    seen = ledger.standing(account, "EUR")
    assert ledger.post(top_up_posting(bought, seen.standing), seen=seen, fact=bought)
    assert ledger.top_ups("2027-01") == ([bought], None)
    assert str(ledger.top_ups("2027-01")[0][0].amount.amount) == "5.10"
    assert ledger.top_ups("2027-02") == ([], None)
    stands_as_posted(ledger, account)
