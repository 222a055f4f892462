"""Accounts held, suspended and resumed, each once; what CloudStack refuses is said."""

from datetime import date

import pytest

from chalicelib.cloudstack.client import CloudStackClient
from chalicelib.cloudstack.control import AccountControl
from chalicelib.delivery.parameters import Endpoint, KeyPair
from chalicelib.errors import (
    CloudStackFailed,
    CloudStackRefused,
    CloudStackUnavailable,
    Conflict,
    NotFound,
)
from chalicelib.wiring.sources import CloudStackSources
from local.cloudstack.estate import ACME, ADMIN, APOLLO, GLOBEX_ADMIN_USER, GLOBEX_USER, User
from local.cloudstack.simulator import Simulator


@pytest.fixture
def simulator():
    with Simulator(today=date(2026, 11, 23)) as simulator:
        yield simulator


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def control(simulator, pauses):
    return control_of(simulator, pauses.append)


def control_of(simulator, pause, user: User | None = None):
    keys = user or type("Keys", (), {})()
    if user is None:
        keys.api_key, keys.secret_key = simulator.api_key, simulator.secret_key
    client = CloudStackClient(simulator.url, keys, pause=pause)
    return AccountControl(client, pause)


def changes(simulator):
    """Return how often a command that changes something was called."""
    reads = {"listAccounts", "listProjects", "queryAsyncJobResult"}
    return {name: count for name, count in simulator.calls.items() if name not in reads}


def test_an_account_goes_from_state_to_state(simulator, control, table):
    """
    before   | hold     | suspend  | resume
    enabled  | locked   | disabled | enabled
    locked   | locked   | disabled | enabled
    disabled | disabled | disabled | enabled
    """
    for row in table:
        for step in ("hold", "suspend", "resume"):
            simulator.states.set_account(ACME, row["before"])
            before = sum(changes(simulator).values())
            assert getattr(control, step)("account", ACME.id) == row[step], (row, step)
            assert simulator.states.of_account(ACME) == row[step]
            changed = sum(changes(simulator).values()) - before
            assert changed == (row[step] != row["before"]), (row, step)
            assert getattr(control, step)("account", ACME.id) == row[step], "a second time"
            assert sum(changes(simulator).values()) - before == changed
    assert set(changes(simulator)) == {"disableAccount", "enableAccount"}


def test_a_project_is_suspended_but_never_locked(simulator, control):
    assert control.state("project", APOLLO.id) == "active"
    assert control.hold("project", APOLLO.id) == "active"
    assert changes(simulator) == {}
    assert control.suspend("project", APOLLO.id) == "suspended"
    assert control.suspend("project", APOLLO.id) == "suspended"
    assert control.hold("project", APOLLO.id) == "suspended"
    assert control.resume("project", APOLLO.id) == "active"
    assert control.resume("project", APOLLO.id) == "active"
    assert changes(simulator) == {"suspendProject": 1, "activateProject": 1}


def test_a_job_is_asked_after_until_it_is_done_with_pauses_that_grow(simulator, control, pauses):
    simulator.jobs.pending_answers = 6
    assert control.suspend("account", ACME.id) == "disabled"
    assert pauses == [0.5, 1.0, 2.0, 3.0, 5.0, 5.0, 5.0]


def test_a_job_without_an_end_is_left_alone_and_found_done_the_next_time(simulator, control):
    simulator.jobs.pending_answers = 1000
    with pytest.raises(CloudStackUnavailable, match="not done with job"):
        control.suspend("account", ACME.id)
    assert simulator.calls["queryAsyncJobResult"] == 7
    assert control.suspend("account", ACME.id) == "disabled"
    assert changes(simulator) == {"disableAccount": 1}


def test_nobody_locks_out_the_root_admins(simulator, control):
    for step in (control.hold, control.suspend):
        with pytest.raises(Conflict, match="root admins"):
            step("account", ADMIN.id)
    assert control.resume("account", ADMIN.id) == "enabled"
    assert changes(simulator) == {}


def test_what_is_gone_from_cloudstack_is_not_found(simulator, control):
    for step in (control.state, control.hold, control.suspend, control.resume):
        for kind in ("account", "project"):
            with pytest.raises(NotFound, match=f"no {kind} 'gone'"):
                step(kind, "gone")
    assert changes(simulator) == {}


def test_keys_without_the_permission_are_refused(simulator):
    with pytest.raises(CloudStackRefused, match="401"):
        control_of(simulator, lambda seconds: None, GLOBEX_USER).hold(
            "account", GLOBEX_USER.account.id
        )
    own = control_of(simulator, lambda seconds: None, GLOBEX_ADMIN_USER)
    assert own.hold("account", GLOBEX_USER.account.id) == "locked"


def test_trouble_passes_or_is_said(simulator, control):
    simulator.faults.add("503", times=2, command="disableAccount")
    assert control.hold("account", ACME.id) == "locked"
    simulator.faults.add("down", times=None, command="queryAsyncJobResult")
    with pytest.raises(CloudStackUnavailable):
        control.suspend("account", ACME.id)
    simulator.faults.clear()
    simulator.faults.add("nonsense", times=None, command="listAccounts")
    with pytest.raises(CloudStackUnavailable, match="not a list"):
        control.state("account", ACME.id)


class Answers:
    """A client that answers one thing to each command."""

    def __init__(self, **answers: bytes) -> None:
        self.answers = answers

    def call(self, command: str, **params: str) -> bytes:
        return self.answers[command]


LISTED = b'{"listaccountsresponse":{"account":[{"id":"1","state":"ENABLED","accounttype":0}]}}'
STARTED = b'{"disableaccountresponse":{"jobid":"j"}}'


@pytest.mark.parametrize(
    ("started", "job", "error", "said"),
    [
        (
            STARTED,
            b'{"r":{"jobid":"j","jobstatus":2,"jobresultcode":530,"jobresult":{"errortext":"no"}}}',
            CloudStackFailed,
            "530: no",
        ),
        (
            STARTED,
            b'{"r":{"jobid":"j","jobstatus":2,"jobresultcode":531,"jobresult":{"errortext":"no"}}}',
            CloudStackRefused,
            "531: no",
        ),
        (STARTED, b'{"r":{"jobid":"j","jobstatus":2}}', CloudStackRefused, "failed with 0"),
        (STARTED, b"{}", CloudStackUnavailable, "not a job"),
        (b"<html>", b"", CloudStackUnavailable, "not a job"),
        (STARTED, b'{"r":{"jobid":"j","jobstatus":1}}', CloudStackUnavailable, "says 'enabled'"),
    ],
)
def test_a_job_that_fails_or_makes_no_sense_is_an_error(started, job, error, said):
    client = Answers(listAccounts=LISTED, disableAccount=started, queryAsyncJobResult=job)
    control = AccountControl(client, lambda seconds: None)  # type: ignore[arg-type]
    with pytest.raises(error, match=said):
        control.hold("account", "1")


class Connected:
    """Parameters of one connection, whose keys may change."""

    def __init__(self, simulator: Simulator) -> None:
        self.url = simulator.url
        self.pair = KeyPair(simulator.api_key, "wrong")

    def endpoint(self, connection: str) -> Endpoint:
        return Endpoint(self.url, date(2026, 11, 1))

    def keys(self, connection: str) -> KeyPair:
        return self.pair


def test_the_control_of_a_connection_is_lent_and_built_anew_once_its_keys_are_refused(simulator):
    parameters = Connected(simulator)
    sources = CloudStackSources(parameters, lambda seconds: None)  # type: ignore[arg-type]
    with pytest.raises(CloudStackRefused), sources.control("main") as control:
        control.hold("account", ACME.id)
    parameters.pair = KeyPair(simulator.api_key, simulator.secret_key)
    with sources.control("main") as control:
        assert control.hold("account", ACME.id) == "locked"
    with sources.source("main") as source:
        (acme,) = (each for each in source.sub_accounts() if each.id == ACME.id)
        assert acme.state == "locked"
    with sources.control("main") as again:
        assert again is control
