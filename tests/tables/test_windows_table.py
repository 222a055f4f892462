"""The windows table: what has been collected of each connection, in parts and as a whole."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from chalicelib.metering.progress import PartProgress, WindowProgress
from chalicelib.metering.windows import Window
from chalicelib.periods import Period
from chalicelib.tables.parts import PartsTable
from chalicelib.tables.windows import WindowsTable
from tests.tables.spans import FIRST, day, new_connection
from tests.world import NOW, World


@pytest.fixture
def windows(world: World) -> WindowsTable:
    return world.wiring.windows


@pytest.fixture
def parts(world: World) -> PartsTable:
    return world.wiring.parts


def complete(
    window: Window, digest: str = "ab" * 16, announced: str | None = None
) -> WindowProgress:
    return WindowProgress(
        window,
        "complete",
        digest=digest,
        answered=9,
        records=8,
        copies=1,
        rejects=2,
        holds=3,
        refused=1,
        sub_accounts=4,
        pages=2,
        archived=("00" * 16, "ff" * 16),
        announced=announced,
    )


def state(windows: WindowsTable, window: Window) -> tuple[str, str | None, int, int, str | None]:
    found = windows.window(window)
    assert found is not None
    return found.state, found.digest, found.parts, found.parts_done, found.error


def test_a_complete_window_comes_back_as_it_was(windows: WindowsTable, window: Window) -> None:
    assert windows.window(window) is None
    windows.mark_complete(complete(window))
    assert windows.window(window) == complete(window)
    assert list(windows.windows(window.connection)) == [complete(window)]


def test_a_window_is_new_once(windows: WindowsTable, window: Window) -> None:
    assert windows.mark_waiting(window)
    assert state(windows, window) == ("waiting", None, 0, 0, None)
    assert not windows.mark_waiting(window)
    windows.mark_complete(complete(window))
    assert not windows.mark_waiting(window)
    assert windows.window(window) == complete(window)


Step = Callable[[WindowsTable, Window], object]
STEPS: dict[str, Step] = {
    "waiting": lambda windows, window: windows.mark_waiting(window),
    "failed": lambda windows, window: windows.mark_failed(window, "no answer", NOW),
    "part": lambda windows, window: windows.note_parts(window, 3, 1),
    "parts": lambda windows, window: windows.note_parts(window, 3, 3),
    "complete": lambda windows, window: windows.mark_complete(complete(window)),
}


def test_what_a_window_is_after_what_happened_to_it(windows: WindowsTable, table) -> None:
    """
    happened                       | state      | digest | parts | done | error
    waiting                        | waiting    |        | 0     | 0    |
    failed                         | failed     |        | 0     | 0    | no answer
    waiting failed                 | failed     |        | 0     | 0    | no answer
    waiting failed waiting         | failed     |        | 0     | 0    | no answer
    waiting failed complete        | complete   | yes    | 0     | 0    |
    waiting complete               | complete   | yes    | 0     | 0    |
    waiting complete failed        | complete   | yes    | 0     | 0    |
    waiting part                   | collecting |        | 3     | 1    |
    waiting part parts             | collecting |        | 3     | 3    |
    waiting part failed            | failed     |        | 3     | 1    | no answer
    waiting part failed part       | collecting |        | 3     | 1    |
    waiting part failed parts      | collecting |        | 3     | 3    |
    waiting part parts complete    | complete   | yes    | 0     | 0    |
    complete part                  | collecting | yes    | 3     | 1    |
    complete part complete         | complete   | yes    | 0     | 0    |
    """
    for row in table:
        window = day(new_connection(), 0)
        for step in row["happened"].split():
            STEPS[step](windows, window)
        digest = "ab" * 16 if row["digest"] else None
        wanted = (row["state"], digest, int(row["parts"]), int(row["done"]), row["error"] or None)
        assert state(windows, window) == wanted, row


def test_a_failure_is_told_of_the_connection_until_cloudstack_answers_again(
    windows: WindowsTable, window: Window
) -> None:
    connection = window.connection
    assert windows.connection(connection).error is None
    windows.mark_failed(window, "no answer", NOW)
    found = windows.connection(connection)
    assert (found.error, found.error_at, found.error_window) == (
        "no answer",
        NOW,
        window.period.start,
    )
    windows.note_error(connection, "wrong keys", NOW + timedelta(hours=1))
    found = windows.connection(connection)
    assert (found.error, found.error_window) == ("wrong keys", None)
    windows.note_newest(connection, FIRST, "4.22.0.0")
    found = windows.connection(connection)
    assert (found.error, found.error_at, found.error_window) == (None, None, None)
    assert (found.newest_seen, found.version) == (FIRST, "4.22.0.0")
    windows.note_newest(connection, NOW, None)
    found = windows.connection(connection)
    assert (found.newest_seen, found.version) == (NOW, "4.22.0.0")


def test_ratings_are_announced_for_what_the_window_holds_alone(
    windows: WindowsTable, window: Window
) -> None:
    windows.mark_announced(window, "ab" * 16)
    assert windows.window(window) is None
    windows.mark_complete(complete(window))
    windows.mark_announced(window, "cd" * 16)
    assert windows.window(window) == complete(window)
    windows.mark_announced(window, "ab" * 16)
    assert windows.window(window) == complete(window, announced="ab" * 16)
    windows.mark_complete(complete(window, "cd" * 16, announced="ab" * 16))
    found = windows.window(window)
    assert found is not None and found.announced != found.digest


def test_windows_are_listed_by_their_start(windows: WindowsTable, window: Window) -> None:
    connection = window.connection
    days = [day(connection, number) for number in range(5)]
    for each in days[::-1]:
        windows.mark_waiting(each)
    windows.mark_waiting(day(connection + "x", 0))
    windows.note_error(connection, "oops", NOW)

    def listed(**how: object) -> list[int]:
        found = windows.windows(connection, **how)  # type: ignore[arg-type]
        return [(each.window.period.start - FIRST).days for each in found]

    assert listed() == [0, 1, 2, 3, 4]
    assert listed(newest_first=True) == [4, 3, 2, 1, 0]
    assert listed(since=days[2].period.start) == [2, 3, 4]
    assert listed(before=days[2].period.start) == [0, 1]
    assert listed(since=days[1].period.start, before=days[3].period.start) == [1, 2]
    assert listed(before=days[3].period.start, newest_first=True) == [2, 1, 0]


@given(st.permutations(range(5)))
@settings(max_examples=8, deadline=None)
def test_progress_is_the_end_of_what_is_complete_without_a_gap(
    world: World, order: list[int]
) -> None:
    windows, connection = world.wiring.windows, new_connection()
    done: set[int] = set()
    for number in order:
        windows.mark_complete(complete(day(connection, number)))
        done.add(number)
        gapless = next(n for n in range(6) if n not in done)
        assert windows.advance(connection, FIRST) == FIRST + timedelta(days=gapless)
        assert windows.connection(connection).complete_up_to in (
            None if not gapless else FIRST + timedelta(days=gapless),
        )


def test_what_is_being_read_again_was_complete_and_what_failed_was_not(
    windows: WindowsTable, window: Window
) -> None:
    windows.mark_complete(complete(window))
    windows.note_parts(window, 3, 0)
    windows.mark_failed(day(window.connection, 1), "no answer", NOW)
    assert windows.advance(window.connection, FIRST) == window.period.end


def test_windows_of_hours_and_of_local_days_join(windows: WindowsTable, window: Window) -> None:
    connection, at = window.connection, datetime(2026, 10, 24, 22, tzinfo=UTC)
    for hours in (25, 1, 12, 24):
        period = Period(at, at + timedelta(hours=hours))
        windows.mark_complete(complete(Window(connection, period)))
        at = period.end
    assert windows.advance(connection, datetime(2026, 10, 24, 22, tzinfo=UTC)) == at


# Parts of a window that is too large for one message.


def part(window: Window, number: int, **how: object) -> PartProgress:
    first = number * 200 + 1
    plain = PartProgress(window, number, first, first + 199, next_page=first)
    return replace(plain, **how)  # type: ignore[arg-type]


def test_parts_come_back_in_order_as_they_were(parts: PartsTable, window: Window) -> None:
    wanted = [part(window, number) for number in range(12)]
    wanted[-1] = replace(wanted[-1], last_page=None)
    parts.begin(wanted[::-1])
    assert parts.of(window) == wanted
    assert parts.get(window, 11) == wanted[11] and parts.get(window, 12) is None
    assert parts.of(day(window.connection, 1)) == []


def test_a_part_is_saved_forward_only(parts: PartsTable, window: Window) -> None:
    parts.begin([part(window, 0)])
    further = part(window, 0, next_page=33, rows=16_000, archived=("ab" * 16, "cd" * 16))
    assert parts.save(further) and parts.get(window, 0) == further
    assert not parts.save(part(window, 0, next_page=17, rows=8_000))
    assert parts.get(window, 0) == further
    # Whoever is as far may say so: it has read the same pages.
    assert parts.save(replace(further, archived=("ef" * 16,)))


def test_a_part_that_is_done_stays_done(parts: PartsTable, window: Window) -> None:
    parts.begin([part(window, 0)])
    done = part(window, 0, next_page=201, rows=100_000, is_done=True)
    assert parts.save(done)
    assert not parts.save(part(window, 0, next_page=300))
    assert not parts.save(done)
    assert parts.get(window, 0) == done


def test_parts_that_have_begun_are_not_begun_again(parts: PartsTable, window: Window) -> None:
    parts.begin([part(window, 0), part(window, 1)])
    further = part(window, 1, next_page=250)
    parts.save(further)
    parts.begin([part(window, 0), part(window, 1), part(window, 2)])
    assert parts.of(window) == [part(window, 0), further, part(window, 2)]


def test_what_is_not_being_read_cannot_be_saved(parts: PartsTable, window: Window) -> None:
    assert not parts.save(part(window, 0, next_page=17))
    parts.begin([part(window, 0)])
    parts.end(window)
    assert parts.of(window) == []
    # A straggler must not bring a part of a metered window back.
    assert not parts.save(part(window, 0, next_page=17))
    assert parts.of(window) == []
    parts.end(window)


def test_parts_are_no_windows(parts: PartsTable, windows: WindowsTable, window: Window) -> None:
    windows.mark_waiting(window)
    parts.begin([part(window, 0)])
    assert [each.window for each in windows.windows(window.connection)] == [window]
    other = day(window.connection, 1)
    parts.begin([part(other, 0)])
    parts.end(window)
    assert parts.of(other) == [part(other, 0)]
