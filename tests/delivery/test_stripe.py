"""Stripe: pages to pay on, asked for exactly; events believed only if Stripe signed them."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.currencies import minor_unit, payable
from chalicelib.delivery.stripe import StripeGateway, StripeKeys
from chalicelib.delivery.stripe_amounts import in_minor_units, of_minor_units
from chalicelib.errors import Conflict, InvalidInput, Unavailable
from chalicelib.ledger.gateways import checkout_order
from chalicelib.money import Money
from local.stripe import StripeStandIn
from local.stripe.server import SECRET_KEY, WEBHOOK_SECRET

SAMPLES = Path(__file__).parent / "samples" / "stripe"
NOW = datetime(2026, 12, 1, 10, 30, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
SECRET = "whsec_" + "k" * 40
KEYS = StripeKeys("sk_test_1", SECRET)
ACCOUNT, DOCUMENT = "7b0c2c52-0000-4000-8000-00000000acme", "4d2f6e8a9b1c4d3e8f7a6b5c4d3e2f1a"


def mac(secret: str, message: bytes) -> str:
    """HMAC-SHA256 by its definition (RFC 2104), so that the product's is compared with another."""
    key = secret.encode()
    if len(key) > 64:
        key = hashlib.sha256(key).digest()
    inner, outer = (bytes(byte ^ pad for byte in key.ljust(64, b"\0")) for pad in (0x36, 0x5C))
    return hashlib.sha256(outer + hashlib.sha256(inner + message).digest()).hexdigest()


def header(body: bytes, *secrets: str, seconds: int = SECONDS) -> str:
    macs = [f"v1={mac(secret, f'{seconds}.'.encode() + body)}" for secret in secrets]
    return ",".join([f"t={seconds}", *macs])


def told(body: bytes, signature: str | None = None, now: datetime = NOW):
    signature = header(body, SECRET) if signature is None else signature
    return StripeGateway(KEYS).event(body, signature, now)


def sample(name: str) -> bytes:
    return (SAMPLES / f"{name}.json").read_bytes()


def order(amount: str = "1213.80", currency: str = "EUR", **changed: object):
    asked = {
        "account": ACCOUNT,
        "purpose": "invoice",
        "document": DOCUMENT,
        "amount": Money.of(amount, currency),
        "description": "Invoice 2026-0001",
        "email": "ada@acme.example",
        "success_url": "https://billing.example/#/invoices?paid=1",
        "cancel_url": "https://billing.example/#/invoices",
        "now": NOW,
    }
    return checkout_order(**asked | changed)


def test_amounts_are_counted_as_stripe_counts_them(table):
    """
    money         | units   | money again
    12.34 EUR     | 1234    | 12.34
    0.01 INR      | 1       | 0.01
    500 JPY       | 500     | 500
    5000 XAF      | 5000    | 5000
    5 UGX         | 500     | 5
    5 ISK         | 500     | 5
    5.120 KWD     | 5120    | 5.120
    5.124 KWD     | 5130    | 5.130
    0.001 BHD     | 10      | 0.010
    10.00 MGA     | 10      | 10.00
    10.01 MGA     | 11      | 11.00
    12345.67 HUF  | 1234567 | 12345.67
    1.500 IQD     | 150     | 1.500
    """
    for row in table:
        amount, currency = row["money"].split()
        units = in_minor_units(Money.of(amount, currency))
        assert units == int(row["units"]), row
        assert of_minor_units(units, currency.lower()) == Money.of(row["money again"], currency)


@settings(deadline=None)
@given(
    st.decimals(min_value="0.001", max_value=99999, places=3),
    st.sampled_from("EUR USD INR JPY KWD BHD TND MGA UGX ISK CLP HUF TWD XOF".split()),
)
def test_what_is_charged_covers_what_is_asked_and_hardly_more(amount: Decimal, currency: str):
    asked = payable(Money(amount, currency))
    charged = of_minor_units(in_minor_units(asked), currency)
    step = Decimal(1) if currency == "MGA" else Decimal("0.01")
    assert asked.amount <= charged.amount < asked.amount + step
    if minor_unit(currency) < 3 and currency != "MGA":
        assert charged == asked


@pytest.mark.parametrize(
    ("name", "kind", "amount"),
    [
        ("session-paid", "paid", "1213.80"),
        ("session-arrived", "paid", "1213.80"),
        ("session-failed", "failed", "1213.80"),
        ("charge-refunded-in-part", "refunded", "500.00"),
        ("charge-refunded-whole", "refunded", "713.80"),
    ],
)
def test_an_event_tells_what_became_of_a_payment(name: str, kind: str, amount: str):
    event = told(sample(name))
    assert event is not None
    assert (event.kind, event.amount) == (kind, Money.of(amount, "EUR"))
    assert (event.account, event.purpose, event.document) == (ACCOUNT, "invoice", DOCUMENT)
    assert event.reference == "pi_3RlHe1R7UUImIKwk0vQmXh2b"
    assert event.at == datetime.fromtimestamp(1796119699, UTC)


def test_money_that_is_on_its_way_is_told_of_once_it_has_arrived_and_is_one_payment():
    assert told(sample("session-unpaid")) is None
    paid, arrived = told(sample("session-paid")), told(sample("session-arrived"))
    assert paid.id == arrived.id
    ids = {
        told(sample(name)).id
        for name in ("session-paid", "session-failed", "charge-refunded-in-part")
    }
    assert len(ids | {told(sample("charge-refunded-whole")).id}) == 4


def changed(name: str, **parts: object) -> bytes:
    event = json.loads(sample(name))
    event["data"]["object"] |= parts
    return json.dumps(event).encode()


def test_payments_that_others_had_made_and_other_events_tell_nothing():
    for metadata in (None, {}, {"account": ACCOUNT}, {"account": ACCOUNT, "purpose": "gift"}):
        assert told(changed("session-paid", metadata=metadata)) is None
        assert told(changed("charge-refunded-whole", metadata=metadata)) is None
    assert told(changed("session-paid", payment_status="no_payment_required")) is None
    assert told(changed("session-paid", amount_total=None)) is None
    other = json.loads(sample("session-paid")) | {"type": "payment_intent.succeeded"}
    assert told(json.dumps(other).encode()) is None
    top_up = told(changed("session-paid", metadata={"account": ACCOUNT, "purpose": "top_up"}))
    assert (top_up.purpose, top_up.document) == ("top_up", None)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"<html>", b"\xff\xfe", b'{"type":1}'])
def test_what_is_no_event_is_refused_even_if_it_is_signed(body: bytes):
    with pytest.raises(InvalidInput, match="no event of Stripe"):
        told(body)
    with pytest.raises(InvalidInput, match="no event of Stripe"):
        told(changed("session-paid", id=None))


BODY = sample("session-paid")
GOOD = mac(SECRET, f"{SECONDS}.".encode() + BODY)


@pytest.mark.parametrize(
    "signature",
    [
        f"t={SECONDS},v1={GOOD}",
        f"t={SECONDS},v1={GOOD},v0=00",
        f"t={SECONDS},v1={'0' * 64},v1={GOOD}",
        f"t={SECONDS},v1={GOOD},v1={'0' * 64}",
        f"v1={GOOD}, t={SECONDS}",
    ],
)
def test_one_right_signature_of_several_is_enough(signature: str):
    assert told(BODY, signature) is not None


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "t=,v1=",
        f"t={SECONDS}",
        f"v1={GOOD}",
        f"t={SECONDS},v0={GOOD}",
        f"t={SECONDS},v1={GOOD.upper()}",
        f"t={SECONDS},v1={GOOD[:-1]}",
        f"t={SECONDS},v1=é",
        f"t={SECONDS + 1},v1={GOOD}",
        header(BODY + b" ", SECRET),
        header(BODY, "whsec_other"),
        header(BODY, ""),
    ],
)
def test_whatever_is_not_signed_so_is_refused(signature: str):
    with pytest.raises(InvalidInput, match="not Stripe's"):
        told(BODY, signature)


def test_a_vector_worked_out_with_openssl():
    # printf '1796121012.{}' | openssl dgst -sha256 -hmac whsec_test
    signature = "t=1796121012,v1=" + mac("whsec_test", b"1796121012.{}")
    assert signature.endswith(VECTOR)
    with pytest.raises(InvalidInput, match="no event of Stripe"):
        StripeGateway(StripeKeys("sk_test_1", "whsec_test")).event(b"{}", signature, NOW)


VECTOR = "c888b47d44f6652c50cc6c8b2217d911ed787ecc02eeb88b8906b5c978b77e13"


@pytest.mark.parametrize(
    ("seconds", "good"), [(-301, False), (-300, True), (300, True), (301, False)]
)
def test_a_signature_counts_for_five_minutes(seconds: int, good: bool):
    now = NOW + timedelta(seconds=seconds)
    if good:
        assert told(BODY, now=now) is not None
    else:
        with pytest.raises(InvalidInput, match="too old"):
            told(BODY, now=now)
    with pytest.raises(InvalidInput):
        told(BODY, header(BODY, SECRET, seconds=10**18))


def test_without_a_secret_nothing_is_believed_and_secrets_are_not_shown():
    with pytest.raises(InvalidInput):
        StripeGateway(StripeKeys("sk_test_1", "")).event(BODY, header(BODY, ""), NOW)
    assert "sk_test" not in repr(KEYS) and "whsec" not in repr(KEYS)


@pytest.fixture
def stand_in() -> Iterator[StripeStandIn]:
    with StripeStandIn(now=lambda: NOW) as stand_in:
        yield stand_in


def gateway(stand_in: StripeStandIn, key: str = SECRET_KEY) -> StripeGateway:
    return StripeGateway(StripeKeys(key, WEBHOOK_SECRET), stand_in.url)


def test_a_page_is_asked_for_once_with_what_it_is_for(stand_in: StripeStandIn):
    page = gateway(stand_in).checkout(order())
    assert page.url == f"{stand_in.url}/c/pay/{page.id}"
    assert gateway(stand_in).checkout(order()) == page
    (session,) = stand_in.sessions.all()
    asked = session.asked
    assert (asked.amount, asked.currency, asked.name) == (121380, "eur", "Invoice 2026-0001")
    assert asked.metadata == asked.intent_metadata
    assert asked.metadata == {"account": ACCOUNT, "purpose": "invoice", "document": DOCUMENT}
    assert asked.email == "ada@acme.example" and asked.reference == order().id
    assert asked.expires_at == int(datetime(2026, 12, 1, 11, 30, tzinfo=UTC).timestamp())
    other = gateway(stand_in).checkout(order(now=NOW + timedelta(minutes=1)))
    assert other.id != page.id


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [("5.124", "KWD", 5130), ("500", "JPY", 500), ("7", "UGX", 700), ("12.50", "INR", 1250)],
)
def test_a_page_is_taken_in_every_kind_of_currency(stand_in, amount, currency, units):
    gateway(stand_in).checkout(order(amount, currency, email=None))
    (session,) = stand_in.sessions.all()
    assert (session.asked.amount, session.asked.email) == (units, "")


def test_refusals_are_said_in_the_words_of_stripe_and_never_with_a_key(stand_in: StripeStandIn):
    with pytest.raises(Conflict, match="at least 50 cents"):
        gateway(stand_in).checkout(order("0.49"))
    with pytest.raises(Conflict, match="8 digits"):
        gateway(stand_in).checkout(order("1000000.00"))
    with pytest.raises(Conflict, match="customer_email"):
        gateway(stand_in).checkout(order(email="nobody"))
    with pytest.raises(Unavailable, match="does not accept the secret key") as caught:
        gateway(stand_in, "sk_test_wrong").checkout(order())
    assert "sk_" not in str(caught.value)


class Answering:
    """An HTTP session that answers the same to everything."""

    def __init__(self, status: int, body: bytes) -> None:
        self.status_code, self.content = status, body

    def post(self, url: str, **_: object) -> "Answering":
        return self


@pytest.mark.parametrize(
    ("status", "body", "error", "said"),
    [
        (429, b'{"error":{"message":"slow down"}}', Unavailable, "429: slow down"),
        (409, b'{"error":{}}', Unavailable, "answered 409"),
        (500, b"<html>", Unavailable, "500: no explanation"),
        (302, b"", Unavailable, "answered 302"),
        (403, b'{"error":{"message":"sk_test_1"}}', Unavailable, "secret key"),
        (404, b"{}", Conflict, "no explanation"),
        (200, b"<html>", Unavailable, "no page"),
        (200, b'{"id":"cs_1","url":null}', Unavailable, "no page"),
    ],
)
def test_other_answers_are_refusals_or_trouble(monkeypatch, status, body, error, said):
    gateway = StripeGateway(KEYS)
    monkeypatch.setattr(gateway, "_http", Answering(status, body))
    with pytest.raises(error, match=said) as caught:
        gateway.checkout(order())
    assert "sk_test" not in str(caught.value)


def test_nobody_answering_is_trouble():
    with pytest.raises(Unavailable, match="did not answer"):
        StripeGateway(KEYS, "http://127.0.0.1:9").checkout(order())
