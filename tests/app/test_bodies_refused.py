"""Bodies that are no JSON document, too much, or declared as something else."""

import json

import pytest

from tests.app.callers import Callers
from tests.app.test_budgets_refused import GOOD, assert_nothing_stored, assert_refused


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{}x",
        b"null",
        b"[]",
        b'"x"',
        b"400",
        b"\xff\xfe",
        b"amount=400&currency=EUR",
        json.dumps(GOOD).encode("utf-16"),
        json.dumps(GOOD).replace('"400.00"', "NaN").encode(),
        json.dumps(GOOD).replace('"400.00"', "Infinity").encode(),
        json.dumps(GOOD).replace('"400.00"', "0x10").encode(),
        json.dumps(GOOD).replace("EUR", "\\ud800").encode(),
        b'{"amount":' + b"[" * 100_000,
        b'{"x":' * 20_000,
    ],
    ids=range(16),
)
def test_what_is_no_json_document_of_a_budget_is_refused(empty: Callers, body: bytes) -> None:
    answer = empty["acme"].call("PUT", "/budgets/refused", body=body)
    assert (answer.status, answer.document["error"]) == (400, "InvalidInput")
    assert_nothing_stored(empty)


def test_a_number_of_absurd_length_is_refused(empty: Callers) -> None:
    body = json.dumps(GOOD).replace('"400.00"', "9" * 100_000).encode()
    answer = empty["acme"].call("PUT", "/budgets/refused", body=body)
    assert_refused(answer, "amount", "at most 999999999999")


def test_a_body_of_absurd_length_is_refused(empty: Callers) -> None:
    body = json.dumps(GOOD).encode() + b" " * 1_000_000
    answer = empty["acme"].call("PUT", "/budgets/refused", body=body)
    told = "the request is too large: it may have 200,000 bytes"
    assert (answer.status, answer.document["message"]) == (400, told)


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/octet-stream",
        "application/jsonp",
        "text/plain, application/json",
        "*/*",
    ],
)
def test_only_json_is_taken(empty: Callers, content_type: str) -> None:
    headers = {"Cookie": f"session={empty['acme'].token}", "Content-Type": content_type}
    body = json.dumps(GOOD).encode()
    answer = empty["acme"].call("PUT", "/budgets/refused", body=body, headers=headers)
    assert answer.status == 415
    assert "application/json" in answer.document["message"]
    assert_nothing_stored(empty)


def test_a_body_of_no_declared_type_is_not_taken(empty: Callers) -> None:
    headers = {"Cookie": f"session={empty['acme'].token}"}
    body = json.dumps(GOOD).encode()
    answer = empty["acme"].call("PUT", "/budgets/refused", body=body, headers=headers)
    assert answer.status == 415
