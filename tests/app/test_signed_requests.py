"""Signing in with a `listUsers` request that the user signed: the secret key stays with them.

CloudStack checks the expiry by the real clock, so the deployment's clock is the real one here.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

import pytest

from chalicelib.cloudstack.signing import signature, signed
from local.cloudstack.estate import (
    ACME_USER,
    ADMIN_USER,
    BILLING_USER,
    GLOBEX_ADMIN_USER,
    SECURE_USER,
    User,
)
from tests.app.callers import Answer, Caller, Callers

LIFE = timedelta(minutes=9)
LIST_USERS = {"command": "listUsers", "response": "json"}
Params = dict[str, str]


@pytest.fixture
def now(billed: Callers) -> datetime:
    """The real time, which is the deployment's as well."""
    billed.world.now = datetime.now(UTC)
    return billed.world.now


def signed_by(user: User, now: datetime, life: timedelta = LIFE, **more: str) -> Params:
    """Return a request of a user; `more` is signed with it."""
    params = {**LIST_USERS, "apikey": user.api_key, **more}
    return signed(params, secret_key=user.secret_key, expires=now + life)


def resigned(params: Mapping[str, str], user: User = ACME_USER) -> Params:
    """Return a request signed as it is."""
    bare = {name: value for name, value in params.items() if name != "signature"}
    return {**bare, "signature": signature(bare, user.secret_key)}


def send(query: str) -> Answer:
    """Return the answer to a sign-in with a signed request."""
    return Caller().post("/session", {"signed_request": query})


@pytest.mark.parametrize(
    ("user", "role"),
    [
        (ACME_USER, "tenant"),
        (SECURE_USER, "tenant"),
        (GLOBEX_ADMIN_USER, "domain_admin"),
        (ADMIN_USER, "operator"),
        (BILLING_USER, "operator"),
    ],
    ids=lambda each: getattr(each, "username", each),
)
def test_who_signed_is_who_is_signed_in(now: datetime, user: User, role: str) -> None:
    answer = send(urlencode(signed_by(user, now)))
    assert answer.status == 200, answer
    told = Caller(answer.token).get("/session").document
    assert (told["user"], told["role"]) == (user.username, role)


def test_a_parameter_may_be_written_in_any_case(now: datetime) -> None:
    params = signed_by(ACME_USER, now)
    params["apiKey"] = params.pop("apikey")
    assert send(urlencode(resigned(params))).status == 200


REFUSED: dict[str, Callable[[datetime], Params]] = {
    "expired": lambda now: signed_by(ACME_USER, now, timedelta(seconds=-1)),
    "expires this instant": lambda now: signed_by(ACME_USER, now, timedelta(0)),
    "lives too long": lambda now: signed_by(ACME_USER, now, timedelta(minutes=16)),
    "lives for years": lambda now: signed_by(ACME_USER, now, timedelta(days=3650)),
    "another command": lambda now: signed_by(ACME_USER, now, command="listAccounts"),
    "a command that changes": lambda now: signed_by(ADMIN_USER, now, command="deleteUser"),
    "a parameter more": lambda now: signed_by(ADMIN_USER, now, id=ACME_USER.id),
    "everybody's": lambda now: signed_by(ADMIN_USER, now, listall="true"),
    "another page": lambda now: signed_by(ADMIN_USER, now, page="1", pagesize="1"),
    "a parameter twice": lambda now: {**signed_by(ACME_USER, now), "Command": "deleteUser"},
    "version 2": lambda now: resigned({**signed_by(ACME_USER, now), "signatureversion": "2"}),
    "no expiry": lambda now: resigned({**signed_by(ACME_USER, now), "expires": ""}),
    "an unreadable expiry": lambda now: resigned({**signed_by(ACME_USER, now), "expires": "soon"}),
    "an expiry without offset": lambda now: resigned(
        {**signed_by(ACME_USER, now), "expires": f"{now + LIFE:%Y-%m-%dT%H:%M:%S}"}
    ),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_only_a_short_lived_listusers_is_passed_on(
    billed: Callers, now: datetime, kind: str
) -> None:
    before = billed.world.simulator.calls
    answer = send(urlencode(REFUSED[kind](now)))
    assert (answer.status, answer.document["error"]) == (400, "InvalidInput")
    assert "set-cookie" not in answer.headers
    assert billed.world.simulator.calls == before


FORGED: dict[str, Callable[[datetime], Params]] = {
    "the signature of another request": lambda now: {
        **signed_by(ACME_USER, now),
        "signature": signed_by(ACME_USER, now - timedelta(minutes=1))["signature"],
    },
    "a later expiry": lambda now: {
        **signed_by(ACME_USER, now, timedelta(minutes=1)),
        "expires": f"{now + LIFE:%Y-%m-%dT%H:%M:%S%z}",
    },
    "another's API key": lambda now: {
        **signed_by(ACME_USER, now),
        "apikey": ADMIN_USER.api_key,
    },
    "an unknown API key": lambda now: resigned({**signed_by(ACME_USER, now), "apikey": "made-up"}),
    "another's secret key": lambda now: resigned(signed_by(ADMIN_USER, now), ACME_USER),
    "no signature": lambda now: {**signed_by(ACME_USER, now), "signature": ""},
}


@pytest.mark.parametrize("kind", FORGED)
def test_what_cloudstack_does_not_accept_signs_nobody_in(now: datetime, kind: str) -> None:
    answer = send(urlencode(FORGED[kind](now)))
    assert (answer.status, answer.document["error"]) == (401, "NotSignedIn")
    assert "API key" in answer.document["message"]
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("query", [" ", "x", "&&&", "=", "command=listUsers", "a" * 100_000, "%ff"])
def test_what_is_no_request_is_refused(now: datetime, query: str) -> None:
    assert send(query).status == 400


def test_the_order_of_the_parameters_does_not_matter(now: datetime) -> None:
    query = urlencode(signed_by(ACME_USER, now))
    assert send("&".join(reversed(query.split("&")))).status == 200
    assert dict(parse_qsl(query))["expires"].endswith("+0000")
