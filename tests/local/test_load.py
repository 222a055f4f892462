"""Load: any number of records, by arithmetic."""

import tracemalloc
import zlib
from collections import Counter
from dataclasses import replace
from datetime import date
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.cloudstack import Simulator
from local.cloudstack.estate import ACME, load_accounts
from local.cloudstack.load import TYPES, LoadUsage
from local.cloudstack.load_ids import RandomIds
from local.cloudstack.selection import Selection
from local.cloudstack.windows import Aggregation

TODAY = date(2026, 11, 23)
DAY = date(2026, 11, 10)
WINDOW = Aggregation().around(Aggregation().midnight(DAY))


def listed(usage, selection=None):
    chosen = selection or Selection()
    return list(usage.rows(WINDOW, chosen, 0, usage.count(WINDOW, chosen)))


@settings(max_examples=40, deadline=None)
@given(
    per_day=st.integers(min_value=0, max_value=200),
    accounts=st.integers(min_value=1, max_value=40),
    random_ids=st.booleans(),
    data=st.data(),
)
def test_arithmetic_finds_what_looking_at_each_record_would(per_day, accounts, random_ids, data):
    owners = load_accounts(accounts)
    usage = LoadUsage(1, per_day, owners, random_ids=random_ids)
    every = listed(usage)
    assert len(every) == per_day
    owner = data.draw(st.sampled_from(owners))
    selection = Selection(
        owner_id=data.draw(st.sampled_from([None, owner.id, "none"])),
        domain_ids=data.draw(st.sampled_from([None, frozenset({owner.domain.id})])),
        usage_type=data.draw(st.sampled_from([None, *TYPES, 7])),
    )
    if selection.usage_type is not None:
        known = [row.resource_id for row in every if row.usage_type == selection.usage_type]
        resource_id = data.draw(st.sampled_from([None, "none", *known]))
        selection = replace(selection, resource_id=resource_id)
    chosen = [row for row in every if row.matches(selection)]
    assert listed(usage, selection) == chosen
    size = data.draw(st.integers(min_value=1, max_value=max(len(chosen), 1)))
    pages = [
        row
        for start in range(0, len(chosen), size)
        for row in usage.rows(WINDOW, selection, start, min(start + size, len(chosen)))
    ]
    assert pages == chosen


@pytest.mark.parametrize("random_ids", [False, True])
def test_a_resource_is_found_by_its_id(random_ids):
    usage = LoadUsage(1, 500, load_accounts(7), random_ids=random_ids)
    for row in listed(usage):
        if row.usage_type != 13:
            wanted = Selection(usage_type=row.usage_type, resource_id=row.resource_id)
            assert listed(usage, wanted) == [row]


@pytest.mark.parametrize("random_ids", [False, True])
@pytest.mark.parametrize(
    "resource_id",
    [
        "",
        "none",
        "00000006-0000-4000-8000-ffffffffffff",
        "f47ac10b-58cc-4372-a567-0e02b2c3d479",
        "f47ac10b-58cc-4372-a567-zzzzzzzzzzzz",
    ],
)
def test_an_unknown_resource_is_found_nowhere(resource_id, random_ids):
    usage = LoadUsage(1, 500, load_accounts(7), random_ids=random_ids)
    assert listed(usage, Selection(usage_type=6, resource_id=resource_id)) == []


@given(
    seed=st.integers(min_value=0, max_value=1 << 32),
    kind=st.integers(min_value=0, max_value=255),
    machine=st.integers(min_value=0, max_value=(1 << 48) - 1),
)
def test_an_id_says_which_thing_it_names(seed, kind, machine):
    ids = RandomIds(seed)
    text = ids.of(kind, machine)
    assert ids.read(text) == (kind, machine)
    made = UUID(text)
    assert (str(made), made.version, made.variant) == (text, 4, RFC_4122)
    other = text[:-1] + ("0" if text[-1] != "0" else "1")
    assert ids.read(other) is None


def test_random_ids_and_names_look_like_those_of_a_real_cloud():
    rows = listed(LoadUsage(1, 20_000, load_accounts(9), random_ids=True))
    ids = {row.resource_id for row in rows if row.usage_type != 13}
    assert {len(each) for each in ids} == {36}
    # Two digits of the same place are equal one time in sixteen, not always.
    for place in (0, 7, 9, 17, 20, 24, 35):
        most = Counter(each[place] for each in ids).most_common(1)[0][1]
        assert most < len(ids) / 12
    plain = listed(LoadUsage(1, 20_000, load_accounts(9)))
    assert compressed(rows) > 2.5 * compressed(plain)
    names = Counter(row.name for row in rows if row.usage_type == 6)
    assert max(names.values()) == 1


def compressed(rows):
    return len(zlib.compress("".join(row.resource_id + row.name for row in rows).encode()))


def test_no_two_records_of_a_day_are_the_same():
    rows = listed(LoadUsage(1, 2_000, load_accounts(9)))
    keys = Counter(
        (row.usage_type, row.owner.id, row.fields.get("virtualmachineid"), row.resource_id)
        for row in rows
    )
    assert set(keys.values()) == {1}


def test_accounts_share_the_load_evenly():
    rows = listed(LoadUsage(1, 1_000, load_accounts(10)))
    assert set(Counter(row.owner.name for row in rows).values()) == {100}


@pytest.mark.parametrize("random_ids", [False, True])
def test_a_page_of_a_million_records_needs_no_million(caller_of, random_ids):
    options = {"records_per_day": 1_000_000, "accounts": 1_000, "random_ids": random_ids}
    with Simulator(today=TODAY, **options) as simulator:
        call = caller_of(simulator)
        tracemalloc.start()
        try:
            content = call.usage(page=1_999, pagesize=500)
            mine = call.usage(accountid=ACME.id, type=6, page=1, pagesize=500)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert content["count"] == 1_000_000
        assert len(content["usagerecord"]) == 500
        assert mine["count"] == len(mine["usagerecord"]) == 91
        assert peak < 16 << 20


def test_the_accounts_of_the_load_are_listed(caller_of):
    with Simulator(today=TODAY, records_per_day=100, accounts=20) as simulator:
        call = caller_of(simulator)
        accounts = call.content("listAccounts", listall="true", pagesize=-1)["account"]
        names = {account["name"] for account in accounts}
        assert {record["account"] for record in call.usage()["usagerecord"]} <= names
        assert len(names) == 17 + 5
        domains = call.content("listDomains")["domain"]
        assert domains[-1]["path"] == "ROOT/load"
        assert len(list(simulator.records(DAY, date(2026, 11, 12)))) == 200


@pytest.mark.parametrize(("per_day", "accounts"), [(-1, 3), (10, 0), (10, -1)])
def test_load_without_records_or_accounts_is_refused(per_day, accounts):
    with pytest.raises(ValueError):
        Simulator(records_per_day=per_day, accounts=accounts)
