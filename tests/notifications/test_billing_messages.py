"""The mails about documents: issued, soon due, overdue."""

from datetime import date
from decimal import Decimal as D

import pytest
from msgspec.structs import replace

from chalicelib.invoicing.customers import BillingDetails, Enforcement
from chalicelib.invoicing.documents import Document, Kind
from chalicelib.invoicing.dunning import DueAction, DueReminder
from chalicelib.invoicing.follow_ups import Step
from chalicelib.invoicing.parties import Bank
from chalicelib.ledger.entries import OpenItem
from chalicelib.notifications.billing_messages import (
    credit_note_messages,
    invoice_messages,
    receipt_messages,
    reminder_messages,
)
from chalicelib.notifications.messages import Message
from tests.invoicing.stories import DOCUMENTS

SITE = "https://billing.example"
DETAILS = BillingDetails("globex", "nordlicht", recipients=("a@globex.example", "b@globex.example"))
INVOICE = DOCUMENTS["plain"]
LANGUAGES = ("en", "de-DE", "fr", "es", "hi-IN", "ar-KW")


def plain(text: str) -> str:
    """Return a text with spaces that are all alike, and without marks of direction."""
    for mark in "\u2068\u2069\u200e\u200f\u061c":
        text = text.replace(mark, "")
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def in_language(document: Document, language: str) -> Document:
    return replace(document, language=language)


def first(messages: list[Message]) -> Message:
    return messages[0]


def test_an_invoice_says_what_to_pay_until_when_and_how() -> None:
    message = first(invoice_messages(INVOICE, DETAILS, SITE))
    assert message.subject == "Nordlicht Cloud GmbH & Co. KG: invoice NL-2026-0042, €659.56"
    assert plain(message.text) == "\n".join(
        [
            "Nordlicht Cloud GmbH & Co. KG: invoice NL-2026-0042, €659.56",
            "",
            "Invoice NL-2026-0042 for October 2026 is attached, as a PDF and as XML for accounting software.",
            "",
            "Please pay €659.56 by November 17, 2026.",
            "",
            "Invoice:        NL-2026-0042",
            "Period:         October 2026",
            "Total:          €659.56",
            "Amount due:     €659.56",
            "Due date:       November 17, 2026",
            "Account holder: Nordlicht Cloud",
            "IBAN:           DE02 1203 0000 0000 2020 51",
            "BIC:            BYLADEM1001",
            "Please state:   NL-2026-0042",
            "",
            f"Pay online or see the details: {SITE}/#/invoices/globex/{INVOICE.id}",
            "",
        ]
    )
    assert [(each.name, each.key, each.media_type) for each in message.attachments] == [
        ("NL-2026-0042.pdf", f"documents/globex/{INVOICE.id}/NL-2026-0042.pdf", "application/pdf"),
        (
            "NL-2026-0042.ubl.xml",
            f"documents/globex/{INVOICE.id}/NL-2026-0042.ubl.xml",
            "application/xml",
        ),
    ]


def test_an_invoice_that_asks_for_nothing_says_so(table) -> None:
    """
    document        | says                             | paid   | due
    settled in part | Please pay €20.00 by             | €15.58 | €20.00
    nothing to pay  | there is nothing left to pay     | €35.58 | €0.00
    negative total  | It is in your favour             |        | €0.00
    """
    for row in table:
        text = plain(first(invoice_messages(DOCUMENTS[row["document"]], DETAILS, SITE)).text)
        assert row["says"] in text, row
        found = dict(line.split(":", maxsplit=1) for line in text.splitlines() if ":" in line)
        assert found.get("Paid already", "").strip() == row["paid"], row
        assert found["Amount due"].strip() == row["due"], row
        asks = row["due"] == "€20.00"
        assert ("IBAN" in found) == ("Please state" in found) == ("Pay online" in text) == asks


def test_without_a_bank_account_there_is_none_to_pay_to() -> None:
    text = first(invoice_messages(replace(INVOICE, bank=Bank()), DETAILS, SITE)).text
    assert "IBAN" not in text and "Please state" not in text and "Pay online" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_fact_has_a_mail_in_every_language(language: str) -> None:
    invoice = in_language(INVOICE, language)
    note = in_language(DOCUMENTS["credit note"], language)
    receipt = replace(
        invoice, kind=Kind.RECEIPT, number="R-1", method="bank", period="", due_on=None
    )
    action = DueAction("suspend", date(2026, 12, 24), "overdue")
    enforced = replace(DETAILS, enforcement=Enforcement("suspend", dry_run=False))
    messages = [
        first(invoice_messages(invoice, DETAILS, SITE)),
        first(credit_note_messages(note, DETAILS, SITE)),
        first(receipt_messages(receipt, DETAILS, SITE)),
        *(
            first(reminder_messages(invoice, due, D("10.50"), enforced, SITE, action=action))
            for due in (BEFORE, SECOND, FINAL)
        ),
    ]
    assert len({message.id for message in messages}) == len(messages)
    for message in messages:
        base = language.split("-", maxsplit=1)[0]
        direction = "rtl" if base == "ar" else "ltr"
        assert f'<html lang="{base}" dir="{direction}">' in message.html
        assert "{" not in message.text and SITE in message.text
        assert message.subject in message.text
        if base != "en":
            assert "nvoice NL" not in message.text and "lease" not in message.text


def test_an_arabic_mail_runs_from_right_to_left_and_keeps_values_in_one_piece() -> None:
    message = first(invoice_messages(in_language(INVOICE, "ar-KW"), DETAILS, SITE))
    assert 'align="right" style="padding:4px 0 4px 24px' in message.html
    address = f"{SITE}/#/invoices/globex/{INVOICE.id}"
    assert f'<a href="{address}"' in message.html and f" {address}\n" in message.text
    assert "\u2068NL-2026-0042\u2069" in message.text and "أكتوبر 2026" in plain(message.text)


def test_a_credit_note_names_what_it_corrects_and_why() -> None:
    message = first(credit_note_messages(DOCUMENTS["credit note"], DETAILS, SITE))
    text = plain(message.text)
    assert message.subject.endswith(": credit note CN-2026-0003, €50.28")
    for words in (
        "on invoice NL-2026-0007",
        "Outage on 12 October",
        "Corrects invoice: NL-2026-0007",
    ):
        assert words in text
    assert "Amount due" not in text and "IBAN" not in text and len(message.attachments) == 2


def test_a_receipt_says_how_it_was_paid() -> None:
    receipt = replace(INVOICE, kind=Kind.RECEIPT, number="R-1", method="stripe", due_on=None)
    message = first(receipt_messages(receipt, DETAILS, SITE))
    assert "Card (Stripe)" in message.text and "Amount due" not in message.text
    assert [each.name for each in message.attachments] == ["R-1.pdf"]


ITEM = OpenItem(INVOICE.id, INVOICE.number, INVOICE.issued_on, date(2026, 11, 17), INVOICE.total)
BEFORE = DueReminder(ITEM, Step.BEFORE_DUE, 1, -3)
SECOND = DueReminder(ITEM, Step.OVERDUE, 2, 8)
FINAL = DueReminder(ITEM, Step.FINAL_NOTICE, 1, 21)


def test_reminders_say_which_they_are_and_what_is_still_open() -> None:
    subjects = [
        first(reminder_messages(INVOICE, due, D("59.56"), DETAILS, SITE)).subject
        for due in (BEFORE, SECOND, FINAL)
    ]
    seller = "Nordlicht Cloud GmbH & Co. KG"
    assert subjects == [
        f"{seller}: invoice NL-2026-0042 is due on November 17, 2026",
        f"{seller}: reminder 2: invoice NL-2026-0042 is overdue",
        f"{seller}: final notice: invoice NL-2026-0042 is overdue",
    ]
    text = plain(first(reminder_messages(INVOICE, SECOND, D("59.56"), DETAILS, SITE)).text)
    assert "€59.56 of it has not been received" in text and "Days overdue:   8" in text
    assert "Amount due:     €59.56" in text and "€659.56" not in text and "IBAN" in text
    assert "Days overdue" not in first(reminder_messages(INVOICE, BEFORE, D(1), DETAILS, SITE)).text


def test_what_is_done_to_who_does_not_pay_is_told_before_it_is_done(table) -> None:
    """
    action  | on         | dry run | reminder | says
    hold    | 2026-12-24 | no      | overdue  | received before December 24, 2026, nothing new can be started
    suspend | 2026-12-24 | no      | overdue  | received before December 24, 2026, your account is suspended
    suspend | 2026-12-24 | yes     | overdue  |
    suspend | 2026-11-25 | no      | overdue  |
    suspend | 2026-12-24 | no      | before   |
    """
    for row in table:
        action = DueAction(row["action"], date.fromisoformat(row["on"]), "overdue")
        enforcement = Enforcement(row["action"], dry_run=row["dry run"] == "yes")
        due = SECOND if row["reminder"] == "overdue" else BEFORE
        details = replace(DETAILS, enforcement=enforcement)
        text = first(reminder_messages(INVOICE, due, D(1), details, SITE, action=action)).text
        assert ("Unless" in text) == bool(row["says"]) and row["says"] in text, row


def test_each_recipient_and_each_reminder_is_a_message_of_its_own() -> None:
    third = replace(SECOND, number=3)
    messages = [
        message
        for due in (BEFORE, SECOND, third, FINAL)
        for message in reminder_messages(INVOICE, due, D(1), DETAILS, SITE)
    ]
    assert len({message.id for message in messages}) == 8
    assert {message.recipient for message in messages} == set(DETAILS.recipients)
    assert invoice_messages(INVOICE, DETAILS, SITE) == invoice_messages(INVOICE, DETAILS, SITE)


def test_names_are_text_and_never_markup_or_headers() -> None:
    seller = replace(INVOICE.issuer, name="<b>x</b>\r\nBcc: all@globex.example\u2028y\x85z")
    message = first(invoice_messages(replace(INVOICE, issuer=seller), DETAILS, SITE))
    assert "<b>x</b>" not in message.html
    assert message.subject.startswith("<b>x</b> Bcc: all@globex.example y z: invoice")
    assert len(message.subject.splitlines()) == 1
