"""Every command but the usage records: who may call it, what it shows, how it refuses."""

from xml.etree import ElementTree

import pytest
import requests

from local.cloudstack.catalogue import NETWORK_OFFERING
from local.cloudstack.commands.registry import COMMANDS
from local.cloudstack.estate import (
    ACCOUNTS,
    ACME,
    ACME_DOMAIN,
    ACME_USER,
    ADMIN_USER,
    GLOBEX_ADMIN_USER,
    GLOBEX_DOMAIN,
    GLOBEX_USER,
    USERS,
)

NEEDED = {
    "listUsageRecords": {"startdate": "2026-11-01", "enddate": "2026-11-01", "pagesize": -1},
    "listTemplates": {"templatefilter": "featured"},
    "queryAsyncJobResult": {"jobid": "none"},
}
# command                   root, domain admin, user
ROLES = """
listUsers                   200 200 200
listAccounts                200 200 200
listProjects                200 200 200
listDomains                 200 200 401
listServiceOfferings        200 200 200
listDiskOfferings           200 200 200
listNetworkOfferings        200 200 200
listTemplates               200 200 200
listZones                   200 200 200
listCapabilities            200 200 200
listApis                    200 200 200
quotaTariffList             200 401 401
listUsageTypes              200 401 401
listUsageRecords            200 200 401
listUsageServerMetrics      200 401 401
lockAccount                 431 431 401
disableAccount              431 431 401
enableAccount               431 431 401
suspendProject              431 431 431
activateProject             431 431 431
queryAsyncJobResult         431 431 431
"""


def test_the_table_of_roles_names_every_command():
    assert {line.split()[0] for line in ROLES.split("\n") if line} == set(COMMANDS)


@pytest.mark.parametrize("line", ROLES.strip().split("\n"))
def test_a_role_may_call_what_its_default_allows(call, line):
    command, *statuses = line.split()
    parameters = NEEDED.get(command, {})
    for user, status in zip((ADMIN_USER, GLOBEX_ADMIN_USER, ACME_USER), statuses, strict=True):
        answer = call(command, user=user, **parameters)
        assert answer.status_code == int(status), (user.username, answer.text)
        if status == "401":
            content = answer.json()[f"{command.lower()}response"]
            assert content["errorcode"] == 401
            assert "not available for user" in content["errortext"]
            assert answer.headers["X-Description"] == content["errortext"]


# caller            parameters                   users shown
USERS_SHOWN = [
    (ADMIN_USER, {}, "admin billing"),
    (ADMIN_USER, {"listall": "true"}, "admin billing acme secure globex globex-admin initech"),
    (ADMIN_USER, {"listall": "true", "username": "globex"}, "globex"),
    (ADMIN_USER, {"listall": "true", "accounttype": 2}, "globex-admin"),
    (ADMIN_USER, {"domainid": ACME_DOMAIN.id}, "acme secure"),
    (ADMIN_USER, {"domainid": ACME_DOMAIN.id, "account": "acme"}, "acme secure"),
    (ADMIN_USER, {"id": GLOBEX_USER.id}, "globex"),
    (GLOBEX_ADMIN_USER, {}, "globex-admin"),
    (GLOBEX_ADMIN_USER, {"listall": "true"}, "globex globex-admin"),
    (GLOBEX_ADMIN_USER, {"id": ACME_USER.id}, ""),
    (ACME_USER, {}, "acme"),
    (ACME_USER, {"listall": "true", "username": "acme"}, "acme"),
    (ACME_USER, {"listall": "true", "username": "globex"}, ""),
    (ACME_USER, {"id": ACME_USER.id}, "acme"),
]


@pytest.mark.parametrize(("user", "parameters", "shown"), USERS_SHOWN)
def test_list_users_shows_what_the_caller_may_see(call, user, parameters, shown):
    listed = call.content("listUsers", user=user, **parameters)
    assert [each["username"] for each in listed.get("user", [])] == shown.split()
    if not shown:
        assert listed == {}


def test_a_user_may_not_ask_for_another(call):
    answer = call("listUsers", user=ACME_USER, id=GLOBEX_USER.id)
    assert answer.status_code == 531
    assert answer.json()["listusersresponse"]["cserrorcode"] == 4365


def test_users_are_listed_with_their_api_key_and_never_the_secret(call):
    text = call("listUsers", listall="true").text
    for user in USERS:
        assert user.api_key in text
        assert user.secret_key not in text
        assert user.password not in text or user.password == "password"


def test_list_accounts_shows_the_own_one_unless_all_are_asked_for(call):
    def names(**parameters):
        return [a["name"] for a in call.content("listAccounts", **parameters).get("account", [])]

    assert names() == ["admin"]
    assert names(listall="true") == [account.name for account in ACCOUNTS]
    assert names(listall="true", name="acme") == ["acme"]
    assert names(user=GLOBEX_ADMIN_USER, listall="true") == ["globex", "globex-admin"]
    assert names(user=ACME_USER, listall="true") == ["acme"]
    assert names(id=ACME.id) == ["acme"]
    assert call("listAccounts", user=GLOBEX_USER, id=ACME.id).status_code == 531
    assert call("listAccounts", id="none").status_code == 431


def test_an_account_carries_domain_state_and_users(call):
    (account,) = call.content("listAccounts", id=ACME.id)["account"]
    assert account["domainpath"] == "ROOT/acme"
    assert account["accounttype"] == 0
    assert account["state"] == "enabled"
    assert [user["username"] for user in account["user"]] == ["acme", "secure"]


def test_list_domains_shows_paths_from_the_root(call):
    def paths(**parameters):
        return [d["path"] for d in call.content("listDomains", **parameters).get("domain", [])]

    assert paths() == ["ROOT", "ROOT/acme", "ROOT/globex", "ROOT/initech"]
    assert paths(user=GLOBEX_ADMIN_USER, listall="true") == ["ROOT/globex"]
    assert paths(id=ACME_DOMAIN.id) == ["ROOT/acme"]
    assert call("listDomains", user=GLOBEX_ADMIN_USER, id=ACME_DOMAIN.id).status_code == 531


def test_the_project_is_seen_by_its_owner_and_the_root_admin(call):
    def names(**parameters):
        return [p["name"] for p in call.content("listProjects", **parameters).get("project", [])]

    assert names() == []
    assert names(listall="true") == ["apollo"]
    assert names(user=ACME_USER) == ["apollo"]
    assert names(user=GLOBEX_ADMIN_USER, listall="true") == []
    (project,) = call.content("listProjects", user=ACME_USER)["project"]
    assert project["owner"][0]["account"] == "acme"
    assert project["domainid"] == ACME_DOMAIN.id


def test_offerings_zones_and_usage_types_are_listed_in_pages(call):
    assert call.content("listServiceOfferings")["serviceoffering"][0]["cpunumber"] == 1
    disks = call.content("listDiskOfferings", listall="true")
    assert disks["count"] == 2
    assert [each["tags"] for each in disks["diskoffering"]] == ["ssd", ""]
    assert [each["iscustomized"] for each in disks["diskoffering"]] == [True, False]
    networks = call.content("listNetworkOfferings", listall="true", page=1, pagesize=2)
    assert (networks["count"], len(networks["networkoffering"])) == (3, 2)
    assert networks["networkoffering"][0]["id"] == NETWORK_OFFERING.id
    one = call.content("listNetworkOfferings", id=NETWORK_OFFERING.id)
    assert one["networkoffering"] == networks["networkoffering"][:1]
    second = call.content("listZones", page=2, pagesize=2)
    assert (second["count"], len(second["zone"])) == (3, 1)
    assert call.content("listZones", page=3, pagesize=2) == {"count": 3}
    assert call("listZones", page=1).status_code == 431
    types = call.content("listUsageTypes")["usagetype"]
    assert [each["id"] for each in types] == [*range(1, 15), *range(21, 32)]
    assert types[0]["name"] == "RUNNING_VM"


def test_templates_need_a_filter(call):
    shown = call.content("listTemplates", templatefilter="featured", page=1, pagesize=1)
    assert (shown["count"], shown["template"][0]["name"]) == (2, "Debian 13")
    assert call.content("listTemplates", templatefilter="self") == {}
    assert call("listTemplates").status_code == 431
    assert call("listTemplates", templatefilter="mine").status_code == 431
    assert call("listTemplates", templatefilter="all").status_code == 200
    assert call("listTemplates", templatefilter="all", user=ACME_USER).status_code == 431


def test_the_watermark_is_the_end_of_yesterday(call):
    metrics = call.content("listUsageServerMetrics")["usageMetrics"]
    assert metrics["lastsuccessfuljob"] == "2026-11-22T23:59:59+0000"
    assert set(metrics) == {
        "collectiontime",
        "hostname",
        "state",
        "lastheartbeat",
        "lastsuccessfuljob",
    }


def test_without_response_json_the_same_answer_is_xml(call):
    answer = call("listUsers", response="xml", listall="true")
    assert answer.headers["Content-Type"].startswith("text/xml")
    root = ElementTree.fromstring(answer.content)
    assert root.tag == "listusersresponse"
    assert root.findtext("count") == str(len(USERS))
    assert [user.findtext("username") for user in root.findall("user")] == [
        user.username for user in USERS
    ]
    refused = requests.get(call.url, params={"command": "listUsers"})
    assert ElementTree.fromstring(refused.content).findtext("errorcode") == "401"


@pytest.mark.parametrize(
    ("parameters", "status", "name"),
    [
        ({}, 432, "errorresponse"),
        ({"command": ""}, 432, "errorresponse"),
        ({"command": "listUsers"}, 401, "listusersresponse"),
        ({"command": "listUsers", "apiKey": "x", "signature": "y"}, 401, "listusersresponse"),
        ({"command": "listNothing"}, 401, "errorresponse"),
        ({"command": "listusers"}, 401, "errorresponse"),
    ],
)
def test_calls_nobody_signed_are_refused_under_the_right_name(call, parameters, status, name):
    answer = requests.get(call.url, params={**parameters, "response": "json"})
    assert answer.status_code == status
    assert answer.json()[name]["errorcode"] == status
    if status == 401:
        assert "X-Description" not in answer.headers
        assert "cserrorcode" not in answer.json()[name]


def test_a_signed_unknown_command_is_401(call):
    assert call("listNothing").status_code == 401


def test_post_is_signed_like_get_and_parameter_names_do_not_heed_case(call):
    shown = call("listUsers", method="POST", listAll="true", userName="acme").json()
    assert shown["listusersresponse"]["count"] == 1


def test_other_paths_and_methods_are_not_the_api(standing):
    assert requests.get(f"{standing.base_url}/").status_code == 404
    assert requests.delete(standing.url).status_code == 405
    assert requests.put(standing.url).status_code == 501
    assert requests.post(standing.url, data=b"x" * (1 << 20 | 1)).status_code == 413


def test_the_domain_admin_rules_their_own_domain_only(call):
    answer = call("listUsers", user=GLOBEX_ADMIN_USER, domainid=ACME_DOMAIN.id)
    assert answer.status_code == 531
    listed = call.content("listUsers", user=GLOBEX_ADMIN_USER, domainid=GLOBEX_DOMAIN.id)
    assert listed["count"] == 2
    assert call("listUsers", domainid="none").status_code == 431
    assert call("listUsers", domainid=ACME_DOMAIN.id, account="none").status_code == 431
