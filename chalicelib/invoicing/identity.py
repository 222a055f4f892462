"""What tells one document from another, and an unchanged one from one that somebody changed."""

from hashlib import blake2b, sha256

import msgspec

from chalicelib.invoicing.documents import Document, Kind


def document_id(kind: Kind, *parts: str) -> str:
    """Return the id of a document, derived from what it records.

    Args:
        parts: of an invoice account and period; of a credit note the invoice and what asked for
            it; of a receipt account and top-up.

    >>> document_id(Kind.INVOICE, "acme", "2026-11")
    'fc66052f7a6b084d69cb9b2bd6509630'
    """
    return blake2b(msgspec.json.encode([kind, *parts]), digest_size=16).hexdigest()


def document_bytes(document: Document) -> bytes:
    """Return a document as JSON; equal ones are equal bytes."""
    return msgspec.json.encode(document, order="deterministic")


def digest(document: Document) -> str:
    """Return the SHA-256 of a document: 64 hexadecimal digits."""
    return sha256(document_bytes(document)).hexdigest()
