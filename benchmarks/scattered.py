"""How much larger packed usage is with the ids of a real CloudStack, which are random.

The simulator counts its ids up, so they compress to next to nothing.
"""

from uuid import NAMESPACE_URL, uuid5

from chalicelib.metering.usage import UsageGroup, group_of, pack, unpack


def growth(body: bytes) -> float:
    """Return the size of a packed body with scattered ids over its size as it is."""
    groups = [_scattered(group) for group in unpack(body)]
    return len(pack([groups]).body) / len(body)


def _scattered(group: UsageGroup) -> UsageGroup:
    """Return the usage under ids that look like chance and follow from its own."""
    entries = [
        entry._replace(resource=str(uuid5(NAMESPACE_URL, entry.resource)))
        for entry in group.entries()
    ]
    return group_of(*group.key, entries)
