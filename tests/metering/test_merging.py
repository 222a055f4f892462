"""What was stored and what a new reading says, brought together: nothing that was used is lost."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.metering import merging
from chalicelib.metering.merging import Merged, Unbilled, merged
from chalicelib.metering.records import UsageRow
from chalicelib.metering.reviews import Reason, Verdicts
from chalicelib.metering.usage import Entry, PackedUsage, UsageGroup, pack, unpack, usage_in
from tests.metering.rows import GIB, decided, hours, metered, row
from tests.metering.test_conservation import rows, verdicts

NOTHING = pack([])


@dataclass(frozen=True)
class Reading:
    """What one sub account used, as a reading of the window says."""

    packed: PackedUsage
    unbilled: Unbilled


def read(*found: UsageRow, verdicts: Verdicts | None = None) -> Reading:
    window = metered(*found, verdicts=verdicts)
    return Reading(window.usage.get("a", NOTHING), window.unbilled.get("a", Unbilled()))


def bring(stored: PackedUsage, fresh: Reading, **how: bool) -> Merged:
    return merged(stored, fresh.packed, fresh.unbilled, **how)


def resources(body: bytes) -> list[tuple[str, str]]:
    """Return (resource, raw usage) of what is packed."""
    return [(entry.resource, entry.raw) for group in unpack(body) for entry in group.entries()]


def total(packed: PackedUsage) -> dict[str, D]:
    """Return the hours of each meter that count."""
    sums: dict[str, D] = defaultdict(D)
    for group in usage_in(packed):
        for raw in group.raw:
            sums[group.meter] += D(raw)
    return sums


ONE, TWO = row(virtualmachineid="vm-1"), row(virtualmachineid="vm-2")


def test_the_same_again_is_the_same() -> None:
    first = read(ONE, TWO)
    assert bring(first.packed, read(TWO, ONE)) == Merged(first.packed, Counter())


def test_a_late_record_is_added() -> None:
    both = bring(read(ONE).packed, read(ONE, TWO)).packed
    assert both == read(ONE, TWO).packed


def test_what_cloudstack_shows_no_more_is_kept_once() -> None:
    #         1st   2nd   3rd reading
    # vm-1    x     x     x
    # vm-2    x                        kept
    # vm-3          x     x
    three = row(virtualmachineid="vm-3")
    second = bring(read(ONE, TWO).packed, read(ONE, three)).packed
    assert resources(second.body) == [("vm-1", "24"), ("vm-3", "24")]
    assert resources(second.kept) == [("vm-2", "24")]
    assert total(second) == {"running_vm": 72}
    assert bring(second, read(ONE, three)).packed == second
    third = bring(second, read(ONE)).packed
    assert resources(third.kept) == [("vm-2", "24"), ("vm-3", "24")]


def test_what_comes_back_is_kept_no_longer() -> None:
    gone = bring(read(ONE, TWO).packed, read(ONE)).packed
    assert bring(gone, read(ONE, TWO)).packed == read(ONE, TWO).packed


def test_an_account_that_is_shown_no_more_keeps_all_it_used() -> None:
    both = bring(read(ONE, TWO).packed, read())
    assert resources(both.packed.body) == [] and len(resources(both.packed.kept)) == 2


def test_the_new_quantity_counts_and_the_old_one_is_gone() -> None:
    both = bring(read(ONE).packed, read(row(rawusage="23"))).packed
    assert both == read(row(rawusage="23")).packed


def test_another_offering_in_the_same_window_is_another_record() -> None:
    noon = [row(rawusage="12", offeringid=offering) for offering in ("small", "large")]
    assert total(bring(read(noon[0]).packed, read(noon[1])).packed) == {"running_vm": 24}


def test_a_part_of_a_day_that_is_kept_is_not_billed_again() -> None:
    # CloudStack issue 13399, after the raw usage of the day was removed.
    #         0          13         24
    # stored  |--------- 24 --------|   kept
    # later              |--- 11 ---|   in it already
    partial = row(virtualmachineid="vm-1", rawusage="11", **hours(13, 24))
    both = bring(read(ONE, TWO).packed, read(partial, TWO)).packed
    assert total(both) == {"running_vm": 48}
    assert resources(both.kept) == [("vm-1", "24")] and resources(both.body) == [("vm-2", "24")]
    assert bring(both, read(partial, TWO)).packed == both


def test_equal_records_are_kept_by_their_number_and_their_hours(table) -> None:
    """
    stored | shown | kept | hours
    12 12  | 12 12 |      | 24
    12 12  | 12    | 12   | 24
    10 14  | 10    | 14   | 24
    10 14  | 14    | 10   | 24
    10     | 14    | 10   | 24
    6 6 6  | 6     | 6 6  | 18
    8      | 8 8   |      | 16
    """
    for each in table:
        stored, shown = (
            [row(30, rawusage=raw) for raw in each[column].split()]
            for column in ("stored", "shown")
        )
        both = bring(read(*stored).packed, read(*shown)).packed
        assert sorted(raw for _, raw in resources(both.kept)) == each["kept"].split(), each
        assert total(both) == {"network": int(each["hours"])}, each
        assert bring(both, read(*shown)).packed == both, each


# CloudStack forgets the ids of what is purged (`expunged.resources.purge.enabled`).


def test_a_record_with_fewer_fields_is_taken_for_what_it_was(table) -> None:
    """
    type | forgotten
    1    | offeringid
    1    | offeringid templateid
    1    | templateid osdisplayname type
    1    | cpunumber cpuspeed memory
    1    | zoneid
    6    | offeringid
    6    | templateid
    4    | networkid
    4    | type
    10   | virtualmachineid
    21   | virtualmachineid
    25   | virtualmachineid offeringid
    13   | offeringid
    1    | name
    """
    for each in table:
        usage_type, forgotten = int(each["type"]), each["forgotten"].split()
        rich, poor = row(usage_type), row(usage_type, **dict.fromkeys(forgotten))
        other = row(usage_type, usageid="other", virtualmachineid="other")
        before = read(rich).packed
        assert bring(before, read(poor)).packed == before, each
        later = bring(before, read(poor, other)).packed
        assert later == read(rich, other).packed, each
        assert bring(later, read(poor, other)).packed == later, each


def test_a_record_that_says_something_else_is_not_taken_for_another(table) -> None:
    """
    type | change
    1    | {"offeringid": "large"}
    1    | {"offeringid": null, "rawusage": "12"}
    1    | {"offeringid": null, "virtualmachineid": "vm-2"}
    6    | {"offeringid": null, "size": 1}
    """
    import json

    for each in table:
        usage_type = int(each["type"])
        changed = row(usage_type, **json.loads(each["change"]))
        both = bring(read(row(usage_type)).packed, read(changed)).packed
        assert (len(resources(both.body)), len(resources(both.kept))) == (1, 1), each


def test_two_offerings_of_one_machine_are_told_apart_when_one_is_forgotten() -> None:
    noon = [row(rawusage="12", offeringid=offering) for offering in ("small", "large")]
    poor = row(rawusage="12", offeringid=None)
    before = read(*noon).packed
    for shown in ([noon[0], poor], [poor, noon[1]]):
        assert bring(before, read(*shown)).packed == before


def test_a_record_that_lost_its_id_is_recognized_and_no_reject() -> None:
    nameless = row(virtualmachineid=None)
    both = bring(read(ONE, TWO).packed, read(TWO, nameless))
    assert resources(both.packed.body) == [("vm-2", "24")]
    assert resources(both.packed.kept) == [("vm-1", "24")]
    assert both.recognized == {"running_vm": 1}
    assert both.packed.rejects == {} and both.packed.records == 1
    again = bring(both.packed, read(TWO, nameless))
    assert again == both


def test_more_records_without_an_id_than_are_lost_stay_rejects() -> None:
    nameless = [row(virtualmachineid=None)] * 3
    both = bring(read(ONE, TWO).packed, read(*nameless))
    assert both.recognized == {"running_vm": 2}
    assert both.packed.rejects == {Reason.NO_RESOURCE.text: 1}
    # Of another quantity, or another span, it is none of those that are lost.
    before = read(row(rawusage="12")).packed
    for other in ({"rawusage": "11"}, {"rawusage": "12", **hours(0, 23)}):
        both = bring(before, read(row(**(other | {"virtualmachineid": None}))))
        assert both.recognized == {} and both.packed.rejects == {Reason.NO_RESOURCE.text: 1}


def test_nameless_records_that_were_refused_are_no_rejects_to_take_away() -> None:
    refused = decided("refuse", (1, Reason.NO_RESOURCE))
    both = bring(read(ONE).packed, read(row(virtualmachineid=None), verdicts=refused))
    assert (both.packed.rejects, both.packed.holds) == ({}, {})
    assert resources(both.packed.kept) == [("vm-1", "24")]


def test_what_is_held_now_is_not_gone() -> None:
    #           0         10         24
    # stored              |--- 14 ---|
    # later     |-------- 24 --------|   counted
    #                     |--- 14 ---|   overlap
    partial, whole = row(rawusage="14", **hours(10, 24)), row()
    fresh = read(partial, whole)
    both = bring(read(partial).packed, fresh).packed
    assert both == fresh.packed and both.holds == {Reason.OVERLAP.text: 1} and both.kept == b""


@pytest.mark.parametrize("raw", ["12,5", "many", "-1", "25"])
def test_what_cannot_be_billed_any_more_stays_as_it_was_read(raw: str) -> None:
    both = bring(read(ONE).packed, read(row(rawusage=raw))).packed
    assert resources(both.kept) == [("vm-1", "24")] and sum(both.holds.values()) == 1


def test_a_reading_made_anew_replaces_all_but_what_was_kept_before() -> None:
    # A replay after a decision: what is no longer billed is not gone, it was decided.
    accepted = read(
        ONE,
        row(rawusage="25", virtualmachineid="vm-9"),
        verdicts=decided("accept", (1, Reason.TOO_MANY_HOURS)),
    )
    refused = read(
        ONE,
        row(rawusage="25", virtualmachineid="vm-9"),
        verdicts=decided("refuse", (1, Reason.TOO_MANY_HOURS)),
    )
    assert total(accepted.packed) == {"running_vm": 49}
    assert bring(accepted.packed, refused, same_reading=True).packed == refused.packed
    kept = bring(read(ONE, TWO).packed, read(ONE)).packed
    anew = bring(kept, read(ONE), same_reading=True).packed
    assert resources(anew.kept) == [("vm-2", "24")] and anew == kept


def test_where_less_is_shown_rejects_and_holds_do_not_go_away() -> None:
    bad = [row(rawusage="25"), row(virtualmachineid=None), row(virtualmachineid=None)]
    before = read(TWO, *bad).packed
    shorter = bring(before, read(TWO), shows_less=True).packed
    assert (shorter.rejects, shorter.holds) == (before.rejects, before.holds)
    assert shorter.records == 4
    assert bring(shorter, read(TWO), shows_less=True).packed == shorter
    # Shown in full again, without them, they were corrected.
    assert (
        bring(before, read(TWO, *[row(virtualmachineid=f"n{n}") for n in "123"])).packed.rejects
        == {}
    )
    fewer = bring(before, read(TWO, bad[1], row(rawusage="-1")), shows_less=True).packed
    assert fewer.rejects == {Reason.NO_RESOURCE.text: 2}
    assert fewer.holds == {Reason.TOO_MANY_HOURS.text: 1, Reason.NEGATIVE.text: 1}


def test_tags_stay_as_they_were_read_first() -> None:
    first, later = ([{"key": "env", "value": value}] for value in ("prod", "test"))
    before = read(row(tags=first), TWO).packed
    for now in (later, []):
        both = bring(
            before, read(row(tags=now), TWO, row(virtualmachineid="vm-3", tags=later))
        ).packed
        (group,) = unpack(both.body)
        assert [entry.tags for entry in group.entries()] == [
            (("env", "prod"),),
            (),
            (("env", "test"),),
        ]
    assert (
        bring(read(TWO).packed, read(row(virtualmachineid="vm-2", tags=later))).packed
        == read(TWO).packed
    )


def test_a_new_name_is_taken_and_a_forgotten_one_kept() -> None:
    before = read(row(name="old")).packed

    def name(found: PackedUsage) -> str:
        (group,) = unpack(found.body)
        return next(group.entries()).name

    assert name(bring(before, read(row(name="new"))).packed) == "new"
    assert name(bring(before, read(row(name=None))).packed) == "old"


def test_of_two_sizes_read_of_one_template_the_new_one_counts() -> None:
    both = bring(read(row(7, size=GIB)).packed, read(row(7, size=2 * GIB))).packed
    assert both == read(row(7, size=2 * GIB)).packed


def test_a_large_account_is_brought_together_row_by_row() -> None:
    # One group holds them all: comparing it as a whole for each row would take minutes.
    many = [row(virtualmachineid=f"vm-{number}", name=None) for number in range(12_000)]
    before, late = read(*many).packed, row(virtualmachineid="late")
    assert bring(before, read(*many, late)).packed == read(*many, late).packed
    later = bring(before, read(*many[1:], late)).packed
    assert (len(resources(later.body)), resources(later.kept)) == (12_000, [("vm-0", "24")])


account = rows(max_size=10)


@given(account, account, verdicts(), st.booleans(), st.booleans())
@settings(max_examples=40, deadline=None)
def test_bringing_the_same_reading_again_changes_nothing(
    first: list[UsageRow], second: list[UsageRow], decided: Verdicts, less: bool, same: bool
) -> None:
    stored, fresh = read(*first, verdicts=decided), read(*second, verdicts=decided)
    once = bring(stored.packed, fresh, shows_less=less, same_reading=same).packed
    again = bring(once, fresh, shows_less=less, same_reading=same).packed
    assert again == once


@given(account, account, verdicts(), st.booleans())
@settings(max_examples=40, deadline=None)
def test_one_meter_after_the_other_comes_to_the_same(
    first: list[UsageRow], second: list[UsageRow], decided: Verdicts, less: bool
) -> None:
    stored, fresh = read(*first, verdicts=decided).packed, read(*second, verdicts=decided)
    at_once = bring(stored, fresh, shows_less=less)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging, "_ROWS_AT_ONCE", -1)
        in_turn = bring(stored, fresh, shows_less=less)
    assert told(in_turn.packed) == told(at_once.packed)
    assert in_turn.recognized == at_once.recognized


def told(packed: PackedUsage) -> tuple[object, ...]:
    """Return all that packed usage says, however it was packed."""
    usage, kept = (sorted(map(str, unpack(each))) for each in (packed.body, packed.kept))
    return (usage, kept, packed.records, packed.rejects, packed.holds)


def identities(groups: list[UsageGroup]) -> set[tuple[object, ...]]:
    """Return what is billed, as far as it can be told from a record with fewer fields."""
    return {
        (group.meter, group.start, group.end, entry.resource)
        for group in groups
        for entry in group.entries()
    }


@given(account, account, verdicts())
@settings(max_examples=40, deadline=None)
def test_no_billed_resource_is_ever_lost(
    first: list[UsageRow], second: list[UsageRow], decided: Verdicts
) -> None:
    stored, fresh = read(*first, verdicts=decided), read(*second, verdicts=decided)
    both = bring(stored.packed, fresh).packed
    aside = {(*each[:3], each[4]) for each in fresh.unbilled.aside}
    before, now = (identities(list(usage_in(each))) for each in (stored.packed, both))
    assert before - now <= aside
    assert identities(list(unpack(fresh.packed.body))) <= now


@given(account | rows([26, 28, 30, 31], max_size=10), st.data())
@settings(max_examples=40, deadline=None)
def test_nothing_is_billed_more_because_it_was_read_again(
    found: list[UsageRow], data: st.DataObject
) -> None:
    shown = data.draw(st.lists(st.sampled_from(found), unique_by=id) if found else st.just([]))
    stored, fresh = read(*found), read(*shown)
    both = bring(stored.packed, fresh).packed
    each_before = Counter(_entries(stored.packed))
    for key, count in Counter(_entries(both)).items():
        assert count <= max(each_before[key], Counter(_entries(fresh.packed))[key])


def _entries(packed: PackedUsage) -> list[tuple[tuple[object, ...], str, str]]:
    return [
        ((group.meter, group.start, group.end, group.dimensions), entry.resource, entry.raw)
        for group in usage_in(packed)
        for entry in _all(group)
    ]


def _all(group: UsageGroup) -> list[Entry]:
    return list(group.entries())
