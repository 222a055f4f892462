"""An issued document as a PDF, and the running month as the draft it would be."""

from collections.abc import Sequence
from decimal import Decimal

from chalicelib.invoicing.annex import AnnexRow
from chalicelib.invoicing.documents import Document, Kind
from chalicelib.typesetting.frames import Fact, framed, party_view
from chalicelib.typesetting.lines import annex_view, details_view, summary_view
from chalicelib.typesetting.notes import note_texts, payment_view, total_rows
from chalicelib.typesetting.readers import Reader
from chalicelib.typesetting.typesetter import typeset


def pdf_of(
    document: Document, *, annex: Sequence[AnnexRow] = (), logo: bytes | None, xml: bytes | None
) -> bytes:
    """Return a document as a tagged PDF/A-3a; the same document is the same bytes.

    Args:
        document: without a number it is a draft, and says so on every page.
        annex: what each resource came to; empty for no annex.
        logo: a PNG or SVG picture; one that cannot be drawn gives way to the issuer's name.
        xml: CII of the document (EN 16931); with it the file is a Factur-X.
    """
    reader = Reader(document.language, document.currency)
    return typeset(document_view(document, annex, reader), document.issued_at, logo=logo, xml=xml)


def document_view(
    document: Document, annex: Sequence[AnnexRow], reader: Reader
) -> dict[str, object]:
    """Return what the template places."""
    draft = not document.number
    kind = reader.name("kinds", document.kind)
    title = f"{kind} {document.number}" if document.number else _draft_title(document, reader)
    return framed(
        reader,
        title=title,
        kind=kind,
        issuer=document.issuer,
        header=document.header,
        footer=document.footer,
        draft=draft,
        parties=[
            party_view(reader.say("to"), document.customer, reader),
            party_view(reader.say("from"), document.issuer, reader),
        ],
        facts=_facts(document, reader),
    ) | {
        "claim": _claim(document, reader),
        "summary": summary_view(document, reader),
        "totals": total_rows(document, reader),
        "payment": payment_view(document, reader),
        "notes": {"title": reader.say("notes"), "texts": note_texts(document, reader)},
        "details": details_view(document, reader),
        "annex": annex_view(annex, reader),
    }


def _draft_title(document: Document, reader: Reader) -> str:
    kind = reader.name("kinds", document.kind)
    return f"{reader.say('draft')}: {kind} {_period(document, reader)}".strip()


def _period(document: Document, reader: Reader) -> str:
    if document.start is None or document.end is None:
        return reader.month(document.period) if document.period else ""
    return reader.days(document.start, document.end)


def _facts(document: Document, reader: Reader) -> list[Fact]:
    """Return what is said beside the parties: (label, value); those without value are left out."""
    draft, due_on = not document.number, document.due_on
    refers_to = document.refers_to
    receipt = document.kind is Kind.RECEIPT
    facts = [
        (reader.say("number"), document.number),
        (reader.say("issued_on"), "" if draft else reader.day(document.issued_on)),
        (reader.say("as_of"), reader.day(document.issued_on) if draft else ""),
        (reader.say("corrects"), refers_to.number if refers_to else ""),
        (reader.say("corrects_dated"), reader.day(refers_to.issued_on) if refers_to else ""),
        (reader.say("period"), _period(document, reader)),
        (reader.say("due_on"), reader.day(due_on) if due_on and document.payable > 0 else ""),
        (reader.say("buyer_reference"), document.buyer_reference),
        (reader.say("paid_by"), reader.name("methods", document.method) if receipt else ""),
        (reader.say("top_up"), document.top_up if receipt else ""),
        (reader.say("currency"), document.currency),
    ]
    return [(label, value) for label, value in facts if value]


def _claim(document: Document, reader: Reader) -> dict[str, str]:
    """Return the one figure that the reader looks for first, and what it means."""
    if not document.number:
        label, note = "amount_so_far", reader.say("draft_note")
        return _figure(label, document.total, note, reader)
    if document.kind is Kind.CREDIT_NOTE:
        note = reader.say("reason", reason=document.reason) if document.reason else ""
        return _figure("amount_credited", document.total, note, reader)
    if document.kind is Kind.RECEIPT:
        return _figure("amount_received", document.total, "", reader)
    if document.payable > 0 and document.due_on is not None:
        note = reader.say("due_until", date=reader.day(document.due_on))
        return _figure("amount_due", document.payable, note, reader)
    note = reader.say("nothing_due" if document.payable >= 0 else "to_your_credit")
    return _figure("amount_due", document.payable, note, reader)


def _figure(label: str, amount: Decimal, note: str, reader: Reader) -> dict[str, str]:
    return {"label": reader.say(label), "amount": reader.amount(amount), "note": note}
