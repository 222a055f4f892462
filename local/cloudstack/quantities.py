"""Numbers as CloudStack's usage server makes them: float32 hours, at most six decimals."""

import struct
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

MILLIONTH = Decimal("0.000001")


def float32(value: float) -> float:
    """Return `value` rounded to the nearest float32."""
    rounded: float = struct.unpack("<f", struct.pack("<f", value))[0]
    return rounded


def hours(milliseconds: int) -> float:
    """Return `ms / 1000f / 60f / 60f` of Java, every step rounded to float32.

    >>> hours(300000), hours(140001), hours(86400000)
    (0.0833333358168602, 0.038889169692993164, 24.0)
    """
    seconds = float32(float32(milliseconds) / 1000)
    return float32(float32(seconds / 60) / 60)


def text(value: float) -> str:
    """Return `value` as Java's DecimalFormat `#.######` writes it.

    >>> text(24.0), text(13.233333587646484), text(0.0000003), text(77776)
    ('24', '13.233334', '0', '77776')
    """
    rounded = Decimal(value).quantize(MILLIONTH, ROUND_HALF_EVEN)
    return format(rounded, "f").rstrip("0").rstrip(".")


@lru_cache(maxsize=4096)
def hours_text(seconds: int) -> str:
    """Return the hours of so many seconds as a usage record carries them.

    >>> hours_text(86400), hours_text(47640)
    ('24', '13.233334')
    """
    return text(hours(seconds * 1000))
