"""Windows metered page by page: nothing lost, nothing twice, whatever the order."""

from datetime import UTC, datetime

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.metering.records import UsageRow
from chalicelib.metering.usage import unpack
from chalicelib.metering.windows import MeteredWindow, Window, WindowMeter
from chalicelib.periods import Period

DAY = Period(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
WINDOW = Window("main", DAY)


def row(**fields: object) -> UsageRow:
    base = {
        "usagetype": 1,
        "rawusage": "24",
        "startdate": "2026-01-01T00:00:00+0000",
        "enddate": "2026-01-01T23:59:59+0000",
        "accountid": "a",
        "account": "acme",
        "virtualmachineid": "vm-1",
        "usageid": "vm-1",
        "offeringid": "small",
        "zoneid": "z",
    }
    return msgspec.convert({**base, **fields}, UsageRow)


def metered(*rows: UsageRow) -> MeteredWindow:
    meter = WindowMeter(WINDOW)
    meter.add(rows)
    return meter.metered()


def test_112_copies_of_a_record_are_one_record() -> None:
    # CloudStack issue 13112: a day emitted 112 times.
    once, often = metered(row()), metered(*[row()] * 112)
    assert often.copies == 111 and often.records == 112
    assert often.usage["a"].body == once.usage["a"].body


def test_a_vm_that_changed_its_offering_at_noon_is_two_records() -> None:
    found = metered(row(rawusage="12"), row(rawusage="12", offeringid="large"))
    assert found.copies == 0 and len(unpack(found.usage["a"].body)) == 2


def test_the_same_vm_again_with_other_hours_is_refused_and_shown() -> None:
    found = metered(row(), row(rawusage="23"))
    assert [group.reason for group in found.rejects] == [
        "the same resource and window again with another quantity"
    ]
    assert found.usage["a"].rejects == {found.rejects[0].reason: 1}


def test_a_record_outside_of_the_window_is_refused() -> None:
    found = metered(row(startdate="2025-12-31T00:00:00+0000", enddate="2025-12-31T23:59:59+0000"))
    assert found.rejects[0].reason == "lies outside of the window that was asked for"


def test_rejects_are_grouped_and_keep_five_samples() -> None:
    found = metered(*[row(usagetype=14, usageid=f"user-{number}") for number in range(9)])
    (group,) = found.rejects
    assert (group.count, len(group.samples), group.account) == (9, 5, "acme")
    assert found.rejected == found.usage["a"].records == 9


def test_rows_that_are_no_records_are_counted_for_nobody() -> None:
    meter = WindowMeter(WINDOW)
    meter.add_unreadable(b'{"usagetype": "many"}')
    found = meter.metered()
    assert found.rejected == 1 and not found.usage
    assert found.rejects[0].samples == ['{"usagetype": "many"}']


def test_owners_are_remembered_for_accounts_cloudstack_no_longer_lists() -> None:
    (owner,) = metered(row(domainpath="ROOT/acme")).sub_accounts
    assert (owner.name, owner.domain, owner.kind) == ("acme", "/acme", "account")


rows = st.lists(
    st.builds(
        row,
        usagetype=st.sampled_from([1, 3, 4, 9, 14]),
        usageid=st.sampled_from(["r-1", "r-2", "r-3"]),
        virtualmachineid=st.sampled_from(["vm-1", "vm-2"]),
        accountid=st.sampled_from(["a", "b", None]),
        rawusage=st.just("7.5"),
        size=st.just(2**30),
    ),
    max_size=20,
)


@given(rows, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_order_and_pages_and_copies_change_nothing(found: list[UsageRow], random) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)
    paged = WindowMeter(WINDOW)
    for start in range(0, len(shuffled), 3):
        paged.add(shuffled[start : start + 3])
    straight, mixed = metered(*found), paged.metered()
    assert mixed.usage == straight.usage and mixed.digest == straight.digest


@given(rows)
@settings(max_examples=60)
def test_every_record_is_billable_a_copy_or_a_reject(found: list[UsageRow]) -> None:
    window = metered(*found)
    kept = sum(len(unpack(packed.body)) for packed in window.usage.values())
    assert window.records == len(found) == kept + window.copies + window.rejected
