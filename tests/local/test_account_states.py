"""Accounts are locked, disabled and enabled, projects suspended and activated, as CloudStack does."""

import pytest

from local.cloudstack import Simulator
from local.cloudstack.estate import (
    ACME,
    ACME_USER,
    ADMIN,
    ADMIN_USER,
    APOLLO,
    GLOBEX,
    GLOBEX_ADMIN_USER,
    GLOBEX_DOMAIN,
    GLOBEX_USER,
    INITECH,
)


@pytest.fixture
def call(simulator, caller_of):
    """A caller of a simulator that may be changed."""
    return caller_of(simulator)


def finished(call, content, **parameters):
    """Return a job that is over: it is pending once."""
    first = call.content("queryAsyncJobResult", jobid=content["jobid"], **parameters)
    assert first["jobstatus"] == 0 and "jobresult" not in first
    return call.content("queryAsyncJobResult", jobid=content["jobid"], **parameters)


def state(call, account):
    (row,) = call.content("listAccounts", id=account.id)["account"]
    return row["state"]


def project_state(call):
    (row,) = call.content("listProjects", id=APOLLO.id, listall="true")["project"]
    return row["state"]


@pytest.mark.parametrize(("lock", "word"), [("true", "locked"), ("false", "disabled")])
def test_disable_account_locks_or_disables_by_a_job_and_enable_undoes_it(call, lock, word):
    job = finished(call, call.content("disableAccount", id=ACME.id, lock=lock))
    assert (job["jobstatus"], job["jobresultcode"]) == (1, 0)
    assert job["jobresult"]["account"]["state"] == word == state(call, ACME)
    assert job["cmd"].endswith("DisableAccountCmd")
    assert call.content("enableAccount", id=ACME.id)["account"]["state"] == "enabled"
    assert state(call, ACME) == "enabled"


def test_an_account_is_named_by_id_or_by_name_and_domain(call):
    named = {"account": "globex", "domainid": GLOBEX_DOMAIN.id}
    assert finished(call, call.content("disableAccount", lock="true", **named))["jobstatus"] == 1
    assert state(call, GLOBEX) == "locked"
    assert call.content("enableAccount", **named)["account"]["id"] == GLOBEX.id


def test_what_is_wrong_at_once_is_refused_and_what_is_found_later_fails_the_job(call):
    assert call("disableAccount", id=ACME.id).status_code == 431
    assert call("disableAccount", id="none", lock="true").status_code == 431
    assert call("enableAccount", id="none").status_code == 431
    assert call("suspendProject", id=ACME.id).status_code == 431
    assert call("queryAsyncJobResult", jobid="none").status_code == 431
    nobody = call.content("disableAccount", lock="true", account="a", domainid=GLOBEX_DOMAIN.id)
    job = finished(call, nobody)
    assert (job["jobstatus"], job["jobresultcode"]) == (2, 431)
    assert "Unable to find account" in job["jobresult"]["errortext"]


def test_a_disabled_account_cannot_be_locked_and_that_of_the_root_admin_not_disabled(call):
    finished(call, call.content("disableAccount", id=ACME.id, lock="false"))
    job = finished(call, call.content("disableAccount", id=ACME.id, lock="true"))
    assert (job["jobstatus"], job["jobresultcode"]) == (2, 530)
    assert state(call, ACME) == "disabled"
    job = finished(call, call.content("disableAccount", id=ADMIN.id, lock="false"))
    assert job["jobstatus"] == 2 and state(call, ADMIN) == "enabled"


def test_lock_account_itself_never_works(call):
    answer = call("lockAccount", account="globex", domainid=GLOBEX_DOMAIN.id)
    assert answer.status_code == 530
    assert "Use DisableAccount instead" in answer.json()["lockaccountresponse"]["errortext"]
    assert state(call, GLOBEX) == "enabled"


def test_a_domain_admin_rules_the_own_domain_only(call):
    own = call.content("disableAccount", user=GLOBEX_ADMIN_USER, id=GLOBEX.id, lock="true")
    assert finished(call, own, user=GLOBEX_ADMIN_USER)["jobstatus"] == 1
    for command, more in (("disableAccount", {"lock": "true"}), ("enableAccount", {})):
        answer = call(command, user=GLOBEX_ADMIN_USER, id=INITECH.id, **more)
        assert answer.status_code == 531
    assert call("queryAsyncJobResult", user=ACME_USER, jobid=own["jobid"]).status_code == 531


@pytest.mark.parametrize("lock", ["true", "false"])
def test_nobody_of_a_locked_or_disabled_account_gets_in_until_it_is_enabled(call, lock):
    key = call.login("acme", "acme-demo", "/acme").json()["loginresponse"]["sessionkey"]
    call.content("disableAccount", id=ACME.id, lock=lock)
    assert call.in_session("listUsers", sessionkey=key).status_code == 401
    assert call("listUsers", user=ACME_USER).status_code == 401
    refused = call.login("acme", "acme-demo", "/acme")
    assert refused.status_code == 531
    assert "disabled/locked" in refused.json()["loginresponse"]["errortext"]
    assert call.login("globex", "globex-demo", "/globex").status_code == 200
    call.content("enableAccount", id=ACME.id)
    assert call.login("acme", "acme-demo", "/acme").status_code == 200
    assert call("listUsers", user=ACME_USER).status_code == 200


def test_a_project_is_suspended_and_activated_by_jobs(call):
    assert project_state(call) == "Active"
    assert finished(call, call.content("suspendProject", id=APOLLO.id))["jobstatus"] == 1
    assert project_state(call) == "Suspended"
    # The answer's own name has a letter missing, in every version.
    answer = call("activateProject", id=APOLLO.id).json()
    assert list(answer) == ["activaterojectresponse"]
    job = finished(call, answer["activaterojectresponse"])
    assert job["jobresult"]["project"]["state"] == "Active" == project_state(call)
    failed = finished(
        call,
        call.content("suspendProject", user=GLOBEX_USER, id=APOLLO.id),
        user=GLOBEX_USER,
    )
    assert (failed["jobstatus"], failed["jobresultcode"]) == (2, 531)
    owner = call.content("suspendProject", user=ACME_USER, id=APOLLO.id)
    assert finished(call, owner, user=ACME_USER)["jobstatus"] == 1


def test_list_apis_says_which_commands_start_a_job(call):
    told = {each["name"]: each["isasync"] for each in call.content("listApis")["api"]}
    assert {name for name, is_async in told.items() if is_async} == {
        "disableAccount",
        "suspendProject",
        "activateProject",
    }
    assert not any(name.startswith(("delete", "remove", "expunge")) for name in told)


def test_states_outlive_a_restart(tmp_path, caller_of):
    kept = tmp_path / "state.json"
    with Simulator(state=kept) as simulator:
        caller_of(simulator).content("disableAccount", id=ACME.id, lock="true")
        caller_of(simulator).content("suspendProject", id=APOLLO.id)
    with Simulator(state=kept) as simulator:
        assert state(caller_of(simulator), ACME) == "locked"
        assert project_state(caller_of(simulator)) == "Suspended"
    (tmp_path / "state-accounts.json").write_text("[]")
    with pytest.raises(ValueError, match="state-accounts"):
        Simulator(state=kept)


def test_an_admin_signs_in_while_others_are_locked(call):
    call.content("disableAccount", id=ACME.id, lock="true")
    assert call.login("admin", "password", "/").status_code == 200
    assert call("listUsers", user=ADMIN_USER).status_code == 200
