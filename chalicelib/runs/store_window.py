"""Stores what a window came to, and asks for the ratings that it changes."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial

from msgspec.structs import replace

from chalicelib.accounts import BillingAccount
from chalicelib.metering.merging import Merged, Unbilled, merged
from chalicelib.metering.progress import Window, WindowProgress
from chalicelib.metering.usage import PackedUsage
from chalicelib.metering.windows import MeteredWindow
from chalicelib.periods import Period, periods_touched
from chalicelib.runs.collection import Collected, Collection
from chalicelib.runs.messages import RatingMessage
from chalicelib.runs.ports import Usage
from chalicelib.runs.retries import until_settled


@dataclass(frozen=True, slots=True)
class Reading:
    """What a window was metered from.

    Attributes:
        archived: digests of the bundles that hold it.
        rows: that CloudStack's answer had.
        is_new: whether CloudStack was asked; else it is what was read before.
    """

    archived: tuple[str, ...]
    rows: int
    is_new: bool = True


def store_window(
    window: Window,
    before: WindowProgress | None,
    metered: MeteredWindow,
    reading: Reading,
    collection: Collection,
) -> Collected:
    """Store what is new of a window and ask for the ratings of it; return what that was.

    Safe to repeat: what is stored already is not written again, and ratings are asked for until
    that is noted, so none is lost.
    """
    known = before if before is not None and before.digest is not None else None
    shows_less = known is not None and reading.rows < known.answered
    collection.accounts.remember(metered.sub_accounts, only_unknown=True)
    is_known = known is not None
    changed = _store(
        window,
        metered,
        collection,
        same_reading=not reading.is_new,
        is_known=is_known,
        shows_less=shows_less,
    )
    written = len(changed)
    written += collection.reviews.replace(window, metered.reviews, shows_less=shows_less)
    progress = _progress(window, known, metered, reading, shows_less)
    if before is not None and before.parts:
        collection.parts.end(window)
    if progress != before:
        collection.windows.mark_complete(progress)
    asked = 0
    if changed or progress.announced != progress.digest:
        owners = _to_be_rated(known, changed, metered)
        asked = _ask_for_ratings(window, metered, owners, collection)
        collection.windows.mark_announced(window, metered.digest)
    return Collected(
        records=metered.records,
        rejects=metered.count("reject"),
        holds=metered.count("hold"),
        copies=metered.copies,
        pages=metered.pages if reading.is_new else 0,
        written=written,
        ratings=asked,
    )


def _store(
    window: Window,
    metered: MeteredWindow,
    collection: Collection,
    *,
    is_known: bool,
    same_reading: bool,
    shows_less: bool,
) -> list[str]:
    """Store the usage that differs from what is stored; return of which sub accounts."""
    usage = collection.usage
    stored = usage.digests(window, list(metered.usage)) if is_known else {}
    new = {owner: packed for owner, packed in metered.usage.items() if owner not in stored}
    about_to_change = cache(partial(collection.windows.mark_changing, window))
    if is_known and new:
        about_to_change()
    # A run that died before may have stored some of what is new.
    doubtful = usage.put_new(window, new) if new else []
    changed = [owner for owner in new if owner not in set(doubtful)]
    doubtful += [each for each, digest in stored.items() if metered.usage[each].digest != digest]
    for owner in doubtful:
        unbilled = metered.unbilled.get(owner, Unbilled())
        bring = partial(merged, unbilled=unbilled, same_reading=same_reading, shows_less=shows_less)
        is_new, recognized = until_settled(
            partial(
                _bring_together,
                window,
                owner,
                metered.usage[owner],
                usage,
                bring=bring,
                about_to_change=about_to_change,
            )
        )
        metered.recognize(owner, recognized)
        changed += [owner] if is_new else []
    return changed


def _bring_together(
    window: Window,
    owner: str,
    fresh: PackedUsage,
    usage: Usage,
    *,
    bring: Callable[[PackedUsage, PackedUsage], Merged],
    about_to_change: Callable[[], None],
) -> tuple[bool, Counter[str]]:
    """Store what stored and fresh usage come to; tell whether that is news, and what of before
    was recognized.

    Args:
        about_to_change: called before anything is changed, so that ratings are known to be owed
            whoever dies here.

    Raises:
        Conflict: somebody stored something else meanwhile.
    """
    stored = usage.get(window, owner)
    if stored is None:
        usage.put(window, owner, fresh, seen=None)
        return True, Counter()
    if stored.digest == fresh.digest:
        return False, Counter()
    both = bring(stored, fresh)
    if both.packed.digest == stored.digest:
        return False, both.recognized
    about_to_change()
    usage.put(window, owner, both.packed, seen=stored.digest)
    return True, both.recognized


def _progress(
    window: Window,
    known: WindowProgress | None,
    metered: MeteredWindow,
    reading: Reading,
    shows_less: bool,
) -> WindowProgress:
    """Return what is known of the window from now on."""
    progress = WindowProgress(
        window,
        "complete",
        digest=metered.digest,
        answered=reading.rows,
        records=metered.records,
        copies=metered.copies,
        rejects=metered.count("reject"),
        holds=metered.count("hold"),
        refused=metered.count("refused"),
        lost=metered.lost,
        sub_accounts=len(metered.usage),
        pages=metered.pages,
        archived=reading.archived,
        announced=None if known is None else known.announced,
    )
    if known is None or not shows_less:
        return progress
    return replace(
        progress,
        records=max(progress.records, known.records),
        rejects=max(progress.rejects, known.rejects),
        holds=max(progress.holds, known.holds),
    )


def _to_be_rated(
    known: WindowProgress | None, changed: list[str], metered: MeteredWindow
) -> Sequence[str] | None:
    """Return whose usage a window has changed; None where no ratings were ever asked for it.

    Where a run died before it asked for ratings, it is not known any more what it changed.
    """
    if known is None or known.announced is None:
        return None
    return changed if known.announced == known.digest else list(metered.usage)


def _uses(account: BillingAccount, owners: Sequence[str]) -> bool:
    """Tell whether usage of one of those sub accounts is, or was, billed to `account`."""
    return not set(owners).isdisjoint(each.sub_account for each in account.memberships)


def _ask_for_ratings(
    window: Window,
    metered: MeteredWindow,
    owners: Sequence[str] | None,
    collection: Collection,
) -> int:
    """Queue a rating for every period that this window, or a gap it closed, reaches into.

    Args:
        owners: only of these sub accounts; None where the window is new: then accounts without
            usage in it are rated too, since their figures are now as of later.
    """
    reached = collection.windows.advance(window.connection, collection.first)
    end = window.period.end if owners is not None else max(window.period.end, reached)
    span = Period(min(metered.starts, window.period.start), end)
    messages = [
        RatingMessage(account.id, period.id)
        for account in collection.accounts.all()
        if window.connection in account.connections and (owners is None or _uses(account, owners))
        for period in periods_touched(span, account.terms.time_zone)
    ]
    collection.ratings.put_all(messages)
    return len(messages)
