"""When things existed, ran and had which size: drawn from the seed and the calendar alone.

No life depends on the day it is asked for, so a day of the past never changes.
Instants are whole seconds since the epoch, spans half-open.
"""

from calendar import timegm
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from random import Random

from local.cloudstack.inventory import EXTRA_LARGE, SMALL, Fleet, Habit, Machine

HOUR = 3600
DAY = 24 * HOUR
SATURDAY, SUNDAY = 5, 6
SNAPSHOT_DAYS = 28
WEDNESDAY, VM_SNAPSHOT_DAYS = 2, 10


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a machine's life with one offering, running or stopped."""

    start: int
    end: int
    offering: int
    running: bool = True


@dataclass(frozen=True, slots=True)
class Sized:
    """A stretch of a disk's or snapshot's life with one size in GiB."""

    start: int
    end: int
    size_gib: int


def instant(day: date) -> int:
    """Return the second a UTC day begins."""
    return timegm(day.timetuple())


def first_of_month(day: date, months: int = 0) -> date:
    """Return the first day of the month of `day`, moved by so many months.

    >>> first_of_month(date(2026, 1, 15), -3)
    datetime.date(2025, 10, 1)
    """
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


@lru_cache(maxsize=4096)
def month_of(machine: Machine, month: date, seed: int) -> tuple[Span, ...]:
    """Return how a machine that is always there spends the month that begins on `month`."""
    draw = Random(f"{seed}/{machine.id}/{month}")
    start, end = instant(month), instant(first_of_month(month, 1))
    if machine.habit is Habit.OFFICE:
        return tuple(_office_month(machine.offering, month, draw))
    chance = draw.random()
    if machine.habit is not Habit.RESIZED and chance > 0.3:
        return (Span(start, end, machine.offering),)
    first = start + draw.randrange(6 * DAY, 12 * DAY)
    last = first + draw.randrange(2 * DAY, 12 * DAY)
    if machine.habit is Habit.RESIZED or chance < 0.15:
        middle = Span(first, last, _next_size(machine.offering))
    else:
        middle = Span(first, last, machine.offering, running=False)
    return (
        Span(start, first, machine.offering),
        middle,
        Span(last, end, machine.offering),
    )


@lru_cache(maxsize=512)
def seasonal(fleet: Fleet, month: date, seed: int) -> tuple[tuple[Machine, tuple[Span, ...]], ...]:
    """Return the machines a fleet creates in a month, each with its whole life."""
    return tuple(_seasonal(fleet, month, number, seed) for number in range(1, fleet.seasonal + 1))


@lru_cache(maxsize=1024)
def grown_gib(machine: Machine, month: date, seed: int) -> tuple[Sized, ...]:
    """Return the sizes of a data disk in a month: it grows once, and starts over in two years."""
    draw = Random(f"{seed}/{machine.id}/disk/{month}")
    start, end = instant(month), instant(first_of_month(month, 1))
    grown = start + draw.randrange(8 * DAY, 20 * DAY)
    step, months = max(machine.data_gib // 20, 1), month.year * 12 + month.month
    before = machine.data_gib + step * (months % 24)
    after = machine.data_gib + step * ((months + 1) % 24)
    return (Sized(start, grown, before), Sized(grown, end, after))


@lru_cache(maxsize=1024)
def snapshots(machine: Machine, day: date, seed: int) -> tuple[tuple[date, Sized], ...]:
    """Return the weekly snapshots of a data disk that a day may see, by the Sunday they were made.

    They are deleted after four weeks; the size is what they hold, less than the disk.
    """
    found = []
    sunday = day - timedelta(days=(day.weekday() - SUNDAY) % 7)
    for made in (sunday - timedelta(weeks=week) for week in range(5)):
        draw = Random(f"{seed}/{machine.id}/snapshot/{made}")
        start = instant(made) + draw.randrange(1 * HOUR, 4 * HOUR)
        held_gib = max(1, machine.data_gib * draw.randrange(30, 80) // 100)
        found.append((made, Sized(start, start + SNAPSHOT_DAYS * DAY, held_gib)))
    return tuple(found)


def vm_snapshots(machine: Machine, day: date, seed: int) -> Iterator[Sized]:
    """Yield the snapshots of a whole machine that a day and the day before may see, newest first.

    One is made every Wednesday and deleted after ten days; the size is what it holds.
    """
    wednesday = day - timedelta(days=(day.weekday() - WEDNESDAY) % 7)
    for made in (wednesday - timedelta(weeks=week) for week in range(3)):
        draw = Random(f"{seed}/{machine.id}/vm-snapshot/{made}")
        start = instant(made) + draw.randrange(2 * HOUR, 20 * HOUR)
        yield Sized(start, start + VM_SNAPSHOT_DAYS * DAY, draw.randrange(1, 60))


@lru_cache(maxsize=1024)
def detached(machine: Machine, month: date, seed: int) -> tuple[Span, ...]:
    """Return when in a month the data disk of a machine was attached to none: once, for hours."""
    draw = Random(f"{seed}/{machine.id}/detached/{month}")
    start = instant(month) + draw.randrange(2 * DAY, 25 * DAY)
    return (Span(start, start + draw.randrange(2 * HOUR, 12 * HOUR), machine.offering),)


@lru_cache(maxsize=1024)
def state_changes(thing: str, day: date, seed: int) -> tuple[int, ...]:
    """Return when on a UTC day a network was taken down and up again: on most days never."""
    draw = Random(f"{seed}/{thing}/states/{day}")
    if draw.random() > 0.2:
        return ()
    down = instant(day) + draw.randrange(HOUR, 22 * HOUR)
    return (down, down + draw.randrange(120, HOUR))


def _office_month(offering: int, month: date, draw: Random) -> Iterator[Span]:
    """Yield a month of weekdays from about seven to about seven, stopped between."""
    at, day, end = instant(month), month, instant(first_of_month(month, 1))
    while instant(day) < end:
        if day.weekday() < SATURDAY:
            opens = instant(day) + 7 * HOUR + draw.randrange(-900, 900)
            closes = instant(day) + 19 * HOUR + draw.randrange(-900, 900)
            yield Span(at, opens, offering, running=False)
            yield Span(opens, closes, offering)
            at = closes
        day += timedelta(days=1)
    yield Span(at, end, offering, running=False)


def _seasonal(
    fleet: Fleet, month: date, number: int, seed: int
) -> tuple[Machine, tuple[Span, ...]]:
    """Return one machine that lives for four to twenty-four days, and its life."""
    draw = Random(f"{seed}/{fleet.owner.id}/seasonal/{month}/{number}")
    machine = Machine(
        fleet.owner, f"batch-{month:%y%m}-{number}", draw.choice((SMALL, 1, 2)), Habit.SEASONAL
    )
    born = instant(month) + draw.randrange(0, 14 * DAY)
    died = born + draw.randrange(4 * DAY, 24 * DAY)
    stopped = born + draw.randrange(1 * DAY, 3 * DAY)
    life = Span(born, stopped, machine.offering)
    pause = Span(stopped, stopped + draw.randrange(HOUR, DAY), machine.offering, running=False)
    return machine, (life, pause, replace(life, start=pause.end, end=died))


def _next_size(offering: int) -> int:
    """Return the next larger offering, or the next smaller than the largest."""
    return offering + 1 if offering < EXTRA_LARGE else offering - 1
