"""The names of what usage records give only ids of: offerings, zones and templates."""

from collections.abc import Mapping
from typing import Literal

import msgspec

Kind = Literal["offering", "zone", "template"]
Offered = Literal["", "machines", "volumes", "networks"]


class Named(msgspec.Struct, frozen=True, omit_defaults=True):
    """A thing as CloudStack listed it last.

    Attributes:
        storage_tags: of an offering: which storage its volumes may lie on.
        offered: what an offering is of; "" where that is not known.
        size: of a machine by its offering: vCPUs, MHz of each, MiB; None where it has none fixed.
    """

    kind: Kind
    name: str
    storage_tags: tuple[str, ...] = ()
    offered: Offered = ""
    size: tuple[int, int, int] | None = None


class Catalogue:
    """The last known names of one CloudStack installation, also of what is deleted there.

    Args:
        things: by their UUIDs, which no two things share.

    >>> zone = Catalogue({"z1": Named("zone", "Frankfurt")})
    >>> zone.name_of("zone", "z1"), zone.name_of("offering", "z1"), zone.name_of("zone", "z2")
    ('Frankfurt', None, None)
    """

    def __init__(self, things: Mapping[str, Named]) -> None:
        self.things = dict(things)

    def name_of(self, kind: Kind, thing: str) -> str | None:
        """Return what people call a thing, None where CloudStack never listed it."""
        known = self.things.get(thing)
        return known.name if known is not None and known.kind == kind else None

    def storage_tags(self, offering: str) -> tuple[str, ...]:
        """Return the storage tags of an offering; none where it is unknown."""
        known = self.things.get(offering)
        return () if known is None else known.storage_tags

    def updated(self, listed: "Catalogue") -> "Catalogue":
        """Return this with what CloudStack lists now; what it lists no more keeps its name."""
        return Catalogue({**self.things, **listed.things})
