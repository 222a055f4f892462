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
from local.cloudstack.jobs import Jobs
from local.cloudstack.quota import Quota
from local.cloudstack.served import ServedRecords
from local.cloudstack.states import States
from local.cloudstack.versions import Version
from local.cloudstack.windows import Aggregation


@dataclass(frozen=True, slots=True)
class Cloud:
    """One simulated installation; `zone` is that of its management server."""

    directory: Directory
    records: ServedRecords
    clock: Clock
    version: Version
    zone: tzinfo
    aggregation: Aggregation
    quota: Quota
    states: States
    jobs: Jobs

    @property
    def dates(self) -> DateStyle:
        """Return how this server writes dates."""
        return DateStyle(self.zone, self.version.dates_are_quoted, self.aggregation.zone)

    @property
    def over(self) -> int:
        """Return the instant up to which usage is aggregated: the end of the last whole window."""
        return self.aggregation.around(int(self.clock.now().timestamp())).start


Handler = Callable[[Cloud, User, Arguments], Content]
