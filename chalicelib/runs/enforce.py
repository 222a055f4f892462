"""Holds, suspends and resumes accounts in CloudStack: decided first, then done, then recorded."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial, reduce

import msgspec
from msgspec.structs import replace

from chalicelib.accounts import BillingAccount, Kind, SubAccount
from chalicelib.errors import Conflict, NotFound
from chalicelib.invoicing.dunning import due_action
from chalicelib.invoicing.follow_ups import (
    Enforced,
    Event,
    FollowUp,
    Step,
    Wish,
    follow_of,
)
from chalicelib.ledger.entries import OpenItem
from chalicelib.ledger.standing import Seen, Standing
from chalicelib.money import EXACT
from chalicelib.notifications.account_messages import enforcement_messages
from chalicelib.runs.billing_ports import AccountControl
from chalicelib.runs.books import Books
from chalicelib.runs.drafts import Material
from chalicelib.runs.ports import Accounts
from chalicelib.runs.retries import until_settled

_TRIES = 8
# What is being done, and what it is once it is done.
_DONE = {
    Enforced.HOLDING: (Enforced.HELD, Step.HOLD),
    Enforced.SUSPENDING: (Enforced.SUSPENDED, Step.SUSPEND),
    Enforced.RESUMING: (Enforced.NONE, Step.RESUME),
}
_BEGINS: dict[Wish, Enforced] = {
    "hold": Enforced.HOLDING,
    "suspend": Enforced.SUSPENDING,
    "resume": Enforced.RESUMING,
}
_ACTS = (Step.HOLD, Step.SUSPEND, Step.RESUME)
_HELD = (Enforced.HELD, Enforced.SUSPENDED)
# CloudStack's words for an account and a project that may do everything.
_FREE = ("enabled", "active")


class Decision(msgspec.Struct, frozen=True):
    """What is to be done with the CloudStack accounts of a billing account."""

    wish: Wish
    by: str = ""
    is_dry_run: bool = False


class Enforcer:
    """Does in CloudStack what was decided about accounts.

    Args:
        control: lends what changes accounts of a connection.
    """

    def __init__(
        self,
        accounts: Accounts,
        control: Callable[[str], AbstractContextManager[AccountControl]],
    ) -> None:
        self._accounts = accounts
        self._control = control

    def enforce(self, current: Material, books: Books, today: date, now: datetime) -> Enforced:
        """Do what is due, if anything is; return how far the account is then.

        Raises:
            Unavailable: CloudStack did not answer; what was decided stays decided.
            Conflict: others kept being quicker.
        """
        follow = until_settled(lambda: self._decide(current, books, today, now), tries=_TRIES)
        if follow.enforced not in _DONE:
            return follow.enforced
        notes = [self._carry_out(follow.enforced, each) for each in follow.touched]
        note = "; ".join(sorted({each for each in notes if each}))
        if not follow.touched:
            note = "CloudStack has no account of it that could be changed"
        record = partial(self._record, current, books, follow.enforced, note, now)
        return until_settled(record, tries=_TRIES).enforced

    def _decide(self, current: Material, books: Books, today: date, now: datetime) -> FollowUp:
        """Return what has been decided, which is stored: before anything is done of it."""
        seen = _seen(current, books)
        before = follow_of(seen.follow)
        if before.enforced in _DONE:
            return before
        decision = decided(current, seen, before, today)
        if decision is None:
            return self._nothing(current, books, seen, before)
        if decision.is_dry_run:
            after = _reported(before, decision, now)
            if after != before:
                books.put_follow(seen, after, prepaid=current.prepaid)
            return after
        after = replace(
            before,
            enforced=_BEGINS[decision.wish],
            enforced_at=now,
            by=decision.by,
            touched=self._touched(current.account, before, decision.wish),
            wanted=None,
            wanted_by="",
        )
        if decision.wish == "resume" and decision.by:
            delay = timedelta(days=current.details.enforcement.after_days)
            after = replace(after, spared_until=today + delay)
        books.put_follow(seen, after, prepaid=current.prepaid)
        return after

    def _nothing(self, current: Material, books: Books, seen: Seen, before: FollowUp) -> FollowUp:
        """Return what is stored where nothing is to be done; what was asked for is done already."""
        if before.wanted is None:
            return before
        after = replace(before, wanted=None, wanted_by="")
        books.put_follow(seen, after, prepaid=current.prepaid)
        return after

    def _touched(
        self, account: BillingAccount, before: FollowUp, wish: Wish
    ) -> tuple[tuple[str, str, str], ...]:
        """Return what is to be changed, and changed back one day: what was free before.

        What somebody had locked or disabled in CloudStack stays so.
        """
        if wish == "resume" or before.touched:
            return before.touched
        found = []
        for each in self._members(account):
            try:
                with self._control(each.connection) as control:
                    state = control.state(each.kind, each.id)
            except NotFound:
                continue
            if state in _FREE:
                found.append((each.connection, each.kind, each.id))
        return tuple(found)

    def _members(self, account: BillingAccount) -> list[SubAccount]:
        """Return the accounts and projects that the billing account is billed for now."""
        members = {
            (each.connection, each.sub_account) for each in account.memberships if each.end is None
        }
        return [
            each
            for each in self._accounts.sub_accounts()
            if (each.connection, each.id) in members and each.state != "removed"
        ]

    def _carry_out(self, enforced: Enforced, touched: tuple[str, str, str]) -> str:
        """Do it for one account or project; return what stood in the way, if anything did."""
        connection, kind, id = touched
        named: Kind = "project" if kind == "project" else "account"
        try:
            with self._control(connection) as control:
                if enforced is Enforced.HOLDING:
                    control.hold(named, id)
                elif enforced is Enforced.SUSPENDING:
                    control.suspend(named, id)
                else:
                    control.resume(named, id)
        except (NotFound, Conflict) as error:
            return str(error)
        return ""

    def _record(
        self, current: Material, books: Books, done: Enforced, note: str, now: datetime
    ) -> FollowUp:
        """Record that what was decided has been done, with the mails that tell of it.

        Nothing where somebody else has recorded it, and perhaps decided otherwise since.
        """
        seen = _seen(current, books)
        before = follow_of(seen.follow)
        if before.enforced is not done:
            return before
        enforced, step = _DONE[done]
        after = replace(before, enforced=enforced, enforced_at=now)
        if enforced is Enforced.NONE:
            after = replace(after, touched=(), by="")
        after = after.with_event(Event(now, step, by=before.by, note=note))
        mails = enforcement_messages(
            current.account,
            current.details,
            books.site_url,
            enforced=enforced,
            at=now,
            were_stopped=_last_act(before) is Step.SUSPEND,
        )
        # Nobody is told of what was done to no account, as where CloudStack has none any more.
        rows = books.outgoing.rows(mails if before.touched else [], now, now)
        books.put_follow(seen, after, prepaid=current.prepaid, also=rows)
        return after


def decided(current: Material, seen: Seen, before: FollowUp, today: date) -> Decision | None:
    """Return what is to be done with who does not pay, or pays again; None for nothing.

    What the operator asks for comes first. What the product held it lets go once everything due
    is paid; what the operator held, only the operator lets go.
    """
    held = before.enforced in _HELD
    if before.wanted is not None:
        same = {"hold": Enforced.HELD, "suspend": Enforced.SUSPENDED, "resume": Enforced.NONE}
        if same[before.wanted] is not before.enforced:
            return Decision(before.wanted, before.wanted_by)
    if held and before.by:
        return None
    details = current.details
    items = _late(seen.standing, today)
    due = due_action(details, items, before.empty_since)
    is_due = due is not None and due.on <= today
    if held:
        still = is_due or bool(items) or before.empty_since is not None
        return None if still else Decision("resume")
    if due is None or not is_due:
        return None
    if before.spared_until is not None and today < before.spared_until:
        return None
    return Decision(due.action, is_dry_run=details.enforcement.dry_run)


def _late(standing: Standing, today: date) -> list[OpenItem]:
    """Return what is overdue; nothing where credit that nobody has allocated would pay it."""
    late = [item for item in standing.items.values() if item.due_on < today]
    owed = reduce(EXACT.add, (standing.open_of(item.document) for item in late), Decimal(0))
    return late if owed > standing.credit else []


def _reported(before: FollowUp, decision: Decision, now: datetime) -> FollowUp:
    """Return what was done, with what a dry run would do: once for each time it would be done."""
    step = Step(decision.wish)
    last = next((each for each in reversed(before.events) if each.what in _ACTS), None)
    if last is not None and last.is_dry_run and last.what is step:
        return before
    return before.with_event(Event(now, step, is_dry_run=True))


def _last_act(follow: FollowUp) -> Step | None:
    """Return what was last done in CloudStack."""
    acts = [each.what for each in follow.events if each.what in _ACTS and not each.is_dry_run]
    return acts[-1] if acts else None


def _seen(current: Material, books: Books) -> Seen:
    account = current.account
    return books.ledger.standing(account.id, account.terms.currency)
