"""Corrections: what late usage changes of a month that was invoiced, to the cent."""

from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import InvalidInput
from chalicelib.invoicing.corrections import corrections
from chalicelib.money import Money
from chalicelib.rating.agreements import Adjustment, Commitment
from chalicelib.rating.basis import basis_of, rated_again
from chalicelib.rating.charges import rate
from chalicelib.rating.line_items import RatedPeriod
from chalicelib.rating.price_lists import PriceLists
from chalicelib.rating.tariffs import Per, Tariff
from tests.invoicing.books import EARLIER, an_issuer, groups, invoice, item, period, rule
from tests.rating.books import NOVEMBER, VM_HOUR, card, rated, running, used

Table = list[dict[str, str]]
METERS = ["running_vm", "volume", "network_sent", "service:support", "credit:a", "commitment"]
VOLUME_HOUR = Tariff("volume", Per.GIB_HOUR, D(1))
SOON = datetime(2026, 11, 5, tzinfo=UTC)
AMOUNTS = st.dictionaries(
    st.sampled_from(METERS), st.decimals(min_value=-100, max_value=10**4, places=2), max_size=6
)


def october(text: str) -> RatedPeriod:
    """Return a rated October of lines such as `running_vm=10.00`."""
    lines = [item(*each.split("="), month="2026-10") for each in text.split()]
    return period(*lines, month="2026-10")


def test_each_line_that_came_to_something_else_is_corrected(table: Table) -> None:
    """
    invoiced                       | now                            | corrections
    running_vm=10.00               | running_vm=10.00               |
    running_vm=10.00               | running_vm=12.50               | running_vm=2.50
    running_vm=12.50               | running_vm=10.00               | running_vm=-2.50
                                   | running_vm=10.00               | running_vm=10.00
    running_vm=10.00               |                                | running_vm=-10.00
    running_vm=10.00 volume=1.00   | volume=1.00 template=3.00      | template=3.00 running_vm=-10.00
    running_vm=9.00 credit:a=-1.00 | running_vm=9.00 credit:a=-1.50 | credit:a=-0.50
    """
    for row in table:
        before, after = october(row["invoiced"]), october(row["now"])
        found = corrections(before, after, EARLIER)
        ids = {f"2026-10-{item(meter, '1.00').id}": meter for meter in [*METERS, "template"]}
        told = " ".join(f"{ids[line.id]}={line.amount}" for line in found)
        assert told == row["corrections"], row
        assert sum(line.amount for line in found) == (after.total - before.total).amount


def test_a_correction_says_what_it_corrects() -> None:
    before = period(item("running_vm", "10.00", month="2026-10", days="3 9"), month="2026-10")
    after = period(item("running_vm", "12.50", month="2026-10", days="2 7"), month="2026-10")
    (line,) = corrections(before, after, EARLIER)
    assert line.correction is not None
    assert (line.correction.invoice, line.period) == (EARLIER, "2026-10")
    assert (line.correction.before, line.correction.after) == (D("10.00"), D("12.50"))
    assert (line.start, line.end) == (date(2026, 10, 2), date(2026, 10, 9))
    assert (line.service, line.tax, line.quantity) == ("virtual_machines", "", None)


def test_only_the_same_month_in_the_same_currency_is_corrected() -> None:
    with pytest.raises(InvalidInput):
        corrections(period(), period(month="2026-10"), EARLIER)
    with pytest.raises(InvalidInput):
        corrections(period(), period(currency="USD"), EARLIER)


def test_late_usage_of_which_a_part_had_no_price_takes_nothing_off_what_had_one() -> None:
    # The first card is of noon of the 10th; late usage of that day had none before noon.
    noon_card = card(VM_HOUR, since=datetime(2026, 11, 10, 12, tzinfo=UTC))
    then = PriceLists("EUR", [noon_card])
    was = rate(running(12, 12), then, NOVEMBER, as_of=NOVEMBER.span.end)
    basis = basis_of(then, NOVEMBER, (), {}, "charged")
    now = PriceLists("EUR", [card(VM_HOUR), noon_card])
    usage = [*running(10, 10), *running(12, 12)]
    is_now = rated_again(usage, was, basis, now, NOVEMBER.span.end)
    assert is_now.total.amount == D(48)
    assert sum(line.amount for line in corrections(was, is_now, EARLIER)) == D(24)


def test_what_was_agreed_holds_for_late_usage_that_has_a_price_only_now(table: Table) -> None:
    """
    discount | minimum | was    | is     | why
    0        | 0       | 48.00  | 72.00  |
    -50      | 0       | 24.00  | 36.00  | the discount is of all there is
    0        | 60      | 60.00  | 72.00  | the minimum is reached by then
    -50      | 60      | 60.00  | 60.00  | it is not
    """
    then = PriceLists("EUR", [card(VM_HOUR)])
    now = PriceLists("EUR", [card(VM_HOUR), card(VM_HOUR, VOLUME_HOUR, since=SOON)])
    end = NOVEMBER.span.end
    for row in table:
        agreed = (
            Adjustment(NOVEMBER.days()[0][0], None, percent=D(row["discount"])),
            Commitment(NOVEMBER.days()[0][0], None, amount=Money.of(row["minimum"], "EUR")),
        )
        was = rate(running(1, 2), then, NOVEMBER, agreements=agreed, as_of=end)
        basis = basis_of(then, NOVEMBER, agreed, {}, "charged")
        usage = [*running(1, 2), used("volume", 10, "24")]
        is_now = rated_again(usage, was, basis, now, end)
        assert (str(was.total.amount), str(is_now.total.amount)) == (row["was"], row["is"]), row


def test_usage_that_came_late_is_corrected_on_the_next_invoice() -> None:
    # November was invoiced without the volume, and with two days of the machine too few.
    cards = [card(VM_HOUR, Tariff("volume", Per.GIB_HOUR, D("0.01")))]
    was = rated(running(1, 10), cards)
    is_now = rated([*running(1, 12), used("volume", 5, "24", gib=100)], cards)
    december = period(item("running_vm", "100.00", month="2026-12"), month="2026-12")
    made = invoice(
        december,
        an_issuer(rule("19"), rule("7", scope="service:volumes")),
        corrections=corrections(was, is_now, EARLIER),
        corrected=[(was, is_now)],
        number="INV-2027-00001",
    )
    told = [(line.name, str(line.amount), line.period) for line in made.lines]
    assert told == [
        ("Running VM", "100.00", "2026-12"),
        ("Running VM", "48.00", "2026-11"),
        ("Volume", "24.00", "2026-11"),
    ]
    assert groups(made) == "S:19=148.00/28.12 S:7=24.00/1.68"


def test_a_credit_that_pays_for_late_usage_bears_its_tax() -> None:
    before = october("running_vm=10.00 credit:a=-10.00")
    after = october("running_vm=10.00 volume=8.00 credit:a=-18.00")
    made = invoice(
        period(item("running_vm", "1.00")),
        an_issuer(rule("19"), rule("7", scope="service:volumes")),
        corrections=corrections(before, after, EARLIER),
        corrected=[(before, after)],
    )
    assert groups(made) == "S:19=1.00/0.19 S:7=0.00/0.00"


@given(AMOUNTS, AMOUNTS)
def test_corrections_sum_to_the_difference(before: dict[str, D], after: dict[str, D]) -> None:
    was = period(*(item(meter, str(amount)) for meter, amount in before.items()))
    is_now = period(*(item(meter, str(amount)) for meter, amount in after.items()))
    found = corrections(was, is_now, EARLIER)
    assert sum(line.amount for line in found) == is_now.total.amount - was.total.amount
    assert all(line.amount for line in found)
    assert len({line.id for line in found}) == len(found)


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_an_invoice_with_corrections_is_what_fractions_say(
    before: dict[str, D], after: dict[str, D], current: dict[str, D]
) -> None:
    was, is_now = (
        period(*(item(m, str(a), month="2026-10") for m, a in each.items()), month="2026-10")
        for each in (before, after)
    )
    issuer = an_issuer(
        rule("19"), rule("7", scope="service:volumes"), rule("21", start=date(2026, 11, 1))
    )
    invoice(
        period(*(item(meter, str(amount)) for meter, amount in current.items())),
        issuer,
        corrections=corrections(was, is_now, EARLIER),
        corrected=[(was, is_now)],
    )
