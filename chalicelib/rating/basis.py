"""What a period was rated by, beside its usage: so that what was invoiced keeps its prices."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from itertools import compress
from operator import not_

import msgspec
from msgspec.structs import replace

from chalicelib.accounts import StoppedVms
from chalicelib.exchange_rates import Conversion
from chalicelib.metering.usage import UsageGroup
from chalicelib.periods import BillingPeriod
from chalicelib.rating.agreements import Adjustment, Agreement, those
from chalicelib.rating.balances import commitment_line
from chalicelib.rating.charges import rate
from chalicelib.rating.line_items import Category, RatedPeriod
from chalicelib.rating.price_lists import PriceLists
from chalicelib.rating.rate_cards import RateCard, cards_in_force

_SOLD = (Category.USAGE, Category.PURCHASE)


class Basis(msgspec.Struct, frozen=True, array_like=True):
    """The rate cards, by when they came into force, and what was agreed.

    Attributes:
        listed, agreed, base: cards of each list that priced the period.
        conversion: that amounts of the base list were, or would have been, converted by.
        used_credits: how much of each credit other periods had used up, by its id.
    """

    listed: tuple[datetime, ...] = ()
    agreed: tuple[datetime, ...] = ()
    base: tuple[datetime, ...] = ()
    conversion: Conversion | None = None
    agreements: tuple[Agreement, ...] = ()
    used_credits: Mapping[str, Decimal] = {}
    stopped_vms: StoppedVms = "charged"


def basis_of(
    lists: PriceLists,
    period: BillingPeriod,
    agreements: Sequence[Agreement],
    used_credits: Mapping[str, Decimal],
    stopped_vms: StoppedVms,
) -> Basis:
    """Return what a period is being rated by."""
    span, days = period.span, [day for day, _ in period.days()]

    def dates(cards: Sequence[RateCard]) -> tuple[datetime, ...]:
        return tuple(card.effective_from for card in cards_in_force(cards, span.start, span.end))

    return Basis(
        dates(lists.listed),
        dates(lists.agreed),
        dates(lists.base),
        lists.conversion,
        tuple(each for each in agreements if any(map(each.holds_on, days))),
        dict(sorted(used_credits.items())),
        stopped_vms,
    )


def lists_of(basis: Basis, lists: PriceLists) -> PriceLists:
    """Return the prices a period was rated by.

    Args:
        lists: what there is now; rate cards never change, but others have come since.
    """
    return PriceLists(
        lists.currency,
        _only(lists.listed, basis.listed),
        _only(lists.agreed, basis.agreed),
        _only(lists.base, basis.base),
        lists.base_currency,
        basis.conversion,
    )


def rated_again(
    usages: Sequence[UsageGroup],
    invoiced: RatedPeriod,
    basis: Basis,
    lists: PriceLists,
    as_of: datetime,
) -> RatedPeriod:
    """Return what an invoiced period comes to with the usage known now, at the prices it had.

    Prices, agreements and exchange rate stay those it was invoiced with; only usage that had no
    price then is priced by what there is now, with the discounts and the minimum of then.
    Promotional credits neither pay for more nor are given back: later months have used them
    meanwhile.

    Args:
        lists: what there is now.
    """
    period, kept = invoiced.period, lists_of(basis, lists)
    lists_now = replace(lists, conversion=basis.conversion or lists.conversion)
    agreed = partial(
        rate,
        period=period,
        agreements=basis.agreements,
        used_credits=basis.used_credits,
        as_of=as_of,
    )
    then = agreed(usages, kept)
    lines, unpriced = then.line_items, then.unpriced
    if unpriced:
        lacks = [bool(rate([each], kept, period, as_of=as_of).unpriced) for each in usages]
        lacking = list(compress(usages, lacks))
        known = agreed(list(compress(usages, map(not_, lacks))), kept)
        percents = those(Adjustment, basis.agreements)
        today = rate(lacking, lists_now, period, agreements=percents, as_of=as_of)
        sold = [each for each in known.line_items if each.category in _SOLD] + [*today.line_items]
        minimum = commitment_line(sold, basis.agreements, period, invoiced.currency, as_of)
        lines, unpriced = (*sold, *minimum), today.unpriced
    charged = [each for each in lines if each.category is not Category.CREDIT]
    credits = [each for each in invoiced.line_items if each.category is Category.CREDIT]
    return RatedPeriod(period, invoiced.currency, (*charged, *credits), unpriced)


def _only(cards: Sequence[RateCard], dates: Sequence[datetime]) -> list[RateCard]:
    return [card for card in cards if card.effective_from in dates]
