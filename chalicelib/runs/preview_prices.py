"""What a rate card would change: last month's usage, priced without it and with it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from chalicelib.accounts import BillingAccount
from chalicelib.currencies import zero
from chalicelib.money import Money
from chalicelib.periods import BillingPeriod
from chalicelib.rating.charges import rate
from chalicelib.rating.rate_cards import RateCard, other_prices
from chalicelib.reporting.missing import waits_for
from chalicelib.runs.cards_at import CardsAt
from chalicelib.runs.change_prices import check_agreed, priced_by
from chalicelib.runs.ports import (
    Accounts,
    Charges,
    KnownAgreements,
    KnownExchangeRates,
    KnownNames,
    KnownRateCards,
    KnownUsage,
)
from chalicelib.runs.price_lists import KnownPriceLists
from chalicelib.runs.read_usage import usage_of, used_credits
from chalicelib.runs.retries import until_settled

# A month is over everywhere once it is in the time zone furthest behind, UTC-12.
_FURTHEST_BEHIND = timedelta(hours=12)


class Total(msgspec.Struct, frozen=True, array_like=True):
    """What all accounts of one currency come to, so far."""

    old: Money
    new: Money


class Progress(msgspec.Struct, frozen=True, array_like=True):
    """How far a preview is, to go on from there.

    Attributes:
        version: of the rate card.
        period: the month whose usage is priced.
        after: the last account that has been looked at, in the order of their ids.
        done: how many have been.
        totals: of those, by currency.
    """

    version: str
    period: str
    after: str = ""
    done: int = 0
    totals: tuple[Total, ...] = ()


class Change(msgspec.Struct, frozen=True):
    """What one account's month would come to.

    Attributes:
        missing: what would have no price.
    """

    account: BillingAccount
    old: Money
    new: Money
    missing: tuple[str, ...]


class Preview(msgspec.Struct, frozen=True):
    """Some of what a rate card would change.

    Attributes:
        changes: of accounts that used or were charged anything in the month.
        of: how many accounts there are to look at.
        more: where to go on; None once all have been looked at.
    """

    changes: tuple[Change, ...]
    progress: Progress
    of: int
    more: bool


def preview_prices(
    card: RateCard,
    progress: Progress | None,
    *,
    rate_cards: KnownRateCards,
    accounts: Accounts,
    usage: KnownUsage,
    agreements: KnownAgreements,
    exchange_rates: KnownExchangeRates,
    charges: Charges,
    names: KnownNames,
    base_currency: str,
    has_time: Callable[[], bool],
    now: datetime,
) -> Preview:
    """Return what a rate card would change for accounts it may price; nothing is stored.

    The usage is that of the last month that is over everywhere. It is priced twice, as if the
    prices in force where the card begins had been in force for all of that month: without the
    card, and with it.

    Args:
        progress: where an earlier part of the same preview stopped; None to begin.
        has_time: whether there is time for another account; one is always looked at.

    Raises:
        InvalidInput: the card is agreed with an account that is billed in another currency.
        NotFound: it is agreed with an account that does not exist.
        Conflict: its list has other prices from that instant on.
    """
    check_agreed(card, accounts)
    known = rate_cards.of(card.currency, card.account)
    if any(each.effective_from == card.effective_from and each != card for each in known):
        raise other_prices(card)
    at = progress or Progress(card.version, last_month(now))
    every = sorted(priced_by(card, accounts, base_currency), key=lambda account: account.id)
    left = [account for account in every if account.id > at.after]
    comparison = _Comparison(
        card,
        _prices(rate_cards, card, exchange_rates, base_currency, added=False),
        _prices(rate_cards, card, exchange_rates, base_currency, added=True),
        usage,
        agreements,
        charges,
        names,
    )
    changes = []
    for account in left:
        change = comparison.of(account, at.period)
        at = replace(at, after=account.id, done=at.done + 1)
        if change is not None:
            changes.append(change)
            at = replace(at, totals=_added(at.totals, change))
        if not has_time():
            break
    return Preview(tuple(changes), at, len(every), bool(left) and at.after != left[-1].id)


def last_month(now: datetime) -> str:
    """Return the last month that is over in every time zone."""
    month = BillingPeriod.at(now - _FURTHEST_BEHIND, "UTC")
    return BillingPeriod.at(month.span.start - timedelta(days=1), "UTC").id


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Rates months without a card and with it."""

    card: RateCard
    without: KnownPriceLists
    by: KnownPriceLists
    usage: KnownUsage
    agreements: KnownAgreements
    charges: Charges
    names: KnownNames

    def of(self, account: BillingAccount, period_id: str) -> Change | None:
        """Return what changes for an account; None where there is nothing to charge."""
        period = BillingPeriod(period_id, account.terms.time_zone)
        agreed = self.agreements.of(account.id) if account.agreed.more else []
        used = until_settled(lambda: usage_of(account, period, self.usage))
        if not used.groups and not agreed:
            return None
        spent = used_credits(account.id, period.id, agreed, self.charges)
        if self.card.account == account.id:
            # The card may be the first that is agreed with it.
            account = replace(account, agreed=replace(account.agreed, prices=True))
        old, new = (
            rate(
                used.groups,
                prices.of(account, period.last_day),
                period,
                agreements=agreed,
                used_credits=spent,
            )
            for prices in (self.without, self.by)
        )
        if not any((old.line_items, old.unpriced, new.line_items, new.unpriced)):
            return None
        nothing = zero(account.terms.currency)
        missing: tuple[str, ...] = ()
        if new.unpriced:
            called = self.names.of_all(account.connections)
            missing = tuple(waits_for(each, called) for each in new.unpriced)
        return Change(account, nothing + old.total, nothing + new.total, missing)


def _prices(
    rate_cards: KnownRateCards,
    card: RateCard,
    exchange_rates: KnownExchangeRates,
    base_currency: str,
    *,
    added: bool,
) -> KnownPriceLists:
    cards = CardsAt(rate_cards, card, added=added)
    return KnownPriceLists(cards, exchange_rates, base_currency)


def _added(totals: Iterable[Total], change: Change) -> tuple[Total, ...]:
    """Return totals with one account more."""
    found = {each.old.currency: each for each in totals}
    currency = change.old.currency
    known = found.get(currency)
    old = change.old if known is None else known.old + change.old
    new = change.new if known is None else known.new + change.new
    found[currency] = Total(old, new)
    return tuple(found[each] for each in sorted(found))
