"""From a request to an answer: who calls, may they, what is it, and how is it written."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock

from local.cloudstack.arguments import Arguments
from local.cloudstack.commands.cloud import Cloud
from local.cloudstack.commands.registry import ANSWER_NAMES, SIGN_IN_COMMANDS, commands_of
from local.cloudstack.envelopes import JSON_TYPE, XML_TYPE, refusal, serialised
from local.cloudstack.errors import ApiError, NotVerified
from local.cloudstack.estate import User
from local.cloudstack.sessions import Session, Sessions
from local.cloudstack.sign_in import Reply, log_in, log_out, verify_second_factor
from local.cloudstack.signing import Verifier

NO_COMMAND = 432


@dataclass(frozen=True, slots=True)
class Request:
    """One call: parameters of query and form together, cookies by name."""

    method: str
    parameters: Mapping[str, str]
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def command(self) -> str | None:
        """Return the name of the command, None where it is missing."""
        return self.parameters.get("command") or None

    @property
    def as_json(self) -> bool:
        """Return whether JSON was asked for; XML is the default."""
        return self.parameters.get("response", "").lower() == "json"


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: int
    body: bytes
    content_type: str
    headers: tuple[tuple[str, str], ...] = ()


class Api:
    """The API of one installation."""

    def __init__(self, cloud: Cloud, verifier: Verifier, quota_enabled: bool = True) -> None:
        self._cloud, self._verifier = cloud, verifier
        self._commands = commands_of(cloud.version, quota_enabled)
        self._sessions = Sessions(time.monotonic)
        self._calls: Counter[str] = Counter()
        self._lock = Lock()

    @property
    def calls(self) -> dict[str, int]:
        """Return how often each command was called, whatever came of it."""
        with self._lock:
            return dict(self._calls)

    def answer(self, request: Request) -> Answer:
        """Return the answer to a request; a refusal is an answer."""
        with self._lock:
            self._calls[request.command or ""] += 1
        try:
            reply = self._reply(request)
        except ApiError as error:
            return self.refused(request, error)
        name = _answer_name(request.command or "")
        headers = tuple(("Set-Cookie", cookie) for cookie in reply.cookies)
        body = serialised(name, reply.content, request.as_json, self._cloud.version.full)
        return Answer(200, body, _content_type(request), headers)

    def refused(self, request: Request, error: ApiError) -> Answer:
        """Return the refusal as an answer."""
        command = request.command or ""
        known = command in self._commands or command in SIGN_IN_COMMANDS
        name = _answer_name(command) if known and error.code != NO_COMMAND else None
        body = serialised(
            name or "errorresponse", refusal(error), request.as_json, self._cloud.version.full
        )
        described = error.cs_code is not None
        headers = (("X-Description", error.text),) if described else ()
        return Answer(error.code, body, _content_type(request), headers)

    def _reply(self, request: Request) -> Reply:
        command = request.command
        if command == "login":
            return log_in(request.method, request.parameters, self._cloud, self._sessions)
        if command == "logout":
            return log_out(request.cookies, self._sessions)
        session = self._sessions.find(request.cookies, request.parameters.get("sessionkey"))
        if command == "validateUserTwoFactorAuthenticationCode":
            return verify_second_factor(session, request.parameters)
        if command is None:
            raise _no_command(session)
        return self._execute(command, self._caller(command, request, session), request)

    def _caller(self, command: str, request: Request, session: Session | None) -> User:
        """Return who calls: the user of the session, or else the one who signed."""
        if session is None:
            if command not in self._commands:
                raise NotVerified()
            user = self._verifier.verify(request.parameters, datetime.now(UTC))
            if not self._cloud.states.admits(user.account):
                raise NotVerified()
            return user
        if not self._cloud.states.admits(session.user.account):
            self._sessions.close(session.id)
            raise NotVerified("unable to verify user credentials")
        if not session.verified:
            raise ApiError(
                511,
                "Unable to process the API request due to :Two factor authentication 2FA is "
                "enabled but not verified, please verify 2FA using "
                "validateUserTwoFactorAuthenticationCode API before calling other APIs.",
                None,
            )
        return session.user

    def _execute(self, command: str, caller: User, request: Request) -> Reply:
        """Return what the command says, if the caller's role may call it."""
        known = self._commands.get(command)
        role = caller.account.role
        if known is None and role.role_type == "Admin":
            raise ApiError(NO_COMMAND, f"Unknown API command: {command}")
        if known is None or role not in known.roles:
            raise ApiError(
                401,
                f"The given command '{command}' either does not exist, is not available for user.",
            )
        arguments = Arguments(command, request.parameters)
        return Reply(known.handler(self._cloud, caller, arguments))


def _no_command(session: Session | None) -> ApiError:
    if session is not None:
        return ApiError(400, "no command specified", None)
    return ApiError(NO_COMMAND, "Invalid request, no command sent")


def _answer_name(command: str) -> str:
    return ANSWER_NAMES.get(command, f"{command.lower()}response")


def _content_type(request: Request) -> str:
    return JSON_TYPE if request.as_json else XML_TYPE
