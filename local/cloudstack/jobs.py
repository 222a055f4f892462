"""Asynchronous jobs: started by one call, asked after by others."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from local.cloudstack.envelopes import Content
from local.cloudstack.errors import ApiError
from local.cloudstack.estate import User, sample_id

# jobstatus of `queryAsyncJobResult`.
PENDING, DONE, FAILED = 0, 1, 2


@dataclass(slots=True)
class Job:
    """One job: what it came to, and how often it is still said to be pending."""

    id: str
    command: str
    caller: User
    created: datetime
    status: int
    result: Content
    code: int = 0
    pending: int = field(default=1)

    def ask(self) -> int:
        """Return the status that is told now: pending at first, as the work takes a while."""
        if self.pending > 0:
            self.pending -= 1
            return PENDING
        return self.status


class Jobs:
    """All jobs of the installation.

    Attributes:
        pending_answers: how often a job started from now on is said to be pending.
    """

    def __init__(self) -> None:
        self.pending_answers = 1
        self._jobs: dict[str, Job] = {}
        self._lock = Lock()

    def start(
        self, command: str, caller: User, now: datetime, work: Callable[[], Content]
    ) -> Content:
        """Return what a call that starts a job answers; a refusal of the work fails the job."""
        try:
            status, code, result = DONE, 0, work()
        except ApiError as error:
            status, code = FAILED, error.code
            result = {"uuidList": [], "errorcode": error.code, "errortext": error.text}
        with self._lock:
            job_id = sample_id("job", command, str(len(self._jobs)))
            job = Job(job_id, command, caller, now, status, result, code, self.pending_answers)
            self._jobs[job_id] = job
        return {"jobid": job_id}

    def find(self, job_id: str) -> Job | None:
        """Return the job of an id."""
        return self._jobs.get(job_id)
