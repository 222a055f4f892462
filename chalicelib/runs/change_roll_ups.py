"""Takes a roll-up, or the end of one, and asks for the ratings of the open periods it changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from msgspec.structs import replace

from chalicelib.accounts import BillingAccount, SubAccount, domain_path, in_domain
from chalicelib.errors import Conflict, InvalidInput, NotFound
from chalicelib.periods import BillingPeriod, Period, local_day, periods_touched, time_zone_named
from chalicelib.roll_ups import RollUp, chained, memberships
from chalicelib.runs.messages import RatingMessage
from chalicelib.runs.ports import Accounts, Queue, RollUps, Windows
from chalicelib.runs.progress import Reached, collected_up_to

_INSTANT = timedelta(seconds=1)


def add_roll_up(
    asked: RollUp, *, accounts: Accounts, roll_ups: RollUps, windows: Windows, ratings: Queue
) -> tuple[RollUp, bool]:
    """Store a roll-up and ask for the ratings it changes; return it, and whether it is new.

    Safe to repeat: the same one again is no other, and its ratings are asked for again.

    Raises:
        InvalidInput: it names what is not there.
        Conflict: it would change a closed period, lead on from another roll-up, or the source is
            rolled up from that day on already.
    """
    revision = roll_ups.revision()
    book = _Book.read(accounts, roll_ups, windows)
    new = _checked(replace(asked, source=_plain_source(asked)), book)
    others = [each for each in book.roll_ups if each.id != new.id]
    stored = next((each for each in book.roll_ups if each.id == new.id), None)
    if stored is not None and stored.end is not None:
        raise Conflict(f"that roll-up is known and ends on {stored.end}; give it another end")
    change = _change(book, new, before=others, after=[*others, new])
    if stored is None:
        _allow(change, book, field="from", first_changed=new.start)
        _refuse_second(new, others)
        roll_ups.put(new, seen=revision)
    _ask(change, new.start, book, ratings)
    return new, stored is None


def end_roll_up(
    roll_up_id: str,
    until: date | None,
    *,
    accounts: Accounts,
    roll_ups: RollUps,
    windows: Windows,
    ratings: Queue,
) -> RollUp:
    """Set the first day on which a roll-up no longer holds, ask for the ratings that changes.

    Safe to repeat.

    Args:
        until: the day it starts takes the whole roll-up back; None takes its end back.

    Raises:
        NotFound: there is no such roll-up.
        InvalidInput: it would end before it starts.
        Conflict: it would change a closed period, or lead on from another roll-up.
    """
    revision = roll_ups.revision()
    book = _Book.read(accounts, roll_ups, windows)
    stored = next((each for each in book.roll_ups if each.id == roll_up_id), None)
    if stored is None:
        raise NotFound(f"no roll-up {roll_up_id!r}")
    if until is not None and until < stored.start:
        message = f"is before {stored.start}, when it starts"
        raise InvalidInput(f"until: {message}", {"until": message})
    new = replace(stored, end=until)
    others = [each for each in book.roll_ups if each.id != stored.id]
    if new == stored:
        change = _change(book, new, before=[*others, replace(new, end=None)], after=book.roll_ups)
        _ask(change, new.start, book, ratings)
        return new
    change = _change(book, new, before=book.roll_ups, after=[*others, new])
    first_changed = min(each.end for each in (stored, new) if each.end is not None)
    _allow(change, book, field="until", first_changed=first_changed)
    if not stored.holds:
        _refuse_second(new, others)
    roll_ups.put(new, seen=revision)
    _ask(change, first_changed, book, ratings)
    return new


@dataclass(frozen=True, slots=True)
class _Book:
    """All that a change is judged by, read once."""

    accounts: Mapping[str, BillingAccount]
    sub_accounts: Sequence[SubAccount]
    roll_ups: Sequence[RollUp]
    reached: Reached
    newest: Reached

    @classmethod
    def read(cls, accounts: Accounts, roll_ups: RollUps, windows: Windows) -> "_Book":
        progress = cache(windows.connection)
        return cls(
            accounts={each.id: each for each in accounts.all()},
            sub_accounts=accounts.sub_accounts(),
            roll_ups=roll_ups.all(),
            reached=lambda connection: progress(connection).complete_up_to,
            newest=lambda connection: progress(connection).newest_seen,
        )

    def zone(self, account: str) -> str:
        return self.accounts[account].terms.time_zone


@dataclass(frozen=True, slots=True)
class _Change:
    """What a change comes to.

    Attributes:
        time_zone: of the billing account that the roll-up leads to.
        accounts: the billing accounts that gain or lose somebody, as they are after it.
        opens: the start of the youngest open period of those accounts; None where nothing has
            been collected of any of them.
        newly_chained: who would bill others while it is rolled up itself.
    """

    roll_up: RollUp
    time_zone: str
    accounts: Sequence[BillingAccount]
    opens: datetime | None
    newly_chained: set[str]


def _change(
    book: _Book, roll_up: RollUp, *, before: Sequence[RollUp], after: Sequence[RollUp]
) -> _Change:
    zones = {each.billing_account: book.zone(each.billing_account) for each in [*before, *after]}
    old = memberships(book.sub_accounts, before, zones)
    new = memberships(book.sub_accounts, after, zones)
    changed = {each for each in old.keys() | new.keys() if old.get(each) != new.get(each)}
    changed.add(roll_up.billing_account)
    accounts = [
        replace(book.accounts[each], memberships=tuple(new.get(each, ())))
        for each in sorted(changed & book.accounts.keys())
    ]
    opened = [_opens(book.accounts[each.id], book.reached) for each in accounts]
    return _Change(
        roll_up=roll_up,
        time_zone=book.zone(roll_up.billing_account),
        accounts=accounts,
        opens=max((at for at in opened if at is not None), default=None),
        newly_chained=chained(new) - chained(old),
    )


def _opens(account: BillingAccount, reached: Reached) -> datetime | None:
    """Return the start of the period that the newest collected usage of an account falls in."""
    at = collected_up_to(account, reached)
    if at is None:
        return None
    return BillingPeriod.at(at - _INSTANT, account.terms.time_zone).span.start


def _plain_source(asked: RollUp) -> str:
    return domain_path(asked.source) if asked.kind == "domain" else asked.source


def _checked(asked: RollUp, book: _Book) -> RollUp:
    """Return a roll-up that names what is there.

    Raises:
        InvalidInput: it does not; the message is told at its field.
    """
    here = [each for each in book.sub_accounts if each.connection == asked.connection]
    named = [each for each in here if each.id == asked.source]
    wrong: dict[str, str] = {}
    if not here:
        wrong["connection"] = f"no account of {asked.connection!r} is known"
    elif asked.kind == "domain":
        if not any(in_domain(each.domain, asked.source) for each in here):
            wrong["source"] = f"no account lies in {asked.source!r}"
    elif not named:
        wrong["source"] = f"no {asked.kind} {asked.source!r} is known"
    elif named[0].kind != asked.kind:
        wrong["kind"] = f"{named[0].name} is of kind {named[0].kind}"
    if asked.billing_account not in book.accounts:
        wrong["billing_account"] = f"no account {asked.billing_account!r}"
    if wrong:
        field, message = next(iter(wrong.items()))
        raise InvalidInput(f"{field}: {message}", wrong)
    return asked


def _refuse_second(new: RollUp, others: Sequence[RollUp]) -> None:
    for other in others:
        same = (other.connection, other.source) == (new.connection, new.source)
        if same and other.start == new.start and other.holds:
            raise Conflict(
                f"{new.source} is rolled up to {other.billing_account} from {new.start} on;"
                f" end that roll-up on {new.start} first"
            )


def _allow(change: _Change, book: _Book, *, field: str, first_changed: date) -> None:
    """Do nothing, unless a change reaches into closed periods or leads on from another roll-up.

    Raises:
        Conflict: it does.
    """
    target = change.roll_up.billing_account
    for account in sorted(change.newly_chained):
        name = book.accounts[account].name
        if account == target:
            raise Conflict(f"{name} is rolled up itself then, so nothing can be rolled up to it")
        raise Conflict(f"others are rolled up to {name} then, so it cannot be rolled up itself")
    zone = time_zone_named(change.time_zone)
    if change.opens is not None and local_day(first_changed, zone) < change.opens:
        first = change.opens.astimezone(zone).date()
        if local_day(first, zone) < change.opens:
            first += timedelta(days=1)
        raise Conflict(
            f"{field}: {first_changed} is in a month that is closed; the first day possible is"
            f" {first}"
        )


def _ask(change: _Change, first_changed: date, book: _Book, ratings: Queue) -> None:
    """Ask for the ratings of the open periods from the first day that is changed on."""
    changed = local_day(first_changed, time_zone_named(change.time_zone))
    messages = []
    for account in change.accounts:
        opens = _opens(account, book.reached)
        reached = [book.newest(each) or book.reached(each) for each in account.connections]
        until = max((at for at in reached if at is not None), default=None)
        if opens is None or until is None or until <= max(opens, changed):
            continue
        span = Period(max(opens, changed), until)
        touched = periods_touched(span, account.terms.time_zone)
        messages += [RatingMessage(account.id, period.id) for period in touched]
    ratings.put_all(messages)
