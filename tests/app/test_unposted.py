"""What Stripe tells and cannot be posted: kept, shown, tried again, or dismissed on record."""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from chalicelib.delivery.stripe_events import read_event
from chalicelib.errors import Overtaken
from chalicelib.ledger.gateways import Dismissal, Unposted
from chalicelib.tables.accounts import AccountDocument
from chalicelib.tables.ledger import LedgerTable
from chalicelib.tables.unposted import UnpostedTable
from local.billing_samples import sample_details, sample_issuers
from local.cloud import Cloud
from local.cloudstack.estate import ACME, GLOBEX, INITECH
from local.cloudstack.simulator import Simulator
from tests.app.billed import money
from tests.app.callers import Callers
from tests.app.conftest import FIRST_DAY, serving
from tests.app.test_gateways import Gateways, tell
from tests.world import World

GATEWAYS, UNPOSTED = "/admin/gateways", "/admin/gateways/unposted"
WHY = "paid back at Stripe"
_numbers = count(1)


@pytest.fixture(scope="module")
def planned_callers(cloud: Cloud, cloudstack: Simulator) -> Callers:
    """The callers of a deployment that knows its accounts, and has posted nothing."""
    callers = Callers(World(cloud, cloudstack, FIRST_DAY))
    with serving(callers.world):
        callers.world.plan()
    return callers


@pytest.fixture
def planned(planned_callers: Callers) -> Iterator[Callers]:
    """The same deployment, at work, with the keys of Stripe; use payments of your own."""
    with serving(planned_callers.world):
        planned_callers.world.wiring.__dict__["gateways"] = Gateways("http://127.0.0.1:9")
        yield planned_callers


def paid(account: str, cents: int, currency: str = "eur", purpose: str = "invoice") -> Any:
    """Return the event of a payment that nobody has told of yet."""
    number = next(_numbers)
    content = {
        "id": f"cs_{number}",
        "payment_status": "paid",
        "amount_total": cents,
        "currency": currency,
        "metadata": {"account": account, "purpose": purpose},
        "payment_intent": f"pi_{number}",
    }
    return _event("checkout.session.completed", content, number)


def refunded(account: str, cents: int, purpose: str = "invoice") -> Any:
    """Return the event of a refund that nobody has told of yet."""
    number = next(_numbers)
    content = {
        "id": f"ch_{number}",
        "amount_refunded": cents,
        "currency": "eur",
        "metadata": {"account": account, "purpose": purpose},
        "payment_intent": f"pi_{number}",
    }
    return _event("charge.refunded", content, number)


def _event(kind: str, content: dict[str, Any], number: int) -> Any:
    return {"type": kind, "created": 1_793_754_000 + number, "data": {"object": content}}


def reference(event: Any) -> str:
    return str(event["data"]["object"]["payment_intent"])


def listed(callers: Callers, event: Any) -> Any:
    """Return how the list of what could not be posted shows an event; None where it does not."""
    told = callers["admin"].get(GATEWAYS).document["unposted"]
    assert told == sorted(told, key=lambda each: each["at"], reverse=True)
    found = [each for each in told if each["reference"] == reference(event)]
    assert len(found) <= 1
    return found[0] if found else None


def posted(callers: Callers, event: Any) -> list[tuple[str, str]]:
    """Return the payments and top-ups that were recorded of an event: kind and amount."""
    admin = callers["admin"]
    payments = admin.get("/admin/payments", month="2026-11").document["payments"]
    top_ups = admin.get("/admin/top-ups", month="2026-11").document["top_ups"]
    return [
        (each.get("kind", "top_up"), each["amount"]["amount"])
        for each in (*payments, *top_ups)
        if each["reference"] == reference(event)
    ]


def assert_taken(callers: Callers, event: Any, times: int = 1) -> None:
    for _ in range(times):
        answer = tell(callers, event)
        assert (answer.status, answer.document) == (200, {"received": True})


def try_again(callers: Callers, row: Any) -> Any:
    return callers["admin"].call("POST", f"{UNPOSTED}/{row['id']}")


def dismiss(callers: Callers, row: Any, reason: str = WHY) -> Any:
    return callers["admin"].delete(f"{UNPOSTED}/{row['id']}", reason=reason)


def test_a_refund_of_more_than_the_credit_waits_for_the_credit(planned: Callers) -> None:
    refund = refunded(ACME.id, 500)
    assert_taken(planned, refund, times=2)
    row = listed(planned, refund)
    assert row == {
        "id": row["id"],
        "gateway": "stripe",
        "kind": "refund",
        "account": {"id": ACME.id, "name": "acme"},
        "amount": money("5.00"),
        "reference": reference(refund),
        "at": row["at"],
        "reason": row["reason"],
        "state": "open",
        "dismissed": None,
    }
    assert "issue a credit note" in row["reason"]
    refused = try_again(planned, row)
    assert (refused.status, refused.document["message"]) == (409, row["reason"])
    assert posted(planned, refund) == []

    # There is credit once somebody has paid too much.
    assert_taken(planned, paid(ACME.id, 700))
    answer = try_again(planned, row)
    assert (answer.status, answer.document) == (200, {"taken": "refunded"})
    assert listed(planned, refund) is None
    assert_taken(planned, refund)
    assert posted(planned, refund) == [("refund", "5.00")]
    assert listed(planned, refund) is None
    assert try_again(planned, row).status == dismiss(planned, row).status == 404


def test_a_top_up_without_an_issuer_is_posted_when_it_is_told_again(planned: Callers) -> None:
    bought = paid(INITECH.id, 2500, purpose="top_up")
    assert_taken(planned, bought)
    row = listed(planned, bought)
    assert (row["kind"], row["amount"]) == ("top_up", money("25.00"))
    assert "choose an issuer" in row["reason"]
    for issuer, body in sample_issuers(planned.world.now.date()).items():
        assert planned["admin"].put(f"/admin/issuers/{issuer}", body).status == 200
    details = {**dict(sample_details())[INITECH.id], "low_balance": None}
    assert planned["admin"].put(f"/admin/accounts/{INITECH.id}/billing", details).status == 200
    assert_taken(planned, bought, times=2)
    assert listed(planned, bought) is None
    assert posted(planned, bought) == [("top_up", "25.00")]


def test_what_was_dismissed_stays_on_record_and_is_not_posted_any_more(planned: Callers) -> None:
    foreign = paid(ACME.id, 900, "usd")
    assert_taken(planned, foreign)
    row, before = listed(planned, foreign), planned["admin"].get(GATEWAYS).document["counts"]
    assert row["amount"] == money("9.00", "USD")
    assert "pays in EUR, not USD" in row["reason"] and "dismiss" in row["reason"]
    answer = dismiss(planned, row)
    assert (answer.status, answer.document["state"]) == (200, "dismissed")
    assert answer.document == listed(planned, foreign)
    told = answer.document["dismissed"]
    assert (told["by"], told["reason"], told["at"]) == ("admin", WHY, "2026-11-04T01:00:00Z")
    after = planned["admin"].get(GATEWAYS).document["counts"]
    assert after == {"open": before["open"] - 1, "dismissed": before["dismissed"] + 1}
    for again in (dismiss(planned, row), try_again(planned, row)):
        assert again.status == 409 and "dismissed by admin" in again.document["message"]
    assert_taken(planned, foreign)
    assert listed(planned, foreign) == answer.document
    assert posted(planned, foreign) == []


def test_an_account_that_is_gone_is_not_anothers(planned: Callers) -> None:
    assert_taken(planned, paid(GLOBEX.id, 100))
    AccountDocument("accounts", GLOBEX.id).delete()
    late, elsewhere = paid(GLOBEX.id, 300), paid("elsewhere", 300)
    for event in (late, elsewhere, paid("", 300), paid("x" * 2_000, 300)):
        assert_taken(planned, event)
    row = listed(planned, late)
    assert row["account"] is None and GLOBEX.id in row["reason"]
    assert listed(planned, elsewhere) is None
    refused = try_again(planned, row)
    assert (refused.status, refused.document["message"]) == (409, row["reason"])
    # CloudStack lists it again.
    planned.world.plan()
    assert try_again(planned, row).document == {"taken": "paid"}
    assert posted(planned, late) == [("payment", "3.00")]


def test_stripe_is_asked_to_tell_again_what_others_were_quicker_than(
    planned: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = paid(ACME.id, 1100)

    def overtaken(*_: object, **__: object) -> bool:
        raise Overtaken("the account was posted to meanwhile; try again")

    with monkeypatch.context() as patch:
        patch.setattr(LedgerTable, "post", overtaken)
        assert tell(planned, event).status == 503
        assert listed(planned, event)["state"] == "open"
    assert_taken(planned, event)
    assert listed(planned, event) is None
    assert posted(planned, event) == [("payment", "11.00")]


def test_what_was_posted_all_the_same_is_not_posted_twice(planned: Callers) -> None:
    """Of two that took the same event, one could post it before the other one kept it."""
    event = paid(ACME.id, 400)
    assert_taken(planned, event)
    known = read_event(json.dumps(event).encode())
    assert known is not None
    UnpostedTable().keep("stripe", known, "the other one was slow")
    assert try_again(planned, listed(planned, event)).document == {"taken": "paid"}
    assert listed(planned, event) is None
    assert posted(planned, event) == [("payment", "4.00")]


def test_nothing_is_dismissed_without_a_reason_or_by_somebody_else(planned: Callers) -> None:
    event = paid(ACME.id, 100, "usd")
    assert_taken(planned, event)
    row, before = listed(planned, event), planned.world.rows()
    path = f"{UNPOSTED}/{row['id']}"
    for reason in ("", " ", "x" * 501, "two\nlines", "\0"):
        answer = dismiss(planned, row, reason)
        assert (answer.status, set(answer.document["fields"])) == (400, {"reason"}), reason
    missing = planned["admin"].delete(path)
    assert (missing.status, set(missing.document["fields"])) == (400, {"reason"})
    for method in ("POST", "DELETE"):
        answer = planned["acme"].call(method, path, query={"reason": WHY})
        assert (answer.status, answer.document["error"]) == (403, "Forbidden")
    assert planned.world.rows() == before
    assert dismiss(planned, row).status == 200


def test_what_is_open_is_listed_before_what_was_dismissed(planned: Callers) -> None:
    oldest = paid(ACME.id, 100, "usd")
    assert_taken(planned, oldest)
    unposted, dismissal = UnpostedTable(), Dismissal("admin", planned.world.now, WHY)
    for _ in range(200):
        event = read_event(json.dumps(paid(ACME.id, 100, "usd")).encode())
        assert event is not None and unposted.keep("stripe", event, "for the test")
        assert unposted.dismiss(Unposted("stripe", event, ""), dismissal)
    told = planned["admin"].get(GATEWAYS).document
    assert len(told["unposted"]) == 200 < told["counts"]["open"] + told["counts"]["dismissed"]
    assert listed(planned, oldest)["state"] == "open"


@pytest.mark.parametrize("event", ["0" * 32, "unposted", "x" * 2_000, "%00", "%C3%84", "'"])
def test_an_event_nobody_told_is_not_found(planned: Callers, event: str) -> None:
    for method in ("POST", "DELETE"):
        answer = planned["admin"].call(method, f"{UNPOSTED}/{event}", query={"reason": WHY})
        assert (answer.status, answer.document["error"]) == (404, "NotFound"), method
