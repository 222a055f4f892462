"""Facts of a billing account as plain values, and how they are posted."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal as D

from chalicelib.invoicing.documents import Document, DocumentLine, Kind, Reference, TaxGroup
from chalicelib.invoicing.parties import Address, Party
from chalicelib.invoicing.posting import posting_of, settlement
from chalicelib.ledger.entries import Grant, Posting
from chalicelib.ledger.payments import Payment, PaymentKind, TopUp, payment, top_up
from chalicelib.ledger.postings import payment_posting
from chalicelib.ledger.standing import Standing, applied
from chalicelib.ledger.wallets import draw_down_posting, top_up_posting
from chalicelib.money import Money

ACCOUNT, NOVEMBER = "acme", "2026-11"
FIRST = date(2026, 11, 1)
NOTHING = Standing(ACCOUNT, "EUR")
_PARTY = Party("Acme", Address(("1 Road",), "Town", "12345", "DE"))


def day(text: str) -> date:
    """`11-30` of 2026."""
    return date.fromisoformat(f"2026-{text}")


def noon(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 12, tzinfo=UTC)


def money(amount: str | D, currency: str = "EUR") -> Money:
    return Money.of(str(amount), currency)


def paid(
    amount: str, reference: str = "", on: date = FIRST, kind: PaymentKind = "payment"
) -> Payment:
    return payment(
        ACCOUNT, on, money(amount), "bank", reference, received_at=noon(on), by="op", kind=kind
    )


def bought(amount: str, name: str = "", on: date = FIRST) -> TopUp:
    return top_up(
        ACCOUNT,
        on,
        money(amount),
        Grant.PURCHASED,
        topped_up_at=noon(on),
        method="card",
        reference=name,
    )


def given(amount: str, name: str = "", on: date = FIRST, expires_on: date | None = None) -> TopUp:
    return top_up(
        ACCOUNT,
        on,
        money(amount),
        Grant.GRANTED,
        topped_up_at=noon(on),
        reference=name,
        expires_on=expires_on,
    )


def invoice(
    standing: Standing,
    number: str,
    net: str,
    tax: str = "0",
    *,
    period: str = NOVEMBER,
    on: date = FIRST,
    due_days: int = 14,
) -> Document:
    """An invoice with one line and one tax, drafted for how the account stands."""
    total = D(net) + D(tax)
    settled = settlement(standing, total, period, on)
    return Document(
        id=f"id-{number}",
        kind=Kind.INVOICE,
        number=number,
        lines=(_line("compute", net, period, on),),
        taxes=(_tax(net, tax),),
        net=D(net),
        tax=D(tax),
        total=total,
        payable=total - sum(part.amount for part in settled),
        settled=settled,
        due_on=on + timedelta(days=due_days),
        period=period,
        **_frame(standing, on),
    )


def credit_note(
    standing: Standing, number: str, invoiced: str, net: str, tax: str = "0", *, on: date
) -> Document:
    """A credit note of an invoice that `invoice` made."""
    return Document(
        id=f"id-{number}",
        kind=Kind.CREDIT_NOTE,
        number=number,
        lines=(_line("compute", net, "", on),),
        taxes=(_tax(net, tax),),
        net=D(net),
        tax=D(tax),
        total=D(net) + D(tax),
        payable=D(net) + D(tax),
        refers_to=Reference(f"id-{invoiced}", invoiced, on),
        reason="too much",
        **_frame(standing, on),
    )


def _frame(standing: Standing, on: date) -> dict[str, object]:
    return {
        "account": standing.account,
        "issuer_id": "main",
        "issuer": _PARTY,
        "customer": _PARTY,
        "issued_at": noon(on),
        "issued_on": on,
        "time_zone": "UTC",
        "language": "en",
        "currency": standing.currency,
    }


def _line(service: str, amount: str, period: str, on: date) -> DocumentLine:
    return DocumentLine("l1", service, "Compute", D(amount), "S:19", period, on, on, "usage")


def _tax(net: str, tax: str) -> TaxGroup:
    return TaxGroup("S:19", "VAT", "S", D(19), D(net), D(tax))


def drawn(standing: Standing, target: str, on: date, period: str = NOVEMBER) -> Posting:
    posting = draw_down_posting(standing, period, D(target), on, noon(on))
    assert posting is not None
    return posting


def after(standing: Standing, *facts: Posting | Payment | TopUp) -> Standing:
    """How the account stands after `facts`."""
    for fact in facts:
        if isinstance(fact, Payment):
            posting = payment_posting(fact, standing)
        elif isinstance(fact, TopUp):
            posting = top_up_posting(fact, standing)
        else:
            posting = fact
        standing = applied(standing, posting)
    return standing


def invoiced(standing: Standing, number: str, net: str, tax: str = "0", **more: object) -> Standing:
    """How the account stands after an invoice."""
    return applied(standing, posting_of(invoice(standing, number, net, tax, **more), standing))


def in_lots(standing: Standing, *top_ups: TopUp) -> str:
    """What is left of top-ups, as a table has it: `5.00 0.00`."""
    return " ".join(str(standing.left_of(each.id)) for each in top_ups)
