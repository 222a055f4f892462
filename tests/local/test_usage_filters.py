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
    ({"type": 7}, ""),
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


def test_tags_come_only_when_asked_for_and_never_on_networks(call):
    content = call.usage(includetags="true", accountid=ACME.id)["usagerecord"]
    tags_by_type = {each["usagetype"]: each["tags"] for each in content}
    assert tags_by_type[13] == []
    (tag,) = tags_by_type[1]
    assert set(tag) == {
        "key",
        "value",
        "resourcetype",
        "resourceid",
        "account",
        "accountid",
        "domainid",
        "domain",
    }
    assert all(each["tags"] == [] for each in call.usage()["usagerecord"])


def test_the_old_format_has_database_ids_in_the_description(call):
    first = call.usage(oldformat="true")["usagerecord"][0]
    assert "(ID: " in first["description"]
    assert "web-1" not in first["description"]
