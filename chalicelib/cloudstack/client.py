"""Calls to CloudStack's API, signed, retried, and refused when the answer makes no sense."""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import msgspec
import requests

from chalicelib.cloudstack.pages import UsagePage, read_page
from chalicelib.cloudstack.signing import signed
from chalicelib.errors import CloudStackRefused, CloudStackUnavailable, UnreadablePage
from chalicelib.periods import Period

_TRIES = 4
_FIRST_PAUSE_SECONDS = 0.5
_TIMEOUT_SECONDS = (5, 60)
_SIGNATURE_LIFE = timedelta(minutes=10)
_REFUSALS = range(400, 500)
_THROTTLED = 429
# default.page.size of CloudStack: a larger page is refused with 431.
PAGE_SIZE = 500


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
        pause: waits that many seconds between two tries; given by tests.
    """

    def __init__(
        self,
        endpoint: str,
        keys: KeyPair,
        *,
        signature_method: str = "HmacSHA1",
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._endpoint = endpoint
        self._keys = keys
        self._signature_method = signature_method
        self._pause = pause
        self._http = requests.Session()

    def call(self, command: str, **params: str) -> bytes:
        """Return the body of CloudStack's answer to `command`.

        Raises:
            CloudStackRefused: it refused; trying the same again is of no use.
            CloudStackUnavailable: it did not answer, or failed, several times in a row.
        """
        request = {"command": command, "response": "json", **params}
        for attempt in range(1, _TRIES + 1):
            try:
                return self._once({**request, "apikey": self._keys.api_key})
            except CloudStackUnavailable:
                if attempt == _TRIES:
                    raise
            self._pause(_FIRST_PAUSE_SECONDS * 2 ** (attempt - 1) * (1 + random.random()))
        raise AssertionError("the last try returns or raises")

    def usage_pages(self, period: Period) -> Iterator[UsagePage]:
        """Yield every page of the usage records that lie inside `period`.

        Raises:
            UnreadablePage: a page cannot be read, or rows are missing at the end.
        """
        bounds = _bounds(period)
        seen, counted, number = 0, 0, 1
        while True:
            page = self._usage_page({**bounds, "page": str(number), "pagesize": str(PAGE_SIZE)})
            yield page
            # An empty page past the end carries no count, hence the largest one seen.
            seen, counted, number = seen + page.size, max(counted, page.count), number + 1
            if page.size < PAGE_SIZE:
                break
        if seen < counted:
            raise UnreadablePage(f"CloudStack counts {counted} usage records but sent {seen}")

    def usage_count(self, period: Period) -> int:
        """Return how many usage records lie inside `period`, for the price of one row.

        Versions 4.13 and 4.14 count the rows of the page instead, so they say at most 1.
        """
        return self._usage_page({**_bounds(period), "page": "1", "pagesize": "1"}).count

    def list(self, command: str, **params: str) -> list[dict[str, Any]]:
        """Return all rows of a list command, over all its pages."""
        rows: list[dict[str, Any]] = []
        number = 1
        while True:
            paging = {"page": str(number), "pagesize": str(PAGE_SIZE)}
            page = rows_of(self.call(command, **params, **paging))
            rows.extend(page)
            if len(page) < PAGE_SIZE:
                return rows
            number += 1

    def _usage_page(self, params: Mapping[str, str]) -> UsagePage:
        """Return one page; a broken one is asked for again."""
        for attempt in range(1, _TRIES + 1):
            try:
                return read_page(self.call("listUsageRecords", **params))
            except UnreadablePage:
                if attempt == _TRIES:
                    raise
            self._pause(_FIRST_PAUSE_SECONDS * 2 ** (attempt - 1))
        raise AssertionError("the last try returns or raises")

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


def _bounds(period: Period) -> dict[str, str]:
    """Return `period` as CloudStack asks for it: both ends included, to the second."""
    return {
        "startdate": _cloudstack_date(period.start),
        "enddate": _cloudstack_date(period.end - timedelta(seconds=1)),
    }


def _cloudstack_date(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S%z")
