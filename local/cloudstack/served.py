"""What is served now: the source can be changed while it runs, and some records are poison."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from local.cloudstack.errors import ApiError
from local.cloudstack.records import Dress, Listing, UsageRecords
from local.cloudstack.selection import Record, Selection

POISON_KEY = "_poison"
# What Java says of a reference to a thing that is gone (cloudstack.md section 2, Identity).
POISON_TEXT = (
    "Internal error executing command listUsageRecords, please contact your system administrator: "
    'Cannot invoke "com.cloud.storage.DiskOfferingVO.getUuid()" because "diskOff" is null'
)


class ServedRecords:
    """The records that are asked for now, whatever they come from.

    Args:
        source: where they come from until it is replaced.
        poison: says which records break the page they are on, besides those with the key
            `_poison`.
    """

    def __init__(self, source: UsageRecords, poison: Callable[[Record], bool] | None) -> None:
        self.source = source
        self._poison = poison or (lambda record: False)

    def select(self, start: datetime, end: datetime, selection: Selection, dress: Dress) -> Listing:
        """Return the records whose start and end both lie between the bounds, inclusive."""
        return self.source.select(start, end, selection, dress)

    def page(self, records: Iterable[Record]) -> list[Record]:
        """Return a page of records as it is answered.

        Raises:
            ApiError: one of them is poison, which spoils the whole page.
        """
        found = list(records)
        if any(record.get(POISON_KEY) or self._poison(record) for record in found):
            raise ApiError(530, POISON_TEXT)
        return list(clean(found))


def clean(records: Iterable[Record]) -> Iterator[Record]:
    """Yield the records without the key that marks poison."""
    for record in records:
        if POISON_KEY in record:
            yield {name: value for name, value in record.items() if name != POISON_KEY}
        else:
            yield record
