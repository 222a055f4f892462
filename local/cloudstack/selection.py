"""What a query asks for, and the shape every source of usage records has."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from local.cloudstack.catalogue import Named
from local.cloudstack.estate import SubAccount
from local.cloudstack.windows import Window

Record = dict[str, object]


@dataclass(frozen=True, slots=True)
class Selection:
    """The filters of one query; None means all.

    Attributes:
        owner_id: of an account or a project.
        domain_ids: of every domain whose records may be returned.
        resource_id: what `usageid` names, needs `usage_type`.
    """

    owner_id: str | None = None
    domain_ids: frozenset[str] | None = None
    usage_type: int | None = None
    resource_id: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the usage table, before it is dressed for an answer.

    Attributes:
        resource_id: what the `usageid` filter compares with.
        fields: what only this usage type carries.
        about: the description, with `{}` where name or database id go.
        own: the row's own stretch of time, None for the whole window.
    """

    owner: SubAccount
    zone: Named
    usage_type: int
    quantity: str
    unit: str
    resource_id: str
    fields: Mapping[str, object]
    about: str
    name: str
    own: Window | None = None

    def matches(self, selection: Selection) -> bool:
        """Return whether the query asks for this row."""
        return (
            (selection.owner_id is None or selection.owner_id == self.owner.id)
            and (selection.domain_ids is None or self.owner.domain.id in selection.domain_ids)
            and (selection.usage_type is None or selection.usage_type == self.usage_type)
            and (selection.resource_id is None or selection.resource_id == self.resource_id)
        )


class AggregatedUsage(Protocol):
    """Usage that was aggregated window by window, in the order of its database ids."""

    @property
    def segmented(self) -> bool:
        """Return whether there are rows with a start or end of their own."""
        ...

    def count(self, window: Window, selection: Selection) -> int:
        """Return how many rows of a window a query asks for."""
        ...

    def rows(self, window: Window, selection: Selection, start: int, stop: int) -> Iterable[Row]:
        """Return the rows `start` to `stop` of those."""
        ...
