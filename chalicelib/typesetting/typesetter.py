"""Typst: what a document says, as JSON, becomes a PDF.

Typst gets text as data, never as markup, so nothing that is written in a name can do anything.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.typesetting.factur_x import with_factur_x
from chalicelib.typesetting.fonts import folders, glyphs

if TYPE_CHECKING:
    from typst import Compiler, PDFStandard

_PNG = b"\x89PNG"
_TEMPLATES = Path(__file__).parent / "templates"
# Archivable with attachments and accessible (ISO 19005-3, level A), and ISO 14289-1.
_STANDARDS: "list[PDFStandard]" = ["a-3a", "ua-1"]


def typeset(
    view: Mapping[str, object], at: datetime, *, logo: bytes | None, xml: bytes | None = None
) -> bytes:
    """Return what `document.typ` makes of a view; equal views of one instant are equal bytes.

    Args:
        view: JSON values; see the template for what it takes.
        at: when the document says it was made.
        logo: a PNG or SVG picture; one that cannot be drawn is left out.
        xml: attached as Factur-X.
    """
    from typst import TypstError  # noqa: PLC0415

    shown = _printable(view)
    assert isinstance(shown, dict), "a view is an object"
    try:
        made = _compiled(shown | {"logo": _picture(logo)}, at, xml)
    except TypstError:
        if logo is None:
            raise
        made = _compiled(shown | {"logo": None}, at, xml)
    return made if xml is None else with_factur_x(made)


def _compiled(view: Mapping[str, object], at: datetime, xml: bytes | None) -> bytes:
    inputs = {"view": json.dumps(view, ensure_ascii=False)}
    made = _compiler().compile(
        format="pdf",
        sys_inputs=inputs if xml is None else inputs | {"xml": xml.decode()},
        pdf_standards=_STANDARDS,
        timestamp=at,
    )
    assert isinstance(made, bytes), "a PDF is one file"
    return made


def _picture(logo: bytes | None) -> dict[str, object] | None:
    """Return a picture as Typst takes it: JSON has no bytes, but numbers."""
    if logo is None:
        return None
    return {"format": "png" if logo.startswith(_PNG) else "svg", "bytes": list(logo)}


@lru_cache(maxsize=1)
def _compiler() -> "Compiler":
    # Only the function that makes documents has Typst, in a layer of its own.
    from typst import Compiler, Fonts  # noqa: PLC0415

    fonts = Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders())
    )
    return Compiler(
        _TEMPLATES / "document.typ", root=_TEMPLATES, font_paths=fonts, ignore_system_fonts=True
    )


def _printable(value: object) -> object:
    """Return a view whose texts have only characters that can be shown."""
    if isinstance(value, str):
        return glyphs().printable(value)
    if isinstance(value, Mapping):
        return {key: _printable(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(each) for each in value]
    return value
