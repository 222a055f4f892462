"""XML, written element by element: what is empty is left out, everything is escaped."""

import re
from collections.abc import Mapping
from xml.etree import ElementTree

Element = ElementTree.Element
# What XML 1.0 has no place for, not even escaped (section 2.2), lone surrogates included.
_NO_CHARACTERS = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def leaf(name: str, text: str, **attributes: str) -> Element | None:
    """Return an element that holds text, None if there is none; `name` is written as it is."""
    kept = _NO_CHARACTERS.sub("", text).strip()
    if not kept:
        return None
    element = Element(name, attributes)
    element.text = kept
    return element


def branch(name: str, *children: Element | None) -> Element | None:
    """Return an element that holds those of `children` that are there, None if none is."""
    kept = [child for child in children if child is not None]
    if not kept:
        return None
    element = Element(name)
    element.extend(kept)
    return element


def xml(name: str, namespaces: Mapping[str, str], *children: Element | None) -> bytes:
    """Return a whole XML document; equal ones are equal bytes.

    Args:
        namespaces: by prefix, "" for the one of names without any.
    """
    root = branch(name, *children)
    assert root is not None, "a document says something"
    for prefix, namespace in namespaces.items():
        root.set(f"xmlns:{prefix}" if prefix else "xmlns", namespace)
    ElementTree.indent(root)
    written: bytes = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written
