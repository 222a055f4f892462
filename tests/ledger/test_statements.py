"""Statements and the trial balance, as a reader sees them."""

from decimal import Decimal as D

from chalicelib.invoicing.posting import posting_of
from chalicelib.ledger.entries import Posting
from chalicelib.ledger.postings import payment_posting, refund_posting, write_off_posting
from chalicelib.ledger.standing import Standing, applied, standing_of
from chalicelib.ledger.statements import Statement, statement, wallet_statement
from chalicelib.ledger.trial_balance import differences, trial_balance, trial_balance_of
from chalicelib.ledger.wallets import draw_down_posting, top_up_posting
from tests.ledger.facts import (
    ACCOUNT,
    NOTHING,
    bought,
    credit_note,
    day,
    given,
    invoice,
    noon,
    paid,
)


def postpaid() -> list[Posting]:
    """Two invoices, a payment of too much, a refund, a credit note, a write-off."""
    made: list[Posting] = []

    def stands() -> Standing:
        return standing_of(ACCOUNT, "EUR", made)

    made.append(posting_of(invoice(stands(), "R1", "100.00", "19.00", on=day("11-02")), stands()))
    made.append(payment_posting(paid("130.00", "thanks", day("11-10")), stands()))
    refund = paid("1.00", "back", day("11-11"), "refund")
    made.append(refund_posting(refund, stands()))
    made.append(posting_of(invoice(stands(), "R2", "50.00", "9.50", on=day("12-02")), stands()))
    note = credit_note(stands(), "C1", "R2", "10.00", "1.90", on=day("12-03"))
    made.append(posting_of(note, stands()))
    gone = write_off_posting(stands(), "id-R2", noon(day("12-30")), by="op", reason="gone")
    return [*made, gone]


def prepaid() -> list[Posting]:
    """Given and bought, drawn twice, invoiced."""
    standing, made = NOTHING, []
    for top_up in (given("5.00", on=day("11-01")), bought("20.00", on=day("11-02"))):
        made.append(top_up_posting(top_up, standing))
        standing = applied(standing, made[-1])
    for target, on in (("8.00", "11-10"), ("12.00", "11-20")):
        posting = draw_down_posting(standing, "2026-11", D(target), day(on), noon(day(on)))
        assert posting is not None
        made.append(posting)
        standing = applied(standing, posting)
    document = invoice(standing, "R1", "11.00", on=day("12-02"))
    return [*made, posting_of(document, standing)]


def rows(told: Statement) -> list[dict[str, str]]:
    return [
        {
            "day": f"{each.day:%m-%d}",
            "fact": each.fact.value,
            "reference": each.reference,
            "amount": str(each.amount),
            "balance": str(each.balance),
        }
        for each in told.movements
    ]


def test_a_statement_tells_what_is_owed(table) -> None:
    """
    day   | fact        | reference | amount  | balance
    11-02 | invoice     | R1        | 119.00  | 119.00
    11-10 | payment     | thanks    | -130.00 | -11.00
    11-11 | refund      | back      | 1.00    | -10.00
    12-02 | invoice     | R2        | 59.50   | 49.50
    12-03 | credit_note | C1        | -11.90  | 37.60
    12-30 | write_off   | R2        | -37.60  | 0.00
    """
    told = statement(NOTHING, reversed(postpaid()))
    assert rows(told) == table
    assert (str(told.opening), str(told.closing)) == ("0.00", "0.00")
    assert [each.document for each in told.movements][:2] == ["id-R1", "id-R1"]


def test_a_statement_begins_where_the_one_before_ended() -> None:
    made = postpaid()
    november, december = made[:3], made[3:]
    first = statement(NOTHING, november)
    second = statement(standing_of(ACCOUNT, "EUR", november), december)
    whole = statement(NOTHING, made)
    assert (str(first.closing), second.opening) == ("-10.00", first.closing)
    assert first.movements + second.movements == whole.movements
    assert second.closing == whole.closing


def test_a_prepaid_account_owes_what_it_uses(table) -> None:
    """
    day   | fact      | reference | amount | balance
    11-01 | top_up    |           | -5.00  | -5.00
    11-02 | top_up    |           | -20.00 | -25.00
    11-10 | draw_down | 2026-11   | 8.00   | -17.00
    11-20 | draw_down | 2026-11   | 4.00   | -13.00
    12-02 | invoice   | R1        | -1.00  | -14.00
    """
    assert rows(statement(NOTHING, prepaid())) == table


def test_a_wallet_tells_what_can_be_spent(table) -> None:
    """
    day   | fact      | reference | amount | balance
    11-01 | top_up    |           | 5.00   | 5.00
    11-02 | top_up    |           | 20.00  | 25.00
    11-10 | draw_down | 2026-11   | -8.00  | 17.00
    11-20 | draw_down | 2026-11   | -4.00  | 13.00
    12-02 | invoice   | R1        | 1.00   | 14.00
    """
    assert rows(wallet_statement(NOTHING, prepaid())) == table


def test_what_does_not_move_a_wallet_is_not_told_of_it() -> None:
    told = wallet_statement(NOTHING, postpaid())
    assert [each.fact.value for each in told.movements] == ["payment", "refund", "invoice"]


def test_the_trial_balance_of_a_story(table) -> None:
    """
    group      | balance
    cash       | 129.00
    credit     | 0.00
    receivable | 0.00
    revenue    | -140.00
    tax        | -26.60
    write_offs | 37.60
    """
    groups = trial_balance(postpaid())["EUR"]
    assert [{"group": name, "balance": str(amount)} for name, amount in groups.items()] == table
    assert sum(groups.values()) == 0


def test_each_currency_balances_by_itself() -> None:
    euros = standing_of(ACCOUNT, "EUR", postpaid()[:2])
    dinars = Standing("kuwait", "KWD", 1, {"cash:bank": D("1.500"), "credit": D("-1.500")})
    groups = trial_balance_of([dinars, euros])
    told = {
        currency: {name: str(amount) for name, amount in each.items()}
        for currency, each in groups.items()
    }
    assert told == {
        "EUR": {"cash": "130.00", "credit": "-11.00", "revenue": "-100.00", "tax": "-19.00"},
        "KWD": {"cash": "1.500", "credit": "-1.500"},
    }


def test_a_balance_that_was_tampered_with_is_found() -> None:
    made = postpaid()
    standing = standing_of(ACCOUNT, "EUR", made)
    assert differences(standing, made) == {}
    wrong = standing_of(ACCOUNT, "EUR", made[:-1])
    found = differences(wrong, made)
    assert {name: (str(a), str(b)) for name, (a, b) in found.items()} == {
        "receivable:id-R2": ("37.60", "0.00"),
        "write_offs:id-R2": ("0.00", "37.60"),
    }
