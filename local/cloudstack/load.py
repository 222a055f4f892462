"""Any number of records a day, found by arithmetic: nothing is generated but what is read.

Record `index` of a window belongs to account `index % accounts`; the usage type goes round from one
block of accounts to the next. So every filter picks an arithmetic series, whose n-th member and
length need no list.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from local.cloudstack.catalogue import (
    DISK_OFFERINGS,
    FRANKFURT,
    GIB,
    NETWORK_OFFERING,
    SERVICE_OFFERINGS,
    TEMPLATES,
    machine_fields,
)
from local.cloudstack.estate import Account
from local.cloudstack.load_ids import Ids, PlainIds, RandomIds
from local.cloudstack.quantities import hours_text
from local.cloudstack.selection import Row, Selection
from local.cloudstack.windows import MINUTES_OF_DAY, Window

TYPES = (1, 2, 6, 13, 3, 4, 5, 9, 8, 11, 12)
DISK_GIB = (20, 50, 100, 200)
UNITS = {4: "bytes sent", 5: "bytes received"}
# Which kind of thing of a machine an id names; networks have a kind of their own.
KIND_OF_TYPE = {1: 1, 2: 1, 6: 6, 3: 3, 4: 4, 5: 4, 9: 9, 8: 8, 11: 11, 12: 12}
NETWORK_KIND, NETWORK_OFFERING_TYPE = 0x4E, 13


class LoadUsage:
    """`records_per_day` records for every day, spread evenly over the accounts.

    Shorter windows have their part of them each, about the same things from window to window.

    Args:
        random_ids: ids and names look like those of a real cloud.
    """

    segmented = False

    def __init__(
        self,
        seed: int,
        records_per_day: int,
        accounts: Sequence[Account],
        minutes: int = MINUTES_OF_DAY,
        random_ids: bool = False,
    ) -> None:
        if records_per_day < 0 or not accounts:
            raise ValueError(f"records per day and accounts: {records_per_day!r}, {len(accounts)}")
        self._seed, self._accounts = seed, tuple(accounts)
        self._per_window = records_per_day * minutes // MINUTES_OF_DAY
        self._ids: Ids = RandomIds(seed) if random_ids else PlainIds()
        self._positions = lru_cache(maxsize=64)(self._find_positions)

    def count(self, window: Window, selection: Selection) -> int:
        """Return how many records of a window a query asks for."""
        selection = _without_offering(selection)
        if selection.resource_id is not None:
            return sum(1 for _ in self._of_resource(selection))
        chosen = self._positions(selection.owner_id, selection.domain_ids)
        blocks, rest = divmod(self._per_window, len(self._accounts))
        if selection.usage_type is None:
            return blocks * len(chosen) + bisect_left(chosen, rest)
        if selection.usage_type not in TYPES:
            return 0
        place = TYPES.index(selection.usage_type)
        full = max(0, -(-(blocks - place) // len(TYPES)))
        partial = bisect_left(chosen, rest) if blocks % len(TYPES) == place else 0
        return full * len(chosen) + partial

    def rows(self, window: Window, selection: Selection, start: int, stop: int) -> Iterator[Row]:
        """Yield the records `start` to `stop` of those."""
        selection = _without_offering(selection)
        if selection.resource_id is not None:
            for index in list(self._of_resource(selection))[start:stop]:
                yield self._row(window, index)
            return
        chosen = self._positions(selection.owner_id, selection.domain_ids)
        place, step = 0, 1
        if selection.usage_type in TYPES:
            place, step = TYPES.index(selection.usage_type), len(TYPES)
        for number in range(start, stop):
            block, position = divmod(number, len(chosen))
            yield self._row(window, (place + step * block) * len(self._accounts) + chosen[position])

    def _find_positions(
        self, owner_id: str | None, domain_ids: frozenset[str] | None
    ) -> Sequence[int]:
        """Return the positions of the chosen accounts, ascending."""
        if owner_id is None and domain_ids is None:
            return range(len(self._accounts))
        return [
            position
            for position, account in enumerate(self._accounts)
            if owner_id in (None, account.id)
            and (domain_ids is None or account.domain.id in domain_ids)
        ]

    def _of_resource(self, selection: Selection) -> Iterator[int]:
        """Yield the index of the one record of a resource id, if the filters allow it."""
        usage_type, named = selection.usage_type, self._ids.read(selection.resource_id or "")
        if named is None or usage_type is None or KIND_OF_TYPE.get(usage_type) != named[0]:
            return
        group, position = divmod(named[1], len(self._accounts))
        block = group * len(TYPES) + TYPES.index(usage_type)
        index = block * len(self._accounts) + position
        chosen = self._positions(selection.owner_id, selection.domain_ids)
        if index < self._per_window and position in chosen:
            yield index

    def _row(self, window: Window, index: int) -> Row:
        """Return record `index` of a window."""
        block, position = divmod(index, len(self._accounts))
        group, place = divmod(block, len(TYPES))
        usage_type, machine = TYPES[place], group * len(self._accounts) + position
        owner = self._accounts[position]
        drawn = _mix(self._seed, window.start, machine)
        name, resource_id = self._ids.name(machine), NETWORK_OFFERING.id
        if usage_type != NETWORK_OFFERING_TYPE:
            resource_id = self._ids.of(KIND_OF_TYPE[usage_type], machine)
        unit = UNITS.get(usage_type, "Hrs")
        seconds = window.end - window.start
        if usage_type in UNITS:
            quantity = str(drawn * usage_type)
        elif drawn % 16:
            cards = 2 if usage_type == 13 and machine % 4 == 0 else 1
            quantity = hours_text(seconds * cards)
        else:
            quantity = hours_text(1 + drawn % seconds)
        fields = self._fields(usage_type, machine, resource_id, name)
        about = f"usage type {usage_type} of {{}}"
        return Row(owner, FRANKFURT, usage_type, quantity, unit, resource_id, fields, about, name)

    def _fields(
        self, usage_type: int, machine: int, resource_id: str, name: str
    ) -> dict[str, object]:
        """Return what only this usage type carries (cloudstack.md section 1)."""
        disk_bytes = DISK_GIB[machine % len(DISK_GIB)] * GIB
        own: dict[str, object] = {} if usage_type == 13 else {"usageid": resource_id}
        match usage_type:
            case 1 | 2:
                own |= {"virtualmachineid": resource_id, "name": name}
                size = SERVICE_OFFERINGS[machine % len(SERVICE_OFFERINGS)]
                own |= machine_fields(size, TEMPLATES[0])
            case 3:
                own |= {"issourcenat": machine % 3 == 0, "issystem": False}
            case 4 | 5:
                own |= {
                    "type": "DomainRouter",
                    "networkid": self._ids.of(NETWORK_KIND, machine),
                    "name": name,
                }
            case 6:
                own |= {"size": disk_bytes, "offeringid": DISK_OFFERINGS[0].id}
            case 8:
                own |= {"size": disk_bytes, "virtualsize": disk_bytes}
            case 9:
                own |= {"size": disk_bytes // 2}
            case 13:
                vm = self._ids.of(KIND_OF_TYPE[1], machine)
                own |= {"offeringid": NETWORK_OFFERING.id, "virtualmachineid": vm}
                own["isdefault"] = True
        return own


def _without_offering(selection: Selection) -> Selection:
    """Return the selection without the id that all records of type 13 have."""
    named = (selection.usage_type, selection.resource_id)
    if named == (NETWORK_OFFERING_TYPE, NETWORK_OFFERING.id):
        return replace(selection, resource_id=None)
    return selection


def _mix(*numbers: int) -> int:
    """Return 32 bits that follow from the numbers and look like chance."""
    mixed = 0x9E3779B9
    for number in numbers:
        mixed = (mixed ^ number) * 0x85EBCA6B & 0xFFFFFFFF
        mixed ^= mixed >> 15
    return mixed
