"""Packed usage: columns, segments, digests, and what they measure."""

from collections.abc import Iterable
from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.metering.meters import METERS, PARTS
from chalicelib.metering.usage import (
    Entry,
    PackedUsage,
    UsageGroup,
    group_of,
    measured,
    pack,
    quantity,
    unpack,
    usage_in,
)
from tests.metering.rows import GIB


def machines(*names: str, raw: str = "24", offering: str = "o") -> UsageGroup:
    dimensions = ("z", offering, "t", "os", "KVM", "2", "2500", "4096")
    return group_of(
        "running_vm", 0, 86400, dimensions, [(name, raw, "", 0, "", ()) for name in names]
    )


def test_a_column_that_says_nothing_is_left_out() -> None:
    plain = machines("a", "b")
    assert (plain.related, plain.sizes, plain.names, plain.tags) == ([], [], [], [])
    volumes = group_of("volume", 0, 86400, ("z", "", ""), [("v", "24", "", 0, "", ())])
    assert volumes.sizes == [0]
    mixed = group_of(
        "volume",
        0,
        86400,
        ("z", "", ""),
        [("w", "1", "vm", 2, "n", (("k", "v"),)), ("v", "2", "", 1, "", ())],
    )
    assert list(mixed.entries()) == [
        Entry("v", "2", "", 1, "", ()),
        Entry("w", "1", "vm", 2, "n", (("k", "v"),)),
    ]


def test_packed_usage_comes_back_in_one_order() -> None:
    one, other = machines("a"), machines("b", offering="p")
    packed = pack([[other, one]])
    assert list(unpack(packed.body)) == [one, other]
    assert packed == pack([[one, other]])
    assert (packed.records, packed.rejects, packed.holds, packed.kept) == (2, {}, {}, b"")


def test_segments_come_back_one_after_the_other() -> None:
    segments = [[machines("a")], [machines("c"), machines("b", offering="0")], [machines("d")]]
    packed = pack(iter(segments))
    assert list(unpack(packed.body)) == [
        machines("a"),
        machines("b", offering="0"),
        machines("c"),
        machines("d"),
    ]
    assert packed.records == 4
    assert packed == pack(segments)
    assert list(unpack(b"")) == [] and pack([]).body == b""


def test_the_digest_is_of_all_that_is_stored(table) -> None:
    """
    body | kept | rejects | holds
    a    |      |         |
    b    |      |         |
         |      |         |
    a    | b    |         |
    a    | a    |         |
    a    |      | 1       |
    a    |      | 2       |
    a    |      |         | 1
    a    | b    | 1       | 1
    """
    digests = []
    for each in table:
        counts = {
            kind: {"words": int(each[column])} if each[column] else {}
            for kind, column in (("reject", "rejects"), ("hold", "holds"))
        }
        body = [[machines(each["body"])]] if each["body"] else []
        kept = [machines(each["kept"])] if each["kept"] else None
        packed = pack(body, counts.__getitem__, kept=kept)
        assert packed == pack(body, counts.__getitem__, kept=kept)
        assert packed.rejects == counts["reject"] and packed.holds == counts["hold"]
        digests.append(packed.digest)
    assert len(set(digests)) == len(digests)


def test_what_waits_is_asked_for_once_all_segments_have_come() -> None:
    come: list[str] = []

    def segments() -> Iterable[list[UsageGroup]]:
        for name in ("a", "b"):
            come.append(name)
            yield [machines(name)]

    packed = pack(segments(), lambda kind: {"words": len(come)})
    assert packed.rejects == packed.holds == {"words": 2} and packed.records == 6


def test_the_usage_that_counts_is_what_is_shown_and_what_was_kept() -> None:
    packed = pack([[machines("a")]], kept=[machines("b")])
    assert list(usage_in(packed)) == [machines("a"), machines("b")]


def test_a_thousand_machines_pack_small() -> None:
    packed = pack([[machines(*(f"{number:032x}" for number in range(1000)))]])
    assert len(packed.body) < 8_000


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
tags = st.lists(st.tuples(texts, texts), max_size=2).map(lambda found: tuple(sorted(found)))
raws = st.decimals(min_value=0, max_value=10**15, places=6).map(lambda number: format(number, "f"))
columns = st.tuples(texts, raws, texts, st.integers(0, 2**50), texts, tags)


@st.composite
def usage_groups(draw: st.DrawFn) -> UsageGroup:
    meter = METERS[draw(st.sampled_from(sorted(METERS)))]
    start = draw(st.integers(0, 10**9))
    numbers = {"vcpus", "mhz", "memory_mib", "size"}
    dimensions = tuple(
        draw(st.integers(0, 10**6).map(str) | st.just("")) if each.name in numbers else draw(texts)
        for each in meter.dimensions
    )
    found = draw(st.lists(columns, min_size=1, max_size=6))
    if not meter.sized:
        found = [(*each[:3], 0, *each[4:]) for each in found]
    return group_of(meter.name, start, start + draw(st.integers(1, 90_000)), dimensions, found)


@given(st.lists(st.lists(usage_groups(), max_size=3, unique_by=lambda each: each.key), max_size=3))
@settings(max_examples=80, deadline=None)
def test_whatever_is_packed_comes_back(segments: list[list[UsageGroup]]) -> None:
    packed = pack(segments)
    flat = [group for segment in segments for group in sorted(segment, key=lambda each: each.key)]
    assert list(unpack(packed.body)) == flat
    assert packed.records == sum(len(group.resources) for group in flat)
    backwards: PackedUsage = pack([segment[::-1] for segment in segments])
    assert backwards == packed


def reckoned(group: UsageGroup) -> dict[str, Fraction]:
    """Return what a group measures, reckoned entry by entry in fractions."""
    meter, gib, span = METERS[group.meter], Fraction(2**30), Fraction(group.end - group.start, 3600)
    sums = Fraction(0)
    for entry in group.entries():
        of_rule = {
            "hours": Fraction(entry.raw),
            "requests": Fraction(entry.raw),
            "hours x size": Fraction(entry.raw) * entry.size / gib,
            "bytes": Fraction(entry.raw) / gib,
            "bytes at an instant": Fraction(entry.raw) / gib * span,
        }
        sums += of_rule[meter.rule]
    found = {meter.name: sums}
    told = dict(zip((each.name for each in meter.dimensions), group.dimensions, strict=True))
    for part in PARTS.values():
        if part.of == meter.name and all(told[factor] for factor in part.factors):
            found[part.name] = sums
            for factor in part.factors:
                found[part.name] *= int(told[factor])
            found[part.name] /= Fraction(part.per)
    return found


@given(usage_groups())
@settings(max_examples=80, deadline=None)
def test_what_is_measured_is_exact(group: UsageGroup) -> None:
    found = {name: Fraction(quantity(name, measure)) for name, measure in measured(group)}
    wanted = reckoned(group)
    assert found.keys() == wanted.keys()
    for name, exact in wanted.items():
        # A level is divided by 3600 seconds, which no decimal can be exactly.
        assert found[name] == exact or abs(found[name] - exact) < Fraction(1, 10**40), name
        assert found[name] == exact or METERS.get(name, METERS["bucket"]).name == "bucket"


@pytest.mark.parametrize("size", [0, 1, GIB, 2**62])
def test_sizes_are_exact_to_the_byte(size: int) -> None:
    group = group_of("volume", 0, 86400, ("z", "", ""), [("v", "24.000002", "", size, "", ())])
    ((name, measure),) = measured(group)
    assert Fraction(quantity(name, measure)) == Fraction("24.000002") * size / 2**30
    assert isinstance(measure, D)
