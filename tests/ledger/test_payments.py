"""Payments, refunds and allocations: what is due first is paid first, or as told."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from msgspec.structs import replace

from chalicelib.errors import Conflict, CurrencyMismatch, InvalidInput
from chalicelib.ledger.entries import Grant
from chalicelib.ledger.payments import payment, top_up
from chalicelib.ledger.postings import (
    allocation_posting,
    payment_posting,
    posting_id,
    refund_posting,
    write_off_posting,
)
from chalicelib.ledger.standing import Standing
from tests.ledger.facts import (
    ACCOUNT,
    FIRST,
    NOTHING,
    after,
    bought,
    day,
    given,
    invoiced,
    money,
    noon,
    paid,
)


def two_open() -> Standing:
    """R1 of 10.00, due later than R2 of 20.00."""
    one = invoiced(NOTHING, "R1", "10.00", due_days=30)
    return invoiced(one, "R2", "20.00", due_days=14)


def told(text: str) -> list[tuple[str, D]] | None:
    """`R1 5.00, R2 1.00` as allocations; `-` for none told."""
    if text == "-":
        return None
    pairs = [pair.split() for pair in text.split(",") if pair.strip()]
    return [(f"id-{number}", D(amount)) for number, amount in pairs]


def test_what_is_due_first_is_paid_first_or_as_told(table) -> None:
    """
    amount | told               | R1    | R2    | credit
    5.00   | -                  | 10.00 | 15.00 | 0.00
    20.00  | -                  | 10.00 | 0.00  | 0.00
    25.00  | -                  | 5.00  | 0.00  | 0.00
    30.00  | -                  | 0.00  | 0.00  | 0.00
    30.01  | -                  | 0.00  | 0.00  | 0.01
    5.00   |                    | 10.00 | 20.00 | 5.00
    5.00   | R1 5.00            | 5.00  | 20.00 | 0.00
    12.00  | R1 10.00           | 0.00  | 20.00 | 2.00
    12.00  | R1 4.00, R2 8.00   | 6.00  | 12.00 | 0.00
    12.00  | R1 4.00, R1 4.00   | 2.00  | 20.00 | 4.00
    """
    for row in table:
        standing = two_open()
        posting = payment_posting(paid(row["amount"]), standing, told(row["told"]))
        now = after(standing, posting)
        found = [str(each) for each in (now.open_of("id-R1"), now.open_of("id-R2"), now.credit)]
        assert found == [row["R1"], row["R2"], row["credit"]], row
        assert now.balance("cash:bank") == D(row["amount"])
        assert sum(now.balances.values()) == 0


def test_no_more_is_allocated_than_was_paid_or_than_is_open(table) -> None:
    """
    amount | told              | why
    5.00   | R1 5.01           | there is 5.00 EUR
    50.00  | R1 10.01          | 10.00 EUR is open
    50.00  | R1 6.00, R1 6.00  | 10.00 EUR is open
    50.00  | R9 1.00           | 0.00 EUR is open
    50.00  | R1 0              | no amount
    50.00  | R1 -1             | no amount
    50.00  | R1 0.001          | no amount
    """
    for row in table:
        with pytest.raises(InvalidInput, match=row["why"]) as refused:
            payment_posting(paid(row["amount"]), two_open(), told(row["told"]))
        assert "allocations" in refused.value.fields


def test_a_refund_is_paid_out_of_credit_and_of_no_more(table) -> None:
    """
    credit | refund | left
    10.00  | 4.00   | 6.00
    10.00  | 10.00  | 0.00
    10.00  | 10.01  |
    0.01   | 10.00  |
    """
    for row in table:
        standing = after(NOTHING, paid(row["credit"]), bought("50.00"))
        refund = paid(row["refund"], kind="refund")
        if not row["left"]:
            with pytest.raises(Conflict, match=f"has {row['credit']} EUR of credit"):
                refund_posting(refund, standing)
            continue
        now = after(standing, refund_posting(refund, standing))
        assert str(now.credit) == row["left"], row
        assert now.balance("cash:bank") == D(row["left"])
        assert str(now.wallet) == "50.00"


def test_what_was_bought_is_paid_back_after_credit_and_what_was_given_never_is(table) -> None:
    """
    refund | credit | first | second
    10.00  | 0.00   | 50.00 | 20.00
    12.00  | 0.00   | 50.00 | 18.00
    40.00  | 0.00   | 40.00 | 0.00
    80.00  | 0.00   | 0.00  | 0.00
    80.01  |        |       |
    """
    first, second = bought("50.00"), bought("20.00", on=day("11-02"))
    standing = after(NOTHING, paid("10.00"), first, second, given("5.00"))
    for row in table:
        refund = paid(row["refund"], kind="refund")
        if not row["credit"]:
            with pytest.raises(Conflict, match=r"has 80\.00 EUR of credit and bought balance"):
                refund_posting(refund, standing, bought=True)
            continue
        now = after(standing, refund_posting(refund, standing, bought=True))
        left = [str(now.credit), str(now.left_of(first.id)), str(now.left_of(second.id))]
        assert left == [row["credit"], row["first"], row["second"]], row
        assert now.wallet - now.left_of(first.id) - now.left_of(second.id) == 5


def test_credit_is_allocated_later(table) -> None:
    """
    credit | told     | R1    | R2    | left
    5.00   | -        | 10.00 | 15.00 | 0.00
    25.00  | -        | 5.00  | 0.00  | 0.00
    40.00  | -        | 0.00  | 0.00  | 10.00
    5.00   | R1 5.00  | 5.00  | 20.00 | 0.00
    """
    for row in table:
        # Told to pay for nothing, or it would have been allocated at once.
        standing = after(two_open(), payment_posting(paid(row["credit"]), two_open(), []))
        posting = allocation_posting(standing, noon(FIRST), told(row["told"]), by="op")
        assert posting is not None
        now = after(standing, posting)
        found = [str(each) for each in (now.open_of("id-R1"), now.open_of("id-R2"), now.credit)]
        assert found == [row["R1"], row["R2"], row["left"]], row
    assert allocation_posting(NOTHING, noon(FIRST)) is None
    assert allocation_posting(after(NOTHING, paid("5.00")), noon(FIRST)) is None
    with pytest.raises(InvalidInput, match=r"there is 0.00 EUR"):
        allocation_posting(two_open(), noon(FIRST), told("R1 1.00"))


def test_what_is_written_off_may_still_be_paid() -> None:
    #      R1 10.00      paid 4.00      written off       paid 5.00     paid 3.00
    # -------|--------------|---------------|-----------------|-------------|----
    # open   10.00         6.00           0.00              0.00          0.00
    # written off                         6.00              1.00          0.00
    # credit                                                               2.00
    standing = after(invoiced(NOTHING, "R1", "10.00"), paid("4.00"))
    gone = write_off_posting(standing, "id-R1", noon(FIRST), by="op", reason="insolvent")
    assert (gone.reference, gone.note, gone.by) == ("R1", "insolvent", "op")
    standing = after(standing, gone)
    assert (str(standing.owed), str(standing.written_off_of("id-R1"))) == ("0.00", "6.00")
    assert not standing.items
    with pytest.raises(Conflict, match="nothing of that document"):
        write_off_posting(standing, "id-R1", noon(FIRST), by="op", reason="again")
    unasked = after(standing, paid("5.00", "by itself"))
    assert (unasked.credit, unasked.written_off_of("id-R1")) == (5, 6)
    standing = after(standing, payment_posting(paid("5.00", "a"), standing, told("R1 5.00")))
    assert (standing.credit, standing.written_off_of("id-R1"), standing.owed) == (0, 1, 0)
    with pytest.raises(InvalidInput, match=r"1.00 EUR is open"):
        payment_posting(paid("3.00", "b"), standing, told("R1 3.00"))
    standing = after(standing, payment_posting(paid("3.00", "b"), standing, told("R1 1.00")))
    assert (standing.credit, standing.written_off_of("id-R1"), standing.owed) == (2, 0, 0)
    assert not standing.items


def test_a_payment_is_in_the_currency_of_its_account() -> None:
    dollars = replace(paid("5.00"), amount=money("5.00", "USD"))
    with pytest.raises(CurrencyMismatch, match="pays in EUR, not USD"):
        payment_posting(dollars, NOTHING)
    with pytest.raises(ValueError, match="globex"):
        payment_posting(replace(paid("5.00"), account="globex"), NOTHING)


def test_the_same_payment_has_the_same_id_and_another_has_another(table) -> None:
    """
    account | day   | amount | currency | method | reference | kind    | given | same
    acme    | 11-02 | 5.00   | EUR      | bank   | R1        | payment |       | yes
    acme    | 11-02 | 5      | EUR      | bank   | R1        | payment |       | yes
    globex  | 11-02 | 5.00   | EUR      | bank   | R1        | payment |       | no
    acme    | 11-03 | 5.00   | EUR      | bank   | R1        | payment |       | no
    acme    | 11-02 | 5.01   | EUR      | bank   | R1        | payment |       | no
    acme    | 11-02 | 5.00   | USD      | bank   | R1        | payment |       | no
    acme    | 11-02 | 5.00   | EUR      | card   | R1        | payment |       | no
    acme    | 11-02 | 5.00   | EUR      | bank   | R2        | payment |       | no
    acme    | 11-02 | 5.00   | EUR      | bank   | R1        | refund  |       | no
    acme    | 11-02 | 5.00   | EUR      | bank   | R1        | payment | x     | no
    """
    first = payment(ACCOUNT, day("11-02"), money("5.00"), "bank", "R1", received_at=noon(FIRST))
    for row in table:
        other = payment(
            row["account"],
            day(row["day"]),
            money(row["amount"], row["currency"]),
            row["method"],
            row["reference"],
            received_at=noon(FIRST) + timedelta(days=3),
            kind="refund" if row["kind"] == "refund" else "payment",
            given_id=row["given"],
        )
        assert (other.id == first.id) == (row["same"] == "yes"), row
        assert (posting_id(other) == posting_id(first)) == (row["same"] == "yes"), row


def test_the_callers_own_id_is_what_counts_where_there_is_one() -> None:
    def with_id(amount: str, account: str = ACCOUNT) -> str:
        made = payment(
            account, FIRST, money(amount), "bank", "", received_at=noon(FIRST), given_id="7"
        )
        return made.id

    assert with_id("5.00") == with_id("6.00")
    assert with_id("5.00") != with_id("5.00", "globex")


def test_what_was_not_paid_is_no_payment(table) -> None:
    """
    amount | currency | method   | field
    0      | EUR      | bank     | amount
    -5     | EUR      | bank     | amount
    5.001  | EUR      | bank     | amount
    0.5    | JPY      | bank     | amount
    5      | XXX      | bank     | currency
    5      | EUR      | barter   | method
    5      | EUR      |          | method
    """
    for row in table:
        with pytest.raises(InvalidInput) as refused:
            amount = money(row["amount"], row["currency"])
            payment(ACCOUNT, FIRST, amount, row["method"], "", received_at=noon(FIRST))
        assert list(refused.value.fields) == [row["field"]], row


def test_a_top_up_is_bought_or_given(table) -> None:
    """
    grant     | method | expires | field
    purchased | card   |         |
    purchased | stripe |         |
    granted   |        |         |
    granted   |        | 11-02   |
    purchased |        |         | method
    granted   | card   |         | method
    purchased | card   | 11-30   | expires_on
    granted   |        | 11-01   | expires_on
    granted   |        | 10-31   | expires_on
    """
    for row in table:
        fields: list[str] = []
        try:
            made = top_up(
                ACCOUNT,
                FIRST,
                money("5"),
                Grant(row["grant"]),
                topped_up_at=noon(FIRST),
                method=row["method"],
                expires_on=day(row["expires"]) if row["expires"] else None,
            )
            assert str(made.amount.amount) == "5.00"
        except InvalidInput as refused:
            fields = list(refused.fields)
        assert fields == row["field"].split(), row


def test_a_posting_tells_of_its_payment() -> None:
    standing = two_open()
    posting = payment_posting(paid("20.00", "R2", day("11-05")), standing)
    assert (posting.day, posting.reference, posting.document) == (day("11-05"), "R2", "id-R2")
    assert (posting.by, posting.at) == ("op", noon(day("11-05")))
    assert payment_posting(paid("25.00", "both"), standing).document == ""
