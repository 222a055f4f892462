"""What the quantity of a line item counts in, as people say it."""

from decimal import Decimal

import msgspec

from chalicelib.currencies import minor_unit
from chalicelib.metering.meters import METERS, PARTS, unit_of
from chalicelib.money import EXACT, rounded
from chalicelib.rating.line_items import LineItem, Pricing
from chalicelib.rating.tariffs import Model, Per, is_service, plain

# Of an exact number that never ends, such as a third.
SHOWN_DECIMALS = 12
_MONTHLY = {
    Per.MONTH: "month",
    Per.GIB_MONTH: "GiB-month",
    Per.VCPU_MONTH: "vCPU-month",
    Per.GHZ_MONTH: "GHz-month",
}


class Counted(msgspec.Struct, frozen=True):
    """How much of something was sold, and at which price.

    Attributes:
        quantity: with up to 12 decimals; None where there is none, as of a credit.
        unit: "" where there is no quantity.
        unit_price: in the line's currency; only where quantity times price rounds to the amount.
    """

    quantity: Decimal | None = None
    unit: str = ""
    unit_price: Decimal | None = None


def sold(line: LineItem) -> Counted:
    """Return the quantity of a line in the unit of its price, so that one times the other tells.

    What is priced for a month counts in months: 360 hours are half of one of 720.
    """
    pricing = line.pricing
    if line.quantity is None or pricing is None:
        return Counted()
    tariff, whole = pricing.tariff, line.quantity
    # A service's quantity, and its divisor, are hours too; one that is paid once has neither.
    if tariff.per.of_a_month:
        whole = EXACT.divide(whole, pricing.divisor)
    quantity = plain(rounded(whole, SHOWN_DECIMALS))
    unit = _MONTHLY.get(tariff.per) or unit_name(line)
    price = _unit_price(pricing) if tariff.model is Model.FLAT else None
    if price is not None:
        product = EXACT.multiply(quantity, price)
        told = rounded(product, minor_unit(line.amount.currency)) == line.amount.amount
        price = price if told else None
    return Counted(quantity, unit, price)


def counted(quantity: Decimal, line: LineItem) -> Decimal:
    """Return a quantity as people count it: services in months or times, all else as metered."""
    if is_service(line.meter) and line.pricing is not None:
        return EXACT.divide(quantity, line.pricing.divisor)
    return quantity


def unit_name(line: LineItem) -> str:
    """Return what `counted` counts in."""
    if line.meter in METERS or line.meter in PARTS:
        return unit_of(line.meter).value
    once = line.pricing is not None and line.pricing.tariff.per is Per.ONCE
    return "time" if once else "month"


def _unit_price(pricing: Pricing) -> Decimal:
    """Return the price of one unit, in the line's currency."""
    price = EXACT.divide(pricing.tariff.unit_price, pricing.tariff.per.units)
    if pricing.conversion is not None:
        converted = EXACT.multiply(price, pricing.conversion.numerator)
        price = EXACT.divide(converted, pricing.conversion.denominator)
    return plain(rounded(price, SHOWN_DECIMALS))
