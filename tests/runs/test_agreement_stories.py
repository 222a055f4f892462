"""What is agreed with accounts, told from usage to charges on real adapters."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D
from itertools import permutations
from typing import Any

import pytest

from chalicelib.accounts import Terms
from chalicelib.errors import Conflict
from chalicelib.exchange_rates import exchange_rate
from chalicelib.money import Money
from chalicelib.rating.agreements import (
    Adjustment,
    Agreement,
    Commitment,
    Credit,
    FreeQuota,
    Subscription,
)
from chalicelib.rating.price_lists import Missing
from chalicelib.rating.rate_cards import RateCard, rate_card
from chalicelib.rating.tariffs import Per, Tariff
from chalicelib.reporting.summaries import PeriodSummary, Stored
from chalicelib.tables.charges import ChargesTable
from chalicelib.wiring.agreed import agree, end_agreement
from chalicelib.wiring.rates import add_rate
from local.cloud import Cloud
from local.cloudstack.estate import ACME, APOLLO, GLOBEX, INITECH
from local.cloudstack.simulator import Simulator
from tests.runs.dying import dies_anywhere
from tests.runs.prices import ALWAYS, cards
from tests.world import World

# Usage of the last two days of October and of the first two of November.
FIRST, TODAY = date(2026, 10, 30), date(2026, 11, 3)
OCTOBER, NOVEMBER = "2026-10", "2026-11"
GOLD = Tariff("service:gold", Per.MONTH, D(30))
(EUROS, _), (RUPEES, _) = cards("EUR"), cards("INR")
Records = list[dict[str, Any]]


def records_of(*accounts: str) -> Records:
    """Return what accounts and projects used on those days."""
    with Simulator(today=TODAY) as sample:
        everything = list(sample.records(FIRST, TODAY))
    return [
        each
        for each in everything
        if (each.get("projectid") or each.get("accountid")) in accounts and each["usagetype"] < 10
    ]


@pytest.fixture(scope="module")
def records() -> Records:
    return records_of(ACME.id, APOLLO.id, GLOBEX.id, INITECH.id)


@pytest.fixture(scope="module")
def simulator(records: Records) -> Iterator[Simulator]:
    with Simulator(today=TODAY, records=records) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def rated(cloud: Cloud, simulator: Simulator) -> World:
    """Acme and its project are billed in euros, globex in rupees, initech by the euro list."""
    world = World(cloud, simulator, FIRST)
    world.now = datetime(2026, 11, 3, 1, tzinfo=UTC)
    for account, currency in ((GLOBEX, "INR"), (INITECH, "KWD")):
        world.wiring.set_terms(account.id, Terms(currency, "en", "UTC"))
    world.wiring.add_rate_card(with_more(EUROS, GOLD))
    world.wiring.add_rate_card(RUPEES)
    tell_rate(world, "KWD", date(2026, 1, 1), "0.33")
    world.collect_all()
    return world


@pytest.fixture
def world(rated: World) -> World:
    """A copy of it."""
    return rated.copied()


def with_more(
    card: RateCard, *tariffs: Tariff, since: datetime = ALWAYS, account: str = ""
) -> RateCard:
    """Return a card with other tariffs besides, or in place of those of the same meters."""
    named = {each.meter for each in tariffs}
    kept = [each for each in card.tariffs if each.meter not in named]
    return rate_card(card.currency, since, [*kept, *tariffs], account)


def stored(world: World, account: str, period: str) -> Stored:
    found = world.wiring.charges.stored(account, period)
    assert found is not None
    return found


def summary(world: World, account: str, period: str) -> PeriodSummary:
    return stored(world, account, period).summary


def total(world: World, account: str, period: str) -> D:
    return summary(world, account, period).total.amount


def asked(world: World) -> set[tuple[str, str]]:
    """Return which accounts and periods wait to be rated."""
    return {(each["account"], each["period"]) for each in map(json.loads, world.ratings())}


def tell_rate(world: World, quote: str, day: date, number: str) -> None:
    add_rate(world.wiring, exchange_rate("EUR", quote, day, D(number), "hand"))


def charges_of(world: World, *accounts: str) -> dict[str, str]:
    """Return the rows of the charges of accounts, or of all."""
    return {
        key: row
        for key, row in world.rows().items()
        if key.startswith("charges/") and (not accounts or key.split("/")[1] in accounts)
    }


def gift(amount: D, start: date = FIRST, until: date | None = None) -> Credit:
    return Credit(start, until, amount=Money(amount, "EUR"))


def half_more(world: World) -> Credit:
    """Return a credit for all of October and half of November of acme."""
    october, november = total(world, ACME.id, OCTOBER), total(world, ACME.id, NOVEMBER)
    assert october > 1 and november > 1
    return gift(october + (november / 2).quantize(D("0.01")))


def test_a_credit_is_used_up_over_two_months(world: World) -> None:
    october, november = total(world, ACME.id, OCTOBER), total(world, ACME.id, NOVEMBER)
    credit = half_more(world)
    agree(world.wiring, ACME.id, credit)
    assert asked(world) == {(ACME.id, OCTOBER), (ACME.id, NOVEMBER)}
    world.drain()
    first, second = (summary(world, ACME.id, each) for each in (OCTOBER, NOVEMBER))
    assert (first.total.amount, first.credits) == (0, {credit.id: october})
    assert second.credits == {credit.id: credit.amount.amount - october}
    assert second.total.amount == november - second.credits[credit.id]
    assert first.open_credit == credit.amount.amount - october and second.open_credit == 0


@pytest.mark.parametrize("order", sorted(set(permutations([OCTOBER, NOVEMBER, NOVEMBER, OCTOBER]))))
def test_in_any_order_and_any_number_of_times_it_comes_to_the_same(
    rated: World, order: tuple[str, ...]
) -> None:
    straight = rated.copied()
    credit = half_more(straight)
    agree(straight.wiring, ACME.id, credit)
    straight.drain()
    expected = straight.rows()
    crooked = rated.copied()
    agree(crooked.wiring, ACME.id, credit)
    crooked.drop_messages()
    for period in order:
        crooked.wiring.rate(ACME.id, period, crooked.now)
    # Whatever was asked for while rating is done too.
    crooked.drain()
    assert crooked.rows() == expected


def test_a_late_record_in_the_older_month_changes_the_newer_one(
    cloud: Cloud, records: Records
) -> None:
    """Another credit is left for November when October turns out dearer."""
    own = [each for each in records if each.get("accountid") == ACME.id]
    late = next(
        each
        for each in own
        if each["usagetype"] == 1
        and "2026-10-31" in each["startdate"]
        and not each.get("projectid")
    )
    credit = gift(D("30.00"))
    later = TODAY + timedelta(days=1)
    with Simulator(today=later, records=own) as whole:
        straight = World(cloud, whole, FIRST)
        straight.now = datetime(2026, 11, 4, 1, tzinfo=UTC)
        straight.wiring.add_rate_card(EUROS)
        straight.plan()
        agree(straight.wiring, ACME.id, credit)
        straight.drain()
        expected = charges_of(straight, ACME.id)
        with Simulator(today=TODAY, records=[each for each in own if each is not late]) as early:
            world = World(cloud, early, FIRST)
            world.now = datetime(2026, 11, 3, 1, tzinfo=UTC)
            world.wiring.add_rate_card(EUROS)
            world.plan()
            agree(world.wiring, ACME.id, credit)
            world.drain()
            before = summary(world, ACME.id, NOVEMBER)
        world.use(whole)
        world.now += timedelta(days=1)
        world.plan()
        world.drain()
        assert charges_of(world, ACME.id) == expected
    used = [summary(world, ACME.id, each).credits[credit.id] for each in (OCTOBER, NOVEMBER)]
    assert sum(used) == 30 and 0 < used[1] < before.credits[credit.id]


def test_two_ratings_at_once_never_use_a_credit_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """October is stored after November has looked, and looks before November is stored."""
    credit = half_more(world)
    agree(world.wiring, ACME.id, credit)
    world.drop_messages()
    real = ChargesTable.put
    raced = []

    def put(table: ChargesTable, summary: PeriodSummary, *args: Any, **more: Any) -> bool:
        if summary.period.id == NOVEMBER and not raced:
            raced.append(NOVEMBER)
            world.wiring.rate(ACME.id, OCTOBER, world.now)
            # What it asked for is rated before this is stored: it changes nothing yet.
            world.drop_messages()
        return real(table, summary, *args, **more)

    monkeypatch.setattr(ChargesTable, "put", put)
    # The overview shows the newest two months, so it tells nothing of a race between older ones.
    monkeypatch.setattr(ChargesTable, "put_overview", lambda *_, **__: True)
    world.wiring.rate(ACME.id, NOVEMBER, world.now)
    used = [summary(world, ACME.id, each).credits[credit.id] for each in (OCTOBER, NOVEMBER)]
    assert raced and sum(used) == credit.amount.amount


def test_what_an_invoiced_month_took_of_a_credit_is_gone_for_older_ones(world: World) -> None:
    credit = half_more(world)
    agree(world.wiring, ACME.id, credit)
    world.drain()
    assert world.close(ACME.id, NOVEMBER)
    october, took = (summary(world, ACME.id, each).credits for each in (OCTOBER, NOVEMBER))
    # October gets twice as dear; what November was invoiced with is not there any more.
    dearer = Adjustment(FIRST, date(2026, 11, 1), percent=D(100))
    agree(world.wiring, ACME.id, dearer)
    world.drain()
    assert summary(world, ACME.id, NOVEMBER).credits == took != {}
    assert summary(world, ACME.id, OCTOBER).credits == october
    assert total(world, ACME.id, OCTOBER) > 0


def test_an_agreed_card_replaces_the_list_from_an_instant(world: World) -> None:
    before = {key: total(world, ACME.id, key) for key in (OCTOBER, NOVEMBER)}
    others = charges_of(world, APOLLO.id, GLOBEX.id, INITECH.id)
    noon = datetime(2026, 11, 2, 12, tzinfo=UTC)
    free = rate_card("EUR", noon, [Tariff(each.meter, each.per) for each in EUROS.tariffs], ACME.id)
    world.wiring.add_rate_card(free)
    assert asked(world) == {(ACME.id, NOVEMBER)}
    world.drain()
    assert total(world, ACME.id, OCTOBER) == before[OCTOBER]
    # Three of the four halves of the two days are charged; every machine ran evenly.
    assert 0 < total(world, ACME.id, NOVEMBER) < before[NOVEMBER]
    lines = [
        line
        for period in world.wiring.charges.rated(ACME.id, [NOVEMBER])
        for line in period.line_items
    ]
    pricings = [line.pricing for line in lines if line.pricing is not None]
    assert {each.origin for each in pricings} == {"agreed", "list"}
    assert all(
        line.amount.amount == 0
        for line in lines
        if line.pricing is not None and line.pricing.origin == "agreed"
    )
    assert charges_of(world, APOLLO.id, GLOBEX.id, INITECH.id) == others


@pytest.mark.parametrize(
    "agreement",
    [
        Adjustment(FIRST, percent=D(-10)),
        Commitment(FIRST, amount=Money.of("900.00", "EUR")),
        gift(D(40)),
        FreeQuota(FIRST, meter="running_vm", quantity=D(30), per=Per.HOUR),
        Subscription(FIRST, service="gold"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_every_agreement_is_of_its_account_alone_and_is_taken_back_without_a_trace(
    world: World, agreement: Agreement
) -> None:
    before, others = charges_of(world), charges_of(world, APOLLO.id, GLOBEX.id, INITECH.id)
    agreed, _ = agree(world.wiring, ACME.id, agreement)
    assert asked(world) == {(ACME.id, OCTOBER), (ACME.id, NOVEMBER)}
    world.drain()
    changed = charges_of(world)
    assert charges_of(world, APOLLO.id, GLOBEX.id, INITECH.id) == others
    for period in (OCTOBER, NOVEMBER):
        key = f"charges/{ACME.id}/rated#{period}"
        assert changed[key] != before[key]
    end_agreement(world.wiring, ACME.id, agreed.id, agreed.start)
    world.drain()
    assert charges_of(world) == before


def test_an_agreement_of_november_leaves_october_alone(world: World) -> None:
    agree(world.wiring, ACME.id, Adjustment(date(2026, 11, 2), percent=D(-50)))
    assert asked(world) == {(ACME.id, NOVEMBER)}


def test_a_price_of_the_base_list_rates_again_only_who_uses_it(world: World) -> None:
    untouched = charges_of(world, GLOBEX.id)
    november = datetime(2026, 11, 1, tzinfo=UTC)
    dear = Tariff("running_vm", Per.HOUR, D(1))
    world.wiring.add_rate_card(with_more(EUROS, GOLD, dear, since=november))
    found = asked(world)
    assert {period for _, period in found} == {NOVEMBER}
    assert {ACME.id, APOLLO.id, INITECH.id} <= {account for account, _ in found}
    assert GLOBEX.id not in {account for account, _ in found}
    before = total(world, INITECH.id, NOVEMBER)
    world.drain()
    assert total(world, INITECH.id, NOVEMBER) > before
    assert charges_of(world, GLOBEX.id) == untouched


def missing(world: World) -> set[tuple[str, str, str, str]]:
    found, more = world.wiring.charges.missing()
    assert more is None
    return {
        (each.summary.account, each.summary.period.id, unpriced.meter, unpriced.why)
        for each in found
        for unpriced in each.summary.unpriced
    }


def test_what_has_no_price_is_missing_until_a_card_comes(world: World) -> None:
    assert missing(world) == set()
    november = datetime(2026, 11, 1, tzinfo=UTC)
    without = [each for each in RUPEES.tariffs if each.meter != "volume"]
    base = [each for each in EUROS.tariffs if each.meter != "volume"]
    world.wiring.add_rate_card(rate_card("INR", november, without))
    world.drain()
    # The base list has a price, but there is no rate.
    assert missing(world) == {(GLOBEX.id, NOVEMBER, "volume", Missing.RATE)}
    world.wiring.add_rate_card(rate_card("EUR", november, base))
    world.drain()
    assert (GLOBEX.id, NOVEMBER, "volume", Missing.PRICE) in missing(world)
    assert (ACME.id, NOVEMBER, "volume", Missing.PRICE) in missing(world)
    later = november + timedelta(seconds=1)
    agreed = rate_card("INR", november, [Tariff("volume", Per.GIB_MONTH, D(1))], GLOBEX.id)
    world.wiring.add_rate_card(agreed)
    world.drain()
    assert GLOBEX.id not in {account for account, *_ in missing(world)}
    world.wiring.add_rate_card(with_more(EUROS, GOLD, since=later))
    world.drain()
    # One second of November still waits.
    assert (ACME.id, NOVEMBER, "volume", Missing.PRICE) in missing(world)


def test_what_has_no_exchange_rate_is_missing_until_there_is_one(world: World) -> None:
    world.wiring.set_terms(INITECH.id, Terms("BHD", "en", "UTC"))
    world.drain()
    found = missing(world)
    assert {(account, why) for account, _, _, why in found} == {(INITECH.id, Missing.RATE)}
    assert {period for _, period, _, _ in found} == {OCTOBER, NOVEMBER}
    assert total(world, INITECH.id, NOVEMBER) == 0
    others = charges_of(world, ACME.id, APOLLO.id, GLOBEX.id)
    tell_rate(world, "BHD", date(2026, 11, 1), "0.4")
    assert asked(world) == {(INITECH.id, NOVEMBER)}
    world.drain()
    assert {period for _, period, _, _ in missing(world)} == {OCTOBER}
    tell_rate(world, "BHD", date(2026, 10, 1), "0.5")
    world.drain()
    assert missing(world) == set() and charges_of(world, ACME.id, APOLLO.id, GLOBEX.id) == others


def test_an_invoiced_month_is_never_rated_again(
    cloud: Cloud, rated: World, records: Records
) -> None:
    world = rated.copied()
    for account in (ACME.id, INITECH.id):
        assert world.close(account, OCTOBER)
    closed = [f"charges/{account}/rated#{OCTOBER}" for account in (ACME.id, INITECH.id)]
    before = world.rows()
    for account in (ACME.id, INITECH.id):
        rated_again = world.wiring.rate(account, OCTOBER, world.now)
        assert rated_again is not None and not rated_again.changed
    world.wiring.add_rate_card(
        with_more(EUROS, Tariff("running_vm", Per.HOUR, D(9)), since=ALWAYS + timedelta(days=1))
    )
    tell_rate(world, "KWD", date(2026, 10, 1), "0.9")
    agree(world.wiring, ACME.id, Adjustment(FIRST, percent=D(-50)))
    world.wiring.set_terms(ACME.id, Terms("EUR", "de", "UTC", "free"))
    assert not asked(world) & {(ACME.id, OCTOBER), (INITECH.id, OCTOBER)}
    world.drain()
    late = [
        {**each, "usageid": f"late-{number}", "usagetype": 3}
        for number, each in enumerate(records)
        if each["usagetype"] == 3 and "2026-10-31" in each["startdate"]
    ]
    assert {each.get("accountid") for each in late} >= {ACME.id}
    with Simulator(today=TODAY + timedelta(days=1), records=[*records, *changed(late)]) as whole:
        world.use(whole)
        world.now += timedelta(days=1)
        world.plan()
        world.drain()
    after = world.rows()
    assert [after[key] for key in closed] == [before[key] for key in closed]
    november = f"charges/{ACME.id}/rated#{NOVEMBER}"
    assert after[november] != before[november]
    assert any(after[key] != row for key, row in before.items() if key.startswith("usage/"))
    (amended,) = world.wiring.amended.of(ACME.id)
    kept = world.wiring.charges.kept(ACME.id, OCTOBER)
    assert kept is not None and not amended.is_billed
    # Late addresses alone make the difference: prices, discount and terms stay as invoiced.
    was, now = (
        {line.id: line.amount.amount for line in each.line_items}
        for each in (kept.rated, amended.rated)
    )
    assert [was[line] < now[line] for line in was if was[line] != now[line]] == [True]
    assert was.keys() == now.keys()


def changed(late: Records) -> Records:
    """Return records of other addresses, which nobody has collected."""
    return [{**each, "usageid": f"new-{n}"} for n, each in enumerate(late)]


def test_the_currency_cannot_change_under_an_agreed_amount(world: World) -> None:
    before = world.rows()
    for agreement in (gift(D(5)), Commitment(FIRST, amount=Money.of("5.00", "EUR"))):
        agreed, _ = agree(world.wiring, ACME.id, agreement)
        with pytest.raises(Conflict, match="an amount agreed in EUR"):
            world.wiring.set_terms(ACME.id, Terms("USD", "en", "UTC"))
        end_agreement(world.wiring, ACME.id, agreed.id, agreed.start)
    # Other agreements are in no currency.
    agree(world.wiring, APOLLO.id, Adjustment(FIRST, percent=D(-5)))
    world.wiring.set_terms(APOLLO.id, Terms("INR", "en", "UTC"))
    world.drain()
    assert summary(world, APOLLO.id, NOVEMBER).total.currency == "INR"
    key = f"charges/{ACME.id}/rated#{OCTOBER}"
    assert world.rows()[key] == before[key]


def test_every_request_of_agreeing_and_rating_what_that_changes(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = date(2026, 10, 31)
    few = [each for each in records_of(APOLLO.id) if each["usagetype"] in (1, 3)]
    with Simulator(today=date(2026, 11, 2), records=few) as simulator:
        begin = World(cloud, simulator, first)
        begin.now = datetime(2026, 11, 2, 1, tzinfo=UTC)
        begin.wiring.add_rate_card(with_more(EUROS, GOLD))
        begin.collect_all()
        charged = [total(begin, APOLLO.id, each) for each in (OCTOBER, NOVEMBER)]
        credit = gift(charged[0] + D("0.02"), first)
        agreed = [Adjustment(first, percent=D(-1)), credit]

        def work(world: World) -> None:
            for each in agreed:
                agree(world.wiring, APOLLO.id, each)
            world.drain()

        rows = dies_anywhere(monkeypatch, begin, work)
    made = [key for key in rows if key.startswith(f"accounts/agreements#{APOLLO.id}/")]
    assert len(made) == len(agreed)
    assert min(charged) > 0
