"""Exchange rates as documents."""

from chalicelib.exchange_rates import Conversion, ExchangeRate
from chalicelib.reporting.documents import Document, number_text


def rates_of(conversion: Conversion | None) -> list[Document]:
    """Return the exchange rates that amounts were converted by."""
    return [] if conversion is None else [rate_document(rate) for rate in conversion.rates]


def rate_document(rate: ExchangeRate) -> Document:
    """Return an exchange rate: what one unit of `base` is in `quote`, of when, and who says so."""
    return {
        "base": rate.base,
        "quote": rate.quote,
        "date": rate.date.isoformat(),
        "rate": number_text(rate.rate),
        "source": rate.source,
    }
