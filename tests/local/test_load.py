"""Load: any number of records, by arithmetic."""

import tracemalloc
from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.cloudstack import Simulator
from local.cloudstack.estate import ACME, load_accounts
from local.cloudstack.load import TYPES, LoadUsage
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
    data=st.data(),
)
def test_arithmetic_finds_what_looking_at_each_record_would(per_day, accounts, data):
    owners = load_accounts(accounts)
    usage = LoadUsage(1, per_day, owners)
    every = listed(usage)
    assert len(every) == per_day
    owner = data.draw(st.sampled_from(owners))
    selection = Selection(
        owner_id=data.draw(st.sampled_from([None, owner.id, "none"])),
        domain_ids=data.draw(st.sampled_from([None, frozenset({owner.domain.id})])),
        usage_type=data.draw(st.sampled_from([None, *TYPES, 7])),
    )
    chosen = [row for row in every if row.matches(selection)]
    assert listed(usage, selection) == chosen
    cut = data.draw(st.integers(min_value=0, max_value=len(chosen)))
    assert list(usage.rows(WINDOW, selection, cut, len(chosen))) == chosen[cut:]


@settings(max_examples=30, deadline=None)
@given(index=st.integers(min_value=0, max_value=499))
def test_a_resource_is_found_by_its_id(index):
    usage = LoadUsage(1, 500, load_accounts(7))
    row = listed(usage)[index]
    if row.usage_type != 13:
        wanted = Selection(usage_type=row.usage_type, resource_id=row.resource_id)
        assert listed(usage, wanted) == [row]


@pytest.mark.parametrize("resource_id", ["", "none", "00000006-0000-4000-8000-ffffffffffff"])
def test_an_unknown_resource_is_found_nowhere(resource_id):
    usage = LoadUsage(1, 500, load_accounts(7))
    assert listed(usage, Selection(usage_type=6, resource_id=resource_id)) == []


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


def test_a_page_of_a_million_records_needs_no_million(caller_of):
    with Simulator(today=TODAY, records_per_day=1_000_000, accounts=1_000) as simulator:
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
