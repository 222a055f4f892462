"""Processes the runner starts: recorded, so that whatever is left over can be found and ended."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.errors import LocalCloudFailed

LOOPBACK = "127.0.0.1"
PATIENCE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Started:
    """A process of ours.

    Attributes:
        name: what people call it.
        log: where its output goes.
    """

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def check(self) -> None:
        """Do nothing while it runs.

        Raises:
            LocalCloudFailed: it has ended; says its last words.
        """
        if self.process.poll() is not None:
            words = self.log.read_text(errors="replace").strip().splitlines()
            last = words[-1] if words else "it said nothing"
            raise LocalCloudFailed(f"the {self.name} has stopped: {last} (see {self.log})")

    def stop(self) -> None:
        """Ask it to stop and wait; after long patience, end it."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Processes:
    """Starts modules of this project, keeps a record of them in `folder` and stops them."""

    def __init__(self, folder: Path) -> None:
        self._record = folder / "processes.json"
        self._logs = folder / "logs"
        self._started: list[Started] = []

    def start(
        self, name: str, module: str, arguments: Sequence[str], environment: Mapping[str, str]
    ) -> Started:
        """Start `module` in a session of its own, so that Ctrl-C reaches only the runner."""
        self._logs.mkdir(parents=True, exist_ok=True)
        log = self._logs / f"{module.rpartition('.')[2]}.log"
        command = [sys.executable, "-m", "local.attached", str(os.getpid()), module, *arguments]
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                cwd=Path(__file__).resolve().parent.parent,
                start_new_session=True,
            )
        started = Started(name, process, log)
        self._started.append(started)
        self._write()
        return started

    def stop(self, started: Started) -> None:
        """Stop one process and forget it."""
        started.stop()
        self._started.remove(started)
        self._write()

    def stop_all(self) -> None:
        """Stop every process, the last started first."""
        for started in reversed(list(self._started)):
            self.stop(started)

    def end_leftovers(self) -> int:
        """End processes that a killed run has left; return how many there were.

        They notice by themselves and save first, so they get time for it. A recorded
        number that another program has by now is left alone.
        """
        pids = [pid for pid in self._read() if _is_ours(pid)]
        deadline = time.monotonic() + PATIENCE_SECONDS
        for number in (signal.SIGTERM, signal.SIGKILL):
            for pid in filter(_is_ours, pids):
                _send(pid, number)
            while any(map(_is_ours, pids)) and time.monotonic() < deadline:
                time.sleep(0.1)
            deadline = time.monotonic() + 1
        self._record.unlink(missing_ok=True)
        return len(pids)

    def _write(self) -> None:
        pids = [started.process.pid for started in self._started]
        self._record.write_text(json.dumps(pids) + "\n")

    def _read(self) -> list[int]:
        try:
            pids = json.loads(self._record.read_text())
        except (FileNotFoundError, ValueError):
            return []
        return [pid for pid in pids if isinstance(pid, int)] if isinstance(pids, list) else []


def port_is_free(port: int) -> bool:
    """Return whether `port` can be listened on at loopback."""
    with socket.socket() as attempt:
        # As the servers do: connections of a run just stopped do not block the port.
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def free_port(preferred: int = 0) -> int:
    """Return `preferred` if it is free, else any free port of loopback."""
    if preferred and port_is_free(preferred):
        return preferred
    with socket.socket() as attempt:
        attempt.bind((LOOPBACK, 0))
        port: int = attempt.getsockname()[1]
    return port


def _is_ours(pid: int) -> bool:
    return "local.attached" in _command_line(pid)


def _command_line(pid: int) -> str:
    """Return the command of a running process, empty when there is none."""
    status = Path(f"/proc/{pid}/stat")
    if Path("/proc/self").exists():
        try:
            if status.read_text().rpartition(")")[2].split()[0] == "Z":
                return ""
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            return ""
    command = ["ps", "-o", "command=", "-p", str(pid)]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout


def _send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
