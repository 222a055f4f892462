"""The tables: exact numbers, conditions that hold, documents that come back as they went in."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.accounts import Identity, Role, SubAccount, Terms
from chalicelib.errors import Conflict, NotFound, NotSignedIn, TooManyAttempts
from chalicelib.metering.usage import UsageGroup, group_of
from chalicelib.notifications.messages import Attachment, Message
from chalicelib.periods import BillingPeriod, Period
from chalicelib.rating.charges import rate
from chalicelib.rating.line_items import RatedPeriod
from chalicelib.rating.price_lists import PriceLists
from chalicelib.rating.rate_cards import rate_card
from chalicelib.rating.tariffs import Per, Tariff
from chalicelib.reporting.summaries import summarize
from chalicelib.tables.attributes import DecimalAttribute, updated
from chalicelib.tables.outbox import OutboxDocument, outbox_row
from chalicelib.tables.rate_cards import RateCardDocument
from local.cloud import Cloud
from local.cloudstack.simulator import Simulator
from tests.world import NOW, TODAY, World

ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)
DAY = Period(datetime(2026, 11, 10, tzinfo=UTC), datetime(2026, 11, 11, tzinfo=UTC))
REJECTS, HOLDS = {"has no raw usage": 1}, {"is larger than its window": 2}


def vm(hours: str) -> UsageGroup:
    start = int(DAY.start.timestamp())
    dimensions = ("z", "o", *[""] * 6)
    return group_of("running_vm", start, start + 86400, dimensions, [("vm", hours, "", 0, "", ())])


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12))
def test_a_number_survives_its_attribute(number: D) -> None:
    attribute = DecimalAttribute()
    assert attribute.deserialize(attribute.serialize(number)) == number


def test_a_float_never_becomes_a_number() -> None:
    with pytest.raises(TypeError):
        DecimalAttribute().serialize(0.1)  # type: ignore[arg-type]


def test_a_rate_card_never_changes(world: World) -> None:
    cheap = rate_card("USD", ALWAYS, [Tariff("running_vm", Per.HOUR, D("0.10"))])
    dear = rate_card("USD", ALWAYS, [Tariff("running_vm", Per.HOUR, D("0.20"))])
    cards = world.wiring.rate_cards
    assert cards.add(cheap) and not cards.add(cheap)
    with pytest.raises(Conflict, match="never change"):
        cards.add(dear)
    assert cards.of("USD") == [cheap]


def test_a_rate_card_that_was_kept_as_text_is_read_and_known(world: World) -> None:
    price = '{"meter":"running_vm","per":"hour","unit_price":"0.10"}'
    body = f'{{"currency":"USD","effective_from":"2026-01-01T00:00:00Z","tariffs":[{price}]}}'
    RateCardDocument("USD", "2026-01-01T00:00:00Z", body=body).save()
    cheap = rate_card("USD", ALWAYS, [Tariff("running_vm", Per.HOUR, D("0.10"))])
    cards = world.wiring.rate_cards
    (kept,) = cards.of("USD")
    assert kept == cards.get("USD", "", "2026-01-01T00:00:00Z") == cheap
    assert not cards.add(cheap)


def test_charges_made_of_older_usage_do_not_replace_newer_ones(world: World) -> None:
    card = rate_card("EUR", ALWAYS, [Tariff("running_vm", Per.HOUR, D("0.10"))])
    period = BillingPeriod("2026-11", "UTC")
    charges = world.wiring.charges
    lists = PriceLists("EUR", [card])
    older, newer = (rate([vm(hours)], lists, period) for hours in ("1", "24"))
    seen = charges.stored("x", "2026-11")
    assert seen is None
    assert charges.put(summarize("x", newer, DAY.end, REJECTS, HOLDS), newer, seen=seen, revision=1)
    with pytest.raises(Conflict):
        charges.put(summarize("x", older, DAY.end, REJECTS, HOLDS), older, seen=seen, revision=1)
    assert charges.rated("x", ["2026-10", "2026-11"]) == [without_quantities_of_days(newer)]
    (summary,) = charges.newest("x", 2)
    assert summary == summarize("x", newer, DAY.end, REJECTS, HOLDS)
    again = charges.stored("x", "2026-11")
    assert not charges.put(summary, newer, seen=again, revision=1)


def test_charges_made_of_older_prices_do_not_replace_those_made_of_newer_ones(world: World) -> None:
    card = rate_card("EUR", ALWAYS, [Tariff("running_vm", Per.HOUR, D("0.10"))])
    period = BillingPeriod("2026-11", "UTC")
    charges = world.wiring.charges
    for revision, hours, kept in ((2, "1", True), (1, "2", False), (2, "3", True), (7, "4", True)):
        rated = rate([vm(hours)], PriceLists("EUR", [card]), period)
        summary = summarize("y", rated, DAY.end, {}, {})
        seen = charges.stored("y", "2026-11")
        if kept:
            assert charges.put(summary, rated, seen=seen, revision=revision)
        else:
            with pytest.raises(Conflict):
                charges.put(summary, rated, seen=seen, revision=revision)


def test_a_period_is_invoiced_once_and_only_with_the_charges_that_were_read(world: World) -> None:
    period = BillingPeriod("2026-11", "UTC")
    card = rate_card("EUR", ALWAYS, [Tariff("running_vm", Per.HOUR, D("0.10"))])
    charges, closing = world.wiring.charges, world.wiring.amended.closing
    rated = rate([vm("24")], PriceLists("EUR", [card]), period)
    charges.put(summarize("rich", rated, DAY.end, {}, {}), rated, seen=None, revision=1)
    seen = charges.stored("rich", "2026-11")
    assert seen is not None
    other = closing("rich", "2026-11", "D1", replace(seen, digest="another"))
    assert not updated(*other) and charges.open_periods("rich") == ["2026-11"]
    assert updated(*closing("rich", "2026-11", "D1", seen))
    assert updated(*closing("rich", "2026-11", "D1", seen))
    assert not updated(*closing("rich", "2026-11", "D2", seen))
    kept = charges.kept("rich", "2026-11")
    assert kept is not None and kept.stored.invoice == "D1"
    assert [(line.id, line.amount) for line in kept.rated.line_items] == [
        (line.id, line.amount) for line in rated.line_items
    ]
    assert charges.open_periods("rich") == []


def without_quantities_of_days(rated: RatedPeriod) -> RatedPeriod:
    """What is kept of a rated period; the usage tells how much was used on each day."""
    lines = [
        replace(line, charges=tuple(replace(each, quantity=None) for each in line.charges))
        for line in rated.line_items
    ]
    return replace(rated, line_items=tuple(lines))


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


def test_a_message_with_files_may_leave_later_and_keeps_them(world: World) -> None:
    outbox, later = world.wiring.outbox, NOW + timedelta(minutes=1)
    files = (Attachment("INV-1.pdf", "documents/a/d/INV-1.pdf", "application/pdf"),)
    message = Message("m-4", "a@b.example", "s", "t", "h", files)
    (row,) = outbox.rows([message], NOW, later)
    row.row.save()
    assert outbox.claim("m-4", NOW) is None
    assert outbox.claim("m-4", later) == message


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
