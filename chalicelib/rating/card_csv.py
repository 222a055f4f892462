"""Rate cards as tables that spreadsheets open: one line for each tier of a tariff."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from chalicelib.metering.meters import METERS
from chalicelib.rating.card_cells import (
    number_in,
    safe,
    tags_cell,
    tags_in,
    unsafe,
    values_cell,
    values_in,
)
from chalicelib.rating.card_files import PriceFile, RateCardFile, TierFile, card_in
from chalicelib.rating.card_lines import Line, lines_of
from chalicelib.rating.places import line_at, told_at, wrong_at
from chalicelib.rating.rate_cards import RateCard
from chalicelib.rating.tariffs import SERVICE, TAG, Model, Per, Tariff, Tier

_OF_TARIFF = ("tariff", "meter", "title", "per", "model")
_OF_TIER = ("up_to", "price")
_NUMBERS = ("package_size", "included", "minimum", "maximum")
_NEEDED = ("meter", "per", "price")
# What usage is told apart by.
DIMENSIONS = tuple(
    dict.fromkeys(each.name for meter in METERS.values() for each in meter.dimensions)
)
COLUMNS = (*_OF_TARIFF, *_OF_TIER, *_NUMBERS, *DIMENSIONS, "tags")
_ZERO = Decimal(0)


def csv_of(card: RateCard) -> str:
    """Return a rate card as a table: its currency, its instant and its account are not in it."""
    table = io.StringIO(newline="")
    writer = csv.DictWriter(table, COLUMNS, restval="")
    writer.writeheader()
    for number, tariff in enumerate(card.tariffs, 1):
        cells = _cells(number, tariff)
        for tier in tariff.tiers or (Tier(None, tariff.unit_price),):
            of_tier = {"up_to": _text(tier.up_to), "price": _text(tier.unit_price)}
            writer.writerow(cells | of_tier)
    return table.getvalue()


def card_in_csv(text: str, currency: str, effective_from: datetime, account: str = "") -> RateCard:
    """Return the rate card that a table holds.

    Lines that name the same `tariff` are the tiers of one; a line that names none is one itself.

    Raises:
        InvalidInput: it cannot be; the message names the line, and the column where there is one.
    """
    tariffs: dict[object, list[Line]] = {}
    for line in lines_of(text, COLUMNS, _NEEDED):
        tariffs.setdefault(line.text("tariff").strip() or line.number, []).append(line)
    prices = [_price(lines) for lines in tariffs.values()]
    places = [line_at(lines[0].number) for lines in tariffs.values()]
    return card_in(RateCardFile(currency, effective_from, prices, account), places)


def _cells(number: int, tariff: Tariff) -> dict[str, str]:
    """Return what all lines of a tariff say."""
    told = dict(tariff.conditions)
    tags = {key.removeprefix(TAG): each for key, each in told.items() if key.startswith(TAG)}
    dimensions = {name: each for name, each in told.items() if not name.startswith(TAG)}
    return {
        "tariff": str(number),
        "meter": tariff.meter,
        "title": safe(tariff.title),
        "per": tariff.per.value,
        "model": tariff.model.value,
        "package_size": _text(tariff.package_size),
        "included": _text(tariff.included or None),
        "minimum": _text(tariff.minimum),
        "maximum": _text(tariff.maximum),
        **{name: safe(values_cell(values)) for name, values in dimensions.items()},
        "tags": safe(tags_cell(tags)),
    }


def _text(number: Decimal | None) -> str:
    return "" if number is None else format(number, "f")


def _price(lines: Sequence[Line]) -> PriceFile:
    """Return the price that the lines of one tariff tell."""
    first = lines[0]
    for line in lines[1:]:
        _check_same(first, line)
    meter = _needed(first, "meter")
    is_service = meter.startswith(SERVICE)
    model = Model(_choice(first, "model", tuple(Model)) if first.text("model").strip() else "flat")
    tiered = model in {Model.GRADUATED, Model.VOLUME}
    if not tiered:
        _check_untiered(lines, model)
    package_size, included, minimum, maximum = (_number(first, name) for name in _NUMBERS)
    return PriceFile(
        per=Per(_choice(first, "per", tuple(Per))),
        meter=None if is_service else meter,
        service=meter.removeprefix(SERVICE) if is_service else None,
        title=unsafe(first.text("title")),
        model=model,
        price=None if tiered else _needed_number(first, "price"),
        tiers=[
            TierFile(_needed_number(line, "price"), _number(line, "up_to"))
            for line in (lines if tiered else ())
        ],
        package_size=package_size,
        included=included or _ZERO,
        minimum=minimum,
        maximum=maximum,
        conditions=_conditions(first),
    )


def _check_same(first: Line, line: Line) -> None:
    """Raise an error where two lines of a tariff differ in what is not of a tier."""
    for name in COLUMNS:
        differs = line.text(name).strip() not in ("", first.text(name).strip())
        if name not in _OF_TIER and differs:
            message = f"is not what line {first.number} of the same tariff says"
            raise wrong_at(line_at(line.number, name), message)


def _check_untiered(lines: Sequence[Line], model: Model) -> None:
    """Raise an error where a tariff without tiers has some."""
    if len(lines) > 1:
        message = f"a {model} price has one line; of line {lines[0].number} it is another"
        raise wrong_at(line_at(lines[1].number, "tariff"), message)
    if lines[0].text("up_to").strip():
        message = "is for tiers: say graduated or volume in the column model"
        raise wrong_at(line_at(lines[0].number, "up_to"), message)


def _conditions(line: Line) -> dict[str, list[str]]:
    told = {name: values_in(unsafe(line.text(name))) for name in DIMENSIONS}
    with told_at(line_at(line.number, "tags")):
        tags = tags_in(unsafe(line.text("tags")))
    found = {name: values for name, values in told.items() if values}
    return found | {TAG + key: values for key, values in tags.items()}


def _needed(line: Line, column: str) -> str:
    text = line.text(column).strip()
    if not text:
        raise wrong_at(line_at(line.number, column), "is missing")
    return text


def _choice(line: Line, column: str, choices: Sequence[str]) -> str:
    text = _needed(line, column)
    if text not in choices:
        message = f"must be {', '.join(choices[:-1])} or {choices[-1]}, not {text!r}"
        raise wrong_at(line_at(line.number, column), message)
    return text


def _number(line: Line, column: str) -> Decimal | None:
    text = unsafe(line.text(column).strip())
    if not text:
        return None
    with told_at(line_at(line.number, column)):
        return number_in(text, points_are_decimal=line.points_are_decimal)


def _needed_number(line: Line, column: str) -> Decimal:
    number = _number(line, column)
    if number is None:
        raise wrong_at(line_at(line.number, column), "is missing; what costs nothing has 0")
    return number
