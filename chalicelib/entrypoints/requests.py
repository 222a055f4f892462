"""A request whose sender is known, and whose input has been checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
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
_FIRST_YEAR, _LAST_YEAR = 2000, 2999
_IN_WORDS = (
    ("Invalid decimal", "must be a number, such as 250.00"),
    ("Expected `decimal`", "must be a number, such as 250.00"),
    ("Expected `str`", "must be text"),
    ("Expected `datetime", "must be an instant, such as 2026-09-01T00:00:00Z"),
    ("Invalid RFC3339 encoded datetime", "must be an instant, such as 2026-09-01T00:00:00Z"),
    ("Expected `date", "must be a day, such as 2026-12-01"),
    ("Invalid RFC3339 encoded date", "must be a day, such as 2026-12-01"),
    ("Object missing required field", "is missing"),
    ("Object contains unknown field", "is not known here"),
)
_NAMED = re.compile(r"(?:field|missing required field) `([^`]+)`")


@dataclass(frozen=True, slots=True)
class Request:
    """What a route gets.

    Attributes:
        identity: who asks; None on routes that are open to all.
        path: the parts of the path that the route names.
        content_type: of the body, as the sender says.
    """

    identity: Identity | None
    expires_at: datetime | None
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    now: datetime
    wiring: Wiring
    content_type: str = _JSON

    @property
    def sender(self) -> Identity:
        """Who asks.

        Raises:
            NotSignedIn: nobody is known; cannot happen on a route with a role.
        """
        if self.identity is None:
            raise NotSignedIn("please sign in")
        return self.identity

    def read(self, kind: type[_T]) -> _T:
        """Return the body as `kind`.

        Raises:
            InvalidInput: it is something else; the message says where.
        """
        # A form of another site cannot say this without the browser asking us first.
        if self.content_type.partition(";")[0].strip().lower() != _JSON:
            raise UnsupportedMediaType(f"send {_JSON}, not {self.content_type!r}")
        if len(self.body) > _LONGEST_BODY:
            raise InvalidInput("the request is too large")
        try:
            return msgspec.json.decode(self.body, type=kind)
        except msgspec.ValidationError as error:
            raise _named(str(error)) from None
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise InvalidInput("the body is not JSON") from None

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
        message = f"needs a whole second of {_FIRST_YEAR} to {_LAST_YEAR}, as 2026-09-01T00:00:00Z"
        raise InvalidInput(f"{name}: {message}", {name: message})
    return at.astimezone(UTC)


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
    """Return what msgspec complains of, by the field it names (`... - at `$.amount.amount``)."""
    what, _, where = message.partition(" - at `$")
    field = where.strip("`").lstrip(".").partition(".")[0].partition("[")[0]
    named = _NAMED.search(what)
    inner = named[1] if named and field else ""
    if not field and named:
        field = named[1]
    text = next(
        (words for start, words in _IN_WORDS if what.startswith(start)), what[:1].lower() + what[1:]
    )
    told = f"{inner} {text}".strip()
    return InvalidInput(f"{field}: {told}" if field else told, {field: told} if field else None)
