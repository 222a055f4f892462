"""Broken on purpose, in every way a collector must survive."""

import time

import pytest
import requests

from local.cloudstack.faults import Faults


def test_down_closes_without_an_answer(simulator, caller_of):
    call = caller_of(simulator)
    simulator.faults.add("down")
    with pytest.raises(requests.ConnectionError):
        call("listZones")
    assert call("listZones").status_code == 200


def test_slow_waits_and_then_answers(simulator, caller_of):
    simulator.faults.add("slow", seconds=0.2)
    began = time.monotonic()
    assert caller_of(simulator)("listZones").status_code == 200
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize("code", [401, 429, 503, 530])
def test_a_number_refuses_with_that_code_in_the_words_of_the_command(simulator, caller_of, code):
    call = caller_of(simulator)
    simulator.faults.add(str(code), times=2)
    for _ in range(2):
        answer = call("listZones")
        assert answer.status_code == code
        assert answer.json()["listzonesresponse"]["errorcode"] == code
        assert ("X-Description" in answer.headers) == (code != 401)
    assert call("listZones").status_code == 200


def test_nonsense_is_a_page_of_a_proxy_and_then_half_a_document(simulator, caller_of):
    call = caller_of(simulator)
    simulator.faults.add("nonsense", times=2)
    page = call("listZones")
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    half = call("listZones")
    assert half.status_code == 200
    assert half.text.startswith('{"listzonesresponse"')
    with pytest.raises(requests.JSONDecodeError):
        half.json()


def test_cut_breaks_off_in_the_middle_of_the_body(simulator, caller_of):
    call = caller_of(simulator)
    simulator.faults.add("cut")
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
        call("listZones")
    assert call("listZones").status_code == 200


def test_a_fault_may_wait_for_one_command_and_for_some_calls():
    faults = Faults()
    faults.add("530", times=1, command="listUsageRecords", after=2)
    commands = ["listUsers", *["listUsageRecords"] * 4]
    struck = [faults.strike(command) for command in commands]
    assert [fault.kind if fault else None for fault in struck] == [None, None, None, "530", None]


def test_a_fault_without_times_lasts_until_it_is_healed():
    faults = Faults()
    faults.add("down", times=None)
    assert all(faults.strike("listUsers") for _ in range(50))
    faults.clear()
    assert faults.strike("listUsers") is None
    assert faults.waiting() == []


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "gone"},
        {"kind": "999"},
        {"kind": "down", "times": -1},
        {"kind": "down", "times": "2"},
        {"kind": "down", "after": -1},
        {"kind": "slow", "seconds": -1},
        {"kind": "slow", "seconds": "1"},
    ],
)
def test_what_is_no_fault_is_refused(fault):
    with pytest.raises(ValueError):
        Faults().add(**fault)


def test_stopping_does_not_wait_for_the_slow(simulator, caller_of):
    simulator.faults.add("slow", seconds=60)
    with pytest.raises(requests.ReadTimeout):
        requests.get(simulator.url, params={"command": "listZones"}, timeout=0.05)
    began = time.monotonic()
    simulator.stop()
    assert time.monotonic() - began < 2
