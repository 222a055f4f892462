"""Strategies for rate cards of all kinds: every model, tiers, conditions, tags, services."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from chalicelib.errors import InvalidInput
from chalicelib.metering.meters import METERS, PARTS, meter_of
from chalicelib.rating.rate_cards import RateCard, rate_card
from chalicelib.rating.tariffs import SERVICE, TAG, Model, Tariff, Tier, checked, units_of

TARIFFS_AT_MOST = 8
VALUES = ["fra-1", "=1+1", "'", "'=x", "a|b", " both ", "c;d", "k=v", "back\\slash", "0,05", "\n"]
TITLES = ["", "=SUM(A1)", "-1", "@home", "'t Hooft", "ä, ö; ü", '"quoted"', " spaced ", "'-'"]


def amounts(most: int = 10**12) -> st.SearchStrategy[Decimal]:
    """Return a strategy for prices and quantities, some with many decimals."""
    return st.one_of(
        st.sampled_from([Decimal(0), Decimal("0.05"), Decimal("1E-18"), Decimal(10**9)]),
        st.decimals(0, most, places=4),
        st.decimals(0, 1, places=18),
    )


def texts() -> st.SearchStrategy[str]:
    """Return a strategy for values of conditions, some of them odd."""
    alphabet = st.characters(exclude_categories=["Cs"], exclude_characters="\ufffd")
    return st.one_of(st.sampled_from(VALUES), st.text(alphabet, min_size=1, max_size=12))


@st.composite
def tariffs(draw: st.DrawFn, meters: st.SearchStrategy[str] | None = None) -> Tariff:
    """Draw a tariff in its one way to be written.

    Args:
        meters: what it prices; any meter, part or service without it.
    """
    services = st.from_regex(r"[a-z0-9_-]{1,12}", fullmatch=True).map(SERVICE.__add__)
    sold = st.sampled_from([*METERS, *PARTS])
    meter = draw(st.one_of(sold, sold, services) if meters is None else meters)
    lowest, highest = sorted([draw(amounts()), draw(amounts())])
    model = draw(st.sampled_from(list(Model)))
    told: dict[str, Any] = {}
    if model in {Model.GRADUATED, Model.VOLUME}:
        told["tiers"] = _tiers(draw)
    else:
        told["unit_price"] = draw(amounts())
    if model is Model.PACKAGE:
        told["package_size"] = draw(amounts(10**6)) + 1
    tariff = Tariff(
        meter,
        draw(st.sampled_from(units_of(meter))),
        model=model,
        included=draw(st.one_of(st.just(Decimal(0)), amounts())),
        minimum=draw(st.sampled_from([None, lowest])),
        maximum=draw(st.sampled_from([None, highest])),
        conditions=tuple(_conditions(draw, meter).items()),
        title=draw(_titles()),
        **told,
    )
    return checked(tariff)


@st.composite
def rate_cards(draw: st.DrawFn, currency: str | None = None, account: str = "") -> RateCard:
    """Draw a rate card; tariffs that would fit the same usage as others before are left out.

    Args:
        currency: any of some without it.
    """
    chosen = draw(st.sampled_from(["EUR", "KWD", "JPY"])) if currency is None else currency
    at = draw(
        st.datetimes(datetime(2000, 1, 1), datetime(2999, 12, 31), timezones=st.just(UTC))
    ).replace(microsecond=0)
    card: RateCard | None = None
    for tariff in draw(st.lists(tariffs(), min_size=1, max_size=TARIFFS_AT_MOST)):
        known = () if card is None else card.tariffs
        try:
            card = rate_card(chosen, at, [*known, tariff], account)
        except InvalidInput:
            continue
    assert card is not None, "one tariff alone meets no other"
    return card


def _titles() -> st.SearchStrategy[str]:
    letters = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=12)
    return st.one_of(st.just(""), st.sampled_from(TITLES), letters)


def _tiers(draw: st.DrawFn) -> tuple[Tier, ...]:
    """Draw ascending tiers, the last without a bound."""
    bounds = sorted(draw(st.sets(amounts(10**6).filter(bool), max_size=4)))
    return tuple(Tier(bound, draw(amounts())) for bound in (*bounds, None))


def _conditions(draw: st.DrawFn, meter: str) -> Mapping[str, tuple[str, ...]]:
    """Draw conditions on dimensions that the meter has, and on tags."""
    if meter.startswith(SERVICE):
        return {}
    known = [each.name for each in meter_of(meter).dimensions]
    names = draw(st.lists(st.sampled_from(known), max_size=3, unique=True)) if known else []
    keys = draw(st.lists(texts(), max_size=2, unique=True))
    values = st.lists(texts(), min_size=1, max_size=3, unique=True).map(tuple)
    return {name: draw(values) for name in (*names, *(TAG + key for key in keys))}
