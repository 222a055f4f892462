"""Rate card files: a rate card as people download, edit and upload it."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from chalicelib.metering.meters import METERS_BY_USAGE_TYPE, is_sold, meter_of
from chalicelib.rating.places import Place, price_at, told_at
from chalicelib.rating.rate_cards import RateCard, rate_card
from chalicelib.rating.tariffs import (
    SERVICE,
    Model,
    Per,
    Tariff,
    Tier,
    conditions,
    is_service,
    wrong,
)

_ZERO = Decimal(0)


class TierFile(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A tier; the last one has no `up_to`."""

    price: Decimal
    up_to: Decimal | None = None


class PriceFile(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The price of a meter, a part of one, or a service; see `Tariff`.

    Attributes:
        meter, usage_type: either says what is priced; both must agree.
        service: instead of them, the id of what CloudStack does not measure.
    """

    per: Per
    meter: str | None = None
    usage_type: int | None = None
    service: str | None = None
    title: str = ""
    model: Model = Model.FLAT
    price: Decimal | None = None
    tiers: list[TierFile] = []
    package_size: Decimal | None = None
    included: Decimal = _ZERO
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    conditions: dict[str, list[str]] = {}


class RateCardFile(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A rate card.

    Attributes:
        account: id of the billing account it is agreed with; none for the list of its currency.
    """

    currency: str
    effective_from: datetime
    prices: list[PriceFile]
    account: str = ""


def card_in(file: RateCardFile, places: Sequence[Place] = ()) -> RateCard:
    """Return the rate card that a file holds.

    Args:
        places: where its prices stand, if not one after the other in `prices`.

    Raises:
        InvalidInput: it cannot be; the message names the price, by its place in the file.
    """
    stand = places or [price_at(number) for number in range(len(file.prices))]
    tariffs = []
    for price, place in zip(file.prices, stand, strict=True):
        with told_at(place):
            tariffs.append(_tariff(price))
    return rate_card(file.currency, file.effective_from, tariffs, file.account, places=stand)


def file_of(card: RateCard) -> RateCardFile:
    """Return a rate card as a file."""
    prices = [_price(tariff) for tariff in card.tariffs]
    return RateCardFile(card.currency, card.effective_from, prices, card.account)


def _tariff(price: PriceFile) -> Tariff:
    tiered = price.model in {Model.GRADUATED, Model.VOLUME}
    meter = _meter(price)
    if (price.price is None) != tiered:
        what = f"a {price.model} price has {'tiers, no `price`' if tiered else 'a `price`'}"
        raise wrong(f"{what}: {meter}")
    return Tariff(
        meter=meter,
        per=price.per,
        unit_price=_ZERO if price.price is None else price.price,
        model=price.model,
        tiers=tuple(Tier(each.up_to, each.price) for each in price.tiers),
        package_size=price.package_size,
        included=price.included,
        minimum=price.minimum,
        maximum=price.maximum,
        conditions=conditions(price.conditions),
        title=price.title,
    )


def _meter(price: PriceFile) -> str:
    """Return what is priced, by its name, its usage type, or as a service."""
    if price.service is not None:
        if price.meter is not None or price.usage_type is not None:
            raise wrong(f"service {price.service!r} has neither a meter nor a usage type")
        return SERVICE + price.service
    by_type = METERS_BY_USAGE_TYPE.get(price.usage_type or 0)
    if price.meter is not None:
        if not is_sold(price.meter):
            raise wrong(f"there is no meter {price.meter!r}")
        if price.usage_type is not None and by_type is not meter_of(price.meter):
            raise wrong(f"usage type {price.usage_type} is not measured by {price.meter!r}")
        return price.meter
    if price.usage_type is None:
        raise wrong("a price needs a usage type, or a meter")
    if by_type is None:
        raise wrong(f"usage type {price.usage_type} has no meter")
    return by_type.name


def _price(tariff: Tariff) -> PriceFile:
    service = tariff.meter.removeprefix(SERVICE) if is_service(tariff.meter) else None
    tiered = bool(tariff.tiers)
    return PriceFile(
        per=tariff.per,
        meter=None if service is not None else tariff.meter,
        usage_type=None if service is not None else meter_of(tariff.meter).usage_type,
        service=service,
        title=tariff.title,
        model=tariff.model,
        price=None if tiered else tariff.unit_price,
        tiers=[TierFile(each.unit_price, each.up_to) for each in tariff.tiers],
        package_size=tariff.package_size,
        included=tariff.included or _ZERO,
        minimum=tariff.minimum,
        maximum=tariff.maximum,
        conditions={name: list(values) for name, values in tariff.conditions},
    )
