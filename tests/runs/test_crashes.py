"""Dying anywhere and starting again: nothing lost, nothing twice, the same rows."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from chalicelib.budgets.budgets import checked_budget
from chalicelib.entrypoints import triggers
from chalicelib.metering.reviews import Decision, Reason
from chalicelib.money import Money
from chalicelib.runs import collect_usage
from local.cloud import Cloud
from local.cloudstack import estate
from local.cloudstack.simulator import Simulator
from tests.faults import Died, counted_requests
from tests.runs.dying import dies_anywhere
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


def test_every_request_of_collecting_and_rating_a_day(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Simulator(today=TODAY, records=records_of(TODAY - timedelta(days=1))) as simulator:
        empty = priced(World(cloud, simulator, TODAY - timedelta(days=1)))

        def work(world: World) -> None:
            triggers.plan_connections(world.wiring)
            world.drain()

        rows = dies_anywhere(monkeypatch, empty, work)
    assert {key.partition("/")[0] for key in rows} >= {"usage", "rejects", "windows", "charges"}


def test_every_request_of_reading_a_large_window_in_parts_and_pieces(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collect_usage, "_ROWS_A_PART", 20)
    with Simulator(today=TODAY, records_per_day=27, accounts=1) as simulator:
        empty = World(cloud, simulator, TODAY - timedelta(days=1), page_size=10)
        empty.pages_a_run = 1
        empty.plan()
        empty.drop_messages()

        def work(world: World) -> None:
            world.plan()
            world.drain(rate=False)

        rows = dies_anywhere(monkeypatch, empty, work, rate=False)
    assert not [key for key in rows if "/part#" in key]
    (window,) = [json.loads(row) for key, row in rows.items() if "/window#" in key]
    assert window["records"] == {"N": "27"}


def test_every_request_of_a_decision_and_what_it_sets_off(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Simulator(today=TODAY, records=records_of(TODAY - timedelta(days=1))) as simulator:
        collected = priced(World(cloud, simulator, TODAY - timedelta(days=1)))
        collected.collect_all()
        before = collected.rows()

        def work(world: World) -> None:
            """Decide; whoever comes again finds the decision made and leaves it to the plan."""
            if not world.wiring.reviews.decisions("main"):
                world.wiring.decide(ACCEPTED)
            triggers.plan_connections(world.wiring)
            world.drain(rate=False)

        rows = dies_anywhere(monkeypatch, collected, work)
    changed = {key.partition("/")[0] for key in rows if rows[key] != before.get(key)}
    assert changed == {"usage", "rejects", "windows", "charges"}


def test_every_request_of_a_late_record_beside_one_that_is_gone(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The new day is of another month, so nothing but the late record has November rated again.
    day = date(2026, 11, 30)
    records = records_of(day)
    gone = next(each for each in records if each["usagetype"] == 3)
    with Simulator(today=day + timedelta(days=1), records=records) as early:
        collected = priced(World(cloud, early, day))
        collected.collect_all()
        before = collected.rows()
    late = [{**gone, "usageid": f"late-{number}"} for number in range(2)]
    records = [each for each in records if each is not gone] + late
    with Simulator(today=day + timedelta(days=2), records=records) as simulator:
        collected.use(simulator)

        def work(world: World) -> None:
            triggers.plan_connections(world.wiring)
            world.drain(rate=False)

        rows = dies_anywhere(monkeypatch, collected, work)
    changed = {key for key in before if rows[key] != before[key]}
    (usage,) = [key for key in changed if key.startswith("usage/")]
    assert "kept" in json.loads(rows[usage])
    assert f"charges/{estate.APOLLO.id}/rated#2026-11" in changed


ACCEPTED = Decision(
    "main",
    1,
    Reason.TOO_MANY_HOURS,
    datetime(2026, 11, 20, tzinfo=UTC),
    datetime(2026, 11, 24, tzinfo=UTC),
    "accept",
    "admin",
    datetime(2026, 11, 23, 9, tzinfo=UTC),
)


def records_of(day: date) -> list[dict]:  # type: ignore[type-arg]
    """Return a few records of a day, a machine with too many hours and one of no known type."""
    with Simulator(today=day + timedelta(days=1)) as sample:
        records = list(sample.records(day, day + timedelta(days=1)))
    own = [each for each in records if each.get("projectid") == estate.APOLLO.id]
    kept = [each for each in own if each["usagetype"] in (1, 3, 6)][:8]
    vm = next(each for each in own if each["usagetype"] == 1)
    hold = {**vm, "virtualmachineid": "too-long", "rawusage": "25"}
    return [*kept, hold, {**vm, "usagetype": 99}]


def priced(world: World) -> World:
    for card in cards("EUR"):
        world.wiring.add_rate_card(card)
    return world
