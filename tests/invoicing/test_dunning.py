"""Who is reminded, warned and held, and on which day."""

from datetime import date, timedelta
from decimal import Decimal as D

from chalicelib.invoicing.customers import BillingDetails, Enforcement
from chalicelib.invoicing.dunning import (
    DueAction,
    due_action,
    due_reminders,
    is_over_limit,
    wallet_state,
)
from chalicelib.invoicing.follow_ups import Reminded, Wallet
from chalicelib.invoicing.issuers import Dunning
from chalicelib.ledger.entries import OpenItem

ISSUED, DUE = date(2026, 11, 3), date(2026, 11, 17)
ITEM = OpenItem("d1", "INV-1", ISSUED, DUE, D(100))


def sent_by(dunning: Dunning, days: list[date]) -> list[str]:
    """Return what is sent when somebody looks on those days, each as `<day> <what> <number>`."""
    reminded: tuple[Reminded, ...] = ()
    sent = []
    for day in days:
        for due in due_reminders([ITEM], dunning, {"d1": reminded}, day):
            sent.append(f"{day:%m-%d} {due.what} {due.number}")
            reminded = (*reminded, Reminded(due.what, day))
    return sent


def every_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def test_reminders_of_an_unpaid_invoice() -> None:
    #  Nov 3    Nov 14   Nov 17   Nov 18  Nov 25  Dec 2   Dec 8
    #  issued   3 before due      overdue every seven     final, then silence
    days = every_day(ISSUED, date(2027, 1, 31))
    assert sent_by(Dunning(before=3, every=7, final_after=21), days) == [
        "11-14 before_due 1",
        "11-18 overdue 1",
        "11-25 overdue 2",
        "12-02 overdue 3",
        "12-08 final_notice 1",
    ]


def test_reminders_every_few_days_before_the_due_day(table: list[dict[str, str]]) -> None:
    """
    before | every | sent
    0      | 0     |
    3      | 0     | 11-14
    9      | 3     | 11-08 11-11 11-14
    14     | 7     | 11-10
    30     | 10    | 11-07
    """
    for row in table:
        dunning = Dunning(int(row["before"]), int(row["every"]), every=0, final_after=0)
        sent = sent_by(dunning, every_day(ISSUED, DUE + timedelta(days=60)))
        assert [each.split()[0] for each in sent] == row["sent"].split(), row


def test_a_missed_reminder_is_sent_late_and_several_are_one() -> None:
    dunning = Dunning(before=3, every=7, final_after=21)
    assert sent_by(dunning, [date(2026, 11, 16), date(2026, 11, 17)]) == ["11-16 before_due 1"]
    assert sent_by(dunning, [date(2026, 12, 3), date(2026, 12, 4)]) == ["12-03 overdue 1"]
    assert sent_by(dunning, [date(2027, 3, 1), date(2027, 3, 9)]) == ["03-01 final_notice 1"]


def test_looking_twice_a_day_reminds_once() -> None:
    days = [day for day in every_day(ISSUED, DUE + timedelta(days=40)) for _ in range(2)]
    assert sent_by(Dunning(), days) == sent_by(Dunning(), sorted(set(days)))


def test_a_wallet_is_warned_of_once_until_it_has_recovered(table: list[dict[str, str]]) -> None:
    """
    available | state
    100       | ok
    20        | ok
    19.99     | low
    20.01     | low
    21.99     | low
    22        | ok
    19        | low
    0         | empty
    -3        | empty
    5         | low
    22        | ok
    """
    state = Wallet.OK
    for row in table:
        state = wallet_state(D(row["available"]), D(20), state)
        assert state == row["state"], row
    assert wallet_state(D("0.01"), None, Wallet.EMPTY) is Wallet.OK


def test_a_credit_limit_is_warned_of_once_until_there_is_room(table: list[dict[str, str]]) -> None:
    """
    exposure | over
    999.99   | no
    1000     | yes
    950      | yes
    909      | no
    1200     | yes
    """
    over = False
    for row in table:
        over = is_over_limit(D(row["exposure"]), D(1000), over)
        assert over == (row["over"] == "yes"), row
    assert not is_over_limit(D(10**9), None, True)


def test_an_account_is_held_only_where_that_is_switched_on() -> None:
    off = BillingDetails("a", "i")
    assert due_action(off, [ITEM], date(2026, 11, 1)) is None
    postpaid = BillingDetails("a", "i", enforcement=Enforcement("hold", 5, dry_run=False))
    assert due_action(postpaid, [], date(2026, 11, 1)) is None
    assert due_action(postpaid, [ITEM], None) == DueAction("hold", date(2026, 11, 23), "overdue")
    prepaid = BillingDetails(
        "a", "i", payment_mode="prepaid", enforcement=Enforcement("suspend", 2, dry_run=False)
    )
    empty = date(2026, 11, 10)
    assert due_action(prepaid, [], empty) == DueAction("suspend", date(2026, 11, 12), "empty")
    assert due_action(prepaid, [ITEM], empty) == DueAction("suspend", date(2026, 11, 12), "empty")
    assert due_action(prepaid, [ITEM], None) == DueAction("suspend", date(2026, 11, 20), "overdue")
