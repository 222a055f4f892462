"""Whose usage records come, and which: filters, roles, tags (cloudstack.md section 2)."""

from datetime import date

import pytest

from local.cloudstack.catalogue import NETWORK_OFFERING
from local.cloudstack.estate import (
    ACME,
    ACME_DOMAIN,
    APOLLO,
    GLOBEX,
    GLOBEX_ADMIN,
    GLOBEX_ADMIN_USER,
    GLOBEX_DOMAIN,
    ROOT,
)

DAY = {"startdate": "2026-11-10", "enddate": "2026-11-10"}


def owners(content):
    return {each.get("account", each.get("project")) for each in content.get("usagerecord", [])}


@pytest.fixture(scope="module")
def day_10(standing):
    return list(standing.records(date(2026, 11, 10), date(2026, 11, 11)))


# caller is the root admin             whose records come
FILTERS = [
    ({}, "acme apollo globex globex-admin initech"),
    ({"accountid": ACME.id}, "acme"),
    ({"projectid": APOLLO.id}, "apollo"),
    ({"domainid": ACME_DOMAIN.id}, "acme apollo"),
    ({"domainid": ROOT.id}, ""),
    ({"domainid": ROOT.id, "isrecursive": "true"}, "acme apollo globex globex-admin initech"),
    ({"account": "globex", "domainid": GLOBEX_DOMAIN.id}, "globex"),
    (
        {"account": "globex", "domainid": GLOBEX_DOMAIN.id, "isrecursive": "true"},
        "globex globex-admin",
    ),
    ({"account": "acme"}, "acme apollo globex globex-admin initech"),
    ({"accountid": ACME.id, "domainid": GLOBEX_DOMAIN.id}, ""),
    ({"type": 14}, "globex"),
    ({"type": 7}, "acme globex"),
    ({"type": 10}, "acme"),
    ({"type": 15}, ""),
]


@pytest.mark.parametrize(("parameters", "whose"), FILTERS)
def test_filters_choose_whose_records_come(call, parameters, whose):
    assert owners(call.usage(**parameters)) == set(whose.split())


# caller is the admin of /globex       whose records come, or the refusal
DOMAIN_ADMIN = [
    ({}, "globex-admin"),
    ({"isrecursive": "true"}, "globex globex-admin"),
    ({"accountid": GLOBEX.id}, "globex"),
    ({"accountid": GLOBEX_ADMIN.id, "isrecursive": "true"}, "globex-admin"),
    ({"domainid": GLOBEX_DOMAIN.id}, "globex-admin"),
    ({"domainid": GLOBEX_DOMAIN.id, "account": "globex"}, "globex"),
    ({"projectid": APOLLO.id}, ""),
    ({"accountid": ACME.id}, 531),
    ({"domainid": ACME_DOMAIN.id}, 531),
    ({"domainid": ROOT.id, "isrecursive": "true"}, 531),
]


@pytest.mark.parametrize(("parameters", "whose"), DOMAIN_ADMIN)
def test_a_domain_admin_sees_the_own_account_unless_more_is_asked_for(call, parameters, whose):
    answer = call("listUsageRecords", user=GLOBEX_ADMIN_USER, **DAY, **parameters)
    if whose == 531:
        assert answer.status_code == 531
        assert answer.json()["listusagerecordsresponse"]["cserrorcode"] == 4365
    else:
        assert owners(answer.json()["listusagerecordsresponse"]) == set(whose.split())


def test_a_resource_is_found_by_type_and_id(call, day_10):
    volume = next(each for each in day_10 if each["usagetype"] == 6)
    found = call.usage(type=6, usageid=volume["usageid"])["usagerecord"]
    assert found == [each for each in day_10 if each.get("usageid") == volume["usageid"]]
    assert call.usage(type=3, usageid=volume["usageid"]) == {}
    assert call.usage(type=6, usageid="none") == {}
    assert call.usage(type=26, usageid=volume["usageid"]) == {}
    by_offering = call.usage(type=13, usageid=NETWORK_OFFERING.id)
    assert by_offering["count"] == sum(each["usagetype"] == 13 for each in day_10)


# account, usage type                  what is tagged, None for nothing
TAGGED = [
    ("acme", 1, "UserVm"),
    ("acme", 2, "UserVm"),
    ("acme", 3, "PublicIpAddress"),
    ("acme", 6, "Volume"),
    ("acme", 7, "Template"),
    ("acme", 9, "Snapshot"),
    ("acme", 11, "LoadBalancer"),
    ("acme", 12, "PortForwardingRule"),
    ("acme", 24, "Volume"),
    ("globex", 6, "Volume"),
    ("initech", 1, "UserVm"),
    ("initech", 6, None),
    ("acme", 13, None),
    ("globex", 14, None),
    ("acme", 25, None),
    ("acme", 26, None),
    ("acme", 27, None),
    ("acme", 28, None),
    ("acme", 29, None),
    ("acme", 30, None),
    ("acme", 31, None),
]


@pytest.mark.parametrize(("account", "usage_type", "kind"), TAGGED)
def test_tags_come_only_when_asked_for_and_never_of_some_types(call, account, usage_type, kind):
    content = call.usage(includetags="true", type=usage_type)["usagerecord"]
    mine = [each for each in content if each.get("account") == account]
    assert mine
    for record in mine:
        if kind is None:
            assert record["tags"] == []
            continue
        tags = record["tags"]
        assert [tag["key"] for tag in tags][:1] == ["environment"]
        for tag in tags:
            assert tag["resourcetype"] == kind
            assert tag["resourceid"] == record["usageid"]
            assert tag["account"] == account
            assert set(tag) == {
                *"key value resourcetype resourceid account accountid domainid domain".split()
            }


def test_tags_of_traffic_are_those_of_the_network_and_a_vpc_has_none(call):
    content = call.usage(includetags="true", type=4, accountid=ACME.id)["usagerecord"]
    network, vpc = content
    assert {tag["resourceid"] for tag in network["tags"]} == {network["networkid"]}
    assert vpc["tags"] == []


def test_without_asking_nothing_has_tags(call):
    assert all(each["tags"] == [] for each in call.usage()["usagerecord"])


def test_the_old_format_has_database_ids_in_the_description(call):
    first = call.usage(oldformat="true")["usagerecord"][0]
    assert "(ID: " in first["description"]
    assert "web-1" not in first["description"]
