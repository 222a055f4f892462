"""Locking and disabling the accounts of a CloudStack, and the way back; nothing here deletes."""

import time
from collections.abc import Callable
from typing import Any

import msgspec

from chalicelib.accounts import Kind
from chalicelib.cloudstack.client import CloudStackClient, rows_of
from chalicelib.errors import (
    CloudStackFailed,
    CloudStackRefused,
    CloudStackUnavailable,
    Conflict,
    NotFound,
)

# Seconds between two questions after a job; the last counts for all further ones. Disabling an
# account stops its machines, which may take longer than it is waited for: its state is another at
# once, so whoever asks again finds it done.
_PAUSES = (0.5, 1.0, 2.0, 3.0, 5.0)
_MOST_QUESTIONS = 7
_ROOT_ADMIN = 1
_PENDING, _DONE = 0, 1
_NO_SUCH = "CloudStack answered 431"
_INTERNAL_ERROR = 530
_LISTED_BY = {"account": "listAccounts", "project": "listProjects"}


class _Job(msgspec.Struct):
    """What is told of a job, first by the call that starts it."""

    jobid: str
    jobstatus: int = _PENDING
    jobresultcode: int = 0
    jobresult: Any = None


class AccountControl:
    """Changes the state of accounts and projects of one CloudStack, each change at most once.

    A locked or disabled account can neither sign in to CloudStack nor use its keys. Locked, what
    runs goes on; disabled, its machines are stopped, and stay so when it is enabled again. A
    project cannot be locked.

    Args:
        client: with the keys of a root admin, or of the admin of a domain for what is below it.
        pause: waits that many seconds before a job is asked after.
    """

    def __init__(
        self, client: CloudStackClient, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._client = client
        self._pause = pause

    def state(self, kind: Kind, id: str) -> str:
        """Return CloudStack's word for the state, in lower case.

        `enabled`, `locked` or `disabled` for accounts; `active` or `suspended` for projects.

        Raises:
            NotFound: CloudStack has no account or project of that id, or has it no more.
            CloudStackRefused, CloudStackUnavailable: as for `CloudStackClient.call`.
        """
        return _state(self._row(kind, id))

    def hold(self, kind: Kind, id: str) -> str:
        """Return the state after locking an enabled account; any other is left as it is.

        Raises:
            Conflict: it is a root admin's account.
            NotFound, CloudStackRefused, CloudStackUnavailable: as for `state`.
        """
        row = self._row(kind, id)
        if kind == "project" or _state(row) != "enabled":
            return _state(row)
        _check_not_root(row)
        # `lockAccount` is there, and fails in every version.
        self._finish(self._client.call("disableAccount", id=id, lock="true"))
        return self._reached("locked", kind, id)

    def suspend(self, kind: Kind, id: str) -> str:
        """Return the state after disabling an account or suspending a project, if it was not yet.

        Raises:
            Conflict: it is a root admin's account.
            NotFound, CloudStackRefused, CloudStackUnavailable: as for `state`; a job that takes
                longer than this waits is Unavailable too, and goes on.
        """
        row = self._row(kind, id)
        wanted = "suspended" if kind == "project" else "disabled"
        if _state(row) == wanted:
            return wanted
        if kind == "project":
            self._finish(self._client.call("suspendProject", id=id))
        else:
            _check_not_root(row)
            self._finish(self._client.call("disableAccount", id=id, lock="false"))
        return self._reached(wanted, kind, id)

    def resume(self, kind: Kind, id: str) -> str:
        """Return the state after enabling an account or activating a project, if it was not yet.

        Raises:
            NotFound, CloudStackRefused, CloudStackUnavailable: as for `suspend`.
        """
        wanted = "active" if kind == "project" else "enabled"
        if self.state(kind, id) == wanted:
            return wanted
        if kind == "project":
            self._finish(self._client.call("activateProject", id=id))
        else:
            self._client.call("enableAccount", id=id)
        return self._reached(wanted, kind, id)

    def _row(self, kind: Kind, id: str) -> dict[str, Any]:
        """Return the account or project as CloudStack lists it.

        Without `listall` a root admin is shown no projects but the own, not even by id.
        """
        try:
            rows = rows_of(self._client.call(_LISTED_BY[kind], id=id, listall="true"))
        except CloudStackRefused as error:
            if str(error).startswith(_NO_SUCH):
                rows = []
            else:
                raise
        row = next((row for row in rows if row.get("id") == id), None)
        if row is None:
            raise NotFound(f"CloudStack has no {kind} {id!r}")
        return row

    def _finish(self, started: bytes) -> None:
        """Wait until the job that a call has started is done.

        Raises:
            CloudStackRefused, CloudStackFailed: it failed; the message has CloudStack's own words.
            CloudStackUnavailable: it is not over yet.
        """
        job_id = _job(started).jobid
        for number in range(_MOST_QUESTIONS):
            self._pause(_PAUSES[min(number, len(_PAUSES) - 1)])
            job = _job(self._client.call("queryAsyncJobResult", jobid=job_id))
            if job.jobstatus == _DONE:
                return
            if job.jobstatus != _PENDING:
                raise _failure(job)
        raise CloudStackUnavailable(f"CloudStack is not done with job {job_id!r} yet")

    def _reached(self, wanted: str, kind: Kind, id: str) -> str:
        """Return the state, which must be the one wanted by now."""
        state = self.state(kind, id)
        if state != wanted:
            raise CloudStackUnavailable(f"CloudStack says {state!r} of {kind} {id!r}: not {wanted}")
        return state


def _state(row: dict[str, Any]) -> str:
    return str(row.get("state", "unknown")).lower()


def _check_not_root(row: dict[str, Any]) -> None:
    """Refuse to lock out those who run CloudStack, and billing itself among them."""
    if row.get("accounttype") == _ROOT_ADMIN:
        raise Conflict(f"an account of root admins is never held or suspended: {row.get('name')!r}")


def _job(body: bytes) -> _Job:
    """Return what an answer tells of a job; its envelope has many names, one of them misspelt."""
    try:
        (job,) = msgspec.json.decode(body, type=dict[str, _Job]).values()
    except (msgspec.DecodeError, ValueError):
        raise CloudStackUnavailable("CloudStack sent something that is not a job") from None
    return job


def _failure(job: _Job) -> CloudStackRefused | CloudStackFailed:
    result = job.jobresult if isinstance(job.jobresult, dict) else {}
    words = f"CloudStack failed with {job.jobresultcode}: {str(result.get('errortext', ''))[:300]}"
    if job.jobresultcode == _INTERNAL_ERROR:
        return CloudStackFailed(words)
    return CloudStackRefused(words)
