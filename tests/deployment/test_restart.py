"""Stopping and starting: in order, killed, and with damaged state."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from deployment.packaging import PROJECT
from local.stack import LocalStack

pytestmark = pytest.mark.stack
RUNNER = """
import sys, time
from pathlib import Path
from local.stack import LocalStack
with LocalStack(Path(sys.argv[1]), collect=False) as site:
    terms = {"currency": "USD", "language": "en-US", "time_zone": "UTC"}
    site.operator().call("PUT", "/admin/accounts/kept", terms)
    print(site.url, flush=True)
    time.sleep(600)
"""


def test_a_killed_run_leaves_no_process_and_keeps_what_was_done(tmp_path: Path):
    command = [sys.executable, "-c", RUNNER, str(tmp_path)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as runner:
        assert runner.stdout is not None
        assert runner.stdout.readline().startswith("http://127.0.0.1:")
        os.kill(runner.pid, signal.SIGKILL)

    with LocalStack(tmp_path, collect=False) as site:
        assert children_of(tmp_path) == 2, "the emulated AWS and the simulator of this run only"
        items = site.client("dynamodb").scan(TableName="stacktally-local-accounts")["Items"]
        assert any("USD" in str(item) for item in items)


def test_damaged_state_is_built_anew(tmp_path: Path):
    said: list[str] = []
    with LocalStack(tmp_path, collect=False):
        pass
    (tmp_path / "state" / "dynamodb.json").write_text("{ cut off")
    with LocalStack(tmp_path, collect=False, say=said.append) as site:
        assert len(site.client("dynamodb").list_tables()["TableNames"]) == 11
        assert site.operator().call("GET", "/session")["role"] == "operator"
    assert any("building it anew" in line for line in said)


def children_of(folder: Path) -> int:
    """Return how many processes there are whose settings or command name `folder`."""
    found = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
            settings = Path(f"/proc/{pid}/environ").read_bytes()
        except OSError:
            continue
        if b"local.attached" in command and str(folder).encode() in command + settings:
            found += 1
    return found
