"""Reads one window of usage from CloudStack and stores what each sub account used in it."""

from itertools import chain

from chalicelib.metering.pages import UsagePage, read_page
from chalicelib.metering.progress import PartProgress, Window, WindowProgress
from chalicelib.metering.reviews import Verdicts
from chalicelib.metering.windows import WindowMeter
from chalicelib.runs.collection import Collected, Collection
from chalicelib.runs.messages import WindowMessage
from chalicelib.runs.read_pages import read_part
from chalicelib.runs.store_window import Reading, store_window

# More rows than this are read in parts, several at a time: at two seconds a page of 500, a part
# takes less than seven minutes, and a function may take fifteen.
_ROWS_A_PART = 100_000


def collect_usage(window: Window, collection: Collection) -> Collected:
    """Collect `window`; return what was read and written.

    Safe to repeat, and to stop anywhere: everything stored is made of what CloudStack sent and
    nothing else, so a second run writes the same or nothing. A large window is split into parts,
    each with a message of its own, and metered from the archive once all have been read.

    Raises:
        Unavailable: CloudStack or a queue failed; nothing is lost, run it again.
    """
    before = collection.windows.window(window)
    if before is not None and before.parts:
        parts = collection.parts.of(window)
        if parts:
            return _go_on(window, before, parts, collection)
    if before is not None and _is_unchanged(before, collection):
        return Collected(before.records, before.rejects, before.holds, before.copies)
    pages = collection.source.usage_pages(collection.asked(window))
    first = next(pages)
    if first.count > _ROWS_A_PART:
        pages.close()
        return _split(first.count, first.size, window, collection)
    meter = _meter(window, collection)
    whole = PartProgress(window, 0, first_page=1, last_page=None, next_page=1)
    read = read_part(whole, chain([first], pages), collection, look=lambda page: _take(page, meter))
    if not read.is_done:
        return _begin([read], window, collection)
    return _finish(window, before, meter, Reading(read.archived, read.rows), collection)


def collect_part(window: Window, number: int, collection: Collection) -> Collected:
    """Read one part of a large window into the archive; go on in another run if time ends.

    Safe to repeat: a part that was read further by somebody else, or is done, is left alone.

    Raises:
        Unavailable: CloudStack or a queue failed; what was archived is kept, run it again.
    """
    part = collection.parts.get(window, number)
    if part is None:
        return Collected()
    if not part.is_done:
        asked = collection.asked(window)
        pages = collection.source.usage_pages(asked, part.next_page, part.last_page)
        part = read_part(part, pages, collection, checkpoint=collection.parts.save)
        collection.parts.save(part)
    if not part.is_done:
        collection.queue.put_all([WindowMessage.of(window, part=number)])
        return Collected(parts=1)
    parts = collection.parts.of(window)
    done = sum(each.is_done for each in parts)
    collection.windows.note_parts(window, len(parts), done)
    if done == len(parts):
        collection.queue.put_all([WindowMessage.of(window)])
    return Collected(pages=part.next_page - part.first_page)


def replay(window: Window, collection: Collection) -> Collected:
    """Meter `window` anew from the archive, without asking CloudStack.

    What the operator has decided meanwhile, and what the product reads otherwise by now, counts.
    Safe to repeat.

    Raises:
        NotFound: the window was never complete, or the archive no longer has its pages.
    """
    before = collection.windows.window(window)
    if before is None or before.digest is None:
        return collect_usage(window, collection)
    meter = _meter(window, collection)
    _take_archived(window, before.archived, meter, collection)
    reading = Reading(before.archived, before.answered, is_new=False)
    return store_window(window, before, meter.metered(), reading, collection)


def _is_unchanged(before: WindowProgress, collection: Collection) -> bool:
    """Tell whether a window that was settled has as many records as it had.

    CloudStack only ever appends to a past window, so a late record shows in the count, and a
    second look at a day without any costs one row instead of all of them. A row that CloudStack
    could not show is in the count already, so such a window is read until it can.
    """
    if before.digest is None or before.announced != before.digest or before.lost:
        return False
    return collection.source.usage_count(collection.asked(before.window)) == before.answered


def _split(rows: int, rows_a_page: int, window: Window, collection: Collection) -> Collected:
    """Have a large window read in parts. The last reads on until nothing is left."""
    pages_a_part = -(-_ROWS_A_PART // rows_a_page)
    count = -(-rows // (pages_a_part * rows_a_page))
    parts = []
    for number in range(count):
        first = number * pages_a_part + 1
        last = None if number == count - 1 else first + pages_a_part - 1
        parts.append(PartProgress(window, number, first, last, next_page=first))
    return _begin(parts, window, collection)


def _begin(parts: list[PartProgress], window: Window, collection: Collection) -> Collected:
    collection.parts.begin(parts)
    return _ask_for(collection.parts.of(window), window, collection)


def _go_on(
    window: Window,
    before: WindowProgress,
    parts: list[PartProgress],
    collection: Collection,
) -> Collected:
    """Ask for the parts that are left, or meter the window once there are none."""
    if not all(part.is_done for part in parts):
        return _ask_for(parts, window, collection)
    meter = _meter(window, collection)
    archived = tuple(digest for part in parts for digest in part.archived)
    _take_archived(window, archived, meter, collection)
    reading = Reading(archived, sum(part.rows for part in parts))
    return _finish(window, before, meter, reading, collection)


def _ask_for(parts: list[PartProgress], window: Window, collection: Collection) -> Collected:
    left = [part.number for part in parts if not part.is_done]
    collection.windows.note_parts(window, len(parts), len(parts) - len(left))
    collection.queue.put_all([WindowMessage.of(window, part=number) for number in left])
    return Collected(parts=len(left))


def _finish(
    window: Window,
    before: WindowProgress | None,
    meter: WindowMeter,
    reading: Reading,
    collection: Collection,
) -> Collected:
    """Store a window all of which has been read; what its records may overlap is read first."""
    if meter.crosses:
        earlier = PartProgress(window, 0, first_page=1, last_page=None, next_page=1)
        pages = collection.source.usage_pages(collection.before(window))
        read = read_part(earlier, pages, collection, look=lambda page: _take(page, meter))
        reading = Reading((*reading.archived, *read.archived), reading.rows)
    return store_window(window, before, meter.metered(), reading, collection)


def _meter(window: Window, collection: Collection) -> WindowMeter:
    return WindowMeter(window, Verdicts(collection.reviews.decisions_on(window)))


def _take_archived(
    window: Window, archived: tuple[str, ...], meter: WindowMeter, collection: Collection
) -> None:
    for digest in archived:
        for body in collection.archive.pages(window, digest):
            _take(read_page(body), meter)


def _take(page: UsagePage, meter: WindowMeter) -> None:
    meter.add(page.rows)
    for row in page.unreadable:
        meter.add_unreadable(row)
