"""What is set aside, what the operator decides of it, and what that changes."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.entrypoints import triggers
from chalicelib.errors import Conflict
from chalicelib.metering.reviews import Decision, Reason, Verdict
from chalicelib.reporting.reviews import waiting
from local.cloud import Cloud
from local.cloudstack import estate
from local.cloudstack.simulator import Simulator
from tests.faults import Died, counted_requests
from tests.oracle import services_of
from tests.runs.prices import PRICES, cards
from tests.world import TODAY, World

Record = dict[str, Any]
FIRST, DAYS = date(2026, 11, 20), 3
SPAN = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)
ACME, GLOBEX, APOLLO = estate.ACME.id, estate.GLOBEX.id, estate.APOLLO.id


def network_cards() -> list[Record]:
    """Three days of network offerings, of two accounts and a project."""
    with Simulator(today=TODAY) as sample:
        every = list(sample.records(FIRST, TODAY))
    owners = (ACME, GLOBEX, APOLLO)
    return [
        each
        for each in every
        if each["usagetype"] == 13
        and (each.get("accountid") in owners or each.get("projectid") in owners)
    ]


def processed_again(records: list[Record]) -> list[Record]:
    """Return an hour of each record that was processed again, so that it overlaps the day's."""
    return [
        {
            **each,
            "rawusage": "1",
            "startdate": str(each["startdate"]).replace("T00:00:00", "T05:00:00"),
            "enddate": str(each["startdate"]).replace("T00:00:00", "T05:59:59"),
        }
        for each in records
    ]


def collected(cloud: Cloud, simulator: Simulator, first: date = FIRST) -> World:
    world = World(cloud, simulator, first)
    for card in cards("EUR"):
        world.wiring.add_rate_card(card)
    world.collect_all()
    return world


def decision(
    verdict: Verdict,
    *,
    hour: int = 9,
    usage_type: int = 13,
    reason: Reason = Reason.OVERLAP,
    span: tuple[datetime, datetime] = SPAN,
) -> Decision:
    at = datetime(2026, 11, 23, hour, tzinfo=UTC)
    return Decision(
        "main", usage_type, reason, *span, verdict, "mona", at, "seen with the customer"
    )


def lines(world: World) -> list[Any]:
    found = list(world.wiring.reviews.of("main"))
    return [*waiting(found, "hold"), *waiting(found, "reject")]


def owes(world: World, records: list[Record]) -> bool:
    """Tell whether everybody owes just what `records` cost."""
    for owner in (ACME, GLOBEX, APOLLO):
        (rated,) = world.wiring.charges.newest(owner, 1)
        expected = services_of(
            records, PRICES, owner=owner, month="2026-11", zone="UTC", currency="EUR"
        )
        if {service: amount.amount for service, amount in rated.services} != expected:
            return False
    return True


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {key for key in {*before, *after} if before.get(key) != after.get(key)}


def test_13112_days_that_were_processed_112_times_are_one_line(cloud: Cloud) -> None:
    records = network_cards()
    # One card of each owner and day came 111 times more, each time with an hour in the middle.
    few = [each for at, each in enumerate(records) if at % 4 == 0]
    again = [*few * 111, *processed_again(few) * 111]
    with Simulator(today=TODAY, records=[*records, *again]) as simulator:
        world = collected(cloud, simulator)
    (line,) = lines(world)
    assert (line["kind"], line["usage_type"], line["reason"]) == ("hold", 13, "overlap")
    assert line["accounts"] == 3 and line["account_names"] == ["acme", "apollo", "globex"]
    assert (line["first_window"], line["last_window"]) == (
        "2026-11-20T00:00:00Z",
        "2026-11-23T00:00:00Z",
    )
    assert line["can_accept"] and 1 <= len(line["samples"]) <= 5
    windows = list(world.wiring.windows.windows("main"))
    assert sum(each.records for each in windows) == len(records) + len(again)
    assert line["records"] == sum(each.holds for each in windows)
    assert sum(each.copies for each in windows) == len(again) - line["records"]
    assert owes(world, records)
    # What is a copy of a hold is no hold of its own, so that accepting bills it once.
    world.wiring.decide(decision("accept"))
    world.drain()
    assert lines(world) == [] and owes(world, [*records, *processed_again(few)])


@pytest.fixture
def overlapping(cloud: Cloud) -> World:
    """A world where acme alone has holds, on the second of three days."""
    records = network_cards()
    held = processed_again([each for each in records if is_of(each, ACME, "2026-11-21")])
    with Simulator(today=TODAY, records=[*records, *held]) as simulator:
        world = collected(cloud, simulator)
    assert owes(world, records) and lines(world)[0]["records"] == len(held) > 0
    return world


def is_of(record: Record, owner: str, day: str) -> bool:
    return record.get("accountid") == owner and str(record["startdate"]).startswith(day)


@pytest.mark.parametrize("verdict", ["accept", "refuse"])
def test_a_decision_bills_or_does_not_and_touches_nobody_else(
    overlapping: World, monkeypatch: pytest.MonkeyPatch, verdict: Verdict
) -> None:
    world, before, records = overlapping, overlapping.rows(), network_cards()
    held = processed_again([each for each in records if is_of(each, ACME, "2026-11-21")])
    with counted_requests(monkeypatch) as requests:
        assert world.wiring.decide(decision(verdict)) == DAYS
        world.drain()
    assert owes(world, [*records, *held] if verdict == "accept" else records)
    assert lines(world) == []
    touched = changed(before, world.rows())
    assert {key for key in touched if key.startswith("usage/")} == {
        f"usage/main/{ACME}/2026-11-21T00:00:00Z"
    }
    charged = {f"charges/{ACME}/rated#2026-11", f"charges/{ACME}/overview"}
    assert {key for key in touched if key.startswith("charges/")} == charged
    windows = {key for key in touched if key.startswith("windows/")}
    assert windows == {"windows/main/window#2026-11-21T00:00:00Z"}
    # CloudStack was not asked, and whoever else is billed was not even rated.
    assert not [name for name in requests.names if "client/api" in name]
    asked = [name for name in requests.names if name.endswith("SendMessageBatch")]
    assert len(asked) == 2
    (window,) = [
        each for each in world.wiring.windows.windows("main") if each.window.period.start.day == 21
    ]
    assert (window.holds, window.refused) == (0, 0 if verdict == "accept" else len(held))


def test_who_decided_what_and_when_is_kept_and_the_latest_decision_counts(
    overlapping: World,
) -> None:
    world, before, records = overlapping, overlapping.rows(), network_cards()
    held = processed_again([each for each in records if is_of(each, ACME, "2026-11-21")])
    for hour, verdict in ((9, "accept"), (10, "refuse"), (11, "accept")):
        world.wiring.decide(decision(verdict, hour=hour))  # type: ignore[arg-type]
        world.drain()
        assert owes(world, [*records, *held] if verdict == "accept" else records)
    decided = world.wiring.reviews.decisions("main")
    assert [(each.verdict, each.by, each.at.hour, each.note) for each in decided] == [
        ("accept", "mona", 11, "seen with the customer"),
        ("refuse", "mona", 10, "seen with the customer"),
        ("accept", "mona", 9, "seen with the customer"),
    ]
    # Refused, it is billed like before; only that it was refused is told.
    world.wiring.decide(decision("refuse", hour=12))
    world.drain()
    rows = world.rows()
    assert {key for key in changed(before, rows) if key.startswith("usage/")} == {
        f"usage/main/{ACME}/2026-11-21T00:00:00Z"
    }
    usage = json.loads(rows[f"usage/main/{ACME}/2026-11-21T00:00:00Z"])
    assert "holds" not in usage and "kept" not in usage
    amounts = [each.total.amount for each in world.wiring.charges.newest(ACME, 1)]
    assert amounts > [Decimal(0)]


def test_a_decision_holds_for_its_windows_alone(overlapping: World) -> None:
    world = overlapping
    day = datetime(2026, 11, 20, tzinfo=UTC)
    other = decision("accept", span=(day, day + timedelta(days=1)))
    assert world.wiring.decide(other) == 1
    world.drain()
    assert len(lines(world)) == 1 and owes(world, network_cards())


def test_a_decision_of_another_kind_of_record_changes_nothing(overlapping: World) -> None:
    world, before = overlapping, overlapping.rows()
    world.wiring.decide(decision("accept", usage_type=1))
    world.wiring.decide(decision("accept", reason=Reason.ANOTHER_QUANTITY))
    world.drain()
    touched = changed(before, world.rows())
    assert {key.split("/")[1] for key in touched} == {"decisions#main"}


@pytest.mark.parametrize("reason", [each for each in Reason if not each.can_accept])
def test_what_has_no_quantity_cannot_be_accepted(overlapping: World, reason: Reason) -> None:
    before = overlapping.rows()
    with pytest.raises(Conflict, match="it can only be refused"):
        overlapping.wiring.decide(decision("accept", reason=reason))
    assert overlapping.rows() == before


def test_a_decision_whose_maker_died_is_carried_out_by_the_next_plan(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = network_cards()
    held = processed_again(records[:3])
    with Simulator(today=TODAY, records=[*records, *held]) as simulator:
        world = collected(cloud, simulator)
        # The decision is stored with the first request, and then nothing more.
        with counted_requests(monkeypatch, 1, after=True), pytest.raises(Died):
            world.wiring.decide(decision("accept"))
        assert len(world.wiring.reviews.not_carried_out("main")) == 1
        assert owes(world, records)
        triggers.plan_connections(world.wiring)
        assert not world.wiring.reviews.not_carried_out("main")
        world.drain()
    assert owes(world, [*records, *held]) and lines(world) == []


@pytest.mark.parametrize(
    ("reason", "raw"), [(Reason.TOO_MANY_HOURS, "25"), (Reason.DECIMAL_COMMA, "12,5")]
)
@pytest.mark.parametrize("reverse", [False, True])
def test_what_was_accepted_and_then_refused_is_not_kept_however_late_records_come_between(
    cloud: Cloud, reason: Reason, raw: str, reverse: bool
) -> None:
    with Simulator(today=TODAY) as sample:
        records = [
            each
            for each in sample.records(TODAY - timedelta(days=1), TODAY)
            if each["usagetype"] == 3 and each.get("accountid") == ACME
        ]
    wrong = {**records[0], "usageid": "wrong", "rawusage": raw}
    late = {**records[0], "usageid": "late"}
    with Simulator(today=TODAY, records=[*records, wrong]) as simulator:
        world = collected(cloud, simulator, TODAY - timedelta(days=1))
        world.wiring.decide(decision("accept", usage_type=3, reason=reason))
        world.drain()
        assert owes_acme(world, [*records, {**wrong, "rawusage": raw.replace(",", ".")}])
        # The day is looked at again before, or after, it is metered anew for the decision.
        world.wiring.decide(decision("refuse", hour=10, usage_type=3, reason=reason))
        simulator.serve([*records, wrong, late])
        world.advance(1)
        world.plan()
        world.drain(reverse=reverse)
    assert owes_acme(world, [*records, late])


def owes_acme(world: World, records: list[Record]) -> bool:
    (rated,) = world.wiring.charges.newest(ACME, 1)
    expected = services_of(records, PRICES, owner=ACME, month="2026-11", zone="UTC", currency="EUR")
    return {service: amount.amount for service, amount in rated.services} == expected
