"""Previews of prices, with everything they need from the wiring."""

from collections.abc import Callable
from datetime import datetime

from chalicelib.rating.rate_cards import RateCard
from chalicelib.runs.preview_prices import Preview, Progress, preview_prices
from chalicelib.wiring import Wiring


def preview(
    wired: Wiring,
    card: RateCard,
    progress: Progress | None,
    has_time: Callable[[], bool],
    now: datetime,
) -> Preview:
    """Return what a rate card would change, as far as there is time; nothing is stored."""
    return preview_prices(
        card,
        progress,
        rate_cards=wired.rate_cards,
        accounts=wired.accounts,
        usage=wired.usage,
        agreements=wired.agreements,
        exchange_rates=wired.exchange_rates,
        charges=wired.charges,
        names=wired.catalogues,
        base_currency=wired.base_currency,
        has_time=has_time,
        now=now,
    )
