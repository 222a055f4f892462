"""Payments by Stripe, from the page that is opened to what its webhook tells."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.delivery.stripe import StripeGateway, StripeKeys
from local.cloudstack.estate import GLOBEX, GLOBEX_ADMIN, INITECH
from local.stripe import StripeStandIn
from local.stripe.server import SECRET_KEY, WEBHOOK_SECRET
from local.stripe.sessions import Session, signed
from tests.app.billed import invoice_of, money
from tests.app.callers import Answer, Caller, Callers

STRIPE = {"gateway": "stripe"}


class Gateways:
    """Lends the stand-in for Stripe."""

    def __init__(self, url: str) -> None:
        self._stripe = StripeGateway(StripeKeys(SECRET_KEY, WEBHOOK_SECRET), url)

    def in_use(self) -> tuple[str, ...]:
        """Return that Stripe has keys."""
        return ("stripe",)

    def gateway(self, name: str) -> StripeGateway:
        """Return the gateway."""
        return self._stripe


@pytest.fixture
def stripe(invoiced: Callers) -> Iterator[StripeStandIn]:
    """Stripe, set up in the deployment; its webhook is told by the tests themselves."""
    wiring = invoiced.world.wiring
    with StripeStandIn(now=lambda: invoiced.world.now) as stand_in:
        wiring.__dict__["gateways"] = Gateways(stand_in.url)
        yield stand_in
    del wiring.__dict__["gateways"]


def tell(callers: Callers, event: dict[str, Any], secret: str = WEBHOOK_SECRET) -> Answer:
    """Return what the webhook answers to an event."""
    body, signature = signed(event, secret, int(callers.world.now.timestamp()))
    headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
    return Caller().call("POST", "/webhooks/stripe", body=body, headers=headers)


def newest(stripe: StripeStandIn) -> Session:
    """Return the session that was opened last."""
    return list(stripe.sessions.all())[-1]


def open_now(callers: Callers) -> Decimal:
    """Return what is open of the invoice of globex."""
    return Decimal(invoice_of(callers["globex"], GLOBEX.id)["payable"]["amount"])


def pay_invoice(callers: Callers, stripe: StripeStandIn) -> dict[str, Any]:
    """Pay all that is open of the invoice of globex; return the event that tells so."""
    invoice = invoice_of(callers["globex"], GLOBEX.id)
    answer = callers["globex"].post(f"/invoices/{invoice['id']}/pay", STRIPE)
    assert (answer.status, answer.document["url"].startswith(stripe.url)) == (200, True)
    return stripe.sessions.pay(newest(stripe))


def test_without_keys_nothing_can_be_paid_and_nothing_is_taken(invoiced: Callers) -> None:
    invoice = invoice_of(invoiced["globex"], GLOBEX.id)["id"]
    for path, sent in (
        (f"/invoices/{invoice}/pay", STRIPE),
        ("/wallet/top-ups", {**STRIPE, "amount": money("5.00", "INR")}),
    ):
        answer = invoiced["globex"].post(path, sent)
        assert (answer.status, answer.document["error"]) == (409, "Conflict")
        unknown = invoiced["globex"].post(path, {**sent, "gateway": "moneybags"})
        assert unknown.status == 404
    assert tell(invoiced, {"type": "x", "created": 1, "data": {"object": {}}}).status == 503
    told = invoiced["admin"].get("/admin/gateways").document["stripe"]
    assert told == {
        "configured": False,
        "webhook_url": "https://billing.example/api/webhooks/stripe",
    }


def test_an_invoice_is_paid_once_however_often_that_is_told(
    invoiced: Callers, stripe: StripeStandIn
) -> None:
    assert invoiced["admin"].get("/admin/gateways").document["stripe"]["configured"] is True
    invoice, left = invoice_of(invoiced["globex"], GLOBEX.id), open_now(invoiced)
    assert left > 0
    told = invoiced["globex"].get(f"/invoices/{invoice['id']}").document
    assert told["pay"] == {"gateways": ["stripe"]}
    event = pay_invoice(invoiced, stripe)
    for _ in range(2):
        answer = tell(invoiced, event)
        assert (answer.status, answer.document) == (200, {"received": True})
    assert open_now(invoiced) == 0
    told = invoiced["globex"].get(f"/invoices/{invoice['id']}").document
    assert (told["state"], told["pay"]) == ("paid", {"gateways": []})
    payments = invoiced["admin"].get("/admin/payments", month="2026-11").document["payments"]
    (taken,) = [each for each in payments if each["source"] == "stripe"]
    assert (taken["method"], taken["by"], taken["amount"]) == (
        "stripe",
        "",
        money(str(left), "INR"),
    )
    paid = invoiced["globex"].post(f"/invoices/{invoice['id']}/pay", STRIPE)
    assert paid.status == 409 and "nothing is to be paid" in paid.document["message"]
    # What went back was not credited: that is for the operator to say.
    refund = stripe.sessions.refund(newest(stripe), 100)
    assert tell(invoiced, refund).status == 200
    assert open_now(invoiced) == 0
    (waiting, *_) = invoiced["admin"].get("/admin/gateways").document["unposted"]
    assert (waiting["kind"], waiting["amount"]) == ("refund", money("1.00", "INR"))
    assert (waiting["account"]["id"], waiting["state"]) == (GLOBEX.id, "open")


def test_a_wallet_is_topped_up_once_and_has_a_receipt(
    invoiced: Callers, stripe: StripeStandIn
) -> None:
    initech = invoiced["initech"]
    before = initech.get("/wallet").document
    sent = {**STRIPE, "amount": money("50.000", "KWD")}
    assert initech.post("/wallet/top-ups", sent).status == 200
    event = stripe.sessions.pay(newest(stripe))
    assert [tell(invoiced, event).status for _ in range(2)] == [200, 200]
    after = initech.get("/wallet").document
    assert after["gateways"] == ["stripe"] and after["state"] == "ok"
    bought = Decimal(after["purchased"]["amount"]) - Decimal(before["purchased"]["amount"])
    assert bought == 50
    (receipt,) = initech.get("/invoices", kind="receipt", search="QU-").document["documents"][:1]
    told = initech.get(f"/invoices/{receipt['id']}").document
    assert (told["total"], told["state"], told["files"]) == (
        money("50.000", "KWD"),
        "paid",
        ["pdf"],
    )
    assert initech.get(f"/invoices/{receipt['id']}/xml").status == 404
    # What is paid back at the gateway cannot be used up here.
    back = stripe.sessions.refund(newest(stripe), 50_000)
    assert [tell(invoiced, back).status for _ in range(2)] == [200, 200]
    left = initech.get("/wallet").document
    assert (left["purchased"], left["credit"]) == (before["purchased"], before["credit"])


@pytest.mark.parametrize("amount", ["0", "-5", "0.0001", "1000000000000.001", "NaN"])
def test_what_is_no_top_up_is_refused(
    invoiced: Callers, stripe: StripeStandIn, amount: str
) -> None:
    answer = invoiced["initech"].post("/wallet/top-ups", {**STRIPE, "amount": money(amount, "KWD")})
    assert (answer.status, set(answer.document["fields"])) == (400, {"amount"})
    assert not list(stripe.sessions.all())


def test_what_stripe_did_not_sign_is_refused(invoiced: Callers, stripe: StripeStandIn) -> None:
    sent = {**STRIPE, "amount": money("1.000", "KWD")}
    assert invoiced["initech"].post("/wallet/top-ups", sent).status == 200
    event, before = stripe.sessions.pay(newest(stripe)), invoiced.world.rows()
    assert tell(invoiced, event, "another secret").status == 400
    body, signature = signed(event, WEBHOOK_SECRET, int(invoiced.world.now.timestamp()))
    old = signed(event, WEBHOOK_SECRET, int(invoiced.world.now.timestamp()) - 301)[1]
    for wrong in (
        "",
        "t=1,v1=",
        old,
        signature.replace("v1=", "v1=0"),
        signature.replace("v1", "v2"),
    ):
        headers = {"Stripe-Signature": wrong, "Content-Type": "application/json"}
        answer = Caller().call("POST", "/webhooks/stripe", body=body, headers=headers)
        assert (answer.status, answer.document["error"]) == (400, "InvalidInput"), wrong
    changed = body.replace(b"1000", b"9000")
    headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
    assert Caller().call("POST", "/webhooks/stripe", body=changed, headers=headers).status == 400
    large = Caller().call("POST", "/webhooks/stripe", body=b" " * 300_001, headers=headers)
    assert large.status == 400
    assert invoiced.world.rows() == before


def test_what_is_none_of_ours_is_taken_and_changes_nothing(
    invoiced: Callers, stripe: StripeStandIn
) -> None:
    sent = {**STRIPE, "amount": money("1.000", "KWD")}
    assert invoiced["initech"].post("/wallet/top-ups", sent).status == 200
    paid, before = stripe.sessions.pay(newest(stripe)), invoiced.world.rows()

    def with_metadata(**metadata: str) -> dict[str, Any]:
        event = json.loads(json.dumps(paid))
        event["data"]["object"]["metadata"] = metadata
        return event

    others = [
        {**paid, "type": "customer.created"},
        with_metadata(),
        with_metadata(account="nobody", purpose="top_up"),
        with_metadata(account=INITECH.id, purpose="gift"),
    ]
    for event in others:
        answer = tell(invoiced, event)
        assert (answer.status, answer.document) == (200, {"received": True}), event
    assert invoiced.world.rows() == before


def test_nothing_is_bought_by_whom_nobody_can_issue_a_receipt_to(
    invoiced: Callers, stripe: StripeStandIn
) -> None:
    sent = {**STRIPE, "amount": money("5.00", "INR")}
    account = {"account": GLOBEX_ADMIN.id}
    answer = invoiced["admin"].call("POST", "/wallet/top-ups", sent, query=account)
    assert (answer.status, answer.document["error"]) == (409, "Conflict"), answer
    assert not list(stripe.sessions.all())
