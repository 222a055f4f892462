"""The feed of exchange rates: read to the last digit, or not believed at all."""

import gzip
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal as D
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.delivery import exchange_rate_feed
from chalicelib.delivery.exchange_rate_feed import ExchangeRateFeed, parse_rates
from chalicelib.errors import Unavailable
from chalicelib.exchange_rates import ExchangeRate, exchange_rate
from local.cloudstack.simulator import Simulator
from local.exchange_rates import USUAL
from tests.world import TODAY

SAMPLES = Path(__file__).parent / "samples"
DAILY = (SAMPLES / "eurofxref-daily.xml").read_bytes()
LAST_90_DAYS = (SAMPLES / "eurofxref-hist-90d.xml").read_bytes()
HTML = b"<!DOCTYPE html><html><body><h1>Please wait</h1></body></html>"
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
Table = list[dict[str, str]]
Serve = Callable[[int, bytes], str]


def of(day: int, currency: str, rate: str) -> ExchangeRate:
    return exchange_rate("EUR", currency, date(2026, 11, day), D(rate), "ecb")


def file(*cubes: str) -> bytes:
    """Return a file of the bank with these elements between its outermost cube."""
    return DAILY.split(b"<Cube>")[0] + f"<Cube>{''.join(cubes)}</Cube></gesmes:Envelope>".encode()


def day(*rates: str, time: str = "2026-11-24") -> str:
    return f'<Cube time="{time}">{"".join(rates)}</Cube>'


def cube(currency: str = "USD", rate: str = "1.1") -> str:
    return f'<Cube currency="{currency}" rate="{rate}"/>'


def test_the_daily_file_is_read() -> None:
    told = parse_rates(DAILY)
    dollar, yen, krona, rupee = "1.1537", "178.21", "143.80", "102.4150"
    expected = [("USD", dollar), ("JPY", yen), ("ISK", krona), ("INR", rupee)]
    assert told.rates == tuple(of(24, currency, rate) for currency, rate in expected)
    assert (told.unknown, told.newest) == ((), date(2026, 11, 24))


def test_the_file_of_90_days_is_read_and_a_currency_that_is_no_more_left_out() -> None:
    told = parse_rates(LAST_90_DAYS)
    assert [rate.date.day for rate in told.rates] == [24] * 3 + [23] * 3 + [20] * 3
    assert told.rates[-1] == of(20, "INR", "102.2075")
    assert (told.unknown, told.newest) == (("BGN",), date(2026, 11, 24))


def test_what_is_odd_in_one_place_is_not_believed_in_the_others(table: Table) -> None:
    """
    element                             | why
    <Cube currency="USD" rate="-1.1"/>  | the rate of USD on 2026-11-24 is '-1.1'
    <Cube currency="USD" rate="0"/>     | must be above 0
    <Cube currency="USD" rate="0.000"/> | must be above 0
    <Cube currency="USD" rate="1,1"/>   | is '1,1'
    <Cube currency="USD" rate="1e3"/>   | is '1e3'
    <Cube currency="USD" rate="N/A"/>   | is 'N/A'
    <Cube currency="USD" rate="NaN"/>   | is 'NaN'
    <Cube currency="USD" rate=" 1.1"/>  | is ' 1.1'
    <Cube currency="USD" rate="&#1633;"/> | the rate of USD
    <Cube currency="USD" rate=""/>      | is ''
    <Cube currency="USD"/>              | is ''
    <Cube rate="1.1"/>                  | '' is no currency
    <Cube currency="usd" rate="1.1"/>   | 'usd' is no currency
    <Cube currency="EURO" rate="1.1"/>  | 'EURO' is no currency
    <Cube currency="EUR" rate="1"/>     | must be another currency
    <Cube currency="JPY" rate="178"/>   | JPY has two rates
    """
    for row in table:
        with pytest.raises(Unavailable, match="is not believed") as caught:
            parse_rates(file(day(cube("JPY", "178"), row["element"])))
        assert row["why"] in str(caught.value), row


@pytest.mark.parametrize(
    "body",
    [
        b"",
        HTML,
        HTML.lower(),
        BOMB,
        b'{"rates": {"USD": 1.1}}',
        DAILY[: len(DAILY) // 2],
        DAILY + b"<more/>",
        DAILY.replace(b"UTF-8", b"no-such-encoding"),
        DAILY.replace(b"UTF-8", b"utf-16"),
        DAILY.replace(b"2002-08-01/eurofxref", b"2002-08-01/other"),
        file(),
        file(day()),
        file(cube()),
        file(day(cube("BGN", "1.9558"))),
        file(day(cube(), time="24 November")),
        file(day(cube(), time="2026-02-30")),
        file(day(cube(), time="20261124")),
    ],
)
def test_what_is_no_file_of_rates_is_told_in_a_sentence(body: bytes) -> None:
    with pytest.raises(Unavailable, match=r"is not believed: .+"):
        parse_rates(body)


@settings(max_examples=200)
@given(st.data())
def test_whatever_comes_is_read_or_refused(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(DAILY)))
    body = DAILY[:at] + data.draw(st.binary(max_size=4)) + DAILY[at + 1 :]
    try:
        assert all(rate.rate > 0 and rate.base == "EUR" for rate in parse_rates(body).rates)
    except Unavailable:
        pass


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serves one answer to whatever is asked; returns the folder's URL."""
    servers: list[ThreadingHTTPServer] = []

    def started(status: int, body: bytes) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                self.send_header("Content-Encoding", "gzip")
                self.end_headers()
                self.wfile.write(gzip.compress(body))

            def log_message(self, format: str, *args: object) -> None:
                pass

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        Thread(target=servers[-1].serve_forever, args=(0.02,), daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}/rates"

    yield started
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_folder_is_asked_for_its_two_files() -> None:
    with Simulator(today=TODAY) as simulator:
        feed = ExchangeRateFeed(simulator.exchange_rates_url.rstrip("/"))
        daily, last = feed.daily(), feed.last_90_days()
    assert {rate.quote for rate in daily.rates} == set(USUAL)
    assert {rate.date for rate in daily.rates} == {last.newest} == {date(2026, 11, 20)}
    assert set(daily.rates) < set(last.rates)
    assert (TODAY - min(rate.date for rate in last.rates)).days in (89, 90, 88)


@pytest.mark.parametrize("status", [204, 301, 404, 500, 503])
def test_another_status_is_told(serve: Serve, status: int) -> None:
    with pytest.raises(Unavailable, match=f"answered {status}"):
        ExchangeRateFeed(serve(status, DAILY)).daily()


def test_more_than_there_can_be_is_not_read(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange_rate_feed, "_LARGEST", 100_000)
    with pytest.raises(Unavailable, match="sent more than 100000 bytes"):
        ExchangeRateFeed(serve(200, b" " * 200_000)).daily()


def test_an_answer_that_takes_for_ever_is_given_up(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exchange_rate_feed, "_LONGEST_SECONDS", -1)
    with pytest.raises(Unavailable, match="took more than"):
        ExchangeRateFeed(serve(200, DAILY)).daily()


@pytest.mark.parametrize("error", [requests.ConnectTimeout, requests.exceptions.InvalidURL])
def test_nobody_there_is_told(error: type[Exception], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error("secret details")

    monkeypatch.setattr(requests, "get", fail)
    with pytest.raises(Unavailable, match=f"did not answer .{error.__name__}"):
        ExchangeRateFeed("https://rates.example/").daily()


def test_a_file_is_read_whole_over_http(serve: Serve) -> None:
    assert ExchangeRateFeed(serve(200, LAST_90_DAYS)).daily() == parse_rates(LAST_90_DAYS)
