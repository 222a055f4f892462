"""Credit notes: all of an invoice or a part of it, never more than is left, always to the cent."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import Conflict, InvalidInput
from chalicelib.exchange_rates import Conversion, ExchangeRate
from chalicelib.invoicing.credit_notes import credit_note
from chalicelib.invoicing.crediting import left_of
from chalicelib.invoicing.documents import Document, Kind, Reference
from tests.invoicing.books import (
    an_issuer,
    groups,
    invoice,
    item,
    period,
    rule,
    split_gst,
)
from tests.invoicing.oracle import check_all_taken_back, check_credit_notes

Table = list[dict[str, str]]
LATER = datetime(2026, 12, 20, 23, 30, tzinfo=UTC)
SEVERAL = an_issuer(
    rule("19"),
    rule("7", scope="service:volumes"),
    rule("0", "E", scope="service:services", note="exempt"),
)


def note(
    of: Document,
    before: Sequence[Document] = (),
    *,
    total: str | None = None,
    amounts: dict[str, D] | None = None,
) -> Document:
    """Return a credit note, after it has been reckoned again."""
    made = credit_note(
        of,
        before,
        reason="as agreed",
        asked_for=f"request {len(before)}",
        issued_at=LATER,
        number=f"CN-2026-{len(before) + 1:05}",
        amounts=amounts,
        total=None if total is None else D(total),
    )
    check_credit_notes(of, [*before, made])
    return made


def of_lines(text: str, currency: str = "EUR") -> Document:
    """Return an invoice of lines such as `running_vm=10.00`."""
    lines = [item(*each.split("="), currency=currency) for each in text.split()]
    return invoice(period(*lines, currency=currency), SEVERAL)


def test_all_of_an_invoice_is_taken_back() -> None:
    of = of_lines("running_vm=10.05 volume=20.00 credit:a=-3.00 service:support=1.00")
    made = note(of)
    assert (made.lines, made.taxes, made.total) == (of.lines, of.taxes, of.total)
    assert (made.kind, made.number, made.reason) == (Kind.CREDIT_NOTE, "CN-2026-00001", "as agreed")
    assert made.refers_to == Reference(of.id, of.number, of.issued_on)
    # 20 December is over where the issuer is.
    assert (made.issued_on, made.due_on, made.period) == (date(2026, 12, 21), None, "")
    assert (made.payable, made.settled, made.customer) == (made.total, (), of.customer)
    check_all_taken_back(of, [made])
    with pytest.raises(Conflict, match=r"nothing is left of INV-2026-00042"):
        note(of, [made])


def test_what_was_asked_for_tells_one_credit_note_from_another() -> None:
    of = of_lines("running_vm=10.00")
    ids = {note(of).id, note(of, [note(of, total="1.00")]).id, of.id}
    assert len(ids) == 3 and note(of).id == note(of, total="1.00").id


def test_a_part_by_lines_bears_the_tax_of_those_lines(table: Table) -> None:
    """
    credited                        | groups                      | total
    running_vm=10.05                | S:19=10.05/1.91             | 11.96
    running_vm=5.00                 | S:19=5.00/0.95              | 5.95
    volume=0.01                     | S:7=0.01/0.00               | 0.01
    running_vm=0.03 volume=10.00    | S:19=0.03/0.01 S:7=10.00/0.70 | 10.74
    service:support=1.00            | E:0=1.00/0.00               | 1.00
    """
    of = of_lines("running_vm=10.05 volume=20.00 service:support=1.00")
    for row in table:
        told = dict(each.split("=") for each in row["credited"].split())
        made = note(of, amounts={item(m, "1.00").id: D(a) for m, a in told.items()})
        assert (groups(made), str(made.total)) == (row["groups"], row["total"]), row


def test_a_part_by_amount_is_shared_out_over_taxes_and_lines(table: Table) -> None:
    """
    asked | groups
    34.36 | S:19=10.05/1.91 S:7=20.00/1.40 E:0=1.00/0.00
    34.35 | S:19=10.05/1.91 S:7=19.99/1.40 E:0=1.00/0.00
    10.00 | S:19=2.92/0.56 S:7=5.82/0.41 E:0=0.29/0.00
    0.01  | S:7=0.01/0.00
    """
    of = of_lines("running_vm=10.05 volume=20.00 service:support=1.00")
    for row in table:
        made = note(of, total=row["asked"])
        assert (str(made.total), groups(made)) == (row["asked"], row["groups"]), row


def test_a_line_taken_back_in_part_tells_no_quantity() -> None:
    of = of_lines("running_vm=10.00 volume=20.00")
    whole, part = (line.id for line in of.lines)
    made = note(of, amounts={whole: D("10.00"), part: D("5.00")})
    told = [(line.quantity, line.unit, line.unit_price) for line in made.lines]
    assert told == [(D(1), "hour", D(10)), (None, "", None)]


def test_never_more_than_is_left(table: Table) -> None:
    """
    before           | asked            | reason
                     | total=23.81      | 23.80 is left of INV-2026-00042, not 23.81
    total=20.00      | total=3.81       | 3.80 is left of INV-2026-00042, not 3.81
                     | line=20.01       | 20.00 is left of 'Running VM', not 20.01
    line=15.00       | line=5.01        | 5.00 is left of 'Running VM', not 5.01
                     | line=-1.00       | 20.00 is left of 'Running VM', not -1.00
                     | line=0.00        | 20.00 is left of 'Running VM', not 0.00
    total=23.80      | line=0.01        | nothing is left of INV-2026-00042
    """
    of = of_lines("running_vm=20.00")
    (line,) = of.lines

    def asked(text: str, before: Sequence[Document]) -> Document:
        how, _, amount = text.partition("=")
        if how == "total":
            return note(of, before, total=amount)
        return note(of, before, amounts={line.id: D(amount)})

    for row in table:
        before = [asked(row["before"], [])] if row["before"] else []
        with pytest.raises(Conflict) as error:
            asked(row["asked"], before)
        assert str(error.value).startswith(row["reason"]), row


def test_nor_more_than_is_left_of_a_tax_or_of_all() -> None:
    # A promotional credit has paid for a part of the machine already.
    of = of_lines("running_vm=100.00 volume=50.00 credit:a=-30.00")
    machine = of.lines[0].id
    with pytest.raises(Conflict, match=r"80.00 is left of what bears S:19, not 90.00"):
        note(of, amounts={machine: D("90.00")})
    first = note(of, amounts={machine: D("80.00")})
    assert groups(first) == "S:19=80.00/15.20"
    check_all_taken_back(of, [first, note(of, [first])])


def test_what_is_below_zero_is_taken_back_with_what_it_lowered() -> None:
    of = of_lines("running_vm=100.00 credit:a=-30.00")
    machine, credit = (line.id for line in of.lines)
    both = note(of, amounts={machine: D("100.00"), credit: D("-30.00")})
    assert groups(both) == "S:19=70.00/13.30"
    check_all_taken_back(of, [both])


def test_amounts_that_are_none_are_refused(table: Table) -> None:
    """
    total  | line  | amount | reason
    0      |       |        | more than zero
    -1.00  |       |        | more than zero
    1.001  |       |        | EUR has 2 decimals
    NaN    |       |        | EUR has 2 decimals
           | nope  | 1.00   | no line 'nope'
           | own   | 1.001  | EUR has 2 decimals
           |       |        | at least one
    1.00   | own   | 1.00   | not both
    """
    of = of_lines("running_vm=20.00")
    for row in table:
        amounts = None if row["total"] and not row["line"] else {}
        if row["line"]:
            id = of.lines[0].id if row["line"] == "own" else row["line"]
            amounts = {id: D(row["amount"])}
        with pytest.raises(InvalidInput) as error:
            note(of, total=row["total"] or None, amounts=amounts)
        assert row["reason"] in str(error.value), row


def test_only_an_invoice_above_zero_can_be_credited() -> None:
    of = of_lines("running_vm=20.00")
    with pytest.raises(InvalidInput, match="only an invoice"):
        note(note(of))
    with pytest.raises(Conflict, match="nothing is left"):
        note(of_lines("running_vm=20.00 credit:a=-20.00"))


def test_what_is_left_is_told_by_line_and_tax() -> None:
    of = of_lines("running_vm=20.00 volume=10.00")
    first = note(of, amounts={of.lines[0].id: D("20.00")})
    left = left_of(of, [first])
    assert left.lines == {of.lines[1].id: D("10.00")}
    assert list(left.groups) == ["S:7"] and left.total == D("10.70")


def test_the_tax_currency_adds_up_too() -> None:
    rate = ExchangeRate("EUR", "USD", date(2026, 11, 30), D("1.0827"), "ecb")
    over = Conversion("USD", "EUR", D(1), D("1.0827"), (rate,))
    lines = [item("running_vm", "10.01", currency="USD"), item("volume", "3.33", currency="USD")]
    of = invoice(
        period(*lines, currency="USD"),
        an_issuer(rule("19"), tax_currency="EUR"),
        tax_conversion=over,
    )
    notes: list[Document] = []
    for total in ("0.05", "1.11", "7.77", None):
        notes.append(note(of, notes, total=total))
    check_all_taken_back(of, notes)
    told = [each.in_tax_currency for each in notes]
    assert of.in_tax_currency is not None
    assert sum(each.tax for each in told if each) == of.in_tax_currency.tax


AMOUNT = st.decimals(min_value=0, max_value=300, places=2)
CREDIT = st.decimals(min_value=-50, max_value=0, places=2)
ISSUERS = {
    "several": SEVERAL,
    "one": an_issuer(),
    "parts": an_issuer(split_gst()),
    "dear": an_issuer(rule("99.9"), rule("33.3", scope="service:volumes")),
}
METERS = ("running_vm", "volume", "ip_address", "service:support", "credit:a", "credit:b")


@settings(max_examples=150, deadline=None)
@given(
    st.tuples(AMOUNT, AMOUNT, AMOUNT, AMOUNT, CREDIT, CREDIT),
    st.sampled_from(sorted(ISSUERS)),
    st.sampled_from(["EUR", "JPY", "KWD"]),
    st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.integers(1, 100)), max_size=5),
)
def test_several_credit_notes_add_up_to_the_invoice_in_every_tax(
    amounts: tuple[D, ...], of: str, currency: str, parts: list[tuple[bool, int, int]]
) -> None:
    unit = {"EUR": D("0.01"), "JPY": D(1), "KWD": D("0.001")}[currency]
    lines = [
        item(meter, str(amount.quantize(unit)), currency=currency)
        for meter, amount in zip(METERS, amounts, strict=True)
    ]
    made = invoice(period(*lines, currency=currency), ISSUERS[of])
    notes: list[Document] = []
    for by_total, at, percent in parts:
        left = left_of(made, notes)
        if left.total <= 0:
            return
        if by_total:
            asked = (left.total * percent / 100).quantize(unit)
            if asked > 0:
                notes.append(note(made, notes, total=str(asked)))
            continue
        open_lines = sorted(left.lines)
        line = open_lines[at % len(open_lines)]
        asked = (left.lines[line] * percent / 100).quantize(unit)
        try:
            notes.append(note(made, notes, amounts={line: asked}))
        except Conflict:
            # More than is left of its tax, below zero, or nothing at all.
            continue
    if left_of(made, notes).total > 0:
        notes.append(note(made, notes))
        check_all_taken_back(made, notes)
