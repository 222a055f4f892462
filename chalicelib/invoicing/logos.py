"""Pictures on documents: PNG, or SVG that does nothing but draw."""

import re
from hashlib import sha256
from typing import Literal
from xml.etree import ElementTree

import msgspec

from chalicelib.errors import InvalidInput

MediaType = Literal["image/png", "image/svg+xml"]
_LARGEST = 200_000
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_END = b"IEND\xaeB`\x82"
_SVG = "{http://www.w3.org/2000/svg}"
_XHTML = "http://www.w3.org/1999/xhtml"
_NAMESPACE = re.compile(r"\{[^}]*\}")
_DECLARATION = re.compile(r"^\ufeff?<\?xml\s[^<>]*\?>")
_SHOWN = 40
# What draws; whatever else there is in SVG runs, animates, links or brings in something else.
_DRAWING = frozenset(
    """
    svg g defs symbol use title desc metadata style path rect circle ellipse line polyline polygon
    text tspan linearGradient radialGradient stop clipPath mask pattern marker filter
    feBlend feColorMatrix feComposite feFlood feGaussianBlur feMerge feMergeNode feOffset
    """.split()
)
# A backslash could spell any of the others.
_OUTSIDE = re.compile(r"url\(\s*['\"]?\s*(?!['\"\s#])|@import|expression\(|\\", re.IGNORECASE)
_NO_LINKS = "an SVG here may link to nothing outside of it"


class Logo(msgspec.Struct, frozen=True):
    """A picture that may be printed.

    Attributes:
        key: in the document store, made of what the picture is.
    """

    key: str
    media_type: MediaType
    body: bytes


def checked_logo(media_type: MediaType, body: bytes) -> Logo:
    """Return a picture that somebody wants on documents.

    Raises:
        InvalidInput: it is too large, not what it says it is, or an SVG that does more than draw.
    """
    if len(body) > _LARGEST:
        raise _wrong(f"the picture is too large: it may have {_LARGEST:,} bytes")
    if media_type == "image/png":
        if not body.startswith(_PNG) or not body.rstrip().endswith(_PNG_END):
            raise _wrong("that is no PNG picture")
        ending = "png"
    else:
        _check_svg(body)
        ending = "svg"
    return Logo(f"logos/{sha256(body).hexdigest()}.{ending}", media_type, body)


def _check_svg(body: bytes) -> None:
    try:
        text = _DECLARATION.sub("", body.decode(), count=1)
        # Entities are refused before anything is parsed: they could grow without end.
        if "<?" in text or "<!" in text.replace("<!--", "").replace("<![CDATA[", ""):
            raise _wrong("leave document types and processing instructions out of the SVG")
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, UnicodeDecodeError):
        raise _wrong("that is no SVG picture in UTF-8") from None
    if root.tag != f"{_SVG}svg":
        raise _wrong("that is no SVG picture: it begins with something else than svg")
    for element in root.iter():
        if isinstance(element.tag, str):
            _check_element(element)


def _check_element(element: ElementTree.Element) -> None:
    name = element.tag.removeprefix(_SVG)
    if name.startswith("{") and (_XHTML in name or _plain(name) in ("script", "foreignobject")):
        raise _wrong(f"an SVG here may only draw; leave {_plain(name)!r} out")
    if not name.startswith("{") and name not in _DRAWING:
        raise _wrong(f"an SVG here may only draw; leave {name[:_SHOWN]!r} out")
    for attribute, value in element.attrib.items():
        plain = _plain(attribute)
        if plain.startswith("on"):
            raise _wrong(f"an SVG here may only draw; leave {plain[:_SHOWN]!r} out")
        if plain in ("href", "src") and not value.strip().startswith("#"):
            raise _wrong(_NO_LINKS)
        if _OUTSIDE.search(value):
            raise _wrong(_NO_LINKS)
    if name == "style" and _OUTSIDE.search(element.text or ""):
        raise _wrong(_NO_LINKS)


def _plain(name: str) -> str:
    return _NAMESPACE.sub("", name).lower()


def _wrong(message: str) -> InvalidInput:
    return InvalidInput(message, {"data": message})
