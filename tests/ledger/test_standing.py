"""How an account stands: balances, open documents, lots."""

from datetime import UTC, date, datetime
from decimal import Decimal as D

import msgspec
import pytest

from chalicelib.errors import CurrencyMismatch
from chalicelib.ledger.entries import Entry, Fact, Grant, Lot, OpenItem, Posting
from chalicelib.ledger.standing import Standing, applied, overdrawn, standing_of, usage_order

AT = datetime(2026, 11, 1, tzinfo=UTC)
ITEM = OpenItem("d1", "R1", AT.date(), date(2026, 11, 15), D("10.00"))


def posting(*entries: str, id: str = "p", currency: str = "EUR", account: str = "acme") -> Posting:
    """A posting of entries such as `cash:bank credit 5.00`."""
    split = [entry.split() for entry in entries]
    made = tuple(Entry(debit, credit, D(amount)) for debit, credit, amount in split)
    return Posting(id, account, currency, AT, Fact.PAYMENT, "", made)


def test_an_entry_goes_from_one_ledger_account_to_another(table) -> None:
    """
    entry                           | from  | to
    cash:bank credit 5.00           | -5.00 | 5.00
    receivable:d1 revenue:vm 0.01   | -0.01 | 0.01
    promotions wallet:l1 1000000.00 | -1000000.00 | 1000000.00
    """
    for row in table:
        to, origin, _ = row["entry"].split()
        standing = applied(Standing("acme", "EUR"), posting(row["entry"]))
        assert str(standing.balance(origin)) == row["from"]
        assert str(standing.balance(to)) == row["to"]
        assert standing.version == 1


def test_what_is_asked_for_is_above_zero_and_in_the_digits_of_the_currency(table) -> None:
    """
    currency | none  | entry                        | owed  | credit | wallet
    EUR      | 0.00  | receivable:d1 revenue:vm 1.50 | 1.50  | 0.00   | 0.00
    KWD      | 0.000 | cash:bank credit 1.500       | 0.000 | 1.500  | 0.000
    JPY      | 0     | cash:bank wallet:l1 150      | 0     | 0      | 150
    """
    for row in table:
        standing = Standing("acme", row["currency"])
        for amount in (standing.owed, standing.credit, standing.wallet, standing.drawn("2026-11")):
            assert str(amount) == row["none"], row
        after = applied(standing, posting(row["entry"], currency=row["currency"]))
        found = [str(each) for each in (after.owed, after.credit, after.wallet)]
        assert found == [row["owed"], row["credit"], row["wallet"]], row


def test_what_cannot_be_posted_is_refused(table) -> None:
    """
    entry                   | currency | why
    cash:bank credit 0      | EUR      | above zero
    cash:bank credit -1     | EUR      | above zero
    cash:bank credit NaN    | EUR      | above zero
    cash:bank credit Infinity | EUR    | above zero
    cash:bank credit 0.001  | EUR      | 2 decimals
    cash:bank credit 0.5    | JPY      | 0 decimals
    credit credit 1.00      | EUR      | to itself
    """
    for row in table:
        standing = Standing("acme", row["currency"])
        with pytest.raises(ValueError, match=row["why"]):
            applied(standing, posting(row["entry"], currency=row["currency"]))


def test_a_posting_belongs_to_one_account_and_currency() -> None:
    entry = "cash:bank credit 1.00"
    with pytest.raises(CurrencyMismatch):
        applied(Standing("acme", "EUR"), posting(entry, currency="USD"))
    with pytest.raises(ValueError, match="globex"):
        applied(Standing("acme", "EUR"), posting(entry, account="globex"))


def test_a_posting_counts_once() -> None:
    once = posting("cash:bank credit 1.00")
    with pytest.raises(ValueError, match="twice"):
        standing_of("acme", "EUR", [once, once])


def test_an_open_document_is_there_while_something_of_it_is_unpaid() -> None:
    asks = posting("receivable:d1 revenue:vm 10.00", id="1")
    asks = msgspec.structs.replace(asks, items=(ITEM,))
    part = posting("cash:bank receivable:d1 4.00", id="2")
    rest = posting("cash:bank receivable:d1 6.00", id="3")
    standing = standing_of("acme", "EUR", [asks])
    assert (standing.items, str(standing.open_of("d1"))) == ({"d1": ITEM}, "10.00")
    standing = applied(standing, part)
    assert (standing.items, str(standing.open_of("d1"))) == ({"d1": ITEM}, "6.00")
    standing = applied(standing, rest)
    assert (standing.items, str(standing.open_of("d1"))) == ({}, "0.00")
    assert "receivable:d1" not in standing.balances
    # The same second, told the other way round.
    assert standing_of("acme", "EUR", [rest, part, asks]) == standing
    assert standing_of("acme", "EUR", [part, asks]) == standing_of("acme", "EUR", [asks, part])


def test_lots_are_used_given_before_bought_and_soonest_expiry_first() -> None:
    named = [
        Lot("1 given, over soon, older", Grant.GRANTED, AT, date(2026, 12, 1)),
        Lot("2 given, over soon", Grant.GRANTED, AT.replace(day=2), date(2026, 12, 1)),
        Lot("3 given, over later", Grant.GRANTED, AT, date(2027, 1, 1)),
        Lot("4 given, stays", Grant.GRANTED, AT.replace(day=9)),
        Lot("5 bought first", Grant.PURCHASED, AT),
        Lot("6 bought later", Grant.PURCHASED, AT.replace(day=2)),
    ]
    assert sorted(reversed(named), key=usage_order) == named


def test_nothing_is_there_less_than_once(table) -> None:
    """
    entry                            | overdrawn
    cash:bank credit 1.00            |
    credit cash:bank 1.00            | credit
    cash:bank receivable:d1 1.00     | receivable:d1
    wallet:l1 receivable:d1 1.00     | receivable:d1 wallet:l1
    drawn:2026-11:l1 wallet:l1 1.00  | drawn:2026-11:l1
    receivable:d1 write_offs:d1 1.00 | write_offs:d1
    """
    for row in table:
        standing = applied(Standing("acme", "EUR"), posting(row["entry"]))
        assert list(overdrawn(standing)) == row["overdrawn"].split(), row


def test_a_standing_is_kept_to_the_last_digit() -> None:
    standing = applied(Standing("acme", "EUR"), posting("cash:bank credit 10.00"))
    text = msgspec.json.encode(standing)
    assert b'"10.00"' in text
    assert msgspec.json.decode(text, type=Standing) == standing
