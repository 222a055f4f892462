"""A request whose sender is known, and whose input has been checked."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TypeVar

import msgspec

from chalicelib.accounts import BillingAccount, Identity, Role, may_see
from chalicelib.errors import InvalidInput, NotFound, NotSignedIn, UnsupportedMediaType
from chalicelib.wiring import Wiring

COOKIE = "session"
_T = TypeVar("_T")
_LONGEST_BODY = 200_000
# DynamoDB takes keys of up to 1024 bytes; ids of ours are UUIDs and short words.
LONGEST_ID = 64
_JSON = "application/json"
CSV = "text/csv"
_FIRST_YEAR, _LAST_YEAR = 2000, 2999
_IN_WORDS = (
    ("Invalid decimal", "must be a number, such as 250.00"),
    ("Expected `decimal`", "must be a number, such as 250.00"),
    ("Expected `str`", "must be text"),
    ("Expected `int", "must be a whole number"),
    ("Expected `datetime", "must be an instant, such as 2026-09-01T00:00:00Z"),
    ("Invalid RFC3339 encoded datetime", "must be an instant, such as 2026-09-01T00:00:00Z"),
    ("Expected `date", "must be a day, such as 2026-12-01"),
    ("Invalid RFC3339 encoded date", "must be a day, such as 2026-12-01"),
    ("Object missing required field", "is missing"),
    ("Object contains unknown field", "is not known here"),
)
# Python 3.11 reads `20261101` and `2026-W45-1` too.
_DAY_TEXT = re.compile(r"\d{4}-\d{2}-\d{2}")
# A place in a row of a list, and what says that a row itself is no row.
_ROW = re.compile(r"(\w+)\[(\d+)\](.*)")
_ROWS = ("Object", "Expected `object`")
_NAMED = re.compile(r"(?:field|missing required field) `([^`]+)`")


class Request(msgspec.Struct, frozen=True):
    """What a route gets.

    Attributes:
        identity: who asks; None on routes that are open to all.
        path: the parts of the path that the route names.
        content_type: of the body, as the sender says.
        token: of a session, as the sender says.
        signature: of Stripe, on what it sends.
    """

    identity: Identity | None
    expires_at: datetime | None
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    now: datetime
    wiring: Wiring
    content_type: str = _JSON
    token: str | None = None
    signature: str = ""

    @property
    def sender(self) -> Identity:
        """Who asks.

        Raises:
            NotSignedIn: nobody is known; cannot happen on a route with a role.
        """
        if self.identity is None:
            raise NotSignedIn("please sign in")
        return self.identity

    @property
    def media_type(self) -> str:
        """What the sender says the body is, without its parameters."""
        return self.content_type.partition(";")[0].strip().lower()

    def read(self, kind: type[_T], most: int = _LONGEST_BODY) -> _T:
        """Return the body, which is JSON, as `kind`.

        Args:
            most: how many bytes it may have.

        Raises:
            InvalidInput: it is something else; the message says where.
        """
        body = self.raw(_JSON, most)
        try:
            return msgspec.json.decode(body, type=kind)
        except msgspec.ValidationError as error:
            raise _named(str(error)) from None
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise InvalidInput("the body is not JSON") from None

    def text(self, media_type: str, most: int) -> str:
        """Return the body as text.

        Raises:
            InvalidInput: it is of another type, too large, or not UTF-8.
        """
        try:
            return self.raw(media_type, most).decode()
        except UnicodeDecodeError:
            raise InvalidInput("the text is not UTF-8: save it as such") from None

    def raw(self, media_type: str, most: int) -> bytes:
        """Return the body as it was sent.

        Raises:
            UnsupportedMediaType: it is of another type.
            InvalidInput: it is too large.
        """
        # A form of another site cannot say this without the browser asking us first.
        if self.media_type != media_type:
            raise UnsupportedMediaType(f"send {media_type}, not {self.content_type!r}")
        if len(self.body) > most:
            raise InvalidInput(f"the request is too large: it may have {most:,} bytes")
        return self.body

    def days(self, most: int, in_words: str) -> tuple[date, date]:
        """Return the first and the last day that are asked for, both included.

        Args:
            most: how many days may be asked for at once.
            in_words: the same, for a person.

        Raises:
            InvalidInput: one is missing or no day, or they are too many or none.
        """
        first, last = self._day("from"), self._day("to")
        if last < first:
            raise InvalidInput("`to` is before `from`", {"to": "is before `from`"})
        if (last - first).days >= most:
            raise InvalidInput(f"ask for at most {in_words}", {"from": "is too far back"})
        return first, last

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """Return which of `choices` is asked for, the first unless another is.

        Raises:
            InvalidInput: it is none of them.
        """
        chosen = self.query.get(name, choices[0])
        if chosen not in choices:
            raise wrong(name, f"expected {' or '.join(choices)}, not {chosen!r}")
        return chosen

    def _day(self, name: str) -> date:
        text = self.query.get(name, "")
        try:
            if not _DAY_TEXT.fullmatch(text):
                raise ValueError(text)
            return date.fromisoformat(text)
        except ValueError:
            raise wrong(name, f"expected a day YYYY-MM-DD, not {text!r}") from None

    def is_own_account(self) -> bool:
        """Tell whether the sender asks about their own account, as all but operators do."""
        asked = self.query.get("account")
        own = self.sender.account
        return asked == own or (not asked and self.sender.role is not Role.OPERATOR)

    def account(self) -> BillingAccount:
        """Return the billing account that is asked about.

        Raises:
            NotFound: there is none, or it is none of the sender's business, which looks the same.
        """
        accounts = self.wiring.accounts
        asked = self.query.get("account")
        if self.is_own_account():
            return accounts.get(self.sender.account)
        if not asked:
            return self.accounts()[0]
        if len(asked) > LONGEST_ID:
            raise NotFound("no such account")
        account = accounts.get(asked)
        if not may_see(account, self.sender, self._own_account()):
            raise NotFound(f"no account {asked!r}")
        return account

    def accounts(self) -> list[BillingAccount]:
        """Return every billing account the sender may see, their own first.

        Raises:
            NotFound: there is none yet.
        """
        own = self._own_account()
        seen = [each for each in self.wiring.accounts.all() if may_see(each, self.sender, own)]
        if not seen:
            raise NotFound("no account has been collected yet")
        return sorted(seen, key=lambda account: account.id != self.sender.account)

    def _own_account(self) -> BillingAccount | None:
        try:
            return self.wiring.accounts.get(self.sender.account)
        except NotFound:
            return None


def whole_second(at: datetime, name: str) -> datetime:
    """Return an instant of a body in UTC.

    Args:
        name: of the field it came in.

    Raises:
        InvalidInput: it has no offset, a part of a second, or an absurd year.
    """
    sensible = at.utcoffset() is not None and not at.microsecond
    if not sensible or not _FIRST_YEAR <= at.year <= _LAST_YEAR:
        example = "2026-09-01T00:00:00Z"
        raise wrong(name, f"needs a whole second of {_FIRST_YEAR} to {_LAST_YEAR}, as {example}")
    return at.astimezone(UTC)


def sensible_day(day: date, name: str) -> date:
    """Return a day that usage may be of.

    Args:
        name: of the field it came in.

    Raises:
        InvalidInput: its year is absurd.
    """
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise wrong(name, f"must be a day of {_FIRST_YEAR} to {_LAST_YEAR}")
    return day


def wrong(name: str, message: str) -> InvalidInput:
    """Return the error for what was sent as `name`."""
    return InvalidInput(f"{name}: {message}", {name: message})


def token_of(headers: Mapping[str, str]) -> str | None:
    """Return the session token a request carries, in its cookie or as a bearer."""
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and bearer:
        return bearer.strip()
    # Read by hand: the standard library drops all cookies where one of them is odd.
    for cookie in headers.get("cookie", "").split(";"):
        name, _, value = cookie.strip().partition("=")
        if name == COOKIE:
            return value
    return None


def _named(message: str) -> InvalidInput:
    """Return what msgspec complains of, by the field it names (`... - at `$.amount.amount``).

    What is wrong in a row of a list is told by that row: `prices.3`.
    """
    what, _, where = message.partition(" - at `$")
    path = where.strip("`").lstrip(".")
    text = next(
        (words for start, words in _IN_WORDS if what.startswith(start)), what[:1].lower() + what[1:]
    )
    named = _NAMED.search(what)
    if not path:
        field = named[1] if named else ""
        return wrong(field, text) if field else InvalidInput(text)
    row = _ROW.fullmatch(path)
    if row is not None and (row[3] or what.startswith(_ROWS)):
        field, place, inner = f"{row[1]}.{row[2]}", f"{row[1]}[{row[2]}]", row[3].lstrip(".")
    else:
        field = place = path.partition(".")[0].partition("[")[0]
        inner = ""
    if named:
        inner = f"{inner}.{named[1]}".lstrip(".")
    told = f"{inner} {text}".strip()
    return InvalidInput(f"{place}: {told}", {field: told})
