"""How a line item came about, step by step, from its quantity to the rounded amount."""

from collections.abc import Iterable
from decimal import Decimal

from chalicelib.currencies import minor_unit
from chalicelib.exchange_rates import Conversion
from chalicelib.money import EXACT
from chalicelib.rating.counting import SHOWN_DECIMALS, counted, unit_name
from chalicelib.rating.line_items import Category, LineItem, Pricing
from chalicelib.rating.pricing import Kind, Step
from chalicelib.rating.tariffs import Per
from chalicelib.reporting.documents import Document, number_text

_FOR = {
    Per.HOUR: "an hour",
    Per.MONTH: "a month",
    Per.ONCE: "each, once",
    Per.GIB: "a GiB",
    Per.GIB_HOUR: "a GiB and hour",
    Per.GIB_MONTH: "a GiB and month",
    Per.VCPU_HOUR: "a vCPU and hour",
    Per.VCPU_MONTH: "a vCPU and month",
    Per.GHZ_HOUR: "a GHz and hour",
    Per.GHZ_MONTH: "a GHz and month",
    Per.THOUSAND_REQUESTS: "1,000 requests",
    Per.MILLION_REQUESTS: "1,000,000 requests",
}


_SENTENCES = {
    Kind.FREE_QUOTA: "Free, as agreed",
    Kind.INCLUDED: "Included: the first {first} of the period cost nothing{month}",
    Kind.FLAT: "{price} for {each}{month}",
    Kind.TIER: "Tier {bound}: {price} for {each}{month}",
    Kind.VOLUME: "All of it at the price its total reaches: {price} for {each}{month}",
    Kind.PACKAGE: "{price} for each begun package of {size}{month}",
    Kind.MINIMUM: "Raised to the minimum of the period, {price}",
    Kind.MAXIMUM: "Lowered to the maximum of the period, {price}",
    Kind.ADJUSTMENT: "{word} of {price} %, as agreed",
}
_SOURCES = {"ecb": "European Central Bank", "hand": "set by hand"}


def steps_of(line: LineItem) -> Iterable[Document]:
    """Yield the steps from the quantity to the rounded amount."""
    pricing, currency = line.pricing, line.amount.currency
    if pricing is None:
        text = _BALANCES[line.category]
        yield _document("balance", text, number_text(line.amount.amount), currency)
        return
    for step in pricing.steps:
        amount = _shown(EXACT.divide(step.amount, pricing.divisor), price_currency(line))
        document = _document(step.kind.value, _text(step, pricing), amount, price_currency(line))
        if step.quantity is not None:
            blocks = step.kind is Kind.PACKAGE
            whole = step.quantity if blocks else counted(step.quantity, line)
            document["quantity"] = trimmed(whole)
            document["unit"] = "package" if blocks else unit_name(line)
        if step.price is not None:
            document["price"] = number_text(step.price)
        yield document
    if pricing.conversion is not None:
        told = _exchanged(pricing.conversion)
        yield _document("exchange", told, _shown(pricing.exact, currency), currency)
    digits = minor_unit(currency)
    text = f"Rounded once, half up, to {digits} decimals"
    yield _document("rounding", text, number_text(line.amount.amount), currency)


_BALANCES = {
    Category.ADJUSTMENT: "What all charges lack of the committed minimum, for the days so far",
    Category.CREDIT: "What the credit pays of the charges of its days, until it is used up",
}


def _document(kind: str, text: str, amount: str, currency: str) -> Document:
    told: Document = {"kind": kind, "text": text, "quantity": None, "unit": None, "price": None}
    return {**told, "amount": amount, "currency": currency}


def _text(step: Step, pricing: Pricing) -> str:
    """Return a step as a sentence."""
    tariff, price = pricing.tariff, step.price or Decimal(0)
    hours = trimmed(pricing.divisor)
    return _SENTENCES[step.kind].format(
        price=trimmed(abs(price)),
        each=_FOR[tariff.per],
        month=f", in a month of {hours} hours" if tariff.per.of_a_month else "",
        first=step.note,
        bound=f"up to {step.note}" if step.note else "above that",
        size=trimmed(tariff.package_size or Decimal(0)),
        word="Discount" if price < 0 else "Surcharge",
    )


def _exchanged(conversion: Conversion) -> str:
    told = [
        f"1 {rate.base} = {number_text(rate.rate)} {rate.quote}"
        f" ({_SOURCES[rate.source]}, {rate.date})"
        for rate in conversion.rates
    ]
    return f"In {conversion.target}: {' and '.join(told)}"


def price_currency(line: LineItem) -> str:
    """Return the currency that the prices of a line are in."""
    conversion = line.pricing.conversion if line.pricing is not None else None
    return line.amount.currency if conversion is None else conversion.source


def trimmed(number: Decimal) -> str:
    """Return a number without zeros at its end, and no longer than can be read."""
    quantum = Decimal(1).scaleb(-SHOWN_DECIMALS)
    return format(number.quantize(quantum, context=EXACT).normalize(EXACT), "f")


def _shown(amount: Decimal, currency: str) -> str:
    """Return an exact amount with at least the decimals of its currency."""
    text = trimmed(amount)
    lacking = minor_unit(currency) - len(text.partition(".")[2])
    if lacking <= 0:
        return text
    return (text if "." in text else text + ".") + "0" * lacking
