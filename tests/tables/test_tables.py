"""The tables: exact numbers, conditions that hold, documents that come back as they went in."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.accounts import Identity, Role, SubAccount, Terms
from chalicelib.errors import Conflict, NotFound, NotSignedIn, TooManyAttempts
from chalicelib.metering.usage import PackedUsage, Usage, pack, unpack
from chalicelib.metering.windows import Window
from chalicelib.notifications.messages import Message
from chalicelib.periods import BillingPeriod, Period
from chalicelib.rating.charges import rate
from chalicelib.rating.rate_cards import Per, Tariff, rate_card
from chalicelib.reporting.summaries import summarize
from chalicelib.tables.attributes import DecimalAttribute
from chalicelib.tables.outbox import OutboxDocument, outbox_row
from local.cloud import Cloud
from local.cloudstack.simulator import Simulator
from tests.world import NOW, TODAY, World

ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)
DAY = Period(datetime(2026, 11, 10, tzinfo=UTC), datetime(2026, 11, 11, tzinfo=UTC))
WINDOW = Window("main", DAY)


@pytest.fixture(scope="module")
def world(cloud: Cloud) -> World:
    with Simulator(today=TODAY, records=[]) as simulator:
        return World(cloud, simulator, date(2026, 11, 1))


def vm(quantity: str, resource: str = "vm") -> Usage:
    start = int(DAY.start.timestamp())
    return Usage("running_vm", resource, start, start + 86400, D(quantity), "o", "z", "n")


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12))
def test_a_number_survives_its_attribute(number: D) -> None:
    attribute = DecimalAttribute()
    assert attribute.deserialize(attribute.serialize(number)) == number


def test_a_float_never_becomes_a_number() -> None:
    with pytest.raises(TypeError):
        DecimalAttribute().serialize(0.1)  # type: ignore[arg-type]


quantities = st.decimals(min_value=0, max_value=10**6, places=30)


@given(st.lists(st.builds(vm, quantities.map(str), st.text("ab", max_size=3)), max_size=8))
def test_packed_usage_unpacks_to_the_same_in_one_order(usages: list[Usage]) -> None:
    packed = pack(usages, {})
    assert unpack(packed.body) == sorted(usages)
    assert packed == pack(usages[::-1], {})


def test_packed_usage_is_replaced_only_by_one_that_read_as_much(world: World) -> None:
    usage = world.wiring.usage
    one, two, other = pack([vm("1")], {}), pack([vm("1"), vm("2", "b")], {}), pack([vm("3")], {})
    assert usage.put(WINDOW, "a", two)
    assert not usage.put(WINDOW, "a", two)
    assert not usage.put(WINDOW, "a", one)
    assert usage.put(WINDOW, "b", one) and usage.put(WINDOW, "b", other)
    assert usage.digests(WINDOW, ["a", "b", "c"]) == {"a": two.digest, "b": other.digest}


def test_usage_of_a_new_window_is_stored_at_once_and_overwrites_nothing(world: World) -> None:
    usage = world.wiring.usage
    next_window = Window("main", Period(DAY.end, DAY.end + timedelta(days=1)))
    names = [f"new-{number}" for number in range(30)]
    of_day = {name: pack([vm("1", name)], {"no owner": 2}) for name in names}
    earlier = pack([vm("2"), vm("3", "b")], {})
    assert usage.put(WINDOW, "new-7", earlier)
    assert usage.put_new(WINDOW, of_day) == ["new-7"]
    assert usage.put_new(WINDOW, of_day) == names
    assert usage.put_new(next_window, of_day) == []
    assert not any(usage.put(next_window, name, packed) for name, packed in of_day.items())
    assert list(usage.of("main", "new-7", DAY)) == [earlier]
    assert list(usage.of("main", "new-8", DAY)) == [of_day["new-8"]]
    assert usage.put_new(WINDOW, {}) == []


def test_usage_is_the_same_item_whichever_way_it_is_stored(world: World) -> None:
    packed = pack([vm("1"), vm("2", "b")], {"no owner": 2, "no dates": 1})
    world.wiring.usage.put(WINDOW, "one-way", packed)
    world.wiring.usage.put_new(WINDOW, {"other-way": packed})
    rows = world.rows()
    one, other = (
        rows[f"usage/main/{name}/2026-11-10T00:00:00Z"] for name in ("one-way", "other-way")
    )
    assert one.replace("one-way", "other-way") == other


def large(count: int, seed: str) -> PackedUsage:
    """Packed usage of many resources with ids that do not compress."""
    ids = (sha256(f"{seed}{number}".encode()).hexdigest() for number in range(count))
    return pack([vm("24", each) for each in ids], {})


def test_usage_that_outgrows_an_item_is_kept_in_parts(world: World) -> None:
    usage, span = world.wiring.usage, Period(DAY.start, DAY.end)

    def rows() -> int:
        query = {":pk": {"S": "main/large"}}
        return world.cloud.client("dynamodb").query(
            TableName=f"{world.prefix}-usage",
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=query,
            Select="COUNT",
        )["Count"]

    one, two = large(20_000, "a"), large(24_000, "b")
    next_day = Window("main", Period(DAY.end, DAY.end + timedelta(days=1)))
    assert usage.put(next_day, "large", pack([vm("1")], {}))
    assert len(one.body) > 400_000 and usage.put(WINDOW, "large", one)
    assert list(usage.of("main", "large", span)) == [one]
    before = rows()
    assert not usage.put(WINDOW, "large", one) and rows() == before
    assert usage.put(WINDOW, "large", two)
    assert [each.digest for each in usage.of("main", "large", span)] == [two.digest]
    after = rows()
    assert not usage.put(WINDOW, "large", one) and rows() == after
    assert list(usage.of("main", "large", span)) == [two]
    assert len(list(usage.of("main", "large", Period(DAY.start, DAY.end + timedelta(days=1))))) == 2


def test_new_usage_that_outgrows_an_item_is_kept_in_parts(world: World) -> None:
    usage = world.wiring.usage
    one, two, small = large(20_000, "a"), large(24_000, "b"), pack([vm("1")], {})
    assert usage.put_new(WINDOW, {"large-new": one, "small-new": small}) == []
    assert list(usage.of("main", "large-new", DAY)) == [one]
    assert usage.put_new(WINDOW, {"large-new": two}) == ["large-new"]
    assert list(usage.of("main", "large-new", DAY)) == [one]
    assert usage.put(WINDOW, "large-new", two)
    assert list(usage.of("main", "large-new", DAY)) == [two]
    assert usage.put_new(WINDOW, {"large-new": one}) == ["large-new"]
    assert not usage.put(WINDOW, "large-new", one)
    kept = [row for row in world.rows() if row.startswith("usage/main/large-new/")]
    assert len(kept) == 1 + len([row for row in kept if two.digest in row])


def test_half_stored_usage_is_not_read(world: World) -> None:
    usage, span = world.wiring.usage, Period(DAY.start, DAY.end)
    packed = large(20_000, "c")
    usage.put(WINDOW, "torn", packed)
    part = {"pk": {"S": "main/torn"}, "sk": {"S": f"2026-11-10T00:00:00Z#{packed.digest}#001"}}
    world.cloud.client("dynamodb").delete_item(TableName=f"{world.prefix}-usage", Key=part)
    with pytest.raises(Conflict):
        list(usage.of("main", "torn", span))


def test_more_digests_than_one_call_may_ask_for(world: World) -> None:
    names = [f"many-{number}" for number in range(130)]
    for name in names[::13]:
        world.wiring.usage.put(WINDOW, name, pack([vm("1")], {}))
    assert set(world.wiring.usage.digests(WINDOW, names)) == set(names[::13])


def test_usage_is_found_in_every_period_it_reaches_into(world: World) -> None:
    usage = world.wiring.usage
    usage.put(WINDOW, "spans", pack([vm("24")], {}))
    before = Period(DAY.start - timedelta(hours=1), DAY.start)
    inside = Period(DAY.start + timedelta(hours=23), DAY.end + timedelta(hours=1))
    after = Period(DAY.end, DAY.end + timedelta(hours=1))
    found = [len(list(usage.of("main", "spans", span))) for span in (before, inside, after)]
    assert found == [0, 1, 0]


def test_a_rate_card_never_changes(world: World) -> None:
    cheap = rate_card("USD", ALWAYS, [Tariff("running_vm", Per.HOUR, D("0.10"))])
    dear = rate_card("USD", ALWAYS, [Tariff("running_vm", Per.HOUR, D("0.20"))])
    cards = world.wiring.rate_cards
    assert cards.add(cheap) and not cards.add(cheap)
    with pytest.raises(Conflict, match="never change"):
        cards.add(dear)
    assert cards.of("USD") == [cheap]


def test_charges_made_of_older_usage_do_not_replace_newer_ones(world: World) -> None:
    card = rate_card("EUR", ALWAYS, [Tariff("running_vm", Per.HOUR, D("0.10"))])
    period = BillingPeriod("2026-11", "UTC")
    charges = world.wiring.charges
    older, newer = (rate([vm(hours)], [card], period, "EUR") for hours in ("1", "24"))
    seen = charges.digest("x", "2026-11")
    assert charges.put(summarize("x", newer, DAY.end, {}), newer, seen=seen)
    with pytest.raises(Conflict):
        charges.put(summarize("x", older, DAY.end, {}), older, seen=seen)
    assert charges.rated("x", ["2026-10", "2026-11"]) == [newer]
    (summary,) = charges.newest("x", 2)
    assert summary == summarize("x", newer, DAY.end, {})
    again = charges.digest("x", "2026-11")
    assert not charges.put(summary, newer, seen=again)


def test_terms_and_names_come_in_either_order(world: World) -> None:
    accounts = world.wiring.accounts
    accounts.set_terms("early", Terms("JPY", "ja", "Asia/Tokyo"))
    with pytest.raises(NotFound):
        accounts.get("early")
    told = SubAccount("early", "main", "account", "early bird", "/early")
    assert accounts.remember([told]) == 1
    assert accounts.remember([told]) == 0
    assert accounts.get("early").terms.currency == "JPY"
    from_usage = SubAccount("early", "main", "account", "other name", "/", "unknown")
    assert accounts.remember([from_usage], only_unknown=True) == 0
    assert accounts.get("early").name == "early bird"


def test_an_account_that_cloudstack_lists_no_more_is_removed_and_keeps_its_name(
    cloud: Cloud,
) -> None:
    with Simulator(today=TODAY, records=[]) as simulator:
        accounts = World(cloud, simulator, date(2026, 11, 1)).wiring.accounts
    root = SubAccount("root", "main", "account", "admin", "/")
    ada = SubAccount("ada", "main", "account", "ada", "/acme", "locked")
    apollo = SubAccount("apollo", "main", "project", "apollo", "/acme", "active", "ada")
    far = SubAccount("far", "second", "account", "far", "/far")
    yen = Terms("JPY", "ja", "Asia/Tokyo")
    accounts.set_terms("ada", yen)
    accounts.set_terms("acme-group", yen, "Acme Group")
    assert accounts.remember([root, ada, apollo]) == 3 and accounts.remember([far]) == 1
    assert (
        accounts.remember(
            [SubAccount("gone", "main", "account", "gone", "/", "unknown")], only_unknown=True
        )
        == 1
    )

    def states() -> dict[str, str]:
        return {each.id: each.state for each in accounts.all()}

    # What is no list at all, or only half of one, says nothing about who is missing.
    for answer in ([], [apollo]):
        assert accounts.remember(answer) == 0
    assert states()["ada"] == "locked"

    assert accounts.remember([root]) == 3 and accounts.remember([root]) == 0
    assert states() == {
        "root": "enabled",
        "ada": "removed",
        "apollo": "removed",
        "gone": "removed",
        "far": "enabled",
        "acme-group": "enabled",
    }
    kept = accounts.get("ada")
    assert (kept.name, kept.domain, kept.terms) == ("ada", "/acme", yen)
    assert accounts.get("apollo").owner == "ada"
    assert accounts.remember([root, ada]) == 1
    assert states()["ada"] == "locked" and states()["apollo"] == "removed"


def test_a_company_is_there_by_its_name_alone(world: World) -> None:
    accounts = world.wiring.accounts
    terms = Terms("EUR", "en", "UTC")
    accounts.set_terms("wayne-group", terms, "Wayne Group")
    found = accounts.get("wayne-group")
    assert (found.kind, found.name, found.connections) == ("company", "Wayne Group", set())
    accounts.set_terms("wayne-group", terms)
    assert accounts.get("wayne-group").name == "Wayne Group"
    # Should CloudStack ever tell of an account with that id, it is that account.
    told = SubAccount("wayne-group", "main", "account", "wayne", "/wayne")
    accounts.remember([told], only_unknown=True)
    accounts.set_terms("wayne-group", terms, "Another Name")
    found = accounts.get("wayne-group")
    assert (found.kind, found.name, found.connection) == ("account", "wayne", "main")


def test_a_session_is_its_token_until_it_ends(world: World) -> None:
    sessions = world.wiring.sessions
    identity = Identity("ada", "Ada", Role.TENANT, "main", "a")
    sessions.open("token", identity, NOW + timedelta(hours=1))
    assert sessions.holder("token", NOW)[0] == identity
    for token, at in (("other", NOW), ("token", NOW + timedelta(hours=1)), ("", NOW)):
        with pytest.raises(NotSignedIn):
            sessions.holder(token, at)
    sessions.close("token")
    with pytest.raises(NotSignedIn):
        sessions.holder("token", NOW)


def test_ten_failures_lock_a_name_for_a_quarter_of_an_hour(world: World) -> None:
    sessions = world.wiring.sessions
    for _ in range(10):
        sessions.check_attempts("/acme/ada", NOW)
        sessions.note_failure("/acme/ada", NOW)
    with pytest.raises(TooManyAttempts):
        sessions.check_attempts("/acme/ada", NOW)
    sessions.check_attempts("/acme/bob", NOW)
    sessions.check_attempts("/acme/ada", NOW + timedelta(minutes=16))


def test_a_message_has_one_sender_at_a_time(world: World) -> None:
    outbox = world.wiring.outbox
    message = Message("m-1", "a@b.example", "s", "t", "<p>h</p>")
    outbox_row(message, NOW).save()
    assert outbox.claim("m-1", NOW) == message
    assert outbox.claim("m-1", NOW) is None
    assert outbox.claim("m-1", NOW + timedelta(minutes=6)) == message
    outbox.mark_sent("m-1", NOW)
    assert outbox.claim("m-1", NOW + timedelta(days=1)) is None
    assert outbox.claim("unknown", NOW) is None


def test_a_message_that_fails_waits_longer_each_time_and_is_given_up(world: World) -> None:
    outbox = world.wiring.outbox
    outbox_row(Message("m-2", "a@b.example", "s", "t", "h"), NOW).save()
    at, waits = NOW, []
    for _ in range(16):
        assert outbox.claim("m-2", at) is not None
        outbox.mark_failed("m-2", "SES refused", at, final=False)
        row = OutboxDocument.get("m-2", "mail")
        waits.append((row.due_at - at).total_seconds())
        at = row.due_at
    assert waits[:3] == [120, 240, 480] and max(waits) == 6 * 3600
    assert OutboxDocument.get("m-2", "mail").open is None
    outbox_row(Message("m-3", "a@b.example", "s", "t", "h"), NOW).save()
    assert "m-3" in list(outbox.due(NOW, 10))
    outbox.claim("m-3", NOW)
    outbox.mark_failed("m-3", "never", NOW, final=True)
    assert OutboxDocument.get("m-3", "mail").open is None


@given(st.permutations(range(5)))
@settings(max_examples=8, deadline=None)
def test_progress_is_the_end_of_what_is_complete_without_a_gap(
    world: World, order: list[int]
) -> None:
    from chalicelib.metering.windows import WindowMeter

    connection = "c" + "".join(map(str, order))
    first = DAY.start
    days = [Period(first + timedelta(days=n), first + timedelta(days=n + 1)) for n in range(5)]
    done: set[int] = set()
    for number in order:
        window = Window(connection, days[number])
        world.wiring.windows.mark_complete(window, WindowMeter(window).metered(), [])
        done.add(number)
        gapless = next(n for n in range(6) if n not in done)
        reached = world.wiring.windows.advance(connection, first)
        assert reached == first + timedelta(days=gapless)
