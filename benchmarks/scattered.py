"""How much larger packed usage is with the ids of a real CloudStack, which are random.

The simulator counts its ids up, so they compress to next to nothing.
"""

from uuid import NAMESPACE_URL, uuid5

import msgspec

from chalicelib.metering.usage import Usage, pack, unpack


def growth(body: bytes) -> float:
    """Return the size of a packed body with scattered ids over its size as it is."""
    usages = [_scattered(usage) for usage in unpack(body)]
    return len(pack(usages, {}).body) / len(body)


def _scattered(usage: Usage) -> Usage:
    """Return the usage under an id that looks like chance and follows from its own."""
    return msgspec.structs.replace(usage, resource=str(uuid5(NAMESPACE_URL, usage.resource)))
