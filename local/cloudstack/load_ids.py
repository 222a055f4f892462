"""Ids and names of the things that share generated load: found by arithmetic, both ways."""

from typing import Protocol

MASK = (1 << 64) - 1
# SplitMix64: each step can be undone, so an id says which thing it names. The number of a thing
# has room for 56 bits, its kind for 8.
FACTORS = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
SHIFTS = (30, 27, 31)
STEP = 0x9E3779B97F4A7C15
THING_BITS = 56
PLAIN = "{:08x}-0000-4000-8000-{:012x}"
FIRST_WORDS = (
    "amber bold calm deep early fast grand high iron jolly keen light mild north old".split()
)
SECOND_WORDS = "api batch cache db edge front gate hub index job kiosk log mail node proxy".split()


class Ids(Protocol):
    """Names the things of the load: `kind` of a thing, number of its machine."""

    def of(self, kind: int, machine: int) -> str:
        """Return the id of a thing."""
        ...

    def read(self, text: str) -> tuple[int, int] | None:
        """Return kind and number of the thing an id names, None if it names none."""
        ...

    def name(self, machine: int) -> str:
        """Return the name of a machine."""
        ...


class PlainIds:
    """Ids that show the number, as good to read as they are unlike those of CloudStack."""

    def of(self, kind: int, machine: int) -> str:
        """Return the id of a thing."""
        return PLAIN.format(kind, machine)

    def read(self, text: str) -> tuple[int, int] | None:
        """Return kind and number of the thing an id names, None if it names none."""
        try:
            kind, machine = int(text[:8], 16), int(text[-12:], 16)
        except ValueError:
            return None
        return (kind, machine) if text == self.of(kind, machine) else None

    def name(self, machine: int) -> str:
        """Return the name of a machine."""
        return f"vm-{machine}"


class RandomIds:
    """Ids that look like UUIDs of version 4, and names that differ: both compress as badly.

    >>> ids = RandomIds(1)
    >>> ids.read(ids.of(6, 70_000))
    (6, 70000)
    """

    def __init__(self, seed: int) -> None:
        self._key = _scrambled(seed * STEP & MASK)

    def of(self, kind: int, machine: int) -> str:
        """Return the id of a thing."""
        mixed = _scrambled((kind << THING_BITS | machine) ^ self._key)
        # The rest of the 122 bits follows from these 64, and is checked when an id is read.
        rest = _scrambled(mixed ^ STEP)
        clock = 0x8000 | (mixed & 0xF) << 10 | rest >> 54
        return (
            f"{mixed >> 32:08x}-{mixed >> 16 & 0xFFFF:04x}-4{mixed >> 4 & 0xFFF:03x}"
            f"-{clock:04x}-{rest & 0xFFFFFFFFFFFF:012x}"
        )

    def read(self, text: str) -> tuple[int, int] | None:
        """Return kind and number of the thing an id names, None if it names none."""
        try:
            high, clock = int(text[:8] + text[9:13] + text[15:18], 16), int(text[19:23], 16)
        except ValueError:
            return None
        thing = _restored(high << 4 | clock >> 10 & 0xF) ^ self._key
        kind, machine = thing >> THING_BITS, thing & (1 << THING_BITS) - 1
        return (kind, machine) if text == self.of(kind, machine) else None

    def name(self, machine: int) -> str:
        """Return the name of a machine."""
        mixed = _scrambled(machine ^ self._key)
        first, second = FIRST_WORDS[mixed % 15], SECOND_WORDS[mixed // 15 % 15]
        return f"{first}-{second}-{mixed >> 40:06x}"


def _scrambled(number: int) -> int:
    """Return 64 bits that look like chance, other ones for every number of 64 bits."""
    number = (number ^ number >> SHIFTS[0]) * FACTORS[0] & MASK
    number = (number ^ number >> SHIFTS[1]) * FACTORS[1] & MASK
    return number ^ number >> SHIFTS[2]


def _restored(number: int) -> int:
    """Return the number that `_scrambled` made this of."""
    number = _unshifted(number, SHIFTS[2]) * pow(FACTORS[1], -1, 1 << 64) & MASK
    number = _unshifted(number, SHIFTS[1]) * pow(FACTORS[0], -1, 1 << 64) & MASK
    return _unshifted(number, SHIFTS[0])


def _unshifted(number: int, shift: int) -> int:
    """Return the number whose `number ^ number >> shift` this is; three rounds bring 64 bits."""
    found = number
    for _ in range(64 // shift):
        found = number ^ found >> shift
    return found
