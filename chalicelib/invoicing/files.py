"""The files of a document: what they are called, and under which key they are stored."""

import re
from typing import Literal

from chalicelib.invoicing.documents import Document

Form = Literal["pdf", "xml"]
_SUFFIXES = {"pdf": ".pdf", "xml": ".ubl.xml"}
MEDIA_TYPES: dict[Form, str] = {"pdf": "application/pdf", "xml": "application/xml"}


def file_name(number: str, form: Form) -> str:
    """Return what a file of a document is called; letters, digits, points and dashes only.

    >>> file_name("IN/2026-27/0001", "pdf")
    'IN-2026-27-0001.pdf'
    """
    return re.sub(r"[^A-Za-z0-9.]+", "-", number).strip("-.") + _SUFFIXES[form]


def file_key(account: str, document: str, number: str, form: Form) -> str:
    """Return the key of a file of an issued document.

    >>> file_key("acme", "d1", "INV-2026-00001", "xml")
    'documents/acme/d1/INV-2026-00001.ubl.xml'
    """
    return f"documents/{account}/{document}/{file_name(number, form)}"


def key_of(document: Document, form: Form) -> str:
    """Return the key of a file of an issued document."""
    return file_key(document.account, document.id, document.number, form)


def statement_key(account: str, period: str, version: int) -> str:
    """Return the key of a statement as a PDF.

    Args:
        version: of the standing it is made of: another posting makes another file.

    >>> statement_key("acme", "2026-11", 7)
    'documents/acme/statements/2026-11-7.pdf'
    """
    return f"documents/{account}/statements/{period}-{version}.pdf"
