"""The stand-in for Stripe: strict about calls, and what its buttons do reaches the webhook."""

from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import requests

from chalicelib.delivery.stripe import StripeGateway, StripeKeys
from chalicelib.ledger.gateways import Checkout, checkout_order
from chalicelib.money import Money
from local.stripe import StripeStandIn
from local.stripe.server import SECRET_KEY, WEBHOOK_SECRET

NOW = datetime(2026, 12, 1, 10, 30, 12, tzinfo=UTC)
GATEWAY = StripeKeys(SECRET_KEY, WEBHOOK_SECRET)
HEADERS = {"Authorization": f"Bearer {SECRET_KEY}"}
UNIT, CURRENCY = "line_items[0][price_data][unit_amount]", "line_items[0][price_data][currency]"
FORM = {
    "mode": "payment",
    "success_url": "https://billing.example/#/paid",
    "line_items[0][quantity]": "1",
    CURRENCY: "eur",
    UNIT: "1250",
    "line_items[0][price_data][product_data][name]": "Top-up",
}


class Webhook:
    """Listens for events; answers with `status`."""

    def __init__(self) -> None:
        self.status = 200
        self.calls: list[tuple[bytes, str]] = []
        webhook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                webhook.calls.append((body, self.headers["Stripe-Signature"]))
                self.send_response_only(webhook.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/api/webhooks/stripe"
        self.thread = Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def events(self):
        """Return what was told, as the product reads it."""
        gateway = StripeGateway(GATEWAY)
        return [gateway.event(body, signature, NOW) for body, signature in self.calls]


@pytest.fixture(scope="module")
def webhook() -> Iterator[Webhook]:
    webhook = Webhook()
    yield webhook
    webhook.server.shutdown()
    webhook.server.server_close()


@pytest.fixture(scope="module")
def stand_in(webhook: Webhook) -> Iterator[StripeStandIn]:
    with StripeStandIn(webhook_url=webhook.url, now=lambda: NOW) as stand_in:
        yield stand_in


@pytest.fixture
def page(stand_in: StripeStandIn, webhook: Webhook, request: pytest.FixtureRequest) -> Checkout:
    """A page to pay 12.50 EUR on, and a webhook that was told nothing yet."""
    webhook.status, webhook.calls = 200, []
    order = checkout_order(
        account="a1",
        purpose="top_up",
        document=None,
        amount=Money.of("12.50", "EUR"),
        description=f"Top-up <b>{request.node.name}</b>",
        email=None,
        success_url="https://billing.example/?session={CHECKOUT_SESSION_ID}",
        cancel_url="https://billing.example/#/wallet",
        now=NOW,
    )
    return StripeGateway(GATEWAY, stand_in.url).checkout(order)


def press(stand_in: StripeStandIn, what: str, page: Checkout, amount: int = 0) -> requests.Response:
    url = f"{stand_in.url}/do/{what}/{page.id}"
    return requests.post(url, {"amount": amount}, timeout=10, allow_redirects=False)


def test_whoever_pays_is_sent_back_after_the_webhook_was_told(stand_in, webhook, page):
    shown = requests.get(page.url, timeout=10)
    assert "12.50 EUR" in shown.text and "&lt;b&gt;" in shown.text and "<b>" not in shown.text
    assert "https://billing.example/#/wallet" in shown.text
    paid = press(stand_in, "pay", page)
    assert paid.status_code == 303
    assert paid.headers["Location"] == f"https://billing.example/?session={page.id}"
    (event,) = webhook.events()
    assert (event.kind, event.account, event.purpose) == ("paid", "a1", "top_up")
    assert event.amount == Money.of("12.50", "EUR")
    assert press(stand_in, "pay", page).status_code == 400
    assert "complete" in requests.get(page.url, timeout=10).text
    assert len(webhook.calls) == 1


def test_a_bank_that_takes_days_lets_the_money_arrive_or_fail(stand_in, webhook, page):
    press(stand_in, "pay-later", page)
    assert webhook.events() == [None]
    assert press(stand_in, "refund", page, 100).status_code == 400
    assert "Let it arrive" in requests.get(stand_in.url, timeout=10).text
    press(stand_in, "fail", page)
    assert [event.kind for event in webhook.events()[1:]] == ["failed"]
    assert press(stand_in, "arrive", page).status_code == 400


def test_what_was_paid_goes_back_in_parts_and_never_more(stand_in, webhook, page):
    press(stand_in, "pay-later", page)
    press(stand_in, "arrive", page)
    press(stand_in, "refund", page, 250)
    assert "Refund 10.00 EUR" in requests.get(stand_in.url, timeout=10).text
    assert press(stand_in, "refund", page, 1001).status_code == 400
    press(stand_in, "refund", page, 1000)
    kinds = [(event.kind, str(event.amount.amount)) for event in webhook.events()[1:]]
    assert kinds == [("paid", "12.50"), ("refunded", "2.50"), ("refunded", "10.00")]
    assert len({event.id for event in webhook.events()[1:]}) == 3


def test_a_webhook_that_fails_is_told_again_and_the_payer_still_goes_back(stand_in, webhook, page):
    webhook.status = 503
    assert press(stand_in, "pay", page).status_code == 303
    assert len(webhook.calls) == 3
    assert len({event.id for event in webhook.events()}) == 1
    assert "checkout.session.completed: 503" in requests.get(stand_in.url, timeout=10).text


@pytest.mark.parametrize(
    ("changed", "code", "param"),
    [
        ({"moed": "payment"}, "parameter_unknown", "moed"),
        ({"mode": ""}, "parameter_missing", "mode"),
        ({"mode": "subscription"}, None, "mode"),
        ({UNIT: "12.50"}, "parameter_invalid_integer", UNIT),
        ({UNIT: "-1"}, "parameter_invalid_integer", UNIT),
        ({UNIT: "49"}, "amount_too_small", None),
        ({UNIT: "100000000"}, "amount_too_large", None),
        ({CURRENCY: "EUR"}, None, CURRENCY),
        ({CURRENCY: "kwd", UNIT: "5124"}, None, UNIT),
        ({CURRENCY: "ugx", UNIT: "550"}, None, UNIT),
        ({"success_url": "/paid"}, None, "success_url"),
        ({"customer_email": "nobody"}, None, "customer_email"),
        ({"metadata[account]": "x" * 501}, None, "metadata[account]"),
        ({f"metadata[{'x' * 41}]": "x"}, "parameter_unknown", f"metadata[{'x' * 41}]"),
        ({"expires_at": "1"}, None, "expires_at"),
    ],
)
def test_a_call_that_stripe_would_refuse_is_refused(stand_in, changed, code, param):
    url = f"{stand_in.url}/v1/checkout/sessions"
    answer = requests.post(url, FORM | changed, headers=HEADERS, timeout=10)
    assert answer.status_code == 400, answer.text
    error = answer.json()["error"]
    assert (error.get("code"), error.get("param")) == (code, param)


def test_keys_versions_forms_and_idempotency_are_checked(stand_in):
    def status(form=FORM, path="checkout/sessions", **headers):
        url = f"{stand_in.url}/v1/{path}"
        return requests.post(url, form, headers=HEADERS | headers, timeout=10).status_code

    assert status() == 200
    assert status(Authorization="Bearer sk_test_other") == 401
    assert status(Authorization="") == 401
    assert status(path="refunds") == 404
    assert status(**{"Stripe-Version": "2099-01-01"}) == 400
    assert status(form="{}", **{"Content-Type": "application/json"}) == 400
    assert status(form=[*FORM.items(), ("mode", "payment")]) == 400
    key = {"Idempotency-Key": "k1"}
    assert status(**key) == 200
    url = f"{stand_in.url}/v1/checkout/sessions"
    again = requests.post(url, FORM, headers=HEADERS | key, timeout=10)
    assert again.headers["Idempotent-Replayed"] == "true"
    other = requests.post(url, FORM | {UNIT: "999"}, headers=HEADERS | key, timeout=10)
    assert other.json()["error"]["type"] == "idempotency_error"
    assert requests.get(f"{stand_in.url}/c/pay/none", timeout=10).status_code == 404
    assert requests.post(f"{stand_in.url}/do/pay/none", timeout=10).status_code == 404
