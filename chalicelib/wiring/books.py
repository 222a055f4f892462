"""The books: all that billing reads and writes."""

from chalicelib.runs.books import Books
from chalicelib.wiring import Wiring
from chalicelib.wiring.rating import known


def books(wired: Wiring) -> Books:
    """Return the books; what so many accounts share is read once."""
    return Books(
        known=known(wired, 1),
        ledger=wired.ledger,
        invoices=wired.invoices,
        issuers=wired.issuers,
        charges=wired.charges,
        amended=wired.amended,
        exchange_rates=wired.exchange_rates,
        outgoing=wired.outbox,
        site_url=wired.settings.site_url,
    )
