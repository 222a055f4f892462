"""`python -m local.schema`: writes the JSON schema of rate card files, for editors and scripts."""

import json
from pathlib import Path
from typing import Any

import msgspec

from chalicelib.metering.meters import METERS, PARTS
from chalicelib.rating.card_files import RateCardFile

PROJECT = Path(__file__).parent.parent
# Beside the description of the API, and on the site, where an editor finds it by its address.
FILES = (
    PROJECT / "docs" / "rate-card.schema.json",
    PROJECT / "static-site" / "rate-card.schema.json",
)
_DESCRIPTIONS = {
    "RateCardFile": {
        "": "Prices in one currency from an instant on: for everybody, or as agreed with one"
        " billing account. A card replaces the one before it: name every price.",
        "currency": "ISO 4217 code.",
        "effective_from": "When the prices come into force: RFC 3339 with an offset.",
        "prices": "Of the prices that fit a usage, the one with most conditions counts; two that"
        " fit equally well are an error.",
        "account": "Id of the billing account it is agreed with; none for the default list.",
    },
    "PriceFile": {
        "": "The price of a meter, of a part of one, or of a service that CloudStack does not"
        " measure. Usage without a price is not free, it waits.",
        "per": "What a price is for; one for a month is shared by the hours of the month.",
        "meter": "What is measured, by its name.",
        "usage_type": "The same by CloudStack's number; either will do.",
        "service": "Id of something that is sold by agreement: a-z, 0-9, _ and -, up to 40.",
        "title": "What it is called on bills; the meter's own title without it. Up to 80 letters.",
        "model": "flat: every unit costs the same. graduated: each part of the quantity costs what"
        " its own tier says. volume: all of it costs what the tier says that the total reaches."
        " package: every block of units costs the same, one that has been begun too.",
        "price": "Of one pricing unit, of a package for one block; none where there are tiers.",
        "tiers": "Graduated and volume prices only, ascending.",
        "package_size": "Package prices only: how many pricing units a block has.",
        "included": "Quantity in pricing units that costs nothing in a billing period.",
        "minimum": "What it costs at least in a billing period in which anything is used.",
        "maximum": "What it costs at most in a billing period.",
        "conditions": "Values by dimension of the meter (zone, offering, ...) or by tag:<key>; a"
        " usage must have one of the values of each.",
    },
    "TierFile": {
        "": "A band of quantity, above the tier before it.",
        "price": "Of one pricing unit.",
        "up_to": "Upper bound in pricing units, itself included; none in the last tier.",
    },
}


def rate_card_schema() -> dict[str, Any]:
    """Return the JSON schema of a rate card file: what the API decodes, and descriptions."""
    (_, components) = msgspec.json.schema_components([RateCardFile], ref_template="#/$defs/{name}")
    for name, told in _DESCRIPTIONS.items():
        components[name]["description"] = told[""]
        for field, schema in components[name]["properties"].items():
            schema["description"] = told[field]
    components["PriceFile"]["properties"]["meter"]["anyOf"][0]["enum"] = [*METERS, *PARTS]
    components["RateCardFile"]["properties"]["effective_from"]["format"] = "date-time"
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Rate card",
        "$ref": "#/$defs/RateCardFile",
        "$defs": {name: _numbers_too(schema) for name, schema in components.items()},
    }


def rate_card_schema_text() -> str:
    """Return the same as the files hold it."""
    return json.dumps(rate_card_schema(), indent=2) + "\n"


def _numbers_too(schema: Any) -> Any:
    """Return a schema in which a decimal may be a JSON number, as msgspec takes it."""
    if isinstance(schema, list):
        return [_numbers_too(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: _numbers_too(each) for name, each in schema.items()}
    if found.get("format") == "decimal":
        found["type"] = ["string", "number"]
    return found


if __name__ == "__main__":
    for file in FILES:
        file.write_text(rate_card_schema_text())
