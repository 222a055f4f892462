"""What a command works on."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo

from local.cloudstack.arguments import Arguments
from local.cloudstack.clock import Clock
from local.cloudstack.dates import DateStyle
from local.cloudstack.directory import Directory
from local.cloudstack.envelopes import Content
from local.cloudstack.estate import User
from local.cloudstack.served import ServedRecords

QUOTED_DATES_UP_TO = (4, 19)


@dataclass(frozen=True, slots=True)
class Cloud:
    """One simulated installation; `zone` is that of its management server."""

    directory: Directory
    records: ServedRecords
    clock: Clock
    version: str
    zone: tzinfo

    @property
    def before_4_20(self) -> bool:
        """Return whether this is a management server of 4.19 or older."""
        major, minor = self.version.split(".")[:2]
        return (int(major), int(minor)) <= QUOTED_DATES_UP_TO

    @property
    def dates(self) -> DateStyle:
        """Return how this server writes dates."""
        return DateStyle(self.zone, self.before_4_20)

    @property
    def full_version(self) -> str:
        """Return the version as answers carry it."""
        return ".".join((*self.version.split("."), "0", "0", "0")[:4])


Handler = Callable[[Cloud, User, Arguments], Content]
