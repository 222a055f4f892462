"""Orders of payments have derived ids; what cannot be paid is refused."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.errors import InvalidInput
from chalicelib.ledger.gateways import checkout_order, event_id
from chalicelib.money import Money

NOW = datetime(2026, 12, 1, 10, 30, 12, 345, tzinfo=UTC)
ASKED = {
    "account": "a1",
    "purpose": "invoice",
    "document": "d1",
    "amount": Money.of("12.50", "EUR"),
    "description": "Invoice 2026-0001",
    "email": "ada@acme.example",
    "success_url": "https://billing.example/#/invoices/d1",
    "cancel_url": "https://billing.example/#/invoices",
    "now": NOW,
}
OTHERWISE = {
    "account": "a2",
    "document": "d2",
    "amount": Money.of("12.51", "EUR"),
    "description": "Invoice 2026-0002",
    "email": None,
    "success_url": "https://billing.example/",
    "cancel_url": "https://billing.example/",
    "now": NOW + timedelta(minutes=1),
}


def test_the_same_order_within_a_minute_has_the_same_id_and_every_other_one_its_own():
    order = checkout_order(**ASKED)
    again = checkout_order(**ASKED | {"now": NOW + timedelta(seconds=40)})
    assert order == again and len(order.id) == 32
    assert order.asked_at == datetime(2026, 12, 1, 10, 30, tzinfo=UTC)
    others = {checkout_order(**ASKED | {name: value}).id for name, value in OTHERWISE.items()}
    assert len(others) == len(OTHERWISE) and order.id not in others


@pytest.mark.parametrize(
    ("amount", "currency"), [("0.00", "EUR"), ("-1.00", "EUR"), ("1.005", "EUR"), ("1.5", "JPY")]
)
def test_what_nobody_can_pay_is_refused(amount, currency):
    with pytest.raises(InvalidInput, match="not an amount"):
        checkout_order(**ASKED | {"amount": Money.of(amount, currency)})


def test_an_invoice_is_named_and_a_top_up_has_none():
    assert checkout_order(**ASKED | {"purpose": "top_up", "document": None}).document is None
    for wrong in ({"purpose": "top_up"}, {"document": None}):
        with pytest.raises(InvalidInput, match="for document"):
            checkout_order(**ASKED | wrong)


def test_events_have_ids_of_what_tells_them_apart():
    assert event_id("stripe", "paid", "cs_1") == event_id("stripe", "paid", "cs_1")
    ids = {
        event_id("stripe", "paid", "cs_1"),
        event_id("stripe", "failed", "cs_1"),
        event_id("stripe", "refunded", "ch_1", "100"),
        event_id("stripe", "refunded", "ch_11", "00"),
        event_id("other", "paid", "cs_1"),
    }
    assert len(ids) == 5
