"""Signing in and out: `login`, `logout`, and the second factor."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from local.cloudstack.commands.cloud import Cloud
from local.cloudstack.directory import Directory
from local.cloudstack.envelopes import Content
from local.cloudstack.errors import ApiError, NotVerified
from local.cloudstack.estate import ROOT, TWO_FACTOR_CODE, Domain, User
from local.cloudstack.sessions import COOKIE, TIMEOUT_SECONDS, Session, Sessions


@dataclass(frozen=True, slots=True)
class Reply:
    """The content of an answer, and the cookies that go with it."""

    content: Content
    cookies: tuple[str, ...] = field(default=())


def log_in(method: str, parameters: Mapping[str, str], cloud: Cloud, sessions: Sessions) -> Reply:
    """Return the session opened for a user name, password and domain.

    Raises:
        ApiError: 405 but by POST, 401 for an unreadable domain id, 531 whatever else is wrong.
    """
    if method != "POST":
        raise ApiError(405, "Please use HTTP POST to authenticate using this API", None)
    domain = _domain(parameters, cloud.directory)
    username = parameters.get("username", "")
    user = cloud.directory.sign_in(username, parameters.get("password", ""), domain)
    if user is None:
        raise ApiError(
            531,
            f"Failed to authenticate user {username} in domain {domain.id}; "
            "please provide valid credentials",
            None,
        )
    if not cloud.states.admits(user.account):
        raise ApiError(
            531,
            f"User {username} (or their account) in domain {domain.name} is disabled/locked. "
            "Please contact the administrator.",
            None,
        )
    session = sessions.open(user)
    cookies = (
        f"{COOKIE}={session.id}; Path=/client; HttpOnly",
        f"sessionkey={session.key}; Path=/client/api; HttpOnly",
    )
    return Reply(_login_content(user, session), cookies)


def log_out(cookies: Mapping[str, str], sessions: Sessions) -> Reply:
    """Return the word that a session is over; also where there was none."""
    sessions.close(cookies.get(COOKIE, ""))
    gone = f"{COOKIE}=; Path=/client; Max-Age=0"
    return Reply({"description": "success"}, (gone,))


def verify_second_factor(session: Session | None, parameters: Mapping[str, str]) -> Reply:
    """Return success once the code is right.

    Raises:
        NotVerified: there is no session.
        ApiError: 511, the code is wrong.
    """
    if session is None:
        raise NotVerified()
    if parameters.get("codefor2fa") != TWO_FACTOR_CODE:
        raise ApiError(
            511,
            "failed to authenticate user, check if two factor authentication code is correct",
            None,
        )
    session.verified = True
    return Reply({"success": "true"})


def _domain(parameters: Mapping[str, str], directory: Directory) -> Domain:
    """Return the domain by id or else by path; ROOT where neither is given."""
    domain_id = parameters.get("domainid", parameters.get("domainId"))
    if domain_id is not None:
        domain = directory.domain(domain_id)
        if domain is None:
            text = "Invalid domain id entered, please enter a valid one"
            raise ApiError(401, text, None)
        return domain
    path = parameters.get("domain", ROOT.path)
    found = directory.domain_at(path)
    if found is None:
        raise ApiError(531, f"Unable to find the domain from the path {path}", None)
    return found


def _login_content(user: User, session: Session) -> Content:
    """Return what `login` says of user and session; numbers and truths are texts, as there."""
    zone = user.account.time_zone
    offset = datetime.now(UTC).astimezone(ZoneInfo(zone)).utcoffset()
    return {
        "username": user.username,
        "userid": user.id,
        "domainid": user.account.domain.id,
        "timeout": TIMEOUT_SECONDS,
        "account": user.account.name,
        "firstname": user.first_name,
        "lastname": user.last_name,
        "type": str(user.account.role.account_type),
        "timezone": zone,
        "timezoneoffset": str(offset.total_seconds() / 3600 if offset else 0.0),
        "registered": "false",
        "sessionkey": session.key,
        "is2faenabled": str(user.two_factor).lower(),
        "is2faverified": str(session.verified).lower(),
        "issuerfor2fa": "CloudStack",
    }
