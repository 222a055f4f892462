"""Answers as CloudStack writes them: JSON where asked for, XML otherwise."""

import json
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from local.cloudstack.errors import ApiError

JSON_TYPE = "application/json; charset=UTF-8"
XML_TYPE = "text/xml; charset=UTF-8"
Content = Mapping[str, object]


def listing(name: str, total: int, items: Sequence[Content]) -> Content:
    """Return the content of a list answer.

    Nothing at all without results; `count` alone on a page past the end.

    >>> listing("user", 0, []), listing("user", 3, [])
    ({}, {'count': 3})
    """
    content: dict[str, object] = {"count": total} if total else {}
    if items:
        content[name] = items
    return content


def refusal(error: ApiError) -> Content:
    """Return the content of an error answer."""
    content: dict[str, object] = {"uuidList": [], "errorcode": error.code}
    if error.cs_code is not None:
        content["cserrorcode"] = error.cs_code
    return {**content, "errortext": error.text}


def serialised(name: str, content: Content, as_json: bool, version: str) -> bytes:
    """Return the body of an answer whose envelope has that name."""
    if as_json:
        return json.dumps({name: content}, ensure_ascii=False, separators=(",", ":")).encode()
    head = f'<?xml version="1.0" encoding="UTF-8"?><{name} cloud-stack-version="{version}">'
    return f"{head}{_elements(content)}</{name}>".encode()


def _elements(content: Content) -> str:
    """Return XML elements: a list repeats its element, a mapping nests."""
    parts = []
    for name, value in content.items():
        values = value if isinstance(value, list | tuple) else [value]
        parts += [f"<{name}>{_text(each)}</{name}>" for each in values]
    return "".join(parts)


def _text(value: object) -> str:
    if isinstance(value, Mapping):
        return _elements(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(str(value))
