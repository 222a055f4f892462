"""The fonts of documents, from their packages.

Noto Sans writes Latin, Greek, Cyrillic and Devanagari, and IBM Plex Sans Arabic what its name
says: Noto Sans Arabic puts letters together of parts, which readers of a PDF take for letters, so
that nothing can be found or read out. It only fills in what Plex does not have.
"""

from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from chalicelib.typesetting.glyphs import Glyphs

_PACKAGES = ("fontpkg_noto_sans", "fontpkg_ibm_plex_sans_arabic", "fontpkg_noto_sans_arabic")


def folders() -> tuple[Path, ...]:
    """Return the folders that the fonts are in."""
    return tuple(Path(str(files(package))) / "files" for package in _PACKAGES)


@lru_cache(maxsize=1)
def glyphs() -> Glyphs:
    """Return the characters that documents can show."""
    return Glyphs(sorted(path for folder in folders() for path in folder.glob("*.ttf")))
