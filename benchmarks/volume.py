"""A month of one account's usage, written straight to the usage table.

A million records through HTTP and a meter take minutes. So one day is fetched and metered by the
product, and every other day of the month is that day's usage moved on, packed and stored by the
product too. Rating reads it as any other.
"""

import msgspec

from benchmarks.load import CONNECTION, DAYS, cloudstack, window
from chalicelib.metering.progress import WindowProgress
from chalicelib.metering.usage import PackedUsage, UsageGroup, pack, unpack
from chalicelib.metering.windows import MeteredWindow, WindowMeter
from tests.world import World

DAY_SECONDS = 86400


def store_month(world: World, records_per_day: int) -> str:
    """Store so many records of each day, all of one account; return the account's id."""
    metered = _one_day(records_per_day)
    ((account, first),) = metered.usage.items()
    day = list(unpack(first.body))
    world.wiring.accounts.remember(metered.sub_accounts)
    for number in range(DAYS):
        packed = _moved(day, number)
        world.wiring.usage.put_new(window(number), {account: packed})
        complete = WindowProgress(window(number), "complete", digest=packed.digest)
        world.wiring.windows.mark_complete(complete)
    world.wiring.windows.advance(CONNECTION, window().period.start)
    return account


def _one_day(records: int) -> MeteredWindow:
    meter = WindowMeter(window())
    with cloudstack(records, 1) as (_, source):
        for page in source.usage_pages(window().period):
            meter.add(page.rows)
    return meter.metered()


def _moved(day: list[UsageGroup], days: int) -> PackedUsage:
    """Return a day's usage as that of so many days later."""
    seconds = days * DAY_SECONDS
    moved = [
        msgspec.structs.replace(group, start=group.start + seconds, end=group.end + seconds)
        for group in day
    ]
    return pack([moved])
