"""What a measure found, as the one line it prints."""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure.

    Attributes:
        value: a ratio, a count or an amount of money, never a time.
        reach: what `value` shall not exceed.
        detail: how it was measured, and what it is made of.
    """

    measure: str
    value: float
    reach: float
    detail: Mapping[str, object]

    def line(self) -> str:
        """Return the figure as one line of JSON."""
        return json.dumps(asdict(self))


def say(words: str) -> None:
    """Tell whoever waits how far a measure is."""
    print(f"  {words}", file=sys.stderr, flush=True)


def rounded(value: float) -> float:
    """Return `value` to three significant digits.

    >>> rounded(0.0123456), rounded(1234.5)
    (0.0123, 1230.0)
    """
    return float(f"{value:.3g}")
