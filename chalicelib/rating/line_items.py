"""Line items: what a billing account owes for a period, row by row, and how each came about."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import reduce
from hashlib import blake2b

import msgspec

from chalicelib.exchange_rates import Conversion
from chalicelib.metering.meters import SERVICES, meter_of, title_of
from chalicelib.money import EXACT, Money, total
from chalicelib.periods import BillingPeriod
from chalicelib.rating.price_lists import Missing, Origin
from chalicelib.rating.pricing import Step
from chalicelib.rating.tariffs import Tariff, is_service, named

COMMITMENT, CREDIT = "commitment", "credit:"
# What is not metered is shown under headings of its own.
HEADINGS = {
    **{service.id: service.name for service in SERVICES.values()},
    "services": "Subscriptions and services",
    "commitment": "Committed minimum",
    "credits": "Promotional credit",
}


class Category(StrEnum):
    """What kind of charge a line item holds, in the words of FOCUS (ChargeCategory)."""

    USAGE = "usage"
    PURCHASE = "purchase"
    ADJUSTMENT = "adjustment"
    CREDIT = "credit"


class Charge(msgspec.Struct, frozen=True, gc=False):
    """What one day adds to a line item.

    Attributes:
        quantity: in the meter's unit; None where it was not kept, see `packing`.
        amount: the line item's running total rounded after this day, less that before it: the
            days of a line item add up to it. Only a volume price changes older days, since the
            tier its total reaches prices all of it.
    """

    day: date
    quantity: Decimal | None
    amount: Money


class Pricing(msgspec.Struct, frozen=True):
    """How the amount of a line item came about.

    Attributes:
        effective_from: when the rate card of this price came into force.
        divisor: units that the price is for, times the hours of the month if it is for a month.
        steps: their amounts add up to the line's, times `divisor`, exact.
        conversion: of the price's currency to the line's; None where both are one.
    """

    tariff: Tariff
    origin: Origin
    effective_from: datetime
    divisor: Decimal
    steps: tuple[Step, ...]
    conversion: Conversion | None = None

    def in_currency(self, exact: Decimal) -> Decimal:
        """Return an amount of the steps in the line's currency; division comes last of all."""
        if self.conversion is None:
            return EXACT.divide(exact, self.divisor)
        converted = EXACT.multiply(exact, self.conversion.numerator)
        return EXACT.divide(converted, EXACT.multiply(self.divisor, self.conversion.denominator))

    @property
    def exact(self) -> Decimal:
        """What all steps come to, before it is rounded."""
        return self.in_currency(reduce(EXACT.add, (step.amount for step in self.steps)))


class LineItem(msgspec.Struct, frozen=True):
    """One rounded row of a billing period.

    Attributes:
        meter: of the usage, or a part of one; `service:<id>`, `commitment` or `credit:<id>`.
        quantity: of the meter, exact; None of a commitment or credit.
        amount: rounded half up once; below zero for a credit.
        pricing: None of a commitment or credit.
    """

    meter: str
    quantity: Decimal | None
    amount: Money
    charges: tuple[Charge, ...]
    pricing: Pricing | None = None

    @property
    def id(self) -> str:
        """Derived from what it is about: the same line has the same id at every rating."""
        about: list[object] = [self.meter]
        if self.pricing is not None:
            tariff = self.pricing.tariff
            about += [tariff.conditions, self.pricing.origin, self.pricing.effective_from]
        return blake2b(msgspec.json.encode(about), digest_size=8).hexdigest()

    @property
    def category(self) -> Category:
        """What kind of charge it holds."""
        if self.meter == COMMITMENT:
            return Category.ADJUSTMENT
        if self.meter.startswith(CREDIT):
            return Category.CREDIT
        return Category.PURCHASE if is_service(self.meter) else Category.USAGE

    @property
    def service(self) -> str:
        """Id of the heading this is shown under."""
        return heading_of(self.meter)

    @property
    def name(self) -> str:
        """What people call it."""
        if self.pricing is not None:
            return named(self.pricing.tariff)
        return HEADINGS[self.service]


class Unpriced(msgspec.Struct, frozen=True, gc=False):
    """Usage that cannot be priced. It is not free: it waits, and so does the invoice.

    Attributes:
        dimensions: those that prices of the meter depend on, with the usage's values.
        usages: how many resources and windows, or services, it is.
        wanted: the exchange rate that is missing, such as `EUR/KWD 2026-11-30`.
    """

    meter: str
    quantity: Decimal
    usages: int
    why: Missing = Missing.PRICE
    dimensions: tuple[tuple[str, str], ...] = ()
    wanted: str = ""


class RatedPeriod(msgspec.Struct, frozen=True):
    """What a billing account owes for one billing period, before tax."""

    period: BillingPeriod
    currency: str
    line_items: tuple[LineItem, ...]
    unpriced: tuple[Unpriced, ...]

    @property
    def total(self) -> Money:
        """Sum of the line items; the only total there is."""
        return total((line.amount for line in self.line_items), self.currency)

    @property
    def by_id(self) -> dict[str, list[LineItem]]:
        """The line items by id; several share one where late usage was rated apart."""
        found: dict[str, list[LineItem]] = {}
        for line in self.line_items:
            found.setdefault(line.id, []).append(line)
        return found

    @property
    def conversion(self) -> Conversion | None:
        """What the base currency was converted by, if any line was."""
        found = (line.pricing.conversion for line in self.line_items if line.pricing is not None)
        return next((each for each in found if each is not None), None)


def heading_of(meter: str) -> str:
    """Return the id of the heading that a meter, part, service or anything else is shown under."""
    if meter == COMMITMENT:
        return "commitment"
    if meter.startswith(CREDIT):
        return "credits"
    return "services" if is_service(meter) else meter_of(meter).service.id


def title(meter: str) -> str:
    """Return what to call a meter or a service whose tariff is not known."""
    if is_service(meter):
        return f"service {meter.partition(':')[2]}"
    return title_of(meter)
