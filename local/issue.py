"""`make issue`: issues the invoices of a month for any number of accounts, and checks the books.

On an emulated AWS of its own, which is thrown away afterwards. Tables, queue and bucket are there
and so is all of the product's code; instead of Lambda, two processes work off the queue.
"""

import argparse
import io
import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from multiprocessing import get_context
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.entrypoints.billing_triggers import plan_what_is_due
from chalicelib.settings import Settings
from chalicelib.wiring import Wiring
from deployment.packaging import PROJECT
from local.cloud import Cloud, client_environment, start_cloud
from local.empty import empty_deployment
from local.errors import LocalCloudFailed
from local.issue_worker import COUNTS, FAILED, ISSUED, RATED, SET, WAITING, Counts, bill, rate_some
from local.issued import Checked, Took, check
from local.processes import Processes, free_port
from local.rated_accounts import CONNECTION, CURRENCY, NOW, make_out, store_accounts
from local.run import Screen

PREFIX = "stacktally-issue"
WORKERS = 2
SECONDS_BETWEEN_LOOKS = 0.5
PATIENCE_SECONDS = 180.0
_PROCESSES = get_context("spawn")


def main() -> int:
    """Issue for as many accounts as the command line says; return the exit status."""
    parser = argparse.ArgumentParser(description="issue the invoices of a month, then check them")
    parser.add_argument("--accounts", type=int, default=2000)
    accounts: int = parser.parse_args().accounts
    if accounts < 1:
        print("ACCOUNTS must be 1 or more.", file=sys.stderr)
        return 2
    folder = PROJECT / ".local" / f"issue-{os.getpid()}"
    try:
        with _cloud(folder) as cloud:
            checked = _run(cloud, accounts, Screen())
    except (LocalCloudFailed, BotoCoreError, ClientError, OSError) as error:
        print(f"\nNot issued: {error}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; nothing is kept.")
        return 130
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("\n".join(checked.lines()))
    return 0 if checked.is_right else 1


def _run(cloud: Cloud, accounts: int, screen: Screen) -> Checked:
    settings = empty_deployment(cloud, PREFIX, CONNECTION, CURRENCY)
    wired = Wiring(settings, now=lambda: NOW)
    screen.say(f"\rmaking {accounts} accounts with a month of usage")
    ids = store_accounts(wired, accounts)
    issuer = make_out(wired, ids)
    counts: Counts = _PROCESSES.Array("q", COUNTS)
    _rate(settings, ids, counts, screen)
    screen.say(f"{len(ids)} accounts made, their month rated")
    with redirect_stdout(io.StringIO()):
        plan_what_is_due(wired)
    took = _issue(cloud, settings, counts, len(ids), screen)
    screen.say("\rchecking numbers and books")
    return check(wired, issuer, ids, counts[:], took)


def _rate(settings: Settings, ids: Sequence[str], counts: Counts, screen: Screen) -> None:
    """Rate the month of all accounts, each worker a part of them."""
    workers = [
        _PROCESSES.Process(target=rate_some, args=(settings, ids[number::WORKERS], counts))
        for number in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    while any(worker.is_alive() for worker in workers):
        screen.say(f"\r{counts[RATED]} accounts rated, {len(ids) - counts[RATED]} left")
        time.sleep(SECONDS_BETWEEN_LOOKS)
    if counts[RATED] < len(ids):
        raise LocalCloudFailed("a worker has stopped while it rated")


def _issue(cloud: Cloud, settings: Settings, counts: Counts, accounts: int, screen: Screen) -> Took:
    """Have the queue of invoices worked off; return how long that took.

    Raises:
        LocalCloudFailed: nothing goes on any more.
    """
    done, watch = _PROCESSES.Event(), _Watch(accounts)
    workers = [
        _PROCESSES.Process(target=bill, args=(settings, counts, done)) for _ in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    name = settings.invoices_queue_url.rpartition("/")[2]
    try:
        while cloud.queue_lengths().get(name, 0):
            screen.say("\r" + watch.told(counts[:]))
            if not all(worker.is_alive() for worker in workers):
                raise LocalCloudFailed("a worker has stopped by itself")
            time.sleep(SECONDS_BETWEEN_LOOKS)
        watch.told(counts[:])
        return watch.took()
    finally:
        done.set()
        for worker in workers:
            worker.join()


class _Watch:
    """Tells how far it is, and notices when it goes no further."""

    def __init__(self, accounts: int) -> None:
        self._accounts = accounts
        self._before: list[int] = []
        self._began = self._moved = time.monotonic()
        self._issued_at: float | None = None

    def told(self, counts: list[int]) -> str:
        """Return how far it is, in words.

        Raises:
            LocalCloudFailed: it has been there for minutes.
        """
        now = time.monotonic()
        if counts != self._before:
            self._before, self._moved = counts, now
        if now - self._moved > PATIENCE_SECONDS:
            raise LocalCloudFailed(f"nothing has happened for {PATIENCE_SECONDS:.0f} s")
        issued, waiting = counts[ISSUED], counts[WAITING]
        left = max(0, self._accounts - issued - waiting)
        if not left and self._issued_at is None:
            self._issued_at = now
        speed = issued / max((self._issued_at or now) - self._began, 1)
        words = f"{issued} issued, {waiting} waiting, {speed:.1f} a second, {left} left"
        again = f", {counts[FAILED]} tried again" if counts[FAILED] else ""
        return f"{words}; files of {counts[SET]} made{again}"

    def took(self) -> Took:
        """Return how long it has taken."""
        issued_at = self._issued_at or self._moved
        return Took(issued_at - self._began, time.monotonic() - issued_at)


@contextmanager
def _cloud(folder: Path) -> Iterator[Cloud]:
    """Serve an emulated AWS to this process and its children."""
    processes, port = Processes(folder), free_port()
    folder.mkdir(parents=True)
    try:
        cloud, _ = start_cloud(processes, port, folder)
        os.environ |= client_environment(cloud)
        yield cloud
    finally:
        processes.stop_all()


if __name__ == "__main__":
    sys.exit(main())
