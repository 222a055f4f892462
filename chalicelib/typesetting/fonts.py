"""The fonts of documents: Noto Sans, also for Arabic and Devanagari, from their packages."""

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from chalicelib.typesetting.glyphs import Glyphs

_PACKAGES = ("fontpkg_noto_sans", "fontpkg_noto_sans_arabic", "fontpkg_noto_sans_devanagari")


def folders() -> tuple[Path, ...]:
    """Return the folders that the fonts are in."""
    return tuple(Path(str(files(package))) / "files" for package in _PACKAGES)


@lru_cache(maxsize=1)
def glyphs() -> Glyphs:
    """Return the characters that documents can show."""
    return Glyphs(sorted(path for folder in folders() for path in folder.glob("*.ttf")))
