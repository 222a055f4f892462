"""The mails about documents: issued, soon due, overdue."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from urllib.parse import quote

from chalicelib.invoicing.customers import BillingDetails
from chalicelib.invoicing.documents import Document
from chalicelib.invoicing.dunning import DueAction, DueReminder
from chalicelib.invoicing.files import MEDIA_TYPES, Form, file_name, key_of
from chalicelib.invoicing.follow_ups import Step
from chalicelib.money import Money
from chalicelib.notifications.letters import Figure, Letter, messages_of
from chalicelib.notifications.messages import Attachment, Message
from chalicelib.notifications.readers import Reader
from chalicelib.notifications.words.wording import Note


def invoice_messages(document: Document, details: BillingDetails, site_url: str) -> list[Message]:
    """Return what is mailed when an invoice has been issued, with its files."""
    reader = Reader(document.language)
    labels, payable = reader.words.labels, document.payable
    figures = [
        (labels.invoice, document.number),
        (labels.period, _period(document, reader)),
        (labels.total, _amount(document, reader, document.total)),
    ]
    paid = document.total - payable
    # An invoice below zero has become credit: nothing of it was paid.
    if paid > 0:
        figures.append((labels.paid_already, _amount(document, reader, paid)))
    letter = _letter(
        f"invoice/{document.id}",
        document,
        reader,
        reader.words.invoice,
        open_amount=payable,
        more=(_asks(document, reader),),
        figures=[*figures, *_how_to_pay(document, reader, payable)],
        site_url=site_url,
        forms=("pdf", "xml"),
    )
    return messages_of(letter, details.recipients)


def credit_note_messages(
    document: Document, details: BillingDetails, site_url: str
) -> list[Message]:
    """Return what is mailed when a credit note has been issued, with its files."""
    reader = Reader(document.language)
    labels = reader.words.labels
    figures = [
        (labels.credit_note, document.number),
        (labels.corrects, _refers_to(document)),
        (labels.total, _amount(document, reader, document.total)),
    ]
    if document.reason:
        figures.append((labels.reason, document.reason))
    letter = _letter(
        f"credit_note/{document.id}",
        document,
        reader,
        reader.words.credit_note,
        figures=figures,
        site_url=site_url,
        forms=("pdf", "xml"),
    )
    return messages_of(letter, details.recipients)


def receipt_messages(document: Document, details: BillingDetails, site_url: str) -> list[Message]:
    """Return what is mailed when a top-up has been paid, with its receipt."""
    reader = Reader(document.language)
    words = reader.words
    figures = [
        (words.labels.receipt, document.number),
        (words.labels.total, _amount(document, reader, document.total)),
    ]
    if document.method:
        method = words.methods.get(document.method, words.methods["other"])
        figures.append((words.labels.paid_by, method))
    letter = _letter(
        f"receipt/{document.id}",
        document,
        reader,
        words.receipt,
        figures=figures,
        site_url=site_url,
        forms=("pdf",),
    )
    return messages_of(letter, details.recipients)


def reminder_messages(
    document: Document,
    due: DueReminder,
    open_amount: Decimal,
    details: BillingDetails,
    site_url: str,
    *,
    action: DueAction | None = None,
) -> list[Message]:
    """Return what is mailed to remind of an invoice.

    Args:
        open_amount: what is still to be paid of it.
        action: what is done unless it is paid; not told once its day has come, or on a dry run.
    """
    reader = Reader(document.language)
    words = reader.words
    notes = {
        Step.BEFORE_DUE: words.before_due,
        Step.OVERDUE: words.overdue,
        Step.FINAL_NOTICE: words.final,
    }
    threat: tuple[str, ...] = ()
    if action is not None and due.days > 0 and not details.enforcement.dry_run:
        today = due.item.due_on + timedelta(days=due.days)
        if action.on > today:
            unless = words.unless_held if action.action == "hold" else words.unless_suspended
            threat = (reader.say(unless, day=reader.day(action.on)),)
    figures = [(words.labels.invoice, document.number)]
    if due.days > 0:
        figures.append((words.labels.days_overdue, str(due.days)))
    letter = _letter(
        f"reminder/{document.id}/{due.what}/{due.number}",
        document,
        reader,
        notes[due.what],
        open_amount=open_amount,
        count=due.number,
        more=(*threat, words.ignore),
        figures=[*figures, *_how_to_pay(document, reader, open_amount)],
        site_url=site_url,
        forms=("pdf",),
    )
    return messages_of(letter, details.recipients)


def _letter(
    fact: str,
    document: Document,
    reader: Reader,
    note: Note,
    *,
    figures: Sequence[Figure],
    site_url: str,
    forms: Sequence[Form],
    open_amount: Decimal = Decimal(0),
    count: int = 1,
    more: Sequence[str] = (),
) -> Letter:
    """Return a letter on a document; what can be paid is asked for where it is shown."""
    values = {
        "seller": document.issuer.name,
        "number": document.number,
        "period": _period(document, reader),
        "total": _amount(document, reader, document.total),
        "to_pay": _amount(document, reader, open_amount),
        "due": _due(document, reader),
        "refers_to": _refers_to(document),
        "count": str(count),
    }
    address = f"{site_url}/#/invoices/{quote(document.account, '')}/{document.id}"
    closing = reader.words.pay_online if open_amount > 0 else reader.words.see
    return Letter(
        fact=fact,
        subject=reader.say(note.subject, **values),
        sentences=(reader.say(note.text, **values), *more),
        figures=tuple(figures),
        closing=(reader.say(closing, url=address),),
        language=reader.language,
        direction=reader.direction,
        attachments=tuple(
            Attachment(file_name(document.number, form), key_of(document, form), MEDIA_TYPES[form])
            for form in forms
        ),
    )


def _asks(document: Document, reader: Reader) -> str:
    """Return what an invoice asks for, if anything."""
    if document.payable > 0:
        to_pay = _amount(document, reader, document.payable)
        return reader.say(reader.words.pay, to_pay=to_pay, due=_due(document, reader))
    return reader.words.in_your_favour if document.total < 0 else reader.words.paid_in_full


def _how_to_pay(document: Document, reader: Reader, amount: Decimal) -> list[Figure]:
    """Return what there is to pay, until when, and to which bank account."""
    labels, bank = reader.words.labels, document.bank
    figures = [(labels.to_pay, _amount(document, reader, amount))]
    if amount <= 0:
        return figures
    figures.append((labels.due_on, _due(document, reader)))
    if bank.iban:
        named = [(labels.holder, bank.holder), (labels.iban, bank.iban), (labels.bic, bank.bic)]
        figures += [(label, value) for label, value in named if value]
        figures.append((labels.quote, document.number))
    return figures


def _amount(document: Document, reader: Reader, amount: Decimal) -> str:
    return reader.amount(Money(amount, document.currency))


def _due(document: Document, reader: Reader) -> str:
    return reader.day(document.due_on or document.issued_on)


def _period(document: Document, reader: Reader) -> str:
    if document.period:
        return reader.month(document.period, document.time_zone)
    return reader.day(document.end or document.issued_on)


def _refers_to(document: Document) -> str:
    return document.refers_to.number if document.refers_to else ""
