"""Documents as PDF: A4, tagged, archivable, in the reader's language."""

from chalicelib.typesetting.documents import pdf_of
from chalicelib.typesetting.statements import statement_pdf

__all__ = ["pdf_of", "statement_pdf"]
