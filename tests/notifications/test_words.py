"""The words of mails about money say the same in every language."""

import string
from typing import Any

import msgspec
import pytest

from chalicelib.ledger.payments import METHODS
from chalicelib.notifications.readers import WORDINGS, Reader
from chalicelib.notifications.words.english import ENGLISH


def sentences(wording: object) -> dict[str, str]:
    """Return every sentence of a language by where it stands."""

    def walk(path: str, value: Any) -> dict[str, str]:
        if isinstance(value, str):
            return {path: value}
        return {
            found: text
            for name, each in value.items()
            for found, text in walk(f"{path}.{name}", each).items()
        }

    return walk("", msgspec.to_builtins(wording))


def names_in(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@pytest.mark.parametrize("language", WORDINGS)
def test_each_sentence_names_the_same_values_as_the_english_one(language: str) -> None:
    english, other = sentences(ENGLISH), sentences(WORDINGS[language])
    assert set(other) == set(english)
    differing = {
        path: names_in(other[path]) ^ names_in(text)
        for path, text in english.items()
        if names_in(other[path]) != names_in(text)
    }
    assert not differing
    assert all(text.strip() == text and "  " not in text for text in other.values())


@pytest.mark.parametrize("language", WORDINGS)
def test_every_way_of_paying_has_a_name(language: str) -> None:
    assert set(WORDINGS[language].methods) == set(METHODS)


def test_a_language_is_told_apart_from_its_country(table) -> None:
    """
    tag     | words | direction
    en      | en    | ltr
    de-AT   | de    | ltr
    ar-KW   | ar    | rtl
    HI-in   | hi    | ltr
    nl      | en    | ltr
            | en    | ltr
    """
    for row in table:
        reader = Reader(row["tag"])
        assert (reader.language, reader.direction) == (row["words"], row["direction"]), row
