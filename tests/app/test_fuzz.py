"""Whatever is sent to whichever operation: an answer the description allows, and never a 500."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import wiring
from local.cloud import Cloud
from local.cloudstack.estate import ACCOUNTS, ACME, GLOBEX, PROJECTS
from local.cloudstack.simulator import Simulator
from tests.app.billed import bill
from tests.app.callers import Caller, Callers
from tests.app.conftest import callers_with_usage, serving
from tests.app.description import Operation, operations
from tests.app.inputs import Input, inputs

EXAMPLES = 18
OPERATORS_LISTS = [
    f"/admin/{each}"
    for each in (
        "accounts",
        "roll-ups",
        "rate-cards",
        "exchange-rates",
        "missing-prices",
        f"accounts/{ACCOUNTS[0].id}/agreements",
        "windows",
        "holds",
        "rejects",
        "decisions",
        "issuers",
        "billing-runs",
        "documents",
        "payments",
        "top-ups",
        "dunning",
        "trial-balance",
        "gateways",
    )
]
WHO = ["nobody", "acme", "globex-admin", "admin", "admin", "admin"]
FUZZ = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Started:
    """Takes the place of Lambda, which starts nothing here."""

    def invoke(self, **asked: Any) -> dict[str, Any]:
        """Start nothing."""
        return {"StatusCode": 202}


@pytest.fixture(scope="module")
def fuzzed_callers(cloud: Cloud, cloudstack: Simulator) -> Callers:
    """The callers of a deployment with usage and invoices, for whatever may happen to it."""
    callers = callers_with_usage(cloud, cloudstack)
    with serving(callers.world):
        bill(callers, [ACME.id, GLOBEX.id])
    return callers


@pytest.fixture
def fuzzed(fuzzed_callers: Callers, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callers]:
    """The same deployment, at work."""
    real = wiring._client
    monkeypatch.setattr(
        wiring, "_client", lambda name: Started() if name == "lambda" else real(name)
    )
    with serving(fuzzed_callers.world):
        yield fuzzed_callers


def send(callers: Callers, who: str, operation: Operation, sent: Input) -> int:
    """Return the status of an answer, which the description allows."""
    # A session that is closed would be missing later.
    known = who != "nobody" and operation.content["operationId"] != "close_session"
    caller = callers[who] if known else Caller("made-up")
    headers = {"Cookie": f"session={caller.token}", "Content-Type": sent.content_type}
    answer = caller.call(
        operation.method, sent.path, body=sent.body, headers=headers, query=sent.query
    )
    return answer.status


@pytest.mark.parametrize("operation", operations(), ids=lambda each: each.content["operationId"])
def test_no_input_breaks_an_operation(fuzzed: Callers, operation: Operation) -> None:
    @FUZZ
    @given(who=st.sampled_from(WHO), sent=inputs(operation))
    def every_answer_is_one_of_ours(who: str, sent: Input) -> None:
        assert send(fuzzed, who, operation, sent) != 500

    every_answer_is_one_of_ours()


def test_no_header_breaks_a_session(fuzzed: Callers) -> None:
    latin = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=40)

    @FUZZ
    @given(cookie=latin, authorization=latin)
    def nobody_is_signed_in(cookie: str, authorization: str) -> None:
        headers = {"Cookie": cookie, "Authorization": authorization}
        assert Caller().call("GET", "/session", headers=headers).status == 401
        headers = {"Cookie": f"session={cookie}", "Authorization": f"Bearer {authorization}"}
        assert Caller().call("GET", "/session", headers=headers).status == 401

    nobody_is_signed_in()


def test_after_all_that_everything_can_still_be_rated_and_read(fuzzed: Callers) -> None:
    fuzzed.world.drain()
    fuzzed.world.send()
    for account in (*ACCOUNTS, *PROJECTS):
        told = fuzzed["admin"].get("/overview", account=account.id)
        assert told.status == 200
        for path in ("/budgets", "/alerts", "/invoices", "/wallet", "/statements/2026-11"):
            assert fuzzed["admin"].get(path, account=account.id).status == 200
        days = {"from": "2026-10-01", "to": "2026-11-30"}
        for path in ("/costs", "/usage"):
            assert fuzzed["admin"].get(path, account=account.id, **days).status == 200
    for path in OPERATORS_LISTS:
        assert fuzzed["admin"].get(path).status == 200, path
    balance = fuzzed["admin"].get("/admin/trial-balance").document
    assert all(each["balanced"] for each in balance["currencies"]) and not balance["accounts_off"]
