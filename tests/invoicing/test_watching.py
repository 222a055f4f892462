"""A look at an account on a day: what is left, what it is warned of, and what it was told."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

from msgspec.structs import replace

from chalicelib.invoicing.customers import BillingDetails
from chalicelib.invoicing.follow_ups import FollowUp, Step
from chalicelib.invoicing.issuers import Dunning
from chalicelib.invoicing.watching import Watched, watch
from chalicelib.ledger.entries import Grant, Lot, OpenItem
from chalicelib.ledger.standing import Standing

TODAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
PREPAID = BillingDetails("a", "i", payment_mode="prepaid", low_balance=D(20))
POSTPAID = BillingDetails("a", "i", credit_limit=D(100))


def wallet(left: str, drawn: str = "0", expires_on: date | None = None) -> Standing:
    """Return how an account stands that has so much left of a top-up, and drew so much."""
    grant = Grant.PURCHASED if expires_on is None else Grant.GRANTED
    balances = {"wallet:t": -D(left), "drawn:2026-11:t": -D(drawn)}
    lot = Lot("t", grant, NOW, expires_on)
    kept = {name: amount for name, amount in balances.items() if amount}
    return Standing("a", "EUR", 3, kept, lots={"t": lot} if D(left) else {}, drawn_lots={"t": lot})


def look(
    standing: Standing,
    details: BillingDetails,
    used: str,
    before: FollowUp | None = None,
    today: date = TODAY,
) -> Watched:
    usage = {"2026-11": D(used)}
    follow = before or FollowUp()
    return watch(standing, details, Dunning(), follow, usage=usage, today=today, now=NOW)


def test_what_is_left_is_less_what_was_used_and_not_drawn(table: list[dict[str, str]]) -> None:
    """
    left | drawn | used | available | wallet | warnings
    50   | 10    | 10   | 50        | ok     |
    50   | 10    | 45   | 15        | low    | low_balance
    5    | 40    | 40   | 5         | low    | low_balance
    0    | 50    | 50   | 0         | empty  | empty_wallet
    0    | 50    | 62   | -12       | empty  | empty_wallet
    50   | 20    | 10   | 50        | ok     |
    """
    for row in table:
        found = look(wallet(row["left"], row["drawn"]), PREPAID, row["used"])
        assert found.available == D(row["available"]), row
        assert found.follow.wallet == row["wallet"], row
        assert [each.value for each in found.warnings] == row["warnings"].split(), row
        assert (found.follow.empty_since == TODAY) == (row["wallet"] == "empty"), row
        again = look(wallet(row["left"], row["drawn"]), PREPAID, row["used"], found.follow)
        assert (again.warnings, again.follow) == ((), found.follow), row


def test_since_when_a_wallet_is_empty_stays_until_it_is_filled() -> None:
    empty = look(wallet("0", "5"), PREPAID, "9").follow
    later = TODAY + timedelta(days=3)
    assert look(wallet("0", "5"), PREPAID, "12", empty, later).follow.empty_since == TODAY
    assert look(wallet("30", "5"), PREPAID, "12", empty, later).follow.empty_since is None


def test_given_money_that_expires_soon_is_told_of_once() -> None:
    #  Nov 20          Nov 27      Nov 28
    #  told (7 days)   expires     with 8 days to go nothing is said
    soon, later = (wallet("30", expires_on=TODAY + timedelta(days=n)) for n in (7, 8))
    assert [lot.id for lot in look(soon, PREPAID, "0").expiring] == ["t"]
    told = look(soon, PREPAID, "0").follow
    assert look(soon, PREPAID, "0", told).expiring == ()
    assert look(later, PREPAID, "0").expiring == ()
    assert look(wallet("30"), PREPAID, "0").expiring == ()


def test_what_is_owed_and_used_counts_against_the_credit_limit() -> None:
    item = OpenItem("d", "INV-1", date(2026, 11, 3), date(2026, 12, 3), D(60))
    standing = Standing("a", "EUR", 1, {"receivable:d": D(60)}, {"d": item})
    below = look(standing, POSTPAID, "39.99")
    assert (below.exposure, below.warnings) == (D("99.99"), ())
    over = look(standing, POSTPAID, "40")
    assert (over.exposure, over.warnings) == (D(100), (Step.CREDIT_LIMIT,))
    assert look(standing, POSTPAID, "50", over.follow).warnings == ()
    credited = replace(standing, balances={**standing.balances, "credit": D(-30)})
    assert look(credited, POSTPAID, "50").exposure == D(80)
    assert look(standing, replace(POSTPAID, credit_limit=None), "999").warnings == ()


def test_nobody_is_reminded_of_what_their_own_credit_would_pay() -> None:
    item = OpenItem("d", "INV-1", TODAY - timedelta(days=30), TODAY - timedelta(days=10), D(9))
    for credit, reminders in (("8.99", 1), ("9", 0), ("20", 0)):
        balances = {"receivable:d": D(9), "credit": -D(credit)}
        standing = Standing("a", "EUR", 2, balances, items={"d": item})
        assert len(look(standing, POSTPAID, "0").reminders) == reminders, credit


def test_what_was_done_is_kept_with_its_day_and_document() -> None:
    item = OpenItem("d", "INV-1", date(2026, 11, 1), date(2026, 11, 15), D(60))
    standing = Standing("a", "EUR", 1, {"receivable:d": D(60)}, {"d": item})
    found = look(standing, POSTPAID, "40").follow
    assert [(each.what, each.number) for each in found.events] == [
        (Step.OVERDUE, "INV-1"),
        (Step.CREDIT_LIMIT, ""),
    ]
    assert found.followed_on == TODAY
    paid = look(Standing("a", "EUR", 2), POSTPAID, "0", found).follow
    assert paid.reminded == {} and paid.events == found.events
