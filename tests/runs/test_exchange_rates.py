"""Exchange rates come in: none is missed, what they change is rated again, and nothing else."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from chalicelib.accounts import Terms
from chalicelib.entrypoints import triggers
from chalicelib.errors import Conflict, Unavailable
from chalicelib.exchange_rates import ExchangeRate, Source, ToldRates, exchange_rate
from chalicelib.runs.exchange_rates import Fetched, add_exchange_rate, fetch_exchange_rates
from chalicelib.wiring.rates import fetch_rates
from local.cloud import Cloud
from local.cloudstack.estate import ACME, GLOBEX, GLOBEX_ADMIN, INITECH
from local.cloudstack.simulator import Simulator
from tests.faults import Died, counted_requests
from tests.world import World

# Usage of the last day of October and of the first two of November.
FIRST, TODAY = date(2026, 10, 31), date(2026, 11, 3)
RUPEES = {GLOBEX.id, GLOBEX_ADMIN.id}
Table = list[dict[str, str]]
Asked = set[tuple[str, str]]


@pytest.fixture(scope="module")
def rated(cloud: Cloud) -> World:
    """A deployment whose accounts are billed in euros, rupees and dinars; all usage is rated."""
    with Simulator(today=TODAY) as simulator:
        world = World(cloud, simulator, FIRST)
        for account in (ACME, GLOBEX, GLOBEX_ADMIN, INITECH):
            terms = Terms(account.currency, account.language, account.time_zone)
            world.wiring.set_terms(account.id, terms)
        world.collect_all()
    return world


@pytest.fixture
def world(rated: World) -> World:
    """A copy of it."""
    return rated.copied()


class Feed:
    """Tells the rates of some days, the newest first; remembers what it was asked for."""

    def __init__(self, *rates: ExchangeRate) -> None:
        self.rates = sorted(rates, key=lambda each: each.date, reverse=True)
        self.asked: list[str] = []

    def daily(self) -> ToldRates:
        self.asked.append("daily")
        newest = self.rates[0].date
        return ToldRates(tuple(each for each in self.rates if each.date == newest))

    def last_90_days(self) -> ToldRates:
        self.asked.append("90 days")
        return ToldRates(tuple(self.rates), ("BGN",))


def rate(pair: str, day: str, number: str = "1.5", source: Source = "ecb") -> ExchangeRate:
    base, quote = pair.split("/")
    return exchange_rate(base, quote, date.fromisoformat(day), D(number), source)


def fetch(world: World, feed: Feed, base: str = "EUR") -> Fetched:
    return fetch_exchange_rates(
        base=base,
        feed=feed,
        exchange_rates=world.wiring.exchange_rates,
        accounts=world.wiring.accounts,
        charges=world.wiring.charges,
        ratings=world.wiring.accounts_queue,
    )


def add(world: World, told: ExchangeRate, base: str = "EUR") -> bool:
    return add_exchange_rate(
        told,
        base=base,
        exchange_rates=world.wiring.exchange_rates,
        accounts=world.wiring.accounts,
        charges=world.wiring.charges,
        ratings=world.wiring.accounts_queue,
    )


def asked(world: World) -> Asked:
    """Return which ratings wait, and take them from the queue."""
    bodies = map(json.loads, world.ratings())
    found = {(body["account"], body["period"]) for body in bodies}
    world.drop_messages()
    return found


def of(accounts: set[str], *periods: str) -> Asked:
    return {(account, period) for account in accounts for period in periods}


def newest(world: World, pair: str = "EUR/INR") -> ExchangeRate | None:
    return world.wiring.exchange_rates.newest(*pair.split("/"), date.max)


def test_the_first_time_90_days_are_taken_and_what_they_convert_is_rated_again(
    world: World,
) -> None:
    days = ("2026-10-29", "2026-10-30", "2026-11-02")
    feed = Feed(*(rate(pair, day) for day in days for pair in ("EUR/INR", "EUR/USD")))
    fetched = fetch(world, feed)
    assert fetched == Fetched(date(2026, 11, 2), 3, 6, 6, 0, ("BGN",), 4)
    assert feed.asked == ["90 days"]
    assert asked(world) == of(RUPEES, "2026-10", "2026-11")
    assert newest(world) == rate("EUR/INR", "2026-11-02")


def test_a_day_is_taken_from_the_small_file_and_no_day_is_missed(
    world: World, table: Table
) -> None:
    """
    before     | newest     | files          | why
    2026-11-02 | 2026-11-03 | daily          | Monday, Tuesday
    2026-10-30 | 2026-11-02 | daily          | Friday, Monday
    2026-11-02 | 2026-11-02 | daily          | the same day again
    2026-11-03 | 2026-11-02 | daily          | an old copy
    2026-11-02 | 2026-11-04 | daily, 90 days | Tuesday may be missing
    2026-10-29 | 2026-11-02 | daily, 90 days | Friday may be missing
    2026-10-30 | 2026-11-03 | daily, 90 days | Monday may be missing
    2026-09-01 | 2026-11-03 | daily, 90 days | months may be missing
    """
    for row in table:
        world.wiring.exchange_rates.mark_fetched("ecb", date.fromisoformat(row["before"]))
        feed = Feed(rate("EUR/INR", row["newest"]))
        fetch(world, feed)
        assert ", ".join(feed.asked) == row["files"], row
        reached = world.wiring.exchange_rates.fetched_up_to("ecb")
        assert reached == date.fromisoformat(max(row["before"], row["newest"])), row


def test_only_what_a_rate_converts_from_its_month_on_is_rated_again(
    world: World, table: Table
) -> None:
    """
    base | pair    | day        | accounts | periods
    EUR  | EUR/INR | 2026-11-02 | rupees   | 2026-11
    EUR  | EUR/INR | 2026-11-01 | rupees   | 2026-11
    EUR  | EUR/INR | 2026-10-31 | rupees   | 2026-10 2026-11
    EUR  | INR/EUR | 2026-10-31 | rupees   | 2026-10 2026-11
    EUR  | EUR/INR | 2026-12-01 |          |
    EUR  | EUR/KWD | 2026-11-02 | dinars   | 2026-11
    EUR  | EUR/USD | 2026-11-02 |          |
    EUR  | USD/INR | 2026-11-02 |          |
    USD  | USD/INR | 2026-11-02 | rupees   | 2026-11
    USD  | EUR/INR | 2026-11-02 | rupees   | 2026-11
    USD  | USD/GBP | 2026-11-02 |          |
    """
    accounts = {"rupees": RUPEES, "dinars": {INITECH.id}, "": set[str]()}
    for number, row in enumerate(table):
        told = rate(row["pair"], row["day"], f"1.{number}1", "hand")
        if row["base"] == "USD":
            # Of another day, as of this pair and day there may be one.
            told = rate(row["pair"], f"{row['day'][:8]}03", "1.5", "hand")
        add(world, told, row["base"])
        assert asked(world) == of(accounts[row["accounts"]], *row["periods"].split()), row


def test_a_base_of_another_currency_concerns_all_who_are_billed_in_others(world: World) -> None:
    add(world, rate("EUR/USD", "2026-11-02", source="hand"), base="USD")
    who = {account for account, _ in asked(world)}
    assert who > {ACME.id, INITECH.id, *RUPEES}


def test_the_same_again_asks_for_nothing_but_by_hand(world: World) -> None:
    feed, by_hand = (
        Feed(rate("EUR/INR", "2026-11-02")),
        rate("EUR/KWD", "2026-11-02", source="hand"),
    )
    fetch(world, feed)
    assert add(world, by_hand)
    assert asked(world) == of({*RUPEES, INITECH.id}, "2026-11")
    assert fetch(world, feed).stored == 0
    assert asked(world) == set()
    # Whoever sets it again may have been told that it failed.
    assert not add(world, by_hand)
    assert asked(world) == of({INITECH.id}, "2026-11")


def test_what_the_feed_says_first_stays_and_what_was_set_by_hand_comes_before(world: World) -> None:
    first = rate("EUR/INR", "2026-11-02", "102.1")
    fetch(world, Feed(first))
    asked(world)
    again = fetch(world, Feed(rate("EUR/INR", "2026-11-02", "102.2")))
    assert (again.stored, again.differing, asked(world)) == (0, 1, set())
    assert newest(world) == first
    by_hand = rate("EUR/INR", "2026-11-02", "102.2", "hand")
    assert add(world, by_hand)
    assert (newest(world), asked(world)) == (by_hand, of(RUPEES, "2026-11"))


def test_a_conflict_by_hand_asks_for_nothing(world: World) -> None:
    add(world, rate("EUR/INR", "2026-11-02", "102.1", "hand"))
    asked(world)
    with pytest.raises(Conflict):
        add(world, rate("EUR/INR", "2026-11-02", "102.2", "hand"))
    assert asked(world) == set()


def test_a_currency_that_the_feed_adds_later_counts_for_its_earlier_days(world: World) -> None:
    known = [rate("EUR/USD", "2026-10-30"), rate("EUR/USD", "2026-11-02")]
    fetch(world, Feed(*known))
    assert asked(world) == set()
    more = [rate("EUR/INR", "2026-10-30"), rate("EUR/INR", "2026-11-04")]
    fetch(world, Feed(*known, *more))
    assert asked(world) == of(RUPEES, "2026-10", "2026-11")


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_dying_anywhere_and_starting_again_asks_for_all_that_changed(
    rated: World, after: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = rated.copied()
    fetch(world, Feed(rate("EUR/INR", "2026-10-29")))
    feed = Feed(rate("EUR/INR", "2026-10-30"), rate("EUR/INR", "2026-11-02"))
    undisturbed = world.copied()
    with counted_requests(monkeypatch) as requests:
        fetch(undisturbed, feed)
    everything, rows = asked(undisturbed), undisturbed.rows()
    assert everything == of(RUPEES, "2026-10", "2026-11")
    for number in range(1, requests.made + 1):
        copy = world.copied()
        with counted_requests(monkeypatch, number, after=after), pytest.raises(Died):
            fetch(copy, feed)
        found = asked(copy)
        fetch(copy, feed)
        assert copy.rows() == rows, requests.names[number - 1]
        # Only a run that noted all as done may have asked for everything itself.
        again = asked(copy)
        assert again == everything or (again == set() and found == everything)


def test_a_feed_that_is_off_or_fails_changes_nothing(world: World) -> None:
    before = world.rows()
    world.settings = replace(world.settings, exchange_rates_url="")
    world._wire_anew()
    assert fetch_rates(world.wiring) is None
    world.settings = replace(world.settings, exchange_rates_url="http://127.0.0.1:9/rates/")
    world._wire_anew()
    with pytest.raises(Unavailable, match="no exchange rates came"):
        fetch_rates(world.wiring)
    assert (world.rows(), asked(world)) == (before, set())


def test_a_run_says_what_came_of_it_in_one_line(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def line() -> dict[str, object]:
        triggers.fetch_exchange_rates()
        told: dict[str, object] = json.loads(capsys.readouterr().out)
        return told

    monkeypatch.setattr(triggers, "wiring", lambda: world.wiring)
    with Simulator(today=TODAY) as simulator:
        url = simulator.exchange_rates_url
        world.wiring.settings = replace(world.settings, exchange_rates_url=url)
        told = line()
    assert (told["run"], told["newest"]) == ("fetch_exchange_rates", "2026-11-02")
    assert told["stored"] == told["rates"] and told["ratings"] == 4
    world.wiring.settings = replace(world.settings, exchange_rates_url="")
    assert line()["feed"] == "off"
    world.wiring.settings = replace(world.settings, exchange_rates_url="http://127.0.0.1:9/")
    with pytest.raises(Unavailable):
        triggers.fetch_exchange_rates()
    assert "no exchange rates came" in json.loads(capsys.readouterr().out)["error"]


def test_the_feed_of_the_sample_follows_its_clock(cloud: Cloud) -> None:
    with Simulator(today=TODAY) as simulator:
        world = World(cloud, simulator, FIRST)
        first = fetch_rates(world.wiring)
        assert first is not None and first.stored == first.rates > 60 * 8
        assert (first.newest, newest(world, "EUR/KWD")) == (date(2026, 11, 2), None)
        again = fetch_rates(world.wiring)
        assert again is not None and (again.days, again.stored) == (1, 0)
        # At 16:00 in Frankfurt the rates of the day come out.
        simulator.advance(hours=15)
        second = fetch_rates(world.wiring)
        assert second is not None and (second.days, second.newest) == (1, TODAY)
        simulator.advance(3)
        third = fetch_rates(world.wiring)
        assert third is not None and (third.days > 60, third.newest) == (True, date(2026, 11, 6))
        assert third.stored == 3 * second.stored
