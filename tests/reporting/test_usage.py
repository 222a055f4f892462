"""Usage summed up: nothing lost or counted twice, by whatever and in whatever pages it is shown."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import InvalidInput
from chalicelib.metering.catalogue import Catalogue, Named
from chalicelib.metering.usage import Entry, UsageGroup, group_of
from chalicelib.reporting import usage
from chalicelib.reporting.usage import Names, Place, UsageReport, Used

DAY = 86400
GIB = 2**30
NAMES = Names(
    Catalogue({"o1": Named("offering", "Small"), "z1": Named("zone", "Frankfurt")}), {"a": "acme"}
)
GROUPINGS = ["resource", "meter", "offering", "zone", "sub_account", "tag:team"]
Row = dict[str, Any]


def machine(
    resource: str, *, offering: str = "o1", day: int = 0, hours: str = "24", **entry: Any
) -> UsageGroup:
    """Return a day of a machine with two vCPUs, called as its id unless told otherwise."""
    dimensions = ("z1", offering, "t", "os", "KVM", "2", "2000", "4096")
    used = Entry(resource, hours, **{"name": resource, **entry})
    return group_of("running_vm", day * DAY, (day + 1) * DAY, dimensions, [used])


def reported(
    groups: Iterable[UsageGroup], grouping: str = "resource", rows: int = 500
) -> list[Row]:
    """Return all rows of a report about one sub account, over all its pages."""
    kept = list(groups)
    return [row for page in paged([Used("a", kept)], grouping, rows) for row in page]


def paged(used: Sequence[Used], grouping: str, rows: int) -> list[list[Row]]:
    found: list[list[Row]] = []
    after: Place | None = None
    while True:
        report = UsageReport(grouping, after, rows)
        for each in used:
            report.add(each)
        page, after = report.page(NAMES)
        found.append(page)
        if after is None:
            return found


def test_a_machine_that_changed_its_size_is_a_row_for_each() -> None:
    days = [machine("web", day=0), machine("web", offering="o2", day=1), machine("web", day=2)]
    small, other = reported(days)
    assert (small["offering"], small["offering_name"]) == ("o1", "Small")
    assert (other["offering"], other["offering_name"]) == ("o2", None)
    assert [(row["quantity"], row["records"]) for row in (small, other)] == [("48", 2), ("24", 1)]


def test_a_resource_has_the_name_and_tags_of_its_newest_usage() -> None:
    old = machine("web", day=0, tags=(("team", "a"), ("env", "test")))
    new = machine("web", day=1, tags=(("team", "b"),), name="shop")
    for order in ([old, new], [new, old]):
        (row,) = reported(order)
        assert (row["name"], row["tags"]) == ("shop", {"team": "b"})


def test_a_name_is_kept_where_newer_usage_tells_none() -> None:
    named, nameless = machine("web", day=0), machine("web", day=1)
    nameless = UsageGroup(*nameless.key, nameless.resources, nameless.raw)
    (row,) = reported([named, nameless])
    assert (row["name"], row["records"]) == ("web", 2)


def test_parts_follow_their_meter_but_not_that_of_a_resource() -> None:
    day = [machine("web"), machine("db", hours="12.5")]
    assert [(row["meter"], row["unit"], row["quantity"]) for row in reported(day, "meter")] == [
        ("running_vm", "hour", "36.5"),
        ("running_vcpus", "vCPU-hour", "73"),
        ("running_ghz", "GHz-hour", "146"),
        ("running_memory", "GiB-hour", "146"),
    ]
    assert [row["meter"] for row in reported(day)] == ["running_vm", "running_vm"]


def test_a_level_counts_for_as_long_as_it_was() -> None:
    buckets = [
        group_of("bucket", 0, DAY, ("z1",), [Entry("b", str(GIB))]),
        group_of("bucket", DAY, DAY + 3600, ("z1",), [Entry("b", str(3 * GIB))]),
    ]
    for grouping in GROUPINGS:
        (row,) = reported(buckets, grouping)
        assert (row["quantity"], row["unit"], row["records"]) == ("27", "GiB-hour", 2), grouping


def test_a_tag_without_a_value_is_not_a_missing_one() -> None:
    day = [machine("a", tags=(("team", ""),)), machine("b"), machine("c", tags=(("team", "x"),))]
    rows = [row for row in reported(day, "tag:team") if row["meter"] == "running_vm"]
    assert [row["tags"]["team"] for row in rows] == ["", "x", None]


def test_too_much_usage_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "MOST_RECORDS", 3)
    days = [machine("web", day=number) for number in range(4)]
    assert reported(days[:3], "meter")
    with pytest.raises(InvalidInput) as refused:
        reported(days, "meter")
    assert set(refused.value.fields) == {"from"}


raws = st.decimals(min_value=0, max_value=10**6, places=6).map(str)
entries = st.builds(
    Entry,
    resource=st.sampled_from(["r1", "r2", "r3", "r4"]),
    raw=raws,
    related=st.sampled_from(["", "n1"]),
    size=st.integers(0, 10**13),
    name=st.sampled_from(["", "web"]),
    tags=st.sampled_from([(), (("team", "a"),), (("env", "x"), ("team", "b"))]),
)
DIMENSIONS = {
    "running_vm": ("z1", "o1", "t", "os", "KVM", "2", "2000", "4096"),
    "volume": ("z1", "o2", ""),
    "network_sent": ("", "DomainRouter"),
    "bucket": ("z2",),
}
groups = st.builds(
    lambda meter, day, some: group_of(meter, day * DAY, (day + 1) * DAY, DIMENSIONS[meter], some),
    st.sampled_from(sorted(DIMENSIONS)),
    st.integers(0, 3),
    st.lists(entries, min_size=1, max_size=5),
)
accounts = st.lists(
    st.tuples(st.sampled_from(["a", "b"]), st.lists(groups, max_size=6)), max_size=3
)


def added_up(used: Iterable[Used]) -> dict[str, Fraction]:
    """Return the quantity of each meter, without parts, reckoned in fractions."""
    found: dict[str, Fraction] = defaultdict(Fraction)
    for each in used:
        for group in each.groups:
            for entry in group.entries():
                raw = Fraction(entry.raw)
                if group.meter == "volume":
                    raw *= Fraction(entry.size, GIB)
                if group.meter == "network_sent":
                    raw /= GIB
                if group.meter == "bucket":
                    raw *= Fraction(group.end - group.start, 3600 * GIB)
                found[group.meter] += raw
    return dict(found)


@given(accounts, st.sampled_from(GROUPINGS), st.integers(4, 9))
def test_pages_of_any_size_make_up_the_whole_and_the_whole_is_all_usage(
    accounts: list[tuple[str, list[UsageGroup]]], grouping: str, size: int
) -> None:
    used = [Used(account, some) for account, some in accounts]
    (whole,) = paged(used, grouping, 10_000)
    pages = paged(used, grouping, size)
    assert [row for page in pages for row in page] == whole
    assert all(0 < len(page) <= size for page in pages) or pages == [[]]
    found: dict[str, Fraction] = defaultdict(Fraction)
    for row in whole:
        if row["meter"] in DIMENSIONS:
            found[row["meter"]] += Fraction(row["quantity"])
    assert dict(found) == added_up(used)
    records = sum(row["records"] for row in whole if row["meter"] in DIMENSIONS)
    assert records == sum(len(group.resources) for each in used for group in each.groups)


@given(accounts, st.sampled_from(GROUPINGS), st.randoms())
def test_the_order_in_which_usage_comes_does_not_matter(
    accounts: list[tuple[str, list[UsageGroup]]], grouping: str, random: Any
) -> None:
    used = [Used(account, [group]) for account, some in accounts for group in some]
    quantities = [_bare(row) for row in paged(used, grouping, 10_000)[0]]
    random.shuffle(used)
    assert [_bare(row) for row in paged(used, grouping, 10_000)[0]] == quantities


def _bare(row: Row) -> Row:
    """Return a row without what is as of the newest usage: two may be equally new."""
    kept = {name: each for name, each in row.items() if name != "name"}
    return kept if "resource" not in row else {**kept, "tags": None}
