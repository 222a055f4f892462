"""Reads the parameters of a command, and refuses as CloudStack does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from local.cloudstack.dates import read_bound
from local.cloudstack.errors import UNSPECIFIED, BadParameter

DEFAULT_PAGE_SIZE = 500
UNLIMITED = -1


@dataclass(frozen=True, slots=True)
class Page:
    """Which of the results to answer: from `start` up to `stop`, None for all the rest."""

    start: int
    stop: int | None


class Arguments:
    """The parameters of one call; names do not heed case."""

    def __init__(self, command: str, parameters: Mapping[str, str]) -> None:
        self._command = command
        self._values = {name.lower(): value for name, value in parameters.items()}

    def text(self, name: str) -> str | None:
        """Return a text, None where it is absent or empty."""
        return self._values.get(name) or None

    def needed(self, name: str) -> str:
        """Return a text that must be there.

        Raises:
            BadParameter: it is missing.
        """
        value = self.text(name)
        if value is None:
            raise self._missing(name)
        return value

    def flag(self, name: str) -> bool:
        """Return whether a parameter is `true`; whatever else means false, as in Java."""
        return self._values.get(name, "").lower() == "true"

    def number(self, name: str) -> int | None:
        """Return a whole number.

        Raises:
            BadParameter: it is none.
        """
        value = self.text(name)
        if value is None:
            return None
        try:
            return int(value)
        except ValueError:
            raise self._bad_value(name, value) from None

    def bound(self, name: str, zone: tzinfo, last: bool) -> datetime:
        """Return a date that must be there.

        Raises:
            BadParameter: it is missing or no date.
        """
        value = self.text(name)
        if value is None:
            raise self._missing(name)
        return self._date(value, zone, last)

    def optional_bound(self, name: str, zone: tzinfo, last: bool) -> datetime | None:
        """Return a date, None where it is absent.

        Raises:
            BadParameter: it is no date.
        """
        value = self.text(name)
        return None if value is None else self._date(value, zone, last)

    def _date(self, value: str, zone: tzinfo, last: bool) -> datetime:
        try:
            return read_bound(value, zone, last)
        except ValueError:
            raise BadParameter(
                f"Unable to parse date {value} for command {self._command}, please pass dates "
                "in the format mentioned in the api documentation",
                UNSPECIFIED,
            ) from None

    def unknown_id(self, name: str) -> BadParameter:
        """Return the refusal of an id that names nothing."""
        return BadParameter(
            f"Invalid parameter {name} value={self.text(name)} due to incorrect long value "
            "format, or entity does not exist or due to incorrect parameter annotation for "
            "the field in api cmd class."
        )

    def page(self) -> Page:
        """Return the page asked for; the first 500 where none is.

        Raises:
            BadParameter: half a pair, or a page too large.
        """
        number, size = self.number("page"), self.number("pagesize")
        if number is None and size not in (None, UNLIMITED):
            raise BadParameter(
                '"page" parameter is required when "pagesize" is specified', UNSPECIFIED
            )
        if number is not None and size is None:
            raise BadParameter(
                '"pagesize" parameter is required when "page" is specified', UNSPECIFIED
            )
        if size == UNLIMITED and number is not None:
            raise BadParameter("Can't specify page parameter when pagesize is -1 (Unlimited)")
        if size == UNLIMITED:
            return Page(0, None)
        if size is not None and size > DEFAULT_PAGE_SIZE:
            raise BadParameter(
                f"Page size can't exceed max allowed page size value: {DEFAULT_PAGE_SIZE}"
            )
        length = DEFAULT_PAGE_SIZE if size is None else max(size, 0)
        start = length * (max(number or 1, 1) - 1)
        return Page(start, start + length)

    def _missing(self, name: str) -> BadParameter:
        command = self._command.lower()
        return BadParameter(
            f"Unable to execute API command {command} due to missing parameter {name}", UNSPECIFIED
        )

    def _bad_value(self, name: str, value: str) -> BadParameter:
        return BadParameter(
            f"Unable to execute API command {self._command.lower()} due to invalid value. "
            f"Invalid parameter {name} value={value}"
        )
