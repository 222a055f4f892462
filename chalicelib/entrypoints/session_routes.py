"""`/session`: signing in, who am I, signing out."""

import secrets
from datetime import timedelta

import msgspec
from chalice.app import Response

from chalicelib.accounts import Identity
from chalicelib.entrypoints.replies import reply
from chalicelib.entrypoints.requests import COOKIE, Request
from chalicelib.errors import InvalidInput, NotFound, NotSignedIn
from chalicelib.periods import instant_text
from chalicelib.reporting.documents import Document, account_document

_SESSION_LIFE = timedelta(hours=12)
_MOST_ACCOUNTS = 500
_ATTRIBUTES = "Path=/; HttpOnly; Secure; SameSite=Strict"


class _SignIn(msgspec.Struct, forbid_unknown_fields=True):
    username: str = ""
    password: str = ""
    domain: str = "/"
    signed_request: str = ""


def open_session(request: Request) -> Response:
    """Sign in with CloudStack's user name, password and domain, or with a signed request."""
    asked = request.read(_SignIn)
    identity = _identify(request, asked)
    token, expires_at = secrets.token_urlsafe(32), request.now + _SESSION_LIFE
    request.wiring.sessions.open(token, identity, expires_at)
    opened = Request(identity, expires_at, {}, {}, b"", now=request.now, wiring=request.wiring)
    life = int(_SESSION_LIFE.total_seconds())
    cookie = f"{COOKIE}={token}; Max-Age={life}; {_ATTRIBUTES}"
    return reply(_who(opened), headers={"Set-Cookie": cookie})


def who_am_i(request: Request) -> Response:
    """Tell who is signed in and which accounts they may see."""
    return reply(_who(request))


def close_session(request: Request) -> Response:
    """Sign out; signing out twice is no error."""
    if request.token:
        request.wiring.sessions.close(request.token)
    return reply(None, 204, {"Set-Cookie": f"{COOKIE}=; Max-Age=0; {_ATTRIBUTES}"})


def _identify(request: Request, asked: _SignIn) -> Identity:
    """Return who signs in; failures of one name are counted."""
    if asked.signed_request:
        return request.wiring.sign_in().by_signed_request(asked.signed_request, request.now)
    missing = {
        field: "is missing" for field in ("username", "password") if not getattr(asked, field)
    }
    if missing:
        raise InvalidInput("user name and password are needed", missing)
    name = f"{asked.domain.strip(' /').casefold()}/{asked.username.strip().casefold()}"
    sessions = request.wiring.sessions
    sessions.check_attempts(name, request.now)
    try:
        identity = request.wiring.sign_in().by_password(
            asked.username, asked.password, asked.domain
        )
    except NotSignedIn:
        sessions.note_failure(name, request.now)
        raise
    sessions.forget_failures(name)
    return identity


def _who(request: Request) -> Document:
    sender = request.sender
    try:
        accounts = request.accounts()
    except NotFound:
        accounts = []
    expires_at = request.expires_at
    return {
        "user": sender.user,
        "name": sender.name,
        "role": sender.role.value,
        "expires_at": None if expires_at is None else instant_text(expires_at),
        "accounts": [account_document(account) for account in accounts[:_MOST_ACCOUNTS]],
    }
