"""How the rows of each usage type are read: what they have in common, and what each is about.

Rows with the same shape (type, owner, span, dimensions) go into one group, so whatever is checked
or looked up of a shape is done once for all of them. The getters are C; this is the hot path.
"""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import cast

import msgspec

from chalicelib.metering.meters import METERS_BY_USAGE_TYPE, Meter
from chalicelib.metering.records import Span, Tag, UsageRow, span_of
from chalicelib.metering.reviews import Reason, Refused
from chalicelib.metering.usage import Tags

# Usage type, account, project, start, end, then the meter's dimensions, all as they came.
Shape = tuple[object, ...]
# Resource, raw usage, related, size, name, tags, all as they came.
Cells = tuple[
    str | None, str | None, str | None, int | None, str | None, tuple[Tag, ...] | Tags | None
]
_COMMON = ("usagetype", "accountid", "projectid", "startdate", "enddate")
# None in every row that is metered.
_ABSENT = "lost"


@dataclass(frozen=True, slots=True)
class Layout:
    """How the rows of one meter are read.

    Attributes:
        shape, cells: getters of a row.
        fields: names of the fields that the cells came from, without the tags; of two that the
            same cell may come from, both.
    """

    meter: Meter
    shape: Callable[[UsageRow], Shape]
    cells: Callable[[UsageRow], Cells]
    fields: tuple[str, ...]


class Header(msgspec.Struct, frozen=True, gc=False):
    """What a shape says, checked."""

    meter: Meter
    owner: str
    span: Span
    dimensions: tuple[str, ...]


def _layout(meter: Meter) -> Layout:
    related = meter.related[0] if meter.related else _ABSENT
    fields = (
        meter.resource,
        "rawusage",
        related,
        "size" if meter.sized else _ABSENT,
        _ABSENT if meter.ordinal else "name",
    )
    getter = attrgetter(*fields, "tags")
    cells: Callable[[UsageRow], Cells] = getter
    if len(meter.related) > 1:
        other = meter.related[1]

        def cells(row: UsageRow) -> Cells:
            found: Cells = getter(row)
            return found if found[2] else (*found[:2], getattr(row, other), *found[3:])

        fields = (*fields[:2], " or ".join(meter.related), *fields[3:])

    shape = attrgetter(*_COMMON, *(each.field for each in meter.dimensions))
    return Layout(meter, shape, cells, fields)


LAYOUTS = {number: _layout(meter) for number, meter in METERS_BY_USAGE_TYPE.items()}


def header_of(shape: Shape) -> Header:
    """Return what a shape says.

    Raises:
        Refused: no row of this shape can be metered.
    """
    usage_type, account, project, start, end, *dimensions = shape
    assert isinstance(usage_type, int), "it has a layout"
    owner = account or project
    if not owner:
        raise Refused(Reason.NO_OWNER)
    texts = tuple([each if each.__class__ is str else _text(each) for each in dimensions])
    span = span_of(cast(str | None, start), cast(str | None, end))
    return Header(METERS_BY_USAGE_TYPE[usage_type], str(owner), span, texts)


def pairs(tags: object) -> Tags:
    """Return tags as sorted (key, value) pairs."""
    if not isinstance(tags, tuple | list):
        return ()
    found = [(each.key, each.value) if isinstance(each, Tag) else tuple(each) for each in tags]
    return tuple(sorted(found))


def sample_of(shape: Shape, account: str, cells: Cells | tuple[object, ...]) -> str:
    """Return a row that was set aside as JSON, under CloudStack's own names of its fields."""
    layout = LAYOUTS[int(str(shape[0]))]
    fields = [*_COMMON, *(each.field for each in layout.meter.dimensions), *layout.fields]
    values = [*shape, *cells[: len(layout.fields)]]
    told = dict(zip(fields, values, strict=True)) | {"account": account}
    plain = {
        name: each for name, each in told.items() if each not in (None, "") and name != _ABSENT
    }
    return msgspec.json.encode(plain).decode()


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
