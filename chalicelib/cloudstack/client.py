"""Calls to CloudStack's API, signed, retried, and refused when the answer makes no sense."""

import builtins
import random
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar

import msgspec
import requests

from chalicelib.cloudstack.signing import signed
from chalicelib.cloudstack.usage import UsageQuery
from chalicelib.errors import CloudStackFailed, CloudStackRefused, CloudStackUnavailable
from chalicelib.periods import Period

_TRIES = 4
_FIRST_PAUSE_SECONDS = 0.5
_TIMEOUT_SECONDS = (5, 60)
_SIGNATURE_LIFE = timedelta(minutes=10)
_REFUSALS = range(400, 500)
_THROTTLED = 429
_INTERNAL_ERROR = 530
# default.page.size of CloudStack: a larger page is refused with 431.
PAGE_SIZE = 500
_Row = TypeVar("_Row")


class KeyPair(Protocol):
    """A key pair of CloudStack."""

    @property
    def api_key(self) -> str: ...
    @property
    def secret_key(self) -> str: ...


class CloudStackClient:
    """Asks one CloudStack installation with one key pair.

    Args:
        endpoint: URL of the API, ending in `/client/api`.
        signature_method: see `signing.signed`.
        page_size: at most its default.page.size; a larger page is refused with 431.
        pause: waits that many seconds between two tries; given by tests.
    """

    def __init__(
        self,
        endpoint: str,
        keys: KeyPair,
        *,
        signature_method: str = "HmacSHA1",
        page_size: int = PAGE_SIZE,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._endpoint = endpoint
        self._keys = keys
        self._signature_method = signature_method
        self._page_size = page_size
        self._pause = pause
        self._http = requests.Session()

    def call(self, command: str, **params: str) -> bytes:
        """Return the body of CloudStack's answer to `command`.

        Raises:
            CloudStackRefused: it refused; trying the same again is of no use.
            CloudStackUnavailable: it did not answer, or failed, several times in a row.
        """
        for attempt in range(1, _TRIES + 1):
            try:
                return self.call_once(command, **params)
            except CloudStackUnavailable:
                if attempt == _TRIES:
                    raise
            self.wait(attempt)
        raise AssertionError("the last try returns or raises")

    def call_once(self, command: str, **params: str) -> bytes:
        """Return the body of CloudStack's answer to `command`, asked once.

        Raises:
            CloudStackRefused, CloudStackUnavailable: as for `call`.
        """
        request = {"command": command, "response": "json", **params}
        return self._once({**request, "apikey": self._keys.api_key})

    def wait(self, attempt: int) -> None:
        """Wait before another try, longer each time."""
        self._pause(_FIRST_PAUSE_SECONDS * 2 ** (attempt - 1) * (1 + random.random()))

    def usage(self, period: Period, *, tags: bool) -> UsageQuery:
        """Return the query for the usage records that lie inside `period`."""
        return UsageQuery(self, period, tags=tags, tries=_TRIES, page_size=self._page_size)

    def list(self, command: str, **params: str) -> list[dict[str, Any]]:
        """Return all rows of a list command, over all its pages."""
        return self.read(rows_of, command, **params)

    def read(
        self, rows_of_page: Callable[[bytes], Sequence[_Row]], command: str, **params: str
    ) -> "builtins.list[_Row]":
        """Return what `rows_of_page` reads from each page of a list command."""
        rows: builtins.list[_Row] = []
        number = 1
        while True:
            paging = {"page": str(number), "pagesize": str(self._page_size)}
            page = rows_of_page(self.call(command, **params, **paging))
            rows.extend(page)
            if len(page) < self._page_size:
                return rows
            number += 1

    def _once(self, request: Mapping[str, str]) -> bytes:
        """Return the answer to one try."""
        form = signed(
            request,
            secret_key=self._keys.secret_key,
            expires=datetime.now(UTC) + _SIGNATURE_LIFE,
            method=self._signature_method,
        )
        return post(self._http, self._endpoint, form)


def post(
    http: requests.Session,
    endpoint: str,
    form: Mapping[str, str],
    timeout: tuple[float, float] = _TIMEOUT_SECONDS,
) -> bytes:
    """Return the body of CloudStack's answer to one POST.

    Keys and signatures travel in the body, so they are in no access log.

    Args:
        timeout: seconds to wait for the connection, and for each part of the answer.

    Raises:
        CloudStackRefused: status 4xx but 429; the message has CloudStack's own words.
        CloudStackFailed: status 530, an error of its own.
        CloudStackUnavailable: no whole answer, or any other status but 200.
    """
    try:
        answer = http.post(endpoint, data=form, timeout=timeout, allow_redirects=False)
    except requests.RequestException as error:
        reason = type(error).__name__
        raise CloudStackUnavailable(f"CloudStack did not answer ({reason})") from None
    if answer.ok and answer.status_code == requests.codes.ok:
        return answer.content
    words = f"CloudStack answered {answer.status_code}: {_error_text(answer.content)}"
    if answer.status_code == _INTERNAL_ERROR:
        raise CloudStackFailed(words)
    if answer.status_code in _REFUSALS and answer.status_code != _THROTTLED:
        raise CloudStackRefused(words)
    raise CloudStackUnavailable(words)


def rows_of(body: bytes) -> list[dict[str, Any]]:
    """Return the rows in a list answer: the only array inside of its envelope.

    Raises:
        CloudStackUnavailable: the answer is not JSON of that shape.
    """
    try:
        (inner,) = msgspec.json.decode(body, type=dict[str, dict[str, Any]]).values()
    except (msgspec.DecodeError, ValueError):
        raise CloudStackUnavailable("CloudStack sent something that is not a list") from None
    return next((rows for rows in inner.values() if isinstance(rows, list)), [])


def _error_text(body: bytes) -> str:
    """Return CloudStack's own words for an error, kept short."""
    try:
        (inner,) = msgspec.json.decode(body, type=dict[str, dict[str, Any]]).values()
        return str(inner.get("errortext", ""))[:300]
    except (msgspec.DecodeError, ValueError):
        return "no explanation"
