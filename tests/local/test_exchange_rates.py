"""The invented reference rates: of working days, once they are out, the same every time."""

import urllib.error
import urllib.request
from datetime import UTC, date, datetime

import pytest

from local.cloudstack.simulator import Simulator
from local.exchange_rates import DAILY, LAST_90_DAYS, USUAL, published_days, rate_of, rates_file


def test_rates_come_out_on_working_days_at_four_in_frankfurt(table: list[dict[str, str]]) -> None:
    """
    instant          | newest
    2026-11-24T14:59 | 2026-11-23
    2026-11-24T15:00 | 2026-11-24
    2026-11-22T12:00 | 2026-11-20
    2026-11-23T00:00 | 2026-11-20
    2026-07-06T13:59 | 2026-07-03
    2026-07-06T14:00 | 2026-07-06
    2026-12-26T18:00 | 2026-12-24
    """
    for row in table:
        at = datetime.fromisoformat(row["instant"]).replace(tzinfo=UTC)
        assert str(next(published_days(at))) == row["newest"], row


def test_both_files_tell_the_same_of_the_newest_day() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    daily, last = rates_file(DAILY, now), rates_file(LAST_90_DAYS, now)
    assert daily is not None and last is not None
    assert (
        daily.count(b"<Cube time=")
        == 1
        < last.count(b"<Cube time=")
        == len(list(published_days(now)))
    )
    inner = daily[daily.index(b"<Cube time=") : daily.index(b"</Cube>")]
    assert inner in last
    assert rates_file("eurofxref-hist.xml", now) is None


def test_rates_stay_near_what_is_usual_and_are_written_alike() -> None:
    for currency, usual in USUAL.items():
        for day in published_days(datetime(2026, 11, 23, tzinfo=UTC)):
            rate = rate_of(currency, day)
            assert abs(rate / usual - 1) <= 0.0101
            assert rate.as_tuple().exponent == usual.as_tuple().exponent
    assert rate_of("USD", date(2026, 11, 20)) != rate_of("USD", date(2026, 11, 19))


def test_the_simulator_serves_them_and_nothing_else_there() -> None:
    with Simulator(today=date(2026, 11, 23)) as simulator:
        with urllib.request.urlopen(simulator.exchange_rates_url + DAILY, timeout=10) as answer:
            assert b'time="2026-11-20"' in answer.read()
        for path in ("", "other.xml", "../state"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(simulator.exchange_rates_url + path, timeout=10)
