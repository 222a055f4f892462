"""Dying anywhere and starting again: nothing lost, nothing twice, the same rows."""

import json
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from chalicelib.budgets.budgets import checked_budget
from chalicelib.entrypoints import triggers
from chalicelib.money import Money
from local.cloud import Cloud
from local.cloudstack import estate
from local.cloudstack.simulator import Simulator
from tests.faults import Died, counted_requests
from tests.runs.prices import cards
from tests.world import TODAY, World

DAYS = 2
FIRST = TODAY - timedelta(days=DAYS)


@pytest.fixture(scope="module")
def small() -> Iterator[Simulator]:
    """A CloudStack where only the project has usage, and one reject."""
    with Simulator(today=TODAY) as sample:
        records = list(sample.records(FIRST, TODAY))
    kept = [each for each in records if each.get("projectid") == estate.APOLLO.id]
    kept += [each for each in records if each["usagetype"] == 14][:1]
    with Simulator(today=TODAY, records=kept) as simulator:
        yield simulator


def world_with_a_budget(cloud: Cloud, simulator: Simulator) -> World:
    world = World(cloud, simulator, FIRST)
    for card in cards("EUR"):
        world.wiring.add_rate_card(card)
    budget = checked_budget(
        estate.APOLLO.id,
        "monthly",
        amount=Money.of("1.00", "EUR"),
        thresholds=[Decimal(50), Decimal(80)],
        recipients=["ops@acme.example", "cto@acme.example"],
        currency="EUR",
    )
    world.wiring.budgets.put(budget)
    return world


def work(world: World) -> None:
    triggers.plan_connections(world.wiring)
    world.drain()
    world.send()


def settled(world: World) -> dict[str, str]:
    """The rows, without how often a mail was tried and until when it was claimed."""
    rows = world.rows()
    for key, text in rows.items():
        if key.startswith("outbox/"):
            row = json.loads(text)
            del row["attempts"], row["due_at"]
            rows[key] = json.dumps(row, sort_keys=True)
    return rows


def later(world: World) -> None:
    """Let claims of the dead run out, and sweep."""
    world.now += timedelta(minutes=6)
    world.send()


@pytest.fixture(scope="module")
def undisturbed(cloud: Cloud, small: Simulator) -> tuple[dict[str, str], int]:
    """The rows of a run nobody disturbed, and how many requests it took."""
    world = world_with_a_budget(cloud, small)
    with pytest.MonkeyPatch.context() as patch, counted_requests(patch) as requests:
        work(world)
    assert len(world.mails()) == 4
    return settled(world), requests.made


def test_dying_at_any_request_and_starting_again_ends_in_the_same_rows(
    cloud: Cloud,
    small: Simulator,
    undisturbed: tuple[dict[str, str], int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected, requests = undisturbed
    # Every eighth request: one half of the visits dies before it, the other after it.
    for after, offset in ((False, 1), (True, 3)):
        for number in range(offset, requests + 1, 8):
            world = world_with_a_budget(cloud, small)
            with counted_requests(monkeypatch, number, after=after), pytest.raises(Died):
                work(world)
            work(world)
            later(world)
            rows = settled(world)
            where = f"request {number} of {requests}, {'after' if after else 'before'} it"
            assert _without_sent_time(rows) == _without_sent_time(expected), where
            recipients = [mail["to"] for mail in map(_essence, world.mails())]
            # A mail may come twice when its sender dies between sending and noting that.
            assert len(recipients) in (4, 5), where
            assert set(map(str, recipients)) == {"ops@acme.example", "cto@acme.example"}, where


def _essence(mail: dict) -> dict[str, str]:  # type: ignore[type-arg]
    to = mail.get("To") or mail.get("to") or mail.get("Destination", {}).get("ToAddresses")
    return {"to": to[0] if isinstance(to, list) else to}


def _without_sent_time(rows: dict[str, str]) -> dict[str, str]:
    cleaned = {}
    for key, text in rows.items():
        row = json.loads(text)
        row.pop("sent_at", None)
        cleaned[key] = json.dumps(row, sort_keys=True)
    return cleaned
