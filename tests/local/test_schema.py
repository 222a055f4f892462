"""The schema of rate card files is up to date, and tells right from wrong."""

import json
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator, ValidationError

from chalicelib.rating.card_files import RateCardFile, file_of
from chalicelib.rating.rate_cards import RateCard
from local.schema import FILES, rate_card_schema, rate_card_schema_text
from local.seeding import example_rate_cards
from tests.rating.random_cards import rate_cards

VALIDATOR = Draft202012Validator(
    rate_card_schema(), format_checker=Draft202012Validator.FORMAT_CHECKER
)
PRICE = {"meter": "running_vm", "per": "hour", "price": "0.024"}
CARD: dict[str, Any] = {
    "currency": "EUR",
    "effective_from": "2026-12-01T00:00:00Z",
    "prices": [PRICE],
}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.parent.name)
def test_the_files_are_what_the_api_takes(file: Any) -> None:
    assert file.read_text() == rate_card_schema_text(), "run `python -m local.schema`"


def test_everything_is_described() -> None:
    Draft202012Validator.check_schema(rate_card_schema())
    for schema in rate_card_schema()["$defs"].values():
        for field in schema.get("properties", {}).values():
            assert field["description"]


def test_the_examples_are_valid() -> None:
    cards = list(example_rate_cards(date(2026, 11, 24)))
    assert len(cards) > 3
    for card in cards:
        VALIDATOR.validate(card)


@settings(max_examples=40, deadline=None)
@given(rate_cards())
def test_every_card_is_valid(card: RateCard) -> None:
    VALIDATOR.validate(json.loads(msgspec.json.encode(file_of(card))))


@pytest.mark.parametrize(
    "wrong",
    [
        {"currency": None},
        {"effective_from": "tomorrow"},
        {"more": 1},
        {"prices": [{**PRICE, "per": "day"}]},
        {"prices": [{**PRICE, "meter": "vcpu"}]},
        {"prices": [{**PRICE, "tier": 1}]},
        {"prices": [{**PRICE, "price": {"amount": "1"}}]},
        {"prices": [{**PRICE, "model": "steps"}]},
        {"prices": [{**PRICE, "tiers": [{"up_to": 1}]}]},
        {"prices": [{**PRICE, "conditions": {"zone": "fra-1"}}]},
    ],
    ids=str,
)
def test_what_the_api_would_not_read_is_not_valid(wrong: dict[str, Any]) -> None:
    VALIDATOR.validate({**CARD, "prices": [{**PRICE, "price": 0.024}]})
    if wrong != {"effective_from": "tomorrow"}:
        # The date's format is checked only where a checker of it is installed.
        with pytest.raises(ValidationError):
            VALIDATOR.validate({**CARD, **wrong})
    if "meter" not in str(wrong) or "vcpu" not in str(wrong):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({**CARD, **wrong}, RateCardFile, strict=False)
