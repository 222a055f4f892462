"""Which characters the fonts can show, and text made of those only.

A PDF/A file must not hold a character without a glyph: Typst then makes no file at all.
"""

import re
import struct
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
# Unseen characters that no font needs.
_UNSEEN = frozenset("\u200b\u200c\u200d\u200e\u200f\u061c\u034f\u00ad\u2068\u2069")
# They turn the direction of what follows: a name must not disorder the text around it.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067")
_BLANK = re.compile(r"\s+")
_SEGMENTS, _GROUPS = 4, 12


class Glyphs:
    """The characters that some fonts have together.

    Args:
        fonts: TrueType files.
    """

    def __init__(self, fonts: Iterable[Path]) -> None:
        self._known = frozenset(
            chr(code) for font in fonts for code in _code_points(font.read_bytes())
        )

    def __contains__(self, text: str) -> bool:
        return all(char in self._known for char in text)

    def printable(self, text: str) -> str:
        """Return `text` in one line, with a mark for every character that no font has."""
        line = _BLANK.sub(lambda blank: blank[0] if len(blank[0]) == 1 else " ", text)
        if line.isascii() and line.isprintable():
            return line
        return "".join(map(self._shown, line))

    def _shown(self, char: str) -> str:
        if char in _TURNING:
            return ""
        if char in self._known or char in _UNSEEN:
            return char
        return " " if char.isspace() else _REPLACEMENT


def _code_points(font: bytes) -> Iterator[int]:
    """Yield what the `cmap` table of a TrueType font maps (OpenType 1.9, cmap)."""
    count = struct.unpack_from(">H", font, 4)[0]
    tables = {font[at : at + 4]: at for at in range(12, 12 + 16 * count, 16)}
    start = struct.unpack_from(">I", font, tables[b"cmap"] + 8)[0]
    for index in range(struct.unpack_from(">H", font, start + 2)[0]):
        at = start + struct.unpack_from(">I", font, start + 8 + 8 * index)[0]
        kind = struct.unpack_from(">H", font, at)[0]
        if kind == _GROUPS:
            yield from _grouped(font, at)
        elif kind == _SEGMENTS:
            yield from _segmented(font, at)


def _grouped(font: bytes, at: int) -> Iterator[int]:
    for group in range(struct.unpack_from(">I", font, at + 12)[0]):
        first, last = struct.unpack_from(">II", font, at + 16 + 12 * group)
        yield from range(first, last + 1)


def _segmented(font: bytes, at: int) -> Iterator[int]:
    size = struct.unpack_from(">H", font, at + 6)[0]
    lasts = _shorts(font, at + 14, size)
    firsts = _shorts(font, at + 16 + size, size)
    for first, last in zip(firsts, lasts, strict=True):
        if first != 0xFFFF:
            yield from range(first, last + 1)


def _shorts(font: bytes, at: int, size: int) -> Sequence[int]:
    return struct.unpack_from(f">{size // 2}H", font, at)
