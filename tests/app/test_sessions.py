"""What a session is: a cookie nobody can read, a digest nobody can use, an end."""

import json
import logging
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from local.cloudstack.estate import ACME_USER
from local.empty import TABLES
from local.operator_api import signed_list_users
from tests.app.callers import Caller, Callers, sign_in
from tests.world import scan

WHERE_COOKIES_COME_FROM = [
    'theme={"dark": true, "size": "a b"}; session={}',
    "session={}; theme=dark",
    "a[b]=c; session={}",
    'quoted="a"b; session={}',
    "no value; session={}",
    "=; session={}",
    "  session={}  ",
]


def stored(callers: Callers) -> str:
    """Return every row of every table, the sessions included, as text."""
    cloud, prefix = callers.world.cloud, callers.world.prefix
    tables = [f"{prefix}-{name}" for name in (*TABLES, "sessions")]
    rows = [row for table in tables for row in scan(cloud, table)]
    return json.dumps(rows, default=lambda raw: raw.decode("latin-1"))


def test_the_cookie_is_kept_from_scripts_other_sites_and_plain_http(billed: Callers) -> None:
    credentials = {"username": "acme", "password": "acme-demo", "domain": "/acme"}
    cookie = Caller().post("/session", credentials).headers["set-cookie"]
    value, *attributes = cookie.split("; ")
    assert value.startswith("session=")
    assert sorted(attributes) == [
        "HttpOnly",
        "Max-Age=43200",
        "Path=/",
        "SameSite=Strict",
        "Secure",
    ]


def test_a_token_holds_256_bits_and_is_never_the_same(billed: Callers) -> None:
    tokens = {sign_in("acme").token for _ in range(3)}
    assert len(tokens) == 3
    assert {len(token or "") for token in tokens} == {43}


@pytest.mark.parametrize("cookies", WHERE_COOKIES_COME_FROM)
def test_the_session_is_found_among_other_cookies(billed: Callers, cookies: str) -> None:
    sent = cookies.replace("session={}", f"session={billed['acme'].token}")
    assert Caller().call("GET", "/session", headers={"Cookie": sent}).status == 200


@pytest.mark.parametrize("header", ["Authorization", "authorization"])
@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_the_token_works_as_a_bearer(billed: Callers, header: str, scheme: str) -> None:
    headers = {header: f"{scheme} {billed['acme'].token}"}
    assert Caller().call("GET", "/session", headers=headers).document["user"] == "acme"


def test_signing_out_revokes_the_token_and_takes_the_cookie_back(billed: Callers) -> None:
    acme, elsewhere = sign_in("acme"), sign_in("acme")
    answer = acme.delete("/session")
    assert answer.status == 204
    value, *attributes = answer.headers["set-cookie"].split("; ")
    assert value == "session="
    assert sorted(attributes) == ["HttpOnly", "Max-Age=0", "Path=/", "SameSite=Strict", "Secure"]
    assert acme.get("/session").status == 401
    bearer = {"Authorization": f"Bearer {acme.token}"}
    assert Caller().call("GET", "/overview", headers=bearer).status == 401
    assert elsewhere.get("/session").status == 200


def test_signing_out_twice_or_without_a_session_is_no_error(billed: Callers) -> None:
    acme = sign_in("acme")
    assert [acme.delete("/session").status for _ in range(2)] == [204, 204]
    assert Caller().delete("/session").status == 204
    assert Caller("made-up").delete("/session").status == 204


def test_a_session_is_stored_under_the_digest_of_its_token_and_nowhere_else(
    untouched: Callers,
) -> None:
    token = untouched["acme"].token or ""
    (row,) = scan(untouched.world.cloud, f"{untouched.world.prefix}-sessions")
    assert row["pk"]["S"] == sha256(token.encode()).hexdigest()
    assert token not in stored(untouched)


def test_neither_password_nor_token_nor_key_is_stored_logged_or_answered(
    untouched: Callers, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    right, wrong = "acme-demo", "open-sesame-4711"
    # CloudStack checks the expiry of what is signed by the real clock.
    untouched.world.now = datetime.now(UTC)
    signed = signed_list_users(ACME_USER.api_key, ACME_USER.secret_key, untouched.world.now)
    form = {"username": "acme", "domain": "/acme"}
    answers = [
        Caller().post("/session", {**form, "password": right}),
        Caller().post("/session", {**form, "password": wrong}),
        Caller().post("/session", {**form, "password": wrong, "extra": 1}),
        Caller().post("/session", {"signed_request": signed}),
    ]
    untouched.world.simulator.faults.add("down", times=1)
    answers.append(Caller().post("/session", {**form, "password": wrong}))
    assert [answer.status for answer in answers] == [200, 401, 400, 200, 503]
    printed = "".join(capfd.readouterr())
    bodies = "".join(answer.body.decode() for answer in answers)
    secrets = [right, wrong, ACME_USER.api_key, ACME_USER.secret_key, signed, answers[0].token]
    for secret in secrets:
        assert secret not in stored(untouched)
        assert secret not in printed
        assert secret not in caplog.text
        assert secret not in bodies


def test_no_answer_may_be_kept_by_a_cache(billed: Callers) -> None:
    acme = billed["acme"]
    answers = [acme.get("/session"), acme.get("/overview"), Caller().get("/overview")]
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
