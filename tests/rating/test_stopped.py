"""Machines that do not pay while they are stopped: allocated hours count as far as they ran."""

from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.metering.usage import UsageGroup, group_of
from chalicelib.rating.stopped import while_running
from tests.rating.books import Table, used

START = 1_793_491_200
WHOLE_DAYS = st.lists(
    st.tuples(
        st.sampled_from(["running_vm", "allocated_vm"]),
        st.sampled_from(["a", "b"]),
        st.decimals(min_value=0, max_value=24, places=6),
        st.sampled_from([0, 86400]),
        st.sampled_from(["small", "large"]),
    ),
    max_size=12,
)


def hours(meter: str, *told: str, offering: str = "small", start: int = START) -> UsageGroup:
    """Return machines and their hours, as `vm-1:24`."""
    entries = []
    for each in told:
        machine, _, raw = each.partition(":")
        entries.append((machine, raw, "", 0, "", ()))
    dimensions = ("z", offering, *[""] * 6)
    return group_of(meter, start, start + 86400, dimensions, entries)


def kept(usages: list[UsageGroup]) -> str:
    return " ".join(
        f"{machine}:{D(raw).normalize():f}"
        for group in while_running(usages)
        if group.meter == "allocated_vm"
        for machine, raw in zip(group.resources, group.raw, strict=True)
    )


def test_allocated_hours_are_kept_as_far_as_the_machine_ran(table: Table) -> None:
    """
    ran       | allocated     | kept
    a:24      | a:24          | a:24
    a:10      | a:24          | a:10
              | a:24          | a:0
    a:0       | a:24          | a:0
    b:24      | a:24          | a:0
    a:24      | a:5.5         | a:5.5
    a:10 b:24 | a:24 b:24     | a:10 b:24
    a:10      | a:6 a:6       | a:6 a:4
    a:4 a:3   | a:24          | a:7
    """
    for row in table:
        ran = [hours("running_vm", *row["ran"].split())] if row["ran"] else []
        usage = [hours("allocated_vm", *row["allocated"].split()), *ran]
        assert kept(usage) == row["kept"], row
        assert kept(list(reversed(usage))) == row["kept"], row


def test_each_window_and_size_is_looked_at_by_itself() -> None:
    allocated = hours("allocated_vm", "a:24")
    assert kept([allocated, hours("running_vm", "a:24", start=START + 86400)]) == "a:0"
    assert kept([allocated, hours("running_vm", "a:24", offering="large")]) == "a:0"


def test_all_else_stays_as_it_is() -> None:
    others = [used("running_vm", 1, "12"), used("volume", 1, "24"), used("ip_address", 1, "24")]
    assert while_running(others) == others


@given(WHOLE_DAYS)
def test_no_hour_is_counted_twice_or_invented(told: list[tuple[str, str, D, int, str]]) -> None:
    usages = [
        hours(meter, f"{machine}:{raw:f}", offering=offering, start=START + later)
        for meter, machine, raw, later, offering in told
    ]
    found = while_running(usages)
    assert [each for each in found if each.meter == "running_vm"] == [
        each for each in usages if each.meter == "running_vm"
    ]
    for machine in ("a", "b"):
        for place in {(START + later, offering) for *_, later, offering in told}:
            sums = {"running_vm": D(0), "allocated_vm": D(0), "kept": D(0)}
            for before, after in zip(usages, found, strict=True):
                if before.resources != [machine] or (before.start, before.dimensions[1]) != place:
                    continue
                sums[before.meter] += D(before.raw[0])
                if before.meter == "allocated_vm":
                    sums["kept"] += D(after.raw[0])
                    assert 0 <= D(after.raw[0]) <= D(before.raw[0])
            assert sums["kept"] == min(sums["running_vm"], sums["allocated_vm"])
