"""The monthly run dies anywhere, or runs twice at once: no gap, no double, books balanced."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout, suppress

import msgspec
import pytest
from msgspec.structs import replace

from chalicelib.entrypoints.billing_triggers import bill_records, plan_what_is_due
from chalicelib.errors import Conflict
from chalicelib.runs.messages import IssueMessage
from chalicelib.wiring.billing import biller, issue_anyway
from tests.faults import Died, counted_requests
from tests.runs.billed import (
    DECEMBER,
    MONTH,
    bill_accounts,
    check_books,
    check_issued_once,
    details,
)
from tests.world import World

ACCOUNTS = 200


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Two hundred accounts print a line for each try."""
    with redirect_stdout(io.StringIO()):
        yield


def body(account: str) -> str:
    return msgspec.json.encode(IssueMessage(account, MONTH.id)).decode()


def test_the_monthly_run_of_two_hundred_accounts_dies_at_every_request(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = bill_accounts(world, ACCOUNTS)
    with counted_requests(monkeypatch) as undisturbed:
        biller(world.wiring)(body(accounts[0]))
    points = [(at, after) for at in range(1, undisturbed.made + 1) for after in (False, True)]
    died = set()
    # Each account dies at two of the points, one after the other, before it comes through.
    for number, account in enumerate(accounts[1:]):
        for step in (0, len(points) // 2 + 1):
            at, after = points[(number + step) % len(points)]
            with counted_requests(monkeypatch, at, after=after) as requests, suppress(Died):
                biller(world.wiring)(body(account))
            if requests.died:
                died.add((at, after))
        biller(world.wiring)(body(account))
    assert died == set(points)
    check_issued_once(world, accounts)
    check_books(world, accounts)
    rows = world.rows()
    assert len([key for key in rows if key.startswith("outbox/")]) == ACCOUNTS


def test_two_runs_at_the_same_time_issue_each_invoice_once(world: World) -> None:
    accounts = bill_accounts(world, 30)
    plan_what_is_due(world.wiring)
    plan_what_is_due(world.wiring)
    records = [
        {"messageId": str(number), "body": body(account)} for number, account in enumerate(accounts)
    ]

    def work(order: list[dict[str, str]]) -> None:
        left = order
        while left:
            failed = {
                each["itemIdentifier"]
                for each in bill_records(world.wiring, left)["batchItemFailures"]
            }
            left = [each for each in left if each["messageId"] in failed]

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work, each) for each in (records, records[::-1])]:
            done.result()
    check_issued_once(world, accounts)
    check_books(world, accounts)


def test_nobody_can_have_issued_what_lacks_an_address(world: World) -> None:
    (account,) = bill_accounts(world, 1)
    world.wiring.issuers.put_details(replace(details(account), party=None))
    with pytest.raises(Conflict, match="name and address are not known"):
        issue_anyway(world.wiring, account, MONTH.id, by="admin", reason="now", now=DECEMBER)
    assert world.wiring.invoices.of(account) == [] and not world.wiring.invoices.run(MONTH.id)


def test_what_fails_is_listed_with_its_reason_until_it_is_issued(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    (account,) = bill_accounts(world, 1)
    record = {"messageId": "1", "body": body(account)}
    with monkeypatch.context() as patch:
        patch.setattr("chalicelib.runs.drafts.draft", lambda *_, **__: 1 / 0)
        failed = bill_records(world.wiring, [record])
    assert failed == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    (run,) = world.wiring.invoices.run(MONTH.id)
    told = [(each.code, each.message) for each in run.reasons]
    assert (run.state, told) == (
        "failed",
        [("failed", "it failed and is tried again: ZeroDivisionError")],
    )
    assert bill_records(world.wiring, [record]) == {"batchItemFailures": []}
    check_issued_once(world, [account])
