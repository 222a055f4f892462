"""Signing in with user name, password and domain, against a CloudStack that checks them."""

from datetime import timedelta

import pytest

from local.cloudstack.estate import ACME_USER, SECURE_USER, User
from tests.app.callers import PASSWORDS, Answer, Caller, Callers

WRONG = "user name, password or domain is wrong"


def sign_in(username: object, password: object, domain: object = "/acme") -> Answer:
    """Return the answer to a sign-in."""
    credentials = {"username": username, "password": password, "domain": domain}
    return Caller().post("/session", credentials)


@pytest.mark.parametrize(
    ("user", "name", "role"),
    [
        ("admin", "Root Admin", "operator"),
        ("acme", "Ada Acme", "tenant"),
        ("globex-admin", "Girish Globex", "domain_admin"),
    ],
)
def test_the_right_password_opens_a_session(
    billed: Callers, user: str, name: str, role: str
) -> None:
    answer = sign_in(user, *PASSWORDS[user])
    told = answer.document
    assert answer.status == 200
    assert (told["user"], told["name"], told["role"]) == (user, name, role)
    assert told["expires_at"] == "2026-11-04T13:00:00Z"
    assert Caller(answer.token).get("/session").document == told


@pytest.mark.parametrize("domain", ["/acme", "acme", "/acme/", "acme/"])
def test_slashes_around_the_domain_do_not_matter(billed: Callers, domain: str) -> None:
    assert sign_in("acme", "acme-demo", domain).status == 200


def test_without_a_domain_it_is_the_root_domain(billed: Callers) -> None:
    assert Caller().post("/session", {"username": "admin", "password": "password"}).status == 200
    assert sign_in("admin", "password", "").status == 200
    assert Caller().post("/session", {"username": "acme", "password": "acme-demo"}).status == 401


@pytest.mark.parametrize(
    ("username", "password", "domain"),
    [
        ("acme", "wrong", "/acme"),
        ("acme", "ACME-DEMO", "/acme"),
        ("acme", " acme-demo", "/acme"),
        ("nobody", "acme-demo", "/acme"),
        ("acme", "acme-demo", "/globex"),
        ("acme", "acme-demo", "/nowhere"),
        ("acme\0", "acme-demo", "/acme"),
        ("Ada Acme", "acme-demo", "/acme"),
        ("x" * 10_000, "y" * 10_000, "/z" * 1_000),
        ("acme&command=logout", "acme-demo", "/acme"),
    ],
    ids=range(10),
)
def test_whatever_is_wrong_the_answer_is_the_same(
    billed: Callers, username: str, password: str, domain: str
) -> None:
    answer = sign_in(username, password, domain)
    assert answer.status == 401
    assert answer.document == {"error": "NotSignedIn", "message": WRONG}
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        ({}, ["password", "username"]),
        ({"username": "", "password": "", "domain": ""}, ["password", "username"]),
        ({"username": "acme", "password": "", "domain": "/acme"}, ["password"]),
        ({"username": "", "password": "acme-demo", "domain": "/acme"}, ["username"]),
        ({"username": "acme"}, ["password"]),
        ({"username": 5, "password": "x"}, ["username"]),
        ({"username": "acme", "password": None}, ["password"]),
        ({"username": "acme", "password": ["x"]}, ["password"]),
        ({"username": "acme", "password": "x", "domain": 1}, ["domain"]),
        ({"username": "acme", "password": "x", "otp": "1"}, ["otp"]),
        ({"signed_request": 5}, ["signed_request"]),
    ],
    ids=str,
)
def test_an_incomplete_form_is_refused_at_its_fields(
    billed: Callers, content: object, fields: list[str]
) -> None:
    answer = Caller().post("/session", content)
    assert (answer.status, answer.document["error"]) == (400, "InvalidInput")
    assert sorted(answer.document["fields"]) == fields


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"user=acme"])
def test_what_is_no_form_is_refused(billed: Callers, body: bytes) -> None:
    answer = Caller().call("POST", "/session", body=body)
    assert (answer.status, answer.document["error"]) == (400, "InvalidInput")


def test_a_user_with_a_second_factor_is_told_to_use_a_key(billed: Callers) -> None:
    answer = sign_in(SECURE_USER.username, SECURE_USER.password)
    assert (answer.status, answer.document["error"]) == (403, "SecondFactorNeeded")
    assert "API key" in answer.document["message"]
    assert "set-cookie" not in answer.headers


def test_a_wrong_password_does_not_tell_of_the_second_factor(billed: Callers) -> None:
    assert sign_in(SECURE_USER.username, "wrong").document["message"] == WRONG


@pytest.mark.parametrize("user", [ACME_USER, SECURE_USER], ids=lambda user: user.username)
def test_no_session_stays_open_in_cloudstack(untouched: Callers, user: User) -> None:
    sign_in(user.username, user.password)
    calls = untouched.world.simulator.calls
    assert calls["login"] == calls.get("logout") == 1


def test_after_ten_failures_even_the_right_password_has_to_wait(untouched: Callers) -> None:
    for _ in range(10):
        assert sign_in("acme", "wrong").status == 401
    calls = untouched.world.simulator.calls["login"]
    for username, domain in (("acme", "/acme"), ("ACME", "acme/")):
        answer = sign_in(username, "acme-demo", domain)
        assert (answer.status, answer.document["error"]) == (429, "TooManyAttempts")
        assert "15 minutes" in answer.document["message"]
    assert untouched.world.simulator.calls["login"] == calls
    assert sign_in("initech", "initech-demo", "/initech").status == 200

    untouched.world.now += timedelta(minutes=15)
    assert sign_in("acme", "wrong").status == 401
    assert sign_in("acme", "acme-demo").status == 200


def test_failures_are_forgotten_a_quarter_of_an_hour_after_the_first(untouched: Callers) -> None:
    for _ in range(9):
        assert sign_in("acme", "wrong").status == 401
    untouched.world.now += timedelta(minutes=15)
    for _ in range(9):
        assert sign_in("acme", "wrong").status == 401
    assert sign_in("acme", "acme-demo").status == 200


def test_ten_failures_do_not_end_an_open_session(untouched: Callers) -> None:
    acme = untouched["acme"]
    for _ in range(11):
        sign_in("acme", "wrong")
    assert acme.get("/session").status == 200
