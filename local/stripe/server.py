"""Stripe's API, its page to pay on, and its webhooks, on loopback."""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from hmac import compare_digest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import parse_qsl, urlsplit

import requests

from local.processes import LOOPBACK
from local.stripe.errors import Refused
from local.stripe.pages import STYLE, dashboard, pay_page
from local.stripe.parameters import ZERO_DECIMAL
from local.stripe.sessions import Session, Sessions, signed

SECRET_KEY, WEBHOOK_SECRET = "sk_test_standin", "whsec_standin"
WEBHOOK_SECONDS = 25
TRIES = 3
LARGEST_BODY = 1 << 16
FORM = "application/x-www-form-urlencoded"
VERSIONS = ("2024-06-20", "2025-03-31.basil", "2025-09-30.clover")
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
THREE_DECIMAL = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})


class StripeStandIn:
    """Takes payments with play money until it is closed.

    Args:
        port: 0 for a free one.
        webhook_url: where events are sent to; a person or a test may change it.
    """

    def __init__(
        self,
        port: int = 0,
        webhook_url: str = "",
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.webhook_url = webhook_url
        self._now = now
        self._server = _Server((LOOPBACK, port), _Handler)
        self._server.stand_in = self
        self.sessions = Sessions(now, self.url)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )

    @property
    def url(self) -> str:
        """The address of API and pages, without a slash at its end."""
        return f"http://{LOOPBACK}:{self._server.server_port}"

    def start(self) -> Self:
        """Answer in threads of their own."""
        self._thread.start()
        return self

    def close(self) -> None:
        """Stop answering."""
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Self:
        """Start answering."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Stop answering."""
        self.close()

    def act(self, session: Session, what: str, amount: int = 0) -> None:
        """Do what a payer, a bank or a merchant does, and tell the webhook.

        Raises:
            Refused: it cannot be done now.
        """
        event = {
            "pay": lambda: self.sessions.pay(session),
            "pay-later": lambda: self.sessions.pay(session, later=True),
            "arrive": lambda: self.sessions.settle(session, arrived=True),
            "fail": lambda: self.sessions.settle(session, arrived=False),
            "refund": lambda: self.sessions.refund(session, amount),
        }[what]()
        session.told.append(f"{event['type']}: {self._tell(event)}")

    def _tell(self, event: dict[str, object]) -> str:
        """Send an event, again where it is not taken; return what came of it."""
        outcome = "nobody listens"
        for _ in range(TRIES if self.webhook_url else 0):
            body, signature = signed(event, WEBHOOK_SECRET, int(self._now().timestamp()))
            headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
            try:
                answer = requests.post(
                    self.webhook_url, body, headers=headers, timeout=WEBHOOK_SECONDS
                )
                outcome = str(answer.status_code)
                if answer.ok:
                    break
            except requests.RequestException as error:
                outcome = type(error).__name__
        return outcome


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    stand_in: StripeStandIn


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 60

    def do_GET(self) -> None:
        """Show a page."""
        path = urlsplit(self.path).path
        sessions = self.server.stand_in.sessions
        if path == "/style.css":
            return self._send(200, STYLE.encode(), "text/css; charset=utf-8")
        if path == "/":
            return self._html(200, dashboard(sessions.all(), money_text))
        session = sessions.find(path.removeprefix("/c/pay/"))
        if session is None or not path.startswith("/c/pay/"):
            return self._html(404, "<p>There is no such page.</p>")
        return self._html(200, pay_page(session, money_text(session.asked.amount, session)))

    def do_POST(self) -> None:
        """Take a call of the API, or a button of a page."""
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            self.close_connection = True
            return self._send(413, b"")
        body = self.rfile.read(int(length))
        path = urlsplit(self.path).path
        if path.startswith("/v1/"):
            return self._api(path, body)
        return self._press(path, body)

    def _api(self, path: str, body: bytes) -> None:
        try:
            self._check_caller()
            if path != "/v1/checkout/sessions":
                text = f"Unrecognized request URL (POST: {path})."
                raise Refused(404, text)
            pairs = parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True)
            form = dict(pairs)
            if len(form) != len(pairs):
                raise Refused(400, "A parameter came twice.")
            key = self.headers.get("Idempotency-Key", "")
            content, repeated = self.server.stand_in.sessions.open(form, key)
        except Refused as refused:
            return self._json(refused.status, refused.body())
        except ValueError:
            return self._json(400, Refused(400, "Invalid form.").body())
        headers = (("Idempotent-Replayed", "true"),) if repeated else ()
        return self._json(200, content, headers)

    def _check_caller(self) -> None:
        scheme, _, key = self.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not compare_digest(key.encode(), SECRET_KEY.encode()):
            raise Refused(401, f"Invalid API Key provided: {key[:8]}****")
        if self.headers.get_content_type() != FORM:
            raise Refused(400, "The body must be a form.")
        version = self.headers.get("Stripe-Version", VERSIONS[0])
        if version not in VERSIONS:
            raise Refused(400, f"Invalid Stripe API version: {version}")

    def _press(self, path: str, body: bytes) -> None:
        """Do what a button says; the payer goes back to the site, others stay."""
        stand_in = self.server.stand_in
        what, _, session_id = path.removeprefix("/do/").partition("/")
        session = stand_in.sessions.find(session_id)
        if session is None:
            return self._html(404, "<p>There is no such page.</p>")
        amount = dict(parse_qsl(body.decode("utf-8", "replace"))).get("amount", "0")
        try:
            stand_in.act(session, what, int(amount) if amount.isdecimal() else 0)
        except (Refused, KeyError) as error:
            return self._html(400, f"<p>{type(error).__name__}: {error}</p>")
        back = session.asked.success_url if what.startswith("pay") else "/"
        where = back.replace("{CHECKOUT_SESSION_ID}", session.id)
        return self._send(303, b"", headers=(("Location", where),))

    def _json(
        self, status: int, content: object, headers: tuple[tuple[str, str], ...] = ()
    ) -> None:
        self._send(status, json.dumps(content, indent=2).encode(), "application/json", headers)

    def _html(self, status: int, page: str) -> None:
        policy = (("Content-Security-Policy", POLICY), ("Cache-Control", "no-store"))
        self._send(status, page.encode(), "text/html; charset=utf-8", policy)

    def _send(
        self,
        status: int,
        body: bytes,
        content_type: str = "text/plain",
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def money_text(units: int, session: Session) -> str:
    """Return an amount as people read it."""
    currency = session.asked.currency
    if currency in ZERO_DECIMAL:
        return f"{units} {currency.upper()}"
    digits = 3 if currency in THREE_DECIMAL else 2
    whole, part = divmod(units, 10**digits)
    return f"{whole}.{part:0{digits}} {currency.upper()}"
