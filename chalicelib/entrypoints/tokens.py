"""Where a list goes on, as text that an address may hold."""

import base64
import binascii
from typing import TypeVar

import msgspec

from chalicelib.entrypoints.requests import wrong
from chalicelib.errors import InvalidInput

_T = TypeVar("_T")


def token_for(place: object) -> str:
    """Return a place as text."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).decode()


def place_in(token: str, kind: type[_T]) -> _T:
    """Return the place that a token tells of.

    Raises:
        InvalidInput: it tells of none.
    """
    try:
        plain = base64.b64decode(token.encode(), altchars=b"-_", validate=True)
        return msgspec.json.decode(plain, type=kind)
    except (binascii.Error, ValueError, msgspec.DecodeError, InvalidInput):
        raise wrong("next", "is not known: read the list from its beginning") from None
