"""A top-up is paid on Stripe's page, told of by its webhook, and counted once."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.wiring import Wiring
from deployment.gateways import write_stripe_keys
from local.billing_samples import sample_details, sample_issuers
from local.cloudstack.estate import ACME
from local.stripe import StripeStandIn
from local.stripe.server import SECRET_KEY, WEBHOOK_SECRET
from local.stripe.sessions import signed
from tests.app.callers import Answer, Caller, Callers
from tests.world import World

WANTED = {"amount": {"amount": "25.00", "currency": "EUR"}, "gateway": "stripe"}


class Paths:
    """Puts the keys of Stripe where the stage of a world looks for them."""

    def __init__(self, world: World) -> None:
        self._ssm = world.cloud.client("ssm")
        self._name = f"{world.settings.gateways_path}/stripe"

    def put_parameter(self, **told: Any) -> None:
        self._ssm.put_parameter(**told | {"Name": self._name})


@pytest.fixture
def stripe(untouched: Callers) -> Iterator[StripeStandIn]:
    """A stand-in for Stripe, which the deployment asks; nobody carries what it tells."""
    world = untouched.world
    world.plan()
    with StripeStandIn(now=lambda: world.now) as stand_in:
        world.settings = replace(world.settings, stripe_url=stand_in.url)
        world.wiring = Wiring(world.settings, now=lambda: world.now)
        yield stand_in


def tell(world: World, event: dict[str, Any], secret: str = WEBHOOK_SECRET) -> Answer:
    """Carry an event to the webhook, as Stripe does: signed, and signed in nowhere."""
    body, signature = signed(event, secret, int(world.now.timestamp()))
    headers = {"Content-Type": "application/json", "Stripe-Signature": signature}
    return Caller().call("POST", "/webhooks/stripe", body=body, headers=headers)


def bill_acme(callers: Callers) -> None:
    """Say who issues documents to the account."""
    for issuer, body in sample_issuers(callers.world.now.date()).items():
        assert callers["admin"].put(f"/admin/issuers/{issuer}", body).status == 200
    details = dict(sample_details())[ACME.id]
    assert callers["admin"].put(f"/admin/accounts/{ACME.id}/billing", details).status == 200


def purchased(callers: Callers) -> str:
    return str(callers["acme"].get("/wallet", account=ACME.id).document["purchased"]["amount"])


def test_a_top_up_is_paid_and_told_of_and_counted_once(
    untouched: Callers, stripe: StripeStandIn
) -> None:
    world = untouched.world
    # Without keys nobody is offered to pay so, and nobody who says they are Stripe is believed.
    assert untouched["acme"].get("/wallet", account=ACME.id).document["gateways"] == []
    assert untouched["acme"].post("/wallet/top-ups", WANTED, account=ACME.id).status == 409
    assert tell(world, {"type": "x"}).status == 503
    write_stripe_keys(Paths(world), "any", SECRET_KEY, WEBHOOK_SECRET)
    world.wiring = Wiring(world.settings, now=lambda: world.now)

    # Nobody is asked to pay for what nobody could issue a receipt for.
    refused = untouched["acme"].post("/wallet/top-ups", WANTED, account=ACME.id)
    assert refused.status == 409 and "receipt" in refused.document["message"]
    assert stripe.sessions.all() == []

    bill_acme(untouched)
    opened = untouched["acme"].post("/wallet/top-ups", WANTED, account=ACME.id)
    assert opened.status == 200
    (session,) = stripe.sessions.all()
    assert opened.document == {"url": f"{stripe.url}/c/pay/{session.id}"}
    assert (session.asked.amount, session.asked.currency) == (2500, "eur")
    assert purchased(untouched) == "0.00"

    paid = stripe.sessions.pay(session)
    assert tell(world, paid, "whsec_other").status == 400
    assert purchased(untouched) == "0.00"
    for _ in range(2):
        assert tell(world, paid).document == {"received": True}
    assert purchased(untouched) == "25.00"
    listed = untouched["acme"].get("/invoices", account=ACME.id, kind="receipt").document
    assert [each["total"]["amount"] for each in listed["documents"]] == ["25.00"]


def test_what_is_paid_for_an_account_of_another_stage_is_not_ours(
    untouched: Callers, stripe: StripeStandIn
) -> None:
    world = untouched.world
    write_stripe_keys(Paths(world), "any", SECRET_KEY, WEBHOOK_SECRET)
    content = {
        "id": "cs_1",
        "payment_status": "paid",
        "amount_total": 100,
        "currency": "eur",
        "metadata": {"account": "elsewhere", "purpose": "top_up"},
    }
    event = {
        "type": "checkout.session.completed",
        "created": int(world.now.timestamp()),
        "data": {"object": content},
    }
    assert tell(world, event).status == 200
    assert list(world.wiring.ledger.standings()) == []
