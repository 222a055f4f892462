"""The usage table: what each sub account used in each window, whole or not at all."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import Conflict
from chalicelib.metering.usage import PackedUsage, UsageGroup, group_of, pack
from chalicelib.metering.windows import Window
from chalicelib.periods import Period
from tests.world import World, scan

DAY = Period(datetime(2026, 11, 10, tzinfo=UTC), datetime(2026, 11, 11, tzinfo=UTC))
WINDOW = Window("main", DAY)
ITEM_LIMIT = 400 * 1024


def machines(*names: str, raw: str = "24") -> UsageGroup:
    start = int(DAY.start.timestamp())
    entries = [(name, raw, "", 0, "", ()) for name in names]
    return group_of("running_vm", start, start + 86400, ("z", *[""] * 7), entries)


def used(
    *names: str,
    raw: str = "24",
    kept: list[UsageGroup] | None = None,
    rejects: dict[str, int] | None = None,
    holds: dict[str, int] | None = None,
) -> PackedUsage:
    waiting = {"reject": rejects or {}, "hold": holds or {}}
    return pack([[machines(*names, raw=raw)]], waiting.__getitem__, kept=kept)


def large(count: int, seed: str) -> list[str]:
    """Return ids that do not compress."""
    return [sha256(f"{seed}{number}".encode()).hexdigest() for number in range(count)]


def days(count: int) -> list[Window]:
    return [
        Window("main", Period(DAY.start + timedelta(days=n), DAY.end + timedelta(days=n)))
        for n in range(count)
    ]


def stored(world: World, sub_account: str) -> list[dict[str, Any]]:
    """Return the items of one sub account."""
    items = scan(world.cloud, f"{world.prefix}-usage")
    return [item for item in items if item["pk"]["S"] == f"main/{sub_account}"]


def of(world: World, sub_account: str, span: Period = DAY) -> list[PackedUsage]:
    return [packed for _, packed in world.wiring.usage.of("main", sub_account, span)]


def test_usage_comes_back_with_all_that_belongs_to_it(world: World) -> None:
    usage = world.wiring.usage
    whole = used(
        "vm-1",
        kept=[machines("vm-2", raw="7.5")],
        rejects={"has no raw usage": 3, "has no size": 1},
        holds={"overlaps another": 2},
    )
    assert whole.records == 1 + 4 + 2
    usage.put(WINDOW, "whole", whole, seen=None)
    assert usage.get(WINDOW, "whole") == whole
    assert list(usage.of("main", "whole", DAY)) == [(DAY.start, whole)]
    assert usage.get(WINDOW, "nobody") is None and of(world, "nobody") == []


def test_usage_is_replaced_by_who_has_seen_what_is_stored(world: World) -> None:
    usage = world.wiring.usage
    one, two, three = used("vm-1"), used("vm-1", "vm-2"), used("vm-3")
    usage.put(WINDOW, "a", one, seen=None)
    with pytest.raises(Conflict, match="stored anew"):
        usage.put(WINDOW, "a", two, seen=None)
    with pytest.raises(Conflict, match="stored anew"):
        usage.put(WINDOW, "a", two, seen=three.digest)
    assert usage.get(WINDOW, "a") == one
    usage.put(WINDOW, "a", two, seen=one.digest)
    with pytest.raises(Conflict):
        usage.put(WINDOW, "a", three, seen=one.digest)
    with pytest.raises(Conflict):
        usage.put(WINDOW, "b", three, seen=one.digest)
    assert usage.get(WINDOW, "a") == two and usage.get(WINDOW, "b") is None
    usage.put(WINDOW, "a", two, seen=two.digest)
    assert usage.digests(WINDOW, ["a", "b"]) == {"a": two.digest}


def test_usage_of_a_new_window_is_stored_at_once_and_overwrites_nothing(world: World) -> None:
    usage = world.wiring.usage
    window, next_window = days(2)
    names = [f"new-{number}" for number in range(30)]
    of_day = {name: used(name, rejects={"no owner": 2}) for name in names}
    earlier = used("vm-2", "vm-3")
    usage.put(window, "new-7", earlier, seen=None)
    assert usage.put_new(window, of_day) == ["new-7"]
    assert usage.put_new(window, of_day) == names
    assert usage.put_new(next_window, of_day) == []
    assert of(world, "new-7") == [earlier, of_day["new-7"]]
    assert of(world, "new-8") == [of_day["new-8"]] * 2
    assert usage.put_new(window, {}) == []


def test_usage_is_the_same_item_whichever_way_it_is_stored(world: World) -> None:
    packed = used("vm-1", "b", kept=[machines("c")], rejects={"x": 2, "a": 1}, holds={"h": 1})
    world.wiring.usage.put(WINDOW, "one-way", packed, seen=None)
    world.wiring.usage.put_new(WINDOW, {"other-way": packed})
    rows = world.rows()
    one, other = (
        rows[f"usage/main/{name}/2026-11-10T00:00:00Z"] for name in ("one-way", "other-way")
    )
    assert one.replace("one-way", "other-way") == other


def test_usage_that_outgrows_an_item_is_kept_in_parts(world: World) -> None:
    usage = world.wiring.usage
    window, next_day = days(2)
    one, two = used(*large(20_000, "a")), used(*large(24_000, "b"))
    assert len(one.body) > ITEM_LIMIT
    usage.put(next_day, "large", used("vm-1"), seen=None)
    usage.put(window, "large", one, seen=None)
    assert of(world, "large") == [one, used("vm-1")] and usage.get(window, "large") == one
    before = len(stored(world, "large"))
    usage.put(window, "large", one, seen=one.digest)
    assert len(stored(world, "large")) == before and usage.get(window, "large") == one
    usage.put(window, "large", two, seen=one.digest)
    assert usage.get(window, "large") == two
    after = len(stored(world, "large"))
    with pytest.raises(Conflict):
        usage.put(window, "large", one, seen=one.digest)
    assert len(stored(world, "large")) == after and usage.get(window, "large") == two
    usage.put(window, "large", used("vm-1"), seen=two.digest)
    assert len(stored(world, "large")) == 2 and of(world, "large") == [used("vm-1")] * 2


def test_who_stores_the_same_large_usage_a_second_time_takes_none_of_its_parts(
    world: World,
) -> None:
    usage, one = world.wiring.usage, used(*large(20_000, "a"))
    usage.put(WINDOW, "large-twice", one, seen=None)
    with pytest.raises(Conflict):
        usage.put(WINDOW, "large-twice", one, seen=None)
    assert usage.get(WINDOW, "large-twice") == one


def test_new_usage_that_outgrows_an_item_is_kept_in_parts(world: World) -> None:
    usage = world.wiring.usage
    one, two, small = used(*large(20_000, "a")), used(*large(24_000, "b")), used("vm-1")
    assert usage.put_new(WINDOW, {"large-new": one, "small-new": small}) == []
    assert of(world, "large-new") == [one]
    assert usage.put_new(WINDOW, {"large-new": two}) == ["large-new"]
    assert of(world, "large-new") == [one]
    usage.put(WINDOW, "large-new", two, seen=one.digest)
    assert of(world, "large-new") == [two]
    assert usage.put_new(WINDOW, {"large-new": one}) == ["large-new"]
    with pytest.raises(Conflict):
        usage.put(WINDOW, "large-new", one, seen=None)
    assert of(world, "large-new") == [two]


@pytest.mark.parametrize(
    ("shown", "gone"), [(1, 20_000), (9_000, 9_000), (12_000, 9_000), (20_000, 20_000)]
)
def test_what_is_kept_may_outgrow_an_item_too(world: World, shown: int, gone: int) -> None:
    usage, name = world.wiring.usage, f"kept-{shown}-{gone}"
    packed = used(*large(shown, "a"), kept=[machines(*large(gone, "b"))])
    usage.put(WINDOW, name, used("vm"), seen=None)
    usage.put(WINDOW, name, packed, seen=used("vm").digest)
    assert usage.get(WINDOW, name) == packed and of(world, name) == [packed]
    assert usage.put_new(WINDOW, {f"{name}-new": packed}) == []
    assert usage.get(WINDOW, f"{name}-new") == packed


def test_half_stored_usage_is_not_read(world: World) -> None:
    usage, packed = world.wiring.usage, used(*large(20_000, "c"))
    usage.put(WINDOW, "torn", packed, seen=None)
    part = {"pk": {"S": "main/torn"}, "sk": {"S": f"2026-11-10T00:00:00Z#{packed.digest}#001"}}
    world.cloud.client("dynamodb").delete_item(TableName=f"{world.prefix}-usage", Key=part)
    with pytest.raises(Conflict):
        of(world, "torn")
    with pytest.raises(Conflict):
        usage.get(WINDOW, "torn")


def test_parts_that_belong_to_nothing_stored_are_not_read(world: World) -> None:
    usage, lost = world.wiring.usage, used(*large(20_000, "d"))
    usage.put(WINDOW, "orphan", lost, seen=None)
    client, table = world.cloud.client("dynamodb"), f"{world.prefix}-usage"
    client.delete_item(
        TableName=table, Key={"pk": {"S": "main/orphan"}, "sk": {"S": "2026-11-10T00:00:00Z"}}
    )
    assert usage.get(WINDOW, "orphan") is None and of(world, "orphan") == []
    usage.put(WINDOW, "orphan", used("vm-1"), seen=None)
    assert of(world, "orphan") == [used("vm-1")]


def test_more_digests_than_one_call_may_ask_for(world: World) -> None:
    names = [f"many-{number}" for number in range(230)]
    for name in names[::13]:
        world.wiring.usage.put(WINDOW, name, used("vm-1"), seen=None)
    assert set(world.wiring.usage.digests(WINDOW, names)) == set(names[::13])
    assert world.wiring.usage.digests(WINDOW, []) == {}


def test_usage_is_found_in_every_span_it_may_reach_into(world: World) -> None:
    #                 10th      11th
    # window          |---------|
    # record   may begin before |
    usage, hour = world.wiring.usage, timedelta(hours=1)
    usage.put(WINDOW, "spans", used("vm-1"), seen=None)
    spans = {
        "two days before": Period(DAY.start - 48 * hour, DAY.start - 26 * hour),
        # A record of the window may have begun there: it is in the window that it ends in.
        "just before": Period(DAY.start - hour, DAY.start),
        "a day before": Period(DAY.start - 30 * hour, DAY.start - 24 * hour),
        "across its start": Period(DAY.start - hour, DAY.start + hour),
        "inside": Period(DAY.start + 23 * hour, DAY.end + hour),
        "after": Period(DAY.end, DAY.end + hour),
    }
    found = {name: len(of(world, "spans", span)) for name, span in spans.items()}
    assert found == {
        "two days before": 0,
        "just before": 1,
        "a day before": 1,
        "across its start": 1,
        "inside": 1,
        "after": 0,
    }


def test_windows_come_in_order_and_each_with_its_start(world: World) -> None:
    usage, windows = world.wiring.usage, days(5)
    for window in windows[::-1]:
        usage.put(window, "ordered", used(f"vm-{window.period.start:%d}"), seen=None)
    span = Period(windows[1].period.start, windows[1].period.end - timedelta(hours=2))
    found = [start for start, _ in usage.of("main", "ordered", span)]
    assert found == [window.period.start for window in windows[1:3]]


def test_windows_of_an_hour_and_of_a_day_of_25_hours_are_found(world: World) -> None:
    usage = world.wiring.usage
    autumn = Period(datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC))
    usage.put(Window("main", autumn), "berlin", used("vm-1"), seen=None)
    last_hour = Period(autumn.end - timedelta(hours=1), autumn.end)
    assert of(world, "berlin", last_hour) == [used("vm-1")]
    hour = Period(DAY.start, DAY.start + timedelta(hours=1))
    usage.put(Window("main", hour), "hourly", used("vm-1", raw="1"), seen=None)
    assert of(world, "hourly", hour) == [used("vm-1", raw="1")]
    assert of(world, "hourly", Period(hour.end, DAY.end)) == []


def test_connections_are_kept_apart(world: World) -> None:
    usage = world.wiring.usage
    usage.put(Window("second", DAY), "same", used("vm-1"), seen=None)
    assert usage.get(WINDOW, "same") is None and of(world, "same") == []
    assert usage.digests(Window("second", DAY), ["same"]) == {"same": used("vm-1").digest}


@given(st.lists(st.integers(0, 3), min_size=1, max_size=6))
@settings(max_examples=10, deadline=None)
def test_of_writers_that_saw_the_same_one_wins(world: World, order: list[int]) -> None:
    usage, name = world.wiring.usage, "race" + "".join(map(str, order))
    choices = [used(f"vm-{number}") for number in range(4)]
    seen, wins = None, 0
    for number in order:
        before = usage.get(WINDOW, name)
        try:
            usage.put(WINDOW, name, choices[number], seen=seen)
            wins += 1
            assert before is None
        except Conflict:
            assert before is not None
    assert wins == 1 and usage.get(WINDOW, name) == choices[order[0]]
