"""Windows metered page by page: what is billed, what is a copy, what is set aside."""

import json
from datetime import timedelta

import pytest

from chalicelib.errors import Conflict
from chalicelib.metering.records import UsageRow
from chalicelib.metering.reviews import Decision, Reason, checked
from tests.metering.rows import (
    DAY,
    GIB,
    billed,
    decided,
    entries,
    groups,
    hours,
    metered,
    quantities,
    reviewed,
    row,
)


def test_112_copies_of_a_record_are_one_record() -> None:
    # CloudStack issue 13112: a day emitted 112 times.
    once, often = metered(row()), metered(*[row()] * 112)
    assert (once.records, once.copies) == (1, 0)
    assert (often.records, often.copies) == (112, 111)
    assert often.usage == once.usage and often.reviews == []


def test_copies_are_known_whatever_their_dates_and_numbers_are_written_like() -> None:
    offset = {"startdate": "2026-01-02T05:30:00+0530", "enddate": "2026-01-03T05:29:59+0530"}
    quoted = {"startdate": "2026-01-02'T'00:00:00+00:00", "enddate": "2026-01-02'T'23:59:59+00:00"}
    found = metered(row(), row(**offset), row(**quoted), row(rawusage="24.000"))
    assert (billed(found), found.copies) == (1, 3)


def test_a_vm_that_changed_its_offering_at_noon_is_two_records() -> None:
    found = metered(row(rawusage="12"), row(rawusage="12", offeringid="large"))
    assert found.copies == 0 and len(groups(found)) == 2


def test_a_vm_of_two_offerings_for_more_hours_than_a_day_waits_and_is_shown() -> None:
    found = metered(row(rawusage="14"), row(rawusage="12", offeringid="large"))
    assert reviewed(found) == [(1, "a", "too_many_hours_together", 1)]
    assert [entry.raw for entry in entries(found)] == ["12"]


def test_the_same_vm_again_with_more_hours_waits_and_is_shown() -> None:
    found = metered(row(), row(rawusage="23"))
    assert reviewed(found) == [(1, "a", "another_quantity", 1)]
    assert [entry.raw for entry in entries(found)] == ["23"]
    assert found.usage["a"].holds == {Reason.ANOTHER_QUANTITY.text: 1}
    accepted = metered(
        row(), row(rawusage="23"), verdicts=decided("accept", (1, Reason.ANOTHER_QUANTITY))
    )
    assert [entry.raw for entry in entries(accepted)] == ["24"]
    assert (accepted.copies, accepted.reviews) == (1, [])


def test_records_of_other_windows_are_theirs(table) -> None:
    """
    from | until | is
    0    | 24    | billed
    23   | 24    | billed
    -5   | 24    | billed
    -24  | 24    | billed
    -1   | 1     | billed
    -24  | 0     | of an earlier window
    -3   | -2    | of an earlier window
    0    | 25    | outside_window
    24   | 48    | outside_window
    """
    for each in table:
        first, last = int(each["from"]), int(each["until"])
        found = metered(row(rawusage="1", **hours(first, last)))
        wanted = {"billed": (1, 1, []), "of an earlier window": (0, 0, [])}.get(
            each["is"], (1, 0, [(1, "a", each["is"], 1)])
        )
        assert (found.records, billed(found), reviewed(found)) == wanted, each
        crosses = first < 0 < last
        assert found.starts == DAY.start + timedelta(hours=first if crosses else 0), each


def test_a_record_that_crosses_into_the_window_is_held_against_what_was_before() -> None:
    #            -24        -10       0          24
    # yesterday  |---- 24 -----------|
    # crossing               |------- 20 -------|   overlap
    yesterday, crossing = row(**hours(-24, 0)), row(rawusage="20", **hours(-10, 24))
    assert reviewed(metered(crossing, yesterday)) == [(1, "a", "overlap", 1)]
    assert billed(metered(crossing)) == 1
    # What belongs to yesterday is not told of again, though it is read several times.
    again = metered(crossing, yesterday, yesterday, row(rawusage="23", **hours(-24, 0)))
    assert (again.records, again.copies, reviewed(again)) == (1, 0, [(1, "a", "overlap", 1)])


@pytest.mark.parametrize(
    "fields",
    [
        {"usagetype": 99},
        {"accountid": None},
        {"rawusage": None},
        {"rawusage": "12,5"},
        {"rawusage": "25"},
        {"virtualmachineid": None},
    ],
)
def test_what_is_wrong_with_a_record_of_an_earlier_window_is_told_there(
    fields: dict[str, object],
) -> None:
    found = metered(row(**(hours(-24, 0) | fields)))
    assert (found.records, found.copies, found.reviews) == (0, 0, [])


def test_whoever_used_nothing_in_the_window_has_no_usage_of_it() -> None:
    found = metered(row(**hours(-24, 0)), row(accountid="b", account="globex"))
    assert list(found.usage) == ["b"]


def test_every_reason_has_its_record(table) -> None:
    """
    reason           | kind   | fields
    unknown_type     | reject | {"usagetype": 99}
    unknown_type     | reject | {"usagetype": 15}
    unknown_type     | reject | {"usagetype": 0}
    unknown_type     | reject | {"usagetype": null}
    no_owner         | reject | {"accountid": null}
    no_owner         | reject | {"accountid": ""}
    no_resource      | reject | {"virtualmachineid": null}
    no_resource      | reject | {"virtualmachineid": ""}
    no_resource      | reject | {"usagetype": 3, "usageid": null}
    no_resource      | reject | {"usagetype": 30, "description": null}
    no_dates         | reject | {"startdate": null}
    no_dates         | reject | {"enddate": null}
    unreadable_date  | reject | {"startdate": "yesterday"}
    unreadable_date  | reject | {"startdate": "2026-01-02 00:00:00"}
    ends_before_start| reject | {"enddate": "2025-12-31T00:00:00+0000"}
    no_raw_usage     | reject | {"rawusage": null}
    no_size          | reject | {"usagetype": 6}
    no_size          | reject | {"usagetype": 6, "size": -1}
    outside_window   | reject | {"enddate": "2026-01-03T00:00:00+0000"}
    lost             | reject | {"usagetype": null, "lost": "row 7: CloudStack answered 530"}
    not_a_number     | hold   | {"rawusage": "many"}
    not_a_number     | hold   | {"rawusage": "NaN"}
    negative         | hold   | {"rawusage": "-1"}
    decimal_comma    | hold   | {"rawusage": "12,5"}
    too_many_hours   | hold   | {"rawusage": "25"}
    """
    for each in table:
        fields = json.loads(each["fields"])
        usage_type = fields.pop("usagetype", 1)
        found = metered(
            row(**fields, usage_type=1) if usage_type == 1 else _other(usage_type, fields)
        )
        owner = "" if each["reason"] == "no_owner" else "a"
        assert reviewed(found) == [(usage_type, owner, each["reason"], 1)], each
        assert (found.records, found.copies, billed(found)) == (1, 0, 0), each
        assert (found.count("reject"), found.count("hold")) == (
            (1, 0) if each["kind"] == "reject" else (0, 1)
        ), each


def _other(usage_type: int | None, fields: dict[str, object]) -> UsageRow:
    made = row(1, **{"usageid": "u-1", **fields})
    made.usagetype = usage_type
    return made


def test_every_reason_says_what_is_wrong_in_words_of_its_own() -> None:
    words = [reason.text for reason in Reason]
    assert len(set(words)) == len(words)
    assert all(reason.kind == "hold" for reason in Reason if reason.can_accept)


def test_rows_that_are_no_records_are_counted_for_nobody() -> None:
    found = metered(bad=[b'{"usagetype": "many"}', b"\xff\xfe", b"[" * 9000])
    assert reviewed(found) == [(None, "", "not_a_record", 3)] and not found.usage
    assert found.records == found.count("reject") == 3
    assert '{"usagetype": "many"}' in found.reviews[0].samples
    assert max(map(len, found.reviews[0].samples)) == 2000


def test_what_is_set_aside_is_counted_by_owner_type_and_reason() -> None:
    bad = {"rawusage": "25"}
    found = metered(
        row(**bad),
        row(**bad, virtualmachineid="vm-2"),
        row(3, **bad),
        row(**bad, accountid="b", account="globex"),
        row(rawusage="-1"),
    )
    assert reviewed(found) == [
        (1, "a", "negative", 1),
        (1, "a", "too_many_hours", 2),
        (1, "b", "too_many_hours", 1),
        (3, "a", "too_many_hours", 1),
    ]
    assert [each.account for each in found.reviews] == ["acme", "acme", "globex", "acme"]


def test_a_sub_account_knows_how_many_of_its_records_wait_for_each_reason() -> None:
    found = metered(
        row(rawusage="25"),
        row(3, rawusage="25"),
        row(11, rawusage="25"),
        row(3, usageid=None),
        row(11, usageid=None),
        row(virtualmachineid="vm-2"),
    )
    usage = found.usage["a"]
    assert usage.holds == {Reason.TOO_MANY_HOURS.text: 3}
    assert usage.rejects == {Reason.NO_RESOURCE.text: 2}
    assert usage.records == found.records == 6


def test_groups_keep_the_five_samples_that_come_first_whatever_their_order() -> None:
    rows = [row(14, usageid=f"user-{number}", rawusage="25") for number in range(9)]
    (group,) = metered(*rows).reviews
    (reversed_group,) = metered(*rows[::-1]).reviews
    assert group == reversed_group
    told = [json.loads(sample)["usageid"] for sample in group.samples]
    assert told == [f"user-{number}" for number in range(5)]


def test_samples_say_what_cloudstack_said_in_its_own_names() -> None:
    (volume,) = metered(row(6, rawusage="25")).reviews
    assert json.loads(volume.samples[0]) == {
        "usagetype": 6,
        "account": "acme",
        "accountid": "a",
        "zoneid": "z",
        "startdate": "2026-01-02T00:00:00+0000",
        "enddate": "2026-01-02T23:59:59+0000",
        "offeringid": "ssd",
        "templateid": "debian",
        "usageid": "volume-1",
        "rawusage": "25",
        "size": 5 * GIB,
    }
    (machine,) = metered(row(1, rawusage="12,5")).reviews
    told = json.loads(machine.samples[0])
    assert (told["rawusage"], told["cpunumber"], told["name"]) == ("12,5", 2, "web-1")
    (address,) = metered(row(3, rawusage="-1")).reviews
    assert json.loads(address.samples[0])["issystem"] is False
    (overlap,) = metered(row(), row(rawusage="1", **hours(3, 4))).reviews
    told = json.loads(overlap.samples[0])
    assert (told["startdate"], told["virtualmachineid"]) == ("2026-01-02T03:00:00+0000", "vm-1")
    (unknown,) = metered(_other(99, {})).reviews
    told = json.loads(unknown.samples[0])
    assert (told["usagetype"], told["usageid"], told["rawusage"]) == (99, "u-1", "24")


@pytest.mark.parametrize("network", ["networkid", "vpcid"])
def test_a_sample_of_traffic_names_its_network_or_its_vpc(network: str) -> None:
    named = {"networkid": None, network: "n-1"}
    two = [row(4, **named, rawusage=raw) for raw in ("1", "2")]
    (group,) = metered(*two).reviews
    told = json.loads(group.samples[0])
    assert told["networkid or vpcid"] == "n-1" and told["usageid"] == "router-1"
    assert not {"networkid", "vpcid"} & set(told)


def test_tags_are_kept_sorted_and_make_no_difference() -> None:
    tags = [{"key": "team", "value": "blue"}, {"key": "env", "value": "prod", "domain": "ROOT"}]
    found = metered(row(tags=tags), row(tags=tags[::-1]), row(tags=[]))
    (entry,) = entries(found)
    assert found.copies == 2 and entry.tags in ((), (("env", "prod"), ("team", "blue")))
    assert found.usage == metered(row(tags=[]), row(tags=tags)).usage
    (entry,) = entries(metered(row(tags=tags)))
    assert entry.tags == (("env", "prod"), ("team", "blue"))
    (entry,) = entries(metered(row(tags=[{"key": "alone"}])))
    assert entry.tags == (("alone", ""),)
    unread = row()
    unread.tags = None
    assert entries(metered(unread))[0].tags == ()


def test_groups_hold_what_has_its_shape_in_one_order() -> None:
    rows = [row(virtualmachineid=f"vm-{number}", name=f"web-{number}") for number in (3, 1, 2)]
    (group,) = groups(metered(*rows))
    assert group.resources == ["vm-1", "vm-2", "vm-3"]
    assert group.names == ["web-1", "web-2", "web-3"]
    assert (group.related, group.sizes, group.tags) == ([], [], [])
    found = groups(
        metered(row(6), row(3), row(1), row(1, templateid="alpine", virtualmachineid="x"))
    )
    assert found == sorted(found, key=lambda group: group.key) and len(found) == 4


def test_accounts_are_kept_apart_and_projects_are_accounts_too() -> None:
    project = {"account": None, "accountid": None, "project": "apollo", "projectid": "p"}
    found = metered(row(), row(**project))
    assert sorted(found.usage) == ["a", "p"] and found.copies == 0
    assert [(each.name, each.kind) for each in found.sub_accounts] == [
        ("acme", "account"),
        ("apollo", "project"),
    ]


def test_owners_are_remembered_for_accounts_cloudstack_no_longer_lists() -> None:
    (owner,) = metered(row(domainpath="ROOT/acme")).sub_accounts
    assert (owner.name, owner.domain, owner.kind) == ("acme", "/acme", "account")
    (rejected,) = metered(_other(99, {})).sub_accounts
    assert rejected.id == "a"


# Volumes of CloudStack PR 11531: one record of all its hours, one of those it was attached.


def test_a_volume_is_counted_once_however_long_it_was_attached(table) -> None:
    """
    allocated | attached | billed | copies | alone
    24        |          | 120    | 0      | 0
    24        | 24       | 120    | 1      | 0
    24        | 10       | 120    | 1      | 0
    24        | 10 14    | 120    | 2      | 0
    24 24     | 24 24    | 120    | 3      | 0
              | 24       |        | 0      | 1
              | 10 14    |        | 0      | 2
    """
    for each in table:
        attached = [
            row(6, rawusage=raw, virtualmachineid=f"vm-{number % 2}")
            for number, raw in enumerate(each["attached"].split())
        ]
        found = metered(*attached, *(row(6, rawusage=raw) for raw in each["allocated"].split()))
        billed_now = {"volume": int(each["billed"])} if each["billed"] else {}
        assert quantities(groups(found)) == billed_now, each
        assert found.copies == int(each["copies"]), each
        alone = [(6, "a", "attached_alone", int(each["alone"]))]
        assert reviewed(found) == (alone if each["alone"] != "0" else []), each


def test_a_volume_attached_alone_is_billed_once_that_is_accepted() -> None:
    rows = [
        row(6, rawusage=raw, virtualmachineid=vm) for raw, vm in (("10", "vm-1"), ("14", "vm-2"))
    ]
    accepted = metered(*rows, verdicts=decided("accept", (6, Reason.ATTACHED_ALONE)))
    assert quantities(groups(accepted)) == {"volume": 120} and accepted.reviews == []
    with_own = metered(*rows, row(6), verdicts=decided("accept", (6, Reason.ATTACHED_ALONE)))
    assert quantities(groups(with_own)) == {"volume": 120} and with_own.copies == 2


def test_another_volume_says_nothing_of_one_attached_alone() -> None:
    found = metered(
        row(6, virtualmachineid="vm-1"),
        row(6, usageid="volume-2"),
        row(6, **hours(0, 12), rawusage="12"),
    )
    assert ("attached_alone", 1) in [each[2:] for each in reviewed(found)]


# What the operator decides.

# A pair of rows of which the second is set aside for the reason.
HELD = {
    Reason.DECIMAL_COMMA: (row(virtualmachineid="vm-9"), row(rawusage="12,5")),
    Reason.TOO_MANY_HOURS: (row(virtualmachineid="vm-9"), row(rawusage="25")),
    Reason.ANOTHER_QUANTITY: (row(rawusage="23"), row()),
    Reason.OVERLAP: (row(), row(rawusage="1", **hours(3, 4))),
    Reason.ATTACHED_ALONE: (row(6, usageid="v-9"), row(6, virtualmachineid="vm-1")),
    Reason.TOO_MANY_HOURS_TOGETHER: (row(30, rawusage="24"), row(30, rawusage="24")),
    Reason.NOT_A_NUMBER: (row(virtualmachineid="vm-9"), row(rawusage="many")),
    Reason.NEGATIVE: (row(virtualmachineid="vm-9"), row(rawusage="-1")),
    Reason.NO_RAW_USAGE: (row(virtualmachineid="vm-9"), row(rawusage=None)),
    Reason.NO_RESOURCE: (row(virtualmachineid="vm-9"), row(virtualmachineid=None)),
    Reason.NO_SIZE: (row(6), row(6, size=None)),
    Reason.NO_DATES: (row(), row(startdate=None)),
    Reason.UNREADABLE_DATE: (row(), row(startdate="?")),
    Reason.ENDS_BEFORE_START: (row(), row(enddate="2025-12-31T00:00:00+0000")),
    Reason.OUTSIDE_WINDOW: (row(), row(**hours(0, 25))),
    Reason.UNKNOWN_TYPE: (row(), _other(99, {})),
    Reason.NO_OWNER: (row(), row(accountid=None)),
    Reason.LOST: (row(), UsageRow(lost="row 1: 530")),
}


@pytest.mark.parametrize("reason", HELD)
def test_what_is_refused_is_not_billed_and_no_longer_waits(reason: Reason) -> None:
    rows = HELD[reason]
    (group,) = metered(*rows).reviews
    assert group.reason is reason and group.is_open
    refused = metered(*rows, verdicts=decided("refuse", (group.usage_type, reason)))
    (decided_group,) = refused.reviews
    assert (decided_group.verdict, decided_group.count) == ("refuse", 1)
    assert not decided_group.is_open
    assert [refused.count(kind) for kind in ("reject", "hold", "refused")] == [0, 0, 1]
    assert (refused.records, refused.copies, billed(refused)) == (2, 0, 1)
    for owner, usage in refused.usage.items():
        assert (usage.rejects, usage.holds) == ({}, {})
        assert usage.body == metered(*rows).usage[owner].body


@pytest.mark.parametrize("reason", [reason for reason in HELD if reason.can_accept])
def test_what_is_accepted_is_billed(reason: Reason) -> None:
    rows = HELD[reason]
    (group,) = metered(*rows).reviews
    accepted = metered(*rows, verdicts=decided("accept", (group.usage_type, reason)))
    assert accepted.reviews == [] and accepted.usage["a"].holds == {}
    assert billed(accepted) + accepted.copies == 2
    used, before = (quantities(groups(each)) for each in (accepted, metered(*rows)))
    meter = (
        "running_vm" if group.usage_type == 1 else "volume" if group.usage_type == 6 else "network"
    )
    added = {
        Reason.DECIMAL_COMMA: "12.5",
        Reason.TOO_MANY_HOURS: "25",
        Reason.ANOTHER_QUANTITY: "1",
        Reason.OVERLAP: "1",
        Reason.ATTACHED_ALONE: "120",
        Reason.TOO_MANY_HOURS_TOGETHER: "24",
    }
    assert str(used[meter] - before[meter]) == added[reason]


@pytest.mark.parametrize("reason", list(Reason))
def test_only_what_has_a_quantity_can_be_accepted(reason: Reason) -> None:
    accept, refuse = (
        Decision("main", 1, reason, DAY.start, DAY.end, verdict, "op", DAY.end)
        for verdict in ("accept", "refuse")
    )
    assert checked(refuse) is refuse
    if reason.can_accept:
        assert checked(accept) is accept
    else:
        with pytest.raises(Conflict, match="can only be refused"):
            checked(accept)


def test_a_number_with_a_comma_and_too_many_hours_needs_both_decisions() -> None:
    both = row(rawusage="25,5")
    comma, many = (1, Reason.DECIMAL_COMMA), (1, Reason.TOO_MANY_HOURS)
    assert reviewed(metered(both)) == [(1, "a", "decimal_comma", 1)]
    assert reviewed(metered(both, verdicts=decided("accept", comma))) == [
        (1, "a", "too_many_hours", 1)
    ]
    (entry,) = entries(metered(both, verdicts=decided("accept", comma, many)))
    assert entry.raw == "25.5"


def test_an_accepted_number_that_was_there_with_a_point_is_a_copy() -> None:
    found = metered(
        row(rawusage="12.5"),
        row(rawusage="12,5"),
        verdicts=decided("accept", (1, Reason.DECIMAL_COMMA)),
    )
    assert (billed(found), found.copies, found.reviews) == (1, 1, [])


def test_a_decision_holds_for_its_usage_type_and_reason_alone() -> None:
    rows = [row(rawusage="25"), row(3, rawusage="25"), row(rawusage="-1")]
    found = metered(*rows, verdicts=decided("accept", (1, Reason.TOO_MANY_HOURS)))
    assert reviewed(found) == [(1, "a", "negative", 1), (3, "a", "too_many_hours", 1)]


def test_the_latest_decision_counts() -> None:
    from chalicelib.metering.reviews import Verdicts

    reason = Reason.TOO_MANY_HOURS
    early = Decision("main", 1, reason, DAY.start, DAY.end, "accept", "op", DAY.end)
    late = Decision("main", 1, reason, DAY.start, DAY.end, "refuse", "op", DAY.end + timedelta(1))
    for order in ([early, late], [late, early]):
        assert Verdicts(order).of(1, reason) == "refuse"
    assert Verdicts([early]).of(2, reason) is None


def test_records_that_are_recognized_are_rejects_no_more() -> None:
    from collections import Counter

    found = metered(*[row(virtualmachineid=None)] * 3, row(3, usageid=None))
    found.recognize("a", Counter({"running_vm": 2, "ip_address": 1}))
    assert reviewed(found) == [(1, "a", "no_resource", 1)]
    found.recognize("b", Counter({"running_vm": 1}))
    assert reviewed(found) == [(1, "a", "no_resource", 1)]


def test_rows_that_say_the_same_in_several_ways_are_one_group() -> None:
    offset = {"startdate": "2026-01-02T05:30:00+0530", "enddate": "2026-01-03T05:29:59+0530"}
    rows = [row(), row(**offset, virtualmachineid="vm-2"), row(virtualmachineid="vm-3")]
    (group,) = groups(metered(*rows))
    assert group.resources == ["vm-1", "vm-2", "vm-3"]
    assert metered(*rows[::-1]).usage == metered(*rows).usage
