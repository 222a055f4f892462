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

from chalicelib.accounts import Terms
from chalicelib.entrypoints.billing_triggers import plan_what_is_due
from chalicelib.settings import Settings
from chalicelib.wiring import Wiring
from deployment.packaging import PROJECT
from local.cloud import Cloud, client_environment, start_cloud
from local.empty import create_bucket, create_queue, create_tables
from local.errors import LocalCloudFailed
from local.issue_worker import COUNTS, FAILED, ISSUED, RATED, SET, WAITING, Counts, bill, rate_some
from local.issued import Checked, check
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
    settings = _empty_deployment(cloud)
    wired = Wiring(settings, now=lambda: NOW)
    screen.say(f"\rmaking {accounts} accounts with a month of usage")
    ids = store_accounts(wired, accounts)
    issuer = make_out(wired, ids)
    counts: Counts = _PROCESSES.Array("q", COUNTS)
    _rate(settings, ids, counts, screen)
    screen.say(f"{len(ids)} accounts made, their month rated")
    with redirect_stdout(io.StringIO()):
        plan_what_is_due(wired)
    began = time.monotonic()
    _issue(cloud, settings, counts, len(ids), screen)
    seconds = time.monotonic() - began
    screen.say("\rchecking numbers and books")
    return check(wired, issuer, ids, counts[:], seconds)


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


def _issue(cloud: Cloud, settings: Settings, counts: Counts, accounts: int, screen: Screen) -> None:
    """Have the queue of invoices worked off.

    Raises:
        LocalCloudFailed: nothing goes on any more.
    """
    done, began = _PROCESSES.Event(), time.monotonic()
    workers = [
        _PROCESSES.Process(target=bill, args=(settings, counts, done)) for _ in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    name = settings.invoices_queue_url.rpartition("/")[2]
    before, moved = counts[:], began
    try:
        while waiting := cloud.queue_lengths().get(name, 0):
            if counts[:] != before:
                before, moved = counts[:], time.monotonic()
            if time.monotonic() - moved > PATIENCE_SECONDS:
                raise LocalCloudFailed(f"nothing has happened for {PATIENCE_SECONDS:.0f} s")
            if not all(worker.is_alive() for worker in workers):
                raise LocalCloudFailed("a worker has stopped by itself")
            screen.say(_progress(counts, accounts, waiting, time.monotonic() - began))
            time.sleep(SECONDS_BETWEEN_LOOKS)
    finally:
        done.set()
        for worker in workers:
            worker.join()


def _progress(counts: Counts, accounts: int, messages: int, seconds: float) -> str:
    """Return how far it is, in one line that the next one replaces."""
    issued, waiting = counts[ISSUED], counts[WAITING]
    left = accounts - issued - waiting
    speed = f"{issued / seconds:.1f} a second"
    files = f", {counts[SET]} set, {messages} messages" if left <= 0 or counts[SET] else ""
    failed = f", {counts[FAILED]} tried again" if counts[FAILED] else ""
    return f"\r{issued} issued, {waiting} waiting, {speed}, {left} left{files}{failed}"


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


def _empty_deployment(cloud: Cloud) -> Settings:
    create_tables(cloud, PREFIX)
    buckets = {name: f"{PREFIX}-{name}" for name in ("archive", "documents")}
    for bucket in buckets.values():
        create_bucket(cloud, bucket)
    names = ("windows", "accounts", "invoices", "follow-ups")
    queues = {name: create_queue(cloud, f"{PREFIX}-{name}") for name in names}
    return Settings(
        table_prefix=PREFIX,
        archive_bucket=buckets["archive"],
        windows_queue_url=queues["windows"],
        accounts_queue_url=queues["accounts"],
        connections=(CONNECTION,),
        connections_path=f"/{PREFIX}/connections",
        mail_from="billing@stacktally.example",
        site_url="https://billing.example",
        default_terms=Terms(CURRENCY, "en", "UTC"),
        late_days=35,
        exchange_rates_url="",
        documents_bucket=buckets["documents"],
        invoices_queue_url=queues["invoices"],
        follow_ups_queue_url=queues["follow-ups"],
        gateways_path=f"/{PREFIX}/gateways",
        stripe_url="",
    )


if __name__ == "__main__":
    sys.exit(main())
