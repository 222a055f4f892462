"""`make run`: the whole product on this machine, until Ctrl-C.

Everything it keeps is below .local/; `make run FRESH=1` forgets that and starts over.
"""

import fcntl
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from botocore.exceptions import BotoCoreError, ClientError

from deployment.errors import DeploymentFailed
from local.collection import StepReport, dead_letters
from local.errors import LocalCloudFailed
from local.processes import Processes, port_is_free
from local.settings import Settings, read_settings
from local.stack import LocalStack

SECONDS_BETWEEN_CHECKS = 2.0
# Where lines cannot be replaced, as in a file, progress is told so often.
SECONDS_BETWEEN_LINES = 10.0
SIGN_INS = (
    ("admin", "password", "/", "operator: accounts, prices, windows"),
    ("acme", "acme-demo", "/acme", "EUR, with the project apollo"),
    ("globex", "globex-demo", "/globex", "INR, the largest; pays for vCPUs, GHz and memory"),
    ("globex-admin", "globex-admin-demo", "/globex", "domain admin: every account of /globex"),
    ("initech", "initech-demo", "/initech", "KWD, the smallest; pays from a wallet"),
)
SHOWN_COUNTS = {
    "fetch_exchange_rates": ("stored",),
    "plan_collection": ("new", "again"),
    "collect_usage": ("records", "rejects"),
    "rate_usage": ("usages", "unpriced", "alerts"),
    "plan_billing": ("invoices", "follow_ups"),
    "issue_invoices": ("files",),
    "follow_up": ("postings", "mails"),
    "send_notifications": ("sent", "failed"),
    "sweep_notifications": ("sent", "failed"),
}
COUNT_WORDS = {
    "stored": "exchange rates stored",
    "new": "new windows",
    "again": "looked at again",
    "records": "records read",
    "rejects": "rejected",
    "usages": "priced",
    "alerts": "alerts raised",
    "invoices": "invoices asked for",
    "follow_ups": "accounts to look after",
    "files": "files of documents",
    "postings": "postings",
}


class Screen:
    """Says what is being done, with the seconds since the start; progress stays on one line."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._in_line = False
        self._quiet_until = 0.0

    def say(self, what: str) -> None:
        """Show a line; one that begins with a carriage return is replaced by the next."""
        seconds = time.monotonic() - self._began
        passing = what.startswith("\r")
        if passing and not sys.stdout.isatty():
            if seconds < self._quiet_until:
                return
            passing, self._quiet_until = False, seconds + SECONDS_BETWEEN_LINES
        start = "\r\x1b[K" if self._in_line else ""
        end = "" if passing else "\n"
        print(f"{start}{seconds:6.1f} s  {what.lstrip(chr(13))}", end=end, flush=True)
        self._in_line = passing


def main() -> int:
    """Run until a signal comes; return the exit status."""
    stopped = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        # A second Ctrl-C during the start must not interrupt the orderly stop.
        if stopped.is_set():
            return
        stopped.set()
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    try:
        settings = read_settings(os.environ)
        with _only_one(settings.folder):
            _run(settings, stopped)
    except (LocalCloudFailed, DeploymentFailed) as error:
        print(f"\nStackTally cannot run: {error}.", file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError, OSError) as error:
        print(f"\nThe local cloud failed ({error}); try make run FRESH=1.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; the state is kept. `make run` goes on from here.")
    return 0


def _run(settings: Settings, stopped: threading.Event) -> None:
    screen = Screen()
    began = time.time()
    folder = settings.state_folder
    folder.mkdir(parents=True, exist_ok=True)
    Processes(folder).end_leftovers()
    if settings.port and not port_is_free(settings.port):
        raise LocalCloudFailed(
            f"port {settings.port} is taken; stop what listens there or choose another, "
            "such as PORT=8001 make run"
        )
    if settings.fresh:
        shutil.rmtree(folder)
        screen.say("forgot the state of earlier runs")
    stack = LocalStack(folder, port=settings.port, cloudstack=settings.cloudstack, say=screen.say)
    with stack as site:
        _tell(site, settings, began)
        screen.say("ready; Ctrl-C stops everything and keeps the state")
        while not stopped.wait(SECONDS_BETWEEN_CHECKS):
            site.check()
            # Kept at once: the emulated SES forgets its mails when it stops.
            site.mails()


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise LocalCloudFailed("it is running already; stop that one with Ctrl-C") from None
        yield


def _tell(site: LocalStack, settings: Settings, began: float) -> None:
    print(f"\n  Page        {site.url}/")
    print(f"  Mail        {site.url}/mail")
    print(f"  API         {site.url}/api/session")
    print(f"  Payments    {site.stripe.url}/ (play money)")
    print(f"  Logs        {settings.state_folder / 'logs'}")
    if settings.cloudstack is None:
        print(f"  CloudStack  {site.simulator.endpoint} (simulator)\n")
        print("  user          password           domain    what there is to see")
        for user, password, domain, what in SIGN_INS:
            print(f"  {user:<13} {password:<18} {domain:<9} {what}")
    else:
        print(f"  CloudStack  {settings.cloudstack.endpoint}\n")
        print("  Sign in as you do there. Prices are examples (local/rate-cards).")
    print()
    for report in site.reports(began):
        print(f"  {describe(report)}")
    if given_up := dead_letters(site.cloud):
        print(f"  {given_up} messages were given up; GET /api/admin/windows tells why.")
    print(flush=True)


def describe(report: StepReport) -> str:
    """Return one line on what a step did.

    >>> describe(StepReport("collect_usage", 2, 1.5, {"records": 900, "rejects": 4}))
    'collect_usage          2 runs     1.5 s  900 records read, 4 rejected'
    """
    counts = [
        f"{report.counts[name]} {COUNT_WORDS.get(name, name)}"
        for name in SHOWN_COUNTS.get(report.name, ())
        if name in report.counts
    ]
    return f"{report.name:<20} {report.runs:>3} runs {report.seconds:>7.1f} s  {', '.join(counts)}"


if __name__ == "__main__":
    sys.exit(main())
