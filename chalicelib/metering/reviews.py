"""Usage records that a person has to look at: rejects and holds, and what was decided of them.

A reject could not be read or metered. A hold reads well and cannot be right. Neither is billed
until the operator decides; deciding is recorded, and the windows are metered again.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Literal

import msgspec

from chalicelib.errors import Conflict
from chalicelib.periods import instant_text

Kind = Literal["reject", "hold"]
Verdict = Literal["accept", "refuse"]
SAMPLES_KEPT = 5


class Reason(StrEnum):
    """Why a usage record is not billed as it came."""

    UNKNOWN_TYPE = "unknown_type"
    NO_OWNER = "no_owner"
    NO_RESOURCE = "no_resource"
    NO_DATES = "no_dates"
    UNREADABLE_DATE = "unreadable_date"
    ENDS_BEFORE_START = "ends_before_start"
    NO_RAW_USAGE = "no_raw_usage"
    NO_SIZE = "no_size"
    OUTSIDE_WINDOW = "outside_window"
    NOT_A_RECORD = "not_a_record"
    LOST = "lost"
    NOT_A_NUMBER = "not_a_number"
    NEGATIVE = "negative"
    DECIMAL_COMMA = "decimal_comma"
    TOO_MANY_HOURS = "too_many_hours"
    TOO_MANY_HOURS_TOGETHER = "too_many_hours_together"
    ANOTHER_QUANTITY = "another_quantity"
    OVERLAP = "overlap"
    ATTACHED_ALONE = "attached_alone"

    @property
    def text(self) -> str:
        """What is wrong, in words that follow on "a usage record that"."""
        return _WORDS[self]

    @property
    def kind(self) -> Kind:
        """Whether it is a reject, which cannot be billed, or a hold."""
        return "hold" if self in _HOLDS else "reject"

    @property
    def can_accept(self) -> bool:
        """Whether there is a quantity to bill if the operator says so."""
        return self in _ACCEPTABLE


_WORDS = {
    Reason.UNKNOWN_TYPE: "has a usage type without a meter",
    Reason.NO_OWNER: "names neither an account nor a project",
    Reason.NO_RESOURCE: "does not say which resource was used",
    Reason.NO_DATES: "has no start or no end",
    Reason.UNREADABLE_DATE: "has a date that cannot be read",
    Reason.ENDS_BEFORE_START: "ends before it starts",
    Reason.NO_RAW_USAGE: "has no raw usage",
    Reason.NO_SIZE: "has no size",
    Reason.OUTSIDE_WINDOW: "lies outside of the window that was asked for",
    Reason.NOT_A_RECORD: "is not a usage record",
    Reason.LOST: "makes CloudStack fail when it is asked for",
    Reason.NOT_A_NUMBER: "has a raw usage that is not a number",
    Reason.NEGATIVE: "has a negative raw usage",
    Reason.DECIMAL_COMMA: "writes its raw usage with a decimal comma",
    Reason.TOO_MANY_HOURS: "has more hours than its window",
    Reason.TOO_MANY_HOURS_TOGETHER: "makes the hours of its resource more than its window has",
    Reason.ANOTHER_QUANTITY: "repeats a resource and window with a larger quantity",
    Reason.OVERLAP: "overlaps another record of the same resource",
    Reason.ATTACHED_ALONE: "tells how long a volume was attached, without the volume's own record",
}
_ACCEPTABLE = {
    Reason.DECIMAL_COMMA,
    Reason.TOO_MANY_HOURS,
    Reason.TOO_MANY_HOURS_TOGETHER,
    Reason.ANOTHER_QUANTITY,
    Reason.OVERLAP,
    Reason.ATTACHED_ALONE,
}
_HOLDS = {*_ACCEPTABLE, Reason.NOT_A_NUMBER, Reason.NEGATIVE}


class Refused(Exception):
    """A row cannot be metered, for a reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.text)
        self.reason = reason


class ReviewGroup(msgspec.Struct):
    """Usage records of one sub account, type and window set aside for one reason.

    Attributes:
        owner: UUID of the sub account, "" where the records name none.
        count: records.
        verdict: what was decided of them, None while they are open.
        samples: a few of them, as JSON; all are in the archive.
    """

    usage_type: int | None
    owner: str
    account: str
    reason: Reason
    verdict: Verdict | None = None
    count: int = 0
    samples: list[str] = msgspec.field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return self.verdict is None

    @property
    def is_lost(self) -> bool:
        """Whether CloudStack may show its records yet, and nobody has given them up."""
        return self.is_open and self.reason is Reason.LOST


class Decision(msgspec.Struct, frozen=True):
    """What the operator decided of the records set aside for one reason.

    Attributes:
        start, end: it holds for windows that start within.
        by: user name of who decided.
    """

    connection: str
    usage_type: int | None
    reason: Reason
    start: datetime
    end: datetime
    verdict: Verdict
    by: str
    at: datetime
    note: str = ""

    @property
    def id(self) -> str:
        """When it was made and what it is about; sorts by time."""
        usage_type = "" if self.usage_type is None else self.usage_type
        span = f"{instant_text(self.start)}/{instant_text(self.end)}"
        return f"{instant_text(self.at)}#{self.reason}#{usage_type}#{span}#{self.verdict}"


def checked(decision: Decision) -> Decision:
    """Return a decision that can be carried out.

    Raises:
        Conflict: there is no quantity that could be billed.
    """
    if decision.verdict == "accept" and not decision.reason.can_accept:
        raise Conflict(
            f"a record that {decision.reason.text} has no quantity to bill; it can only be refused"
        )
    return decision


class Verdicts:
    """What was decided of the records of one window; the latest decision counts.

    >>> Verdicts([]).of(1, Reason.OVERLAP) is None
    True
    """

    def __init__(self, decisions: Iterable[Decision]) -> None:
        ordered = sorted(decisions, key=lambda each: (each.at, each.id))
        self._verdicts: dict[tuple[int | None, Reason], Verdict] = {
            (each.usage_type, each.reason): each.verdict for each in ordered
        }

    def of(self, usage_type: int | None, reason: Reason) -> Verdict | None:
        """Return what was decided, None while it is open."""
        return self._verdicts.get((usage_type, reason))
