"""Documents as PDF: A4, tagged, archivable, in the reader's language."""

from chalicelib.typesetting.documents import pdf_of

__all__ = ["pdf_of"]
