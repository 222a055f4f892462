"""What holds for any rows in any order: nothing is lost, and nothing is billed twice."""

from collections import Counter, defaultdict
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.metering import owner_rows, windows
from chalicelib.metering.records import HOURS_NOISE, UsageRow
from chalicelib.metering.reviews import Decision, Reason, Verdicts
from chalicelib.metering.usage import unpack
from chalicelib.metering.windows import MeteredWindow, WindowMeter
from tests.metering.rows import DAY, GIB, OWN, START, WINDOW, billed, hours, metered, row

SPANS = [
    (0, 24),
    (0, 24),
    (0, 24),
    (0, 12),
    (12, 24),
    (6, 18),
    (-6, 6),
    (-24, 0),
    (-3, -1),
    (20, 30),
]
TAGS = [[], [], [{"key": "env", "value": "prod"}], None]


def _as_before_420(date: str) -> str:
    return date.replace("T", "'T'").replace("+0000", "+00:00")


@st.composite
def rows(
    draw: st.DrawFn, usage_types: list[int] | None = None, max_size: int = 14
) -> list[UsageRow]:
    """Rows of few resources, so that many of them meet, with all that may be wrong with them."""
    found = []
    known = st.sampled_from(usage_types or [*OWN, 15, 99])
    for _ in range(draw(st.integers(0, max_size))):
        usage_type = draw(known)
        ours = OWN.get(usage_type, OWN[3])
        fields: dict[str, Any] = dict(hours(*draw(st.sampled_from(SPANS))))
        if draw(st.sampled_from([False, False, True])):
            fields = {name: _as_before_420(text) for name, text in fields.items()}
        fields["rawusage"] = draw(
            st.sampled_from(["24", "12", "12.0", "6.5", "0", "23.999999", "12,5", "25", "x", "-1"])
        )
        for name in ("virtualmachineid", "usageid", "networkid", "offeringid"):
            if name in ours:
                fields[name] = draw(st.sampled_from(["1", "1", "2"]))
        if "size" in ours:
            fields["size"] = draw(st.sampled_from([GIB, GIB, 2 * GIB, 0, None, -1]))
        if usage_type in (6, 28):
            fields["virtualmachineid"] = draw(st.sampled_from([None, "1", "2"]))
        fields["tags"] = draw(st.sampled_from(TAGS))
        for name, values in {
            "accountid": ["a", "a", "a", "b", None],
            "zoneid": ["z", "z", "y"],
            "name": ["n", "m", None],
            "templateid": ["t", None],
        }.items():
            fields[name] = draw(st.sampled_from(values))
        fields["account"] = fields["accountid"]
        spoilt = draw(st.sampled_from([None] * 9 + ["startdate", "enddate", "usageid", "rawusage"]))
        if spoilt:
            fields[spoilt] = draw(st.sampled_from([None, ""]))
        found.append(row(usage_type, **fields))
    return found


NEVER_BILLED = {reason for reason in Reason if not reason.can_accept}


@st.composite
def verdicts(draw: st.DrawFn) -> Verdicts:
    """What an operator may have decided."""
    decisions = [
        Decision("main", usage_type, reason, DAY.start, DAY.end, verdict, "op", DAY.end)
        for reason in draw(st.sets(st.sampled_from(list(Reason)), max_size=6))
        for usage_type in draw(st.sets(st.sampled_from([*OWN]), max_size=9))
        for verdict in [draw(st.sampled_from(("accept", "refuse")))]
        if not (verdict == "accept" and reason in NEVER_BILLED)
    ]
    return Verdicts(decisions)


def of_window(found: list[UsageRow]) -> int:
    """Return how many rows do not end before the window, as far as they say."""
    early = {hours(first, last)["enddate"] for first, last in SPANS if last <= 0}
    early |= set(map(_as_before_420, early))
    return sum(not (each.enddate in early and each.startdate) for each in found)


def essence(window: MeteredWindow) -> object:
    return window.usage, window.digest, window.reviews, window.unbilled, window.starts


@given(rows(), verdicts(), st.lists(st.binary(max_size=5), max_size=2))
@settings(max_examples=40, deadline=None)
def test_every_record_is_billed_a_copy_or_set_aside(
    found: list[UsageRow], decided: Verdicts, bad: list[bytes]
) -> None:
    window = metered(*found, verdicts=decided, bad=bad)
    aside = sum(group.count for group in window.reviews)
    assert window.records == of_window(found) + len(bad)
    assert window.records == billed(window) + window.copies + aside
    assert aside == sum(window.count(kind) for kind in ("reject", "hold", "refused"))
    for owner, packed in window.usage.items():
        ours = [group for group in window.reviews if group.owner == owner and group.is_open]
        for kind, counts in (("reject", packed.rejects), ("hold", packed.holds)):
            words: Counter[str] = Counter()
            for group in ours:
                if group.reason.kind == kind:
                    words[group.reason.text] += group.count
            assert counts == words
        kept = sum(len(group.resources) for group in unpack(packed.body))
        assert packed.records == kept + sum(group.count for group in ours)


@given(rows(), verdicts(), st.integers(1, 6), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_order_and_pages_change_nothing(
    found: list[UsageRow], decided: Verdicts, page: int, random
) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)
    straight = metered(*found, verdicts=decided)
    mixed = metered(*shuffled, verdicts=decided, page=page)
    assert essence(mixed) == essence(straight)
    assert (mixed.records, mixed.copies) == (straight.records, straight.copies)
    assert mixed.sub_accounts == straight.sub_accounts


WITH_ID = [usage_type for usage_type in OWN if usage_type not in (26, 28, 30, 31)]
# Each row that waits for one of these is told of, copies as well: there is no quantity to compare.
TOLD_EACH = NEVER_BILLED | {Reason.TOO_MANY_HOURS, Reason.DECIMAL_COMMA, Reason.ATTACHED_ALONE}


@given(rows(WITH_ID), verdicts(), st.integers(2, 4))
@settings(max_examples=40, deadline=None)
def test_what_has_an_id_may_be_emitted_any_number_of_times(
    found: list[UsageRow], decided: Verdicts, times: int
) -> None:
    once, often = (metered(*found * n, verdicts=decided) for n in (1, times))
    assert {owner: each.body for owner, each in once.usage.items()} == {
        owner: each.body for owner, each in often.usage.items()
    }
    counts = {(g.usage_type, g.owner, g.reason): g.count for g in once.reviews}
    assert {(g.usage_type, g.owner, g.reason): g.count for g in often.reviews} == {
        key: count * (times if key[2] in TOLD_EACH else 1) for key, count in counts.items()
    }
    assert often.records == once.records * times
    if not {reason for _, _, reason in counts} & TOLD_EACH:
        assert often.usage == once.usage


WHOLE = ("ip_address", "load_balancer", "port_forwarding", "vpn_user", "template", "snapshot")


@given(rows([3, 7, 9, 11, 12, 14], max_size=20))
@settings(max_examples=60, deadline=None)
def test_no_resource_is_billed_for_more_hours_than_its_window_has(
    found: list[UsageRow],
) -> None:
    window = metered(*found)
    spans: dict[tuple[object, ...], list[tuple[int, int]]] = defaultdict(list)
    hours_used: Counter[tuple[object, ...]] = Counter()
    for owner, packed in window.usage.items():
        for group in unpack(packed.body):
            # What has one record for all its hours; of NICs, bytes, requests there may be more.
            if group.meter in WHOLE:
                for entry in group.entries():
                    key = (owner, group.meter, group.dimensions[0], entry.resource)
                    spans[key].append((group.start, group.end))
                    hours_used[key] += Fraction(entry.raw)
    for key, each in spans.items():
        assert all(one[1] <= two[0] for one, two in pairwise(sorted(each)))
        most = Fraction(sum(end - start for start, end in each), 3600)
        assert hours_used[key] <= most + len(each) * Fraction(HOURS_NOISE)


@given(rows(), verdicts(), st.integers(1, 9))
@settings(max_examples=30, deadline=None)
def test_rows_put_aside_come_to_the_same_bytes(
    found: list[UsageRow], decided: Verdicts, loose: int
) -> None:
    straight = metered(*found, verdicts=decided)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(windows, "_LOOSE_ROWS", loose)
        aside = metered(*found, verdicts=decided, page=2)
    assert essence(aside) == essence(straight)
    assert (aside.records, aside.copies) == (straight.records, straight.copies)


def merged_segments(window: MeteredWindow) -> dict[str, object]:
    """Return what each sub account used, whatever segments it is packed in."""
    content: dict[str, object] = {}
    for owner, packed in window.usage.items():
        rows = Counter(
            (group.key, entry) for group in unpack(packed.body) for entry in group.entries()
        )
        content[owner] = (rows, packed.records, packed.rejects, packed.holds)
    return content


@given(rows(max_size=24), verdicts(), st.integers(1, 5), st.integers(1, 6))
@settings(max_examples=30, deadline=None)
def test_rows_settled_share_by_share_come_to_the_same(
    found: list[UsageRow], decided: Verdicts, loose: int, at_once: int
) -> None:
    straight = metered(*found, verdicts=decided)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(windows, "_LOOSE_ROWS", loose)
        patch.setattr(owner_rows, "_ROWS_AT_ONCE", at_once)
        shared = metered(*found, verdicts=decided, page=3)
        again = metered(*found[::-1], verdicts=decided, page=1)
    assert merged_segments(shared) == merged_segments(straight)
    assert (shared.reviews, shared.unbilled) == (straight.reviews, straight.unbilled)
    assert (shared.records, shared.copies) == (straight.records, straight.copies)
    assert merged_segments(again) == merged_segments(straight)


def test_a_large_account_is_settled_in_shares_that_are_the_same_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(windows, "_LOOSE_ROWS", 40)
    monkeypatch.setattr(owner_rows, "_ROWS_AT_ONCE", 50)
    found = [row(1, virtualmachineid=f"vm-{n}") for n in range(120)]
    found += [
        row(6, usageid=f"v-{n}", virtualmachineid=vm) for n in range(40) for vm in (None, "x")
    ]
    one, other = metered(*found, page=20), metered(*found[::-1], page=20)
    assert essence(one) == essence(other)
    assert len(one.usage["a"].body) != len(metered(*found[:10]).usage["a"].body)
    assert (one.records, one.copies, billed(one)) == (200, 40, 160)
    meters = [group.meter for group in unpack(one.usage["a"].body)]
    assert meters == ["running_vm"] * 3 + ["volume"] * 2


def test_a_meter_can_be_added_to_after_rows_were_put_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "_LOOSE_ROWS", 1)
    meter = WindowMeter(WINDOW)
    meter.add([row(), row(virtualmachineid="vm-2")])
    meter.add([row(), row(virtualmachineid="vm-3", **hours(-3, 24))])
    assert meter.crosses
    window = meter.metered()
    assert (billed(window), window.copies, window.pages) == (3, 1, 2)
    assert window.starts.timestamp() == START - 3 * 3600
    assert window.records == 4
