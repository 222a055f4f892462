"""What a gateway told and could not be posted: one row, which ends once and is never taken away."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from msgspec.structs import replace

from chalicelib.errors import Overtaken
from chalicelib.ledger.gateways import Dismissal, GatewayEvent, Unposted, event_id
from chalicelib.money import Money
from chalicelib.tables.attributes import connect, write_together
from chalicelib.tables.unposted import UnpostedTable
from chalicelib.wiring.documents import DOCUMENTS
from tests.world import World

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
NOW = AT + timedelta(hours=1)
DISMISSAL = Dismissal("admin", NOW, "paid back")
_numbers = count()


@pytest.fixture(scope="module")
def unposted(world: World) -> UnpostedTable:
    connect(world.prefix, DOCUMENTS)
    return UnpostedTable()


@pytest.fixture
def event() -> GatewayEvent:
    """A payment that was never told before."""
    named = event_id("stripe", "paid", str(next(_numbers)))
    amount = Money.of("1.10", "EUR")
    return GatewayEvent("paid", named, "acme", "invoice", None, amount, "pi_1", AT)


def post(world: World, unposted: UnpostedTable, event: GatewayEvent, *, kept: bool) -> None:
    """Write what belongs to a posting of the event."""
    row = unposted.row_posted("stripe", event, kept=kept, at=NOW)
    write_together(connect(world.prefix, DOCUMENTS), [row], "others were quicker")


def test_an_event_told_again_is_one_row_as_it_was_told_first(
    unposted: UnpostedTable, event: GatewayEvent
) -> None:
    later = replace(event, at=AT + timedelta(days=1))
    assert unposted.keep("stripe", event, "no credit")
    assert unposted.keep("stripe", later, "no issuer")
    kept = Unposted("stripe", event, "no issuer")
    assert unposted.get("stripe", event.id) == kept
    assert [each for each in unposted.all("stripe") if each.event.id == event.id] == [kept]
    assert unposted.get("other", event.id) is None


def test_what_was_dismissed_is_neither_kept_nor_posted_nor_dismissed_again(
    world: World, unposted: UnpostedTable, event: GatewayEvent
) -> None:
    unposted.keep("stripe", event, "no credit")
    kept = Unposted("stripe", event, "no credit")
    assert unposted.dismiss(kept, DISMISSAL)
    assert not unposted.dismiss(kept, replace(DISMISSAL, by="other"))
    assert not unposted.keep("stripe", event, "no issuer")
    assert not unposted.mark_posted(kept, NOW)
    with pytest.raises(Overtaken):
        post(world, unposted, event, kept=True)
    dismissed = replace(kept, state="dismissed", dismissed=DISMISSAL)
    assert unposted.get("stripe", event.id) == dismissed
    assert dismissed in unposted.all("stripe")


def test_what_was_posted_is_listed_no_more_and_stays_posted(
    world: World, unposted: UnpostedTable, event: GatewayEvent
) -> None:
    post(world, unposted, event, kept=False)
    assert unposted.get("stripe", event.id) is None
    unposted.keep("stripe", event, "no credit")
    # Kept by somebody else after it was looked for.
    with pytest.raises(Overtaken):
        post(world, unposted, event, kept=False)
    post(world, unposted, event, kept=True)
    kept = unposted.get("stripe", event.id)
    assert kept is not None and kept.state == "posted"
    assert event.id not in {each.event.id for each in unposted.all("stripe")}
    assert not unposted.dismiss(kept, DISMISSAL)
    assert not unposted.keep("stripe", event, "no credit")


def test_the_newest_is_listed_first(unposted: UnpostedTable, event: GatewayEvent) -> None:
    for days in (1, 3, 2):
        told = replace(event, id=event_id("days", "paid", str(days)), at=AT + timedelta(days=days))
        unposted.keep("days", told, "no credit")
    assert [each.event.at.day for each in unposted.all("days")] == [26, 25, 24]
