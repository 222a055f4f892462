"""What has been done about an account that is to pay: reminders, warnings, holds."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal

import msgspec

_KEPT_EVENTS = 30
Action = Literal["hold", "suspend"]
Wish = Literal["hold", "suspend", "resume"]


class Step(StrEnum):
    """What is done about an account that does not pay, or soon has nothing left."""

    BEFORE_DUE = "before_due"
    OVERDUE = "overdue"
    FINAL_NOTICE = "final_notice"
    LOW_BALANCE = "low_balance"
    EMPTY_WALLET = "empty_wallet"
    CREDIT_LIMIT = "credit_limit"
    HOLD = "hold"
    SUSPEND = "suspend"
    RESUME = "resume"


class Wallet(StrEnum):
    """What has been warned of."""

    OK = "ok"
    LOW = "low"
    EMPTY = "empty"


class Enforced(StrEnum):
    """How far an enforcement is: what ends in -ing has been decided, and is being carried out."""

    NONE = "none"
    HOLDING = "holding"
    HELD = "held"
    SUSPENDING = "suspending"
    SUSPENDED = "suspended"
    RESUMING = "resuming"


class Reminded(msgspec.Struct, frozen=True):
    """A reminder that was sent."""

    what: Step
    on: date


class Event(msgspec.Struct, frozen=True):
    """Something that was done, or with a dry run would have been.

    Attributes:
        document, number: that it was about; empty where it was about the account.
        by: who asked for it; empty where the product did it by itself.
        is_dry_run: whether it was only reported.
        note: what went wrong with it.
    """

    at: datetime
    what: Step
    document: str = ""
    number: str = ""
    by: str = ""
    is_dry_run: bool = False
    note: str = ""


class FollowUp(msgspec.Struct, frozen=True, omit_defaults=True):
    """What has been done about a billing account; it changes with the ledger, in one write.

    Attributes:
        followed_on: the last day on which it was looked at.
        reminded: by document.
        wallet: what was warned of; it takes more than crossing back to be warned again.
        empty_since: the day from which on there was nothing left.
        not_drawn: prepaid usage, with tax, that there was nothing to draw for.
        expiring: top-ups of which it was told that they expire soon.
        over_limit: whether it was warned of its credit limit.
        touched: (connection, kind, id) of what was changed in CloudStack; it is changed back.
        by: who had it held or suspended; empty where the product did.
        spared_until: the day before which the product holds nobody: the operator had it resumed.
        wanted: what the operator asked for and has not been carried out.
        events: the last of what was done, oldest first.
    """

    followed_on: date | None = None
    reminded: Mapping[str, tuple[Reminded, ...]] = {}
    wallet: Wallet = Wallet.OK
    empty_since: date | None = None
    not_drawn: Decimal = Decimal(0)
    expiring: tuple[str, ...] = ()
    over_limit: bool = False
    enforced: Enforced = Enforced.NONE
    enforced_at: datetime | None = None
    touched: tuple[tuple[str, str, str], ...] = ()
    by: str = ""
    spared_until: date | None = None
    wanted: Wish | None = None
    wanted_by: str = ""
    events: tuple[Event, ...] = ()

    def with_event(self, event: Event) -> "FollowUp":
        """Return it with one more event; the oldest go."""
        events = (*self.events, event)[-_KEPT_EVENTS:]
        return msgspec.structs.replace(self, events=events)


def follow_text(follow: FollowUp) -> str:
    """Return it as it is kept."""
    return msgspec.json.encode(follow, order="deterministic").decode()


def follow_of(text: str) -> FollowUp:
    """Return what was kept; a new one where that is empty."""
    return msgspec.json.decode(text, type=FollowUp) if text else FollowUp()
