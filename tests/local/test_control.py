"""The clock, the state file, the controls, and the simulator as a process."""

import signal
import socket
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
import requests

from local.cloudstack import Simulator
from local.cloudstack.clock import Clock

TODAY = date(2026, 11, 23)


def test_today_is_the_real_day_unless_it_is_given(tmp_path):
    before = datetime.now(UTC).date()
    assert before <= Clock().today() <= datetime.now(UTC).date()
    assert Clock(TODAY).today() == TODAY


@pytest.mark.parametrize(
    ("today", "start"),
    [(TODAY, "2026-08-01"), (date(2026, 3, 31), "2025-12-01"), (date(2026, 1, 1), "2025-10-01")],
)
def test_the_history_starts_three_months_back(today, start):
    assert str(Clock(today).history_start) == start


def test_days_moved_and_the_start_of_the_history_outlive_a_restart(tmp_path):
    state = tmp_path / "state.json"
    Clock(TODAY, state).advance(9)
    again = Clock(TODAY, state)
    assert again.today() == date(2026, 12, 2)
    assert str(again.history_start) == "2026-08-01"
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"offset_days": 1}'])
def test_a_state_file_of_something_else_is_refused(tmp_path, content):
    state = tmp_path / "state.json"
    state.write_text(content)
    with pytest.raises(ValueError, match=r"state\.json"):
        Clock(TODAY, state)


def test_the_controls_move_the_clock_and_show_the_state(simulator, caller_of):
    base = f"{simulator.base_url}/simulator"
    moved = requests.post(f"{base}/clock", json={"days": 2}).json()
    assert (moved["today"], moved["offset_days"]) == ("2026-11-25", 2)
    assert simulator.today == date(2026, 11, 25)
    metrics = caller_of(simulator).content("listUsageServerMetrics")["usageMetrics"]
    assert metrics["lastsuccessfuljob"] == "2026-11-24T23:59:59+0000"
    state = requests.get(f"{base}/state").json()
    assert state["calls"] == {"listUsageServerMetrics": 1}
    assert state["history_start"] == "2026-08-01"


def test_hours_are_moved_too_and_outlive_a_restart(tmp_path):
    state = tmp_path / "state.json"
    clock = Clock(TODAY, state)
    assert clock.advance(hours=20) == TODAY
    assert clock.advance(days=1, hours=7) == date(2026, 11, 25)
    assert Clock(TODAY, state).now() == datetime(2026, 11, 25, 3, tzinfo=UTC)
    state.write_text('{"offset_days": 1, "history_start": "2026-08-01"}')
    assert Clock(TODAY, state).now() == datetime(2026, 11, 24, tzinfo=UTC)


def test_where_clocks_change_an_hour_is_an_hour_and_a_day_a_day():
    clock = Clock(date(2026, 10, 24), zone=ZoneInfo("Europe/Berlin"))
    assert clock.now() == datetime(2026, 10, 23, 22, tzinfo=UTC)
    clock.advance(2)
    assert clock.now() == datetime(2026, 10, 25, 23, tzinfo=UTC)
    seen = []
    other = Clock(date(2026, 3, 29), zone=ZoneInfo("Europe/Berlin"))
    for _ in range(30):
        seen.append(other.now())
        other.advance(hours=1)
    assert {later - now for now, later in pairwise(seen)} == {timedelta(hours=1)}


def test_the_controls_move_by_hours(caller_of):
    noon = datetime(2026, 11, 23, 12, 40, tzinfo=UTC)
    with Simulator(now=noon, aggregation_minutes=60) as simulator:
        base = f"{simulator.base_url}/simulator"
        moved = requests.post(f"{base}/clock", json={"hours": 3}).json()
        assert (moved["today"], moved["offset_hours"]) == ("2026-11-23", 3)
        assert moved["now"] == "2026-11-23T15:40:00+00:00"
        metrics = caller_of(simulator).content("listUsageServerMetrics")["usageMetrics"]
        assert metrics["lastsuccessfuljob"] == "2026-11-23T14:59:59+0000"
        assert requests.post(f"{base}/clock").json()["today"] == "2026-11-24"
        assert simulator.advance(hours=9) == date(2026, 11, 25)


def test_the_controls_set_and_heal_faults(simulator, caller_of):
    base = f"{simulator.base_url}/simulator"
    fault = {"kind": "530", "times": 5, "command": "listZones"}
    assert requests.post(f"{base}/faults", json=fault).json()["faults"][0]["times"] == 5
    assert caller_of(simulator)("listZones").status_code == 530
    assert requests.delete(f"{base}/faults").json()["faults"] == []
    assert caller_of(simulator)("listZones").status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "clock", '{"days": -1}', 400),
        ("POST", "clock", '{"days": "1"}', 400),
        ("POST", "clock", '{"days": true}', 400),
        ("POST", "clock", '{"hours": -1}', 400),
        ("POST", "clock", '{"hours": 1.5}', 400),
        ("POST", "clock", '{"weeks": 1}', 400),
        ("POST", "clock", "[]", 400),
        ("POST", "clock", "{", 400),
        ("POST", "faults", "{}", 400),
        ("POST", "faults", '{"kind": "gone"}', 400),
        ("POST", "faults", '{"kind": "down", "colour": "red"}', 400),
        ("GET", "clock", "", 404),
        ("GET", "nothing", "", 404),
    ],
)
def test_the_controls_refuse_what_they_do_not_know(standing, method, path, body, status):
    answer = requests.request(method, f"{standing.base_url}/simulator/{path}", data=body)
    assert answer.status_code == status
    assert answer.json()["error"]


@pytest.mark.parametrize(
    "options",
    [
        {"version": "5"},
        {"version": "4.16"},
        {"version": "4.19."},
        {"version": "4.19.x"},
        {"time_zone": "Mars/Olympus"},
        {"aggregation_time_zone": "Mars/Olympus"},
        {"aggregation_minutes": 0},
        {"aggregation_minutes": 1441},
        {"now": datetime(2026, 11, 23, 10)},
        {"now": datetime(2026, 11, 23, 10, tzinfo=UTC), "today": TODAY},
        {"algorithms": ("HmacMD5",)},
    ],
)
def test_an_option_without_sense_is_refused(options):
    with pytest.raises(ValueError):
        Simulator(**options)


def test_after_the_end_nothing_answers_even_on_an_open_connection(caller_of):
    with Simulator(today=TODAY) as simulator:
        call = caller_of(simulator)
        assert call("listZones").status_code == 200
    with pytest.raises(requests.ConnectionError):
        call("listZones")


def start(*options):
    """Return the process and the line it says when it serves."""
    words = [sys.executable, "-m", "local.cloudstack", "--port", "0", *options]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    return process, process.stdout.readline()


def test_the_process_keeps_its_clock_when_it_is_killed(tmp_path):
    state = str(tmp_path / "state.json")
    process, said = start("--today", "2026-11-23", "--state", state)
    try:
        url = said.split(" at ")[1].split(",")[0]
        base = url.removesuffix("/client/api")
        requests.post(f"{base}/simulator/clock", json={"days": 3})
    finally:
        process.kill()
        process.communicate()
    process, said = start("--today", "2026-11-23", "--state", state)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=5)
    assert "today 2026-11-26, usage since 2026-08-01" in said
    assert process.returncode == 0


def test_the_process_takes_an_aggregation_a_version_and_an_instant():
    process, said = start(
        *("--now", "2026-11-23T14:30:00+01:00", "--aggregation-minutes", "60"),
        *("--aggregation-time-zone", "Europe/Berlin", "--version", "4.19.3"),
        *("--records-per-day", "240", "--accounts", "10", "--random-ids"),
    )
    try:
        base = said.split(" at ")[1].split(",")[0].removesuffix("/client/api")
        state = requests.get(f"{base}/simulator/state").json()
    finally:
        process.terminate()
        process.communicate(timeout=5)
    assert state["now"] == "2026-11-23T13:30:00+00:00"
    assert (state["version"], state["aggregation_minutes"]) == ("4.19.3.0", 60)


@pytest.mark.parametrize("option", [("--version", "4.1"), ("--now", "2026-11-23T10:00:00")])
def test_an_option_without_sense_is_said_in_one_sentence(option):
    words = [sys.executable, "-m", "local.cloudstack", "--port", "0", *option]
    run = subprocess.run(words, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr.startswith("the CloudStack simulator cannot start: ")
    assert run.stderr.count("\n") == 1


def test_a_taken_port_is_said_in_one_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        words = [sys.executable, "-m", "local.cloudstack", "--port", str(taken.getsockname()[1])]
        run = subprocess.run(words, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr.startswith("the CloudStack simulator cannot start: ")
    assert run.stderr.count("\n") == 1
