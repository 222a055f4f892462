"""What the operator is told of who owes what, of runs, numbers and ledgers."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal as D
from io import StringIO
from typing import Any, cast

import pytest

from chalicelib.invoicing.billing_runs import RunResult, RunState
from chalicelib.invoicing.customers import BillingDetails, Enforcement
from chalicelib.invoicing.documents import Kind
from chalicelib.invoicing.follow_ups import Enforced, FollowUp, Reminded, Step, Wallet, Wish
from chalicelib.invoicing.issuers import Dunning
from chalicelib.invoicing.numbers import Numbered, Series
from chalicelib.ledger.entries import Fact, OpenItem
from chalicelib.ledger.standing import Standing
from chalicelib.ledger.statements import Movement, Statement
from chalicelib.periods import BillingPeriod
from chalicelib.reporting.billing_runs import run_counts, run_rows
from chalicelib.reporting.dunning import dunned_document, is_dunned
from chalicelib.reporting.numbers import gaps, series_document
from chalicelib.reporting.statements import statement_table
from chalicelib.reporting.trial_balance import off_document, trial_balance_document
from chalicelib.reporting.wallet import wallet_state

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ITEM = OpenItem("d1", "INV-1", date(2026, 11, 3), date(2026, 11, 17), D("100.00"))
OWING = Standing("a", "EUR", 1, {"receivable:d1": D("100.00")}, {"d1": ITEM})
NOTHING = Standing("a", "EUR")
NO_ACTION, UNTOUCHED = Enforcement(), FollowUp()
Table = list[dict[str, str]]


def told(
    today: str, enforcement: Enforcement = NO_ACTION, follow: FollowUp = UNTOUCHED
) -> dict[str, Any]:
    """Return what is told of an account that owes 100 euros, due on November 17."""
    return dunned_document(
        {"id": "a", "name": "Acme"},
        OWING,
        BillingDetails("a", "main", enforcement=enforcement),
        follow,
        dunning=Dunning(),
        today=date.fromisoformat(f"2026-{today}"),
    )


def test_what_is_owed_is_overdue_from_the_day_after_its_due_day(table: Table) -> None:
    """
    today | overdue | days | next       | on
    11-03 | 0.00    | 0    | before_due | 2026-11-14
    11-14 | 0.00    | 0    | before_due | 2026-11-14
    11-17 | 0.00    | 0    | before_due | 2026-11-17
    11-18 | 100.00  | 1    | overdue    | 2026-11-18
    12-20 | 100.00  | 33   | final_notice | 2026-12-20
    """
    for row in table:
        document = told(row["today"])
        assert document["owed"]["amount"] == "100.00"
        assert document["overdue"]["amount"] == row["overdue"], row
        assert document["days_overdue"] == int(row["days"]), row
        assert document["next"] == {"what": row["next"], "on": row["on"]}, row


def test_what_was_sent_today_is_not_what_comes_next() -> None:
    reminded = {"d1": (Reminded(Step.OVERDUE, date(2026, 11, 18)),)}
    follow = FollowUp(followed_on=date(2026, 11, 18), reminded=reminded)
    assert told("11-18", follow=follow)["next"] == {"what": "overdue", "on": "2026-11-25"}


def test_enforcement_is_due_after_its_days_unless_it_is_only_tried(table: Table) -> None:
    """
    today | action  | dry_run | enforced   | wanted  | state
    11-27 | hold    | no      | none       |         | none
    11-28 | hold    | no      | none       |         | due
    11-28 | hold    | yes     | none       |         | dry_run
    11-28 | none    | no      | none       |         | none
    11-28 | suspend | no      | suspending |         | suspending
    11-28 | suspend | yes     | suspended  |         | suspended
    11-28 | none    | no      | held       | resume  | resuming
    11-03 | none    | no      | none       | suspend | suspending
    """
    for row in table:
        asked = Enforcement(
            cast(Any, row["action"]), after_days=10, dry_run=row["dry_run"] == "yes"
        )
        follow = FollowUp(
            enforced=Enforced(row["enforced"]),
            enforced_at=NOON,
            wanted=cast(Wish | None, row["wanted"] or None),
        )
        found = told(row["today"], asked, follow)["enforcement"]
        assert (found["action"], found["state"]) == (row["action"], row["state"]), row
        assert (found["since"] is None) == (row["enforced"] == "none"), row


def test_a_hold_that_comes_before_a_reminder_is_what_comes_next() -> None:
    due = told("11-18", Enforcement("hold", after_days=1), FollowUp(followed_on=date(2026, 11, 18)))
    assert due["next"] == {"what": "hold", "on": "2026-11-19"}


def test_only_who_owes_has_little_left_or_is_held_is_listed(table: Table) -> None:
    """
    owes | mode     | wallet | enforced | listed
    no   | postpaid | ok     | none     | no
    yes  | postpaid | ok     | none     | yes
    no   | prepaid  | ok     | none     | no
    no   | prepaid  | low    | none     | yes
    no   | postpaid | empty  | none     | no
    no   | postpaid | ok     | held     | yes
    """
    for row in table:
        standing = OWING if row["owes"] == "yes" else NOTHING
        details = BillingDetails("a", "main", payment_mode=cast(Any, row["mode"]))
        follow = FollowUp(wallet=Wallet(row["wallet"]), enforced=Enforced(row["enforced"]))
        assert is_dunned(standing, details, follow) == (row["listed"] == "yes"), row


def test_a_run_lists_first_whoever_waits() -> None:
    states = {"a": "issued", "b": "waiting", "c": "nothing", "d": "failed"}
    runs = [
        RunState("2026-10", account, cast(RunResult, state), NOON)
        for account, state in states.items()
    ]
    rows = run_rows(runs, {"e": "Zoe", "f": "Abe", "a": "Acme", "b": "Bob"})
    assert [(row["account"]["id"], row["state"]) for row in cast(Any, rows)] == [
        ("b", "waiting"),
        ("d", "failed"),
        ("f", "due"),
        ("e", "due"),
        ("a", "issued"),
        ("c", "nothing"),
    ]
    assert run_counts(rows) == {"issued": 1, "waiting": 1, "nothing": 1, "failed": 1, "due": 2}


def test_a_number_that_is_missing_is_told() -> None:
    day = date(2026, 11, 4)
    numbers = [
        Numbered(n, f"RE-{n}", Kind.INVOICE, "a", f"d{n}", day, D(1), "EUR", "Acme")
        for n in (1, 2, 5)
    ]
    assert gaps(numbers, 6) == [3, 4] and gaps(numbers[:2], 3) == gaps([], 1) == []
    series = series_document(Series("main", Kind.INVOICE, "2026"), 6, [3, 4])
    assert (series["next"], series["used"], series["gaps"]) == (6, 3, [3, 4])


def test_a_trial_balance_has_both_sides_and_tells_when_they_differ() -> None:
    groups = {"tax": D(-19), "receivable": D(119), "revenue": D(-100)}
    balances = {"EUR": groups, "JPY": {"cash": D(5), "credit": D(-4)}}
    document = cast(Any, trial_balance_document(NOON, balances, 2, []))
    euros, yen = document["currencies"]
    assert [each["name"] for each in euros["groups"]] == ["receivable", "revenue", "tax"]
    assert euros["debit"] == euros["credit"] == {"amount": "119.00", "currency": "EUR"}
    assert euros["balanced"] is True
    assert yen["balanced"] is False and yen["debit"]["amount"] == "5"
    off = off_document({"id": "a", "name": "Acme"}, "EUR", {"credit": (D(-1), D(0))})
    assert [(each["ledger_account"], each["stands"]) for each in off] == [
        ("credit", {"amount": "-1.00", "currency": "EUR"})
    ]


@pytest.mark.parametrize("reference", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_a_reference_is_no_formula_in_a_sheet(reference: str) -> None:
    paid = Movement(NOON, NOON.date(), Fact.PAYMENT, reference, "", D(-5), D(-5), "p1")
    table = statement_table(
        Statement("a", "EUR", D(0), (paid,), D(-5)), BillingPeriod("2026-11", "UTC")
    )
    _, row, last = csv.DictReader(StringIO(table))
    assert row["reference"] == f"'{reference}"
    assert (row["amount"], last["balance"]) == ("-5.00", "-5.00")


def test_a_wallet_without_a_line_is_never_low() -> None:
    assert [wallet_state(D(n), None) for n in (-1, 0, 1)] == ["empty", "empty", "ok"]
