"""DynamoDB's capacity units, from the sizes of items as AWS counts them.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

import base64
from collections.abc import Mapping
from typing import Any

_WRITE_UNIT = 1024
_READ_UNIT = 4096
# What AWS adds to every item it keeps, for its index (the same page).
STORED_BESIDE = 100


def item_bytes(item: Mapping[str, Any]) -> int:
    """Return the size of an item in wire form: names and values of its attributes."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def write_units(size: int) -> int:
    """Return what writing an item of `size` bytes takes; twice that in a transaction.

    >>> write_units(1), write_units(1024), write_units(1025)
    (1, 1, 2)
    """
    return max(1, -(-size // _WRITE_UNIT))


def read_units(size: int, *, consistent: bool) -> float:
    """Return what reading `size` bytes takes: of one item, or of all that a query meets.

    >>> read_units(0, consistent=False), read_units(4097, consistent=True)
    (0.5, 2.0)
    """
    return max(1, -(-size // _READ_UNIT)) * (1.0 if consistent else 0.5)


def _value_bytes(value: Mapping[str, Any]) -> int:
    """Return the size of one attribute's value."""
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(str(content).encode())
        case "N":
            # About one byte for two digits, and one more.
            digits = str(content).lstrip("-").replace(".", "").strip("0")
            return -(-max(1, len(digits)) // 2) + 1 + str(content).startswith("-")
        case "B":
            raw = content if isinstance(content, bytes) else base64.b64decode(content)
            return len(raw)
        case "BOOL" | "NULL":
            return 1
        case "L":
            return 3 + sum(1 + _value_bytes(each) for each in content)
        case "M":
            return 3 + sum(1 + len(name) + _value_bytes(each) for name, each in content.items())
        case _:
            raise ValueError(f"an attribute of kind {kind!r}")
