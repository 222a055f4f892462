"""What a document adds up to, how it is paid, and what else must be said on it."""

from decimal import Decimal

from chalicelib.invoicing.documents import Document, Kind, TaxGroup
from chalicelib.money import EXACT
from chalicelib.periods import time_zone_named
from chalicelib.typesetting.readers import Reader

_TOTALS = {
    Kind.INVOICE: "total",
    Kind.CREDIT_NOTE: "total_credited",
    Kind.RECEIPT: "total_received",
}
# Only these two say their percentage: the others are 0 for a reason that their note tells.
_WITH_PERCENT = ("S", "Z")


def total_rows(document: Document, reader: Reader) -> list[dict[str, str]]:
    """Return the rows from the net amount to what is to be paid.

    `weight` is `plain`, `sum` or `final`. A tax that is shown in parts is those parts only.
    """
    rows = []
    if document.taxes:
        rows.append(_row("plain", reader.say("net"), document.net, reader))
    for group in document.taxes:
        rows += _tax_rows(group, reader)
    # A receipt is about the payment; what it says is settled is the whole of it.
    settled = () if document.kind is Kind.RECEIPT else document.settled
    total = reader.say(_TOTALS[document.kind])
    rows.append(_row("sum" if settled else "final", total, document.total, reader))
    for each in settled:
        # What an invoice below zero asks for is given: it becomes credit.
        label = reader.name("settled", each.source if each.amount > 0 else "credited")
        rows.append(_row("plain", label, EXACT.minus(each.amount), reader))
    if settled:
        rows.append(_row("final", reader.say("amount_due"), document.payable, reader))
    return rows


def payment_view(document: Document, reader: Reader) -> dict[str, object] | None:
    """Return where to pay; None where nothing is asked for, or where nobody said where to."""
    bank = document.bank
    asked = document.kind is Kind.INVOICE and document.number and document.payable > 0
    if not asked or not (bank.iban or bank.holder or bank.name):
        return None
    rows = [
        (reader.say("holder"), bank.holder),
        (reader.say("iban"), _in_fours(bank.iban)),
        (reader.say("bic"), bank.bic),
        (reader.say("bank"), bank.name),
    ]
    return {
        "title": reader.say("payment"),
        "rows": [(label, value) for label, value in rows if value],
        "text": reader.say("pay_quoting", number=document.number),
    }


def note_texts(document: Document, reader: Reader) -> list[str]:
    """Return the notes: on taxes, on currencies, and on why it was issued."""
    texts = [f"{tax_name(group, reader)}: {group.note}" for group in document.taxes if group.note]
    told = document.in_tax_currency
    if told is not None:
        amount = reader.amount(told.tax, told.currency)
        rates = "; ".join(map(reader.rate, told.rates))
        tax = reader.say("tax_in", currency=told.currency, amount=amount)
        texts.append(f"{tax}; {rates}" if rates else tax)
    if document.exchange_rates:
        rates = "; ".join(map(reader.rate, document.exchange_rates))
        texts.append(reader.say("converted_at", rates=rates))
    return texts + _forced(document, reader)


def tax_name(group: TaxGroup, reader: Reader) -> str:
    """Return a tax with its percentage, where it says something."""
    if group.category not in _WITH_PERCENT:
        return group.name
    return f"{group.name} {reader.percent(group.percent)}"


def _tax_rows(group: TaxGroup, reader: Reader) -> list[dict[str, str]]:
    taxable = reader.plain(group.taxable)
    taxes = [
        (f"{part.name} {reader.percent(part.percent)}", part.amount) for part in group.parts
    ] or [(tax_name(group, reader), group.amount)]
    return [
        _row("plain", reader.say("tax_on", tax=tax, taxable=taxable), amount, reader)
        for tax, amount in taxes
    ]


def _row(weight: str, label: str, amount: Decimal, reader: Reader) -> dict[str, str]:
    shown = reader.amount(amount) if weight in ("sum", "final") else reader.plain(amount)
    return {"weight": weight, "label": label, "amount": shown}


def _forced(document: Document, reader: Reader) -> list[str]:
    forced = document.forced
    if forced is None:
        return []
    day = forced.at.astimezone(time_zone_named(document.time_zone)).date()
    said = reader.say("forced", by=forced.by, date=reader.day(day), reason=forced.reason)
    open_then = reader.say("forced_open", open="; ".join(forced.waiting))
    return [said, open_then] if forced.waiting else [said]


def _in_fours(iban: str) -> str:
    """Return an IBAN in groups of four, as it is printed (ISO 13616-1)."""
    plain = "".join(iban.split())
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))
