"""Many new items into DynamoDB, 25 a request, at a hundredth of the CPU that boto3 takes for each.

boto3 checks, encodes, signs and decodes every item by the service's description. Here the items
are in wire form already: one request is put together, signed and sent over the HTTP session
of a boto3 client.

BatchWriteItem overwrites. A batch of PartiQL inserts does not, and costs the same write units.
"""

import random
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from botocore.awsrequest import AWSPreparedRequest
from botocore.exceptions import BotoCoreError

from chalicelib.errors import Unavailable
from chalicelib.tables.signing import Signer

# An item as DynamoDB takes it, {"pk": {"S": "a"}, "body": {"B": b"raw"}}.
Item = Mapping[str, Mapping[str, Any]]

# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchExecuteStatement.html
_STATEMENTS_A_REQUEST = 25
# No limit is documented. A transaction of such statements may have 4 MB, a BatchWriteItem 16 MB.
_BYTES_A_REQUEST = 3_000_000
_TARGET = "DynamoDB_20120810.BatchExecuteStatement"
# Of a request or of one statement; requests have `Exception` at the end of theirs.
_PASSING = {
    "InternalServerError",
    "ProvisionedThroughputExceeded",
    "RequestLimitExceeded",
    "Throttling",
    "ThrottlingError",
    "TransactionConflict",
}
_EXISTS = "DuplicateItem"
_TRIES = 10
_FIRST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 5.0
# A code is a word. Whatever else stands in its place is not repeated in an error.
_CODE = re.compile(r"[A-Za-z0-9]{1,80}")


class Wire:
    """Inserts items into tables.

    Args:
        client: boto3 DynamoDB client; its credentials, region, endpoint and connections are used.
        pause: waits that many seconds before a request is tried again.
    """

    def __init__(self, client: Any, pause: Callable[[float], None] = time.sleep) -> None:
        self._client = client
        self._pause = pause
        self._signer = Signer(client.meta.endpoint_url, client.meta.region_name, _TARGET)

    def insert_all(self, table: str, items: Sequence[Item]) -> list[bool]:
        """Insert every item whose key is not in `table` yet; tell of each whether it was new.

        Safe to repeat: what was inserted is then no longer new. So is, now and then, what this
        very call inserted, where the first answer to it was lost on the way.

        Args:
            items: of different keys.

        Raises:
            Unavailable: some were not inserted, nor found; any others may have been.
        """
        new = [False] * len(items)
        for batch in _batches(table, items):
            self._insert(batch, new)
        return new

    def _insert(self, batch: Mapping[int, bytes], new: list[bool]) -> None:
        """Send the statements of `batch`, by their place in `new`, until each is settled."""
        refused = ""
        for attempt in range(_TRIES):
            if attempt:
                longest = min(_LONGEST_PAUSE_SECONDS, _FIRST_PAUSE_SECONDS * 2**attempt)
                self._pause(random.uniform(0, longest))
            try:
                codes = self._codes(batch.values())
            except _TryAgain as again:
                trouble = str(again)
                continue
            unsettled: dict[int, bytes] = {}
            for (place, statement), code in zip(batch.items(), codes, strict=True):
                if not code:
                    new[place] = True
                elif code in _PASSING:
                    unsettled[place], trouble = statement, code
                elif code != _EXISTS:
                    refused = code
            batch = unsettled
            if not batch:
                break
        if refused:
            raise Unavailable(f"DynamoDB refused: {refused}")
        if batch:
            raise Unavailable(f"DynamoDB took not all in {_TRIES} tries: {trouble}")

    def _codes(self, statements: Collection[bytes]) -> list[str]:
        """Send `statements` once; return the error of each, empty for one that was carried out.

        Raises:
            _TryAgain: nothing is known of any of them.
            Unavailable: DynamoDB refused them.
        """
        request = self._signed(b'{"Statements":[' + b",".join(statements) + b"]}")
        try:
            # The client's own session keeps connections, time limits, proxies and authorities.
            answer = self._client._endpoint.http_session.send(request)
            status, body = answer.status_code, answer.content
        except BotoCoreError as error:
            raise _TryAgain(type(error).__name__) from None
        try:
            answered = _decoder.decode(body)
        except msgspec.DecodeError:
            raise _TryAgain(f"unreadable answer with status {status}") from None
        if status == 200 and len(answered.responses) == len(statements):
            return [_code(each.error.code) if each.error else "" for each in answered.responses]
        code = _code(answered.kind.rpartition("#")[2])
        if status in (200, 429) or status >= 500 or code in _PASSING:
            raise _TryAgain(code)
        raise Unavailable(f"DynamoDB refused: {code}")

    def _signed(self, body: bytes) -> AWSPreparedRequest:
        """Return the request with `body`, signed with the credentials of this moment."""
        # boto3 has no public way from a client to its credentials.
        credentials = self._client._request_signer._credentials
        if credentials is None:
            raise Unavailable("there are no credentials for DynamoDB")
        try:
            # Those that expire are renewed here, when it is time.
            frozen = credentials.get_frozen_credentials()
        except BotoCoreError as error:
            raise Unavailable(f"no credentials for DynamoDB ({type(error).__name__})") from None
        headers = self._signer.headers(body, frozen, datetime.now(UTC))
        headers["User-Agent"] = self._client.meta.config.user_agent
        return AWSPreparedRequest("POST", self._client.meta.endpoint_url, headers, body, False)


class _TryAgain(Exception):
    """A request that may well succeed a little later; says why it did not."""


class _Error(msgspec.Struct):
    """Why a statement was not carried out."""

    code: str = msgspec.field(name="Code", default="")


class _Response(msgspec.Struct):
    """What became of a statement."""

    error: _Error | None = msgspec.field(name="Error", default=None)


class _Answer(msgspec.Struct):
    """What DynamoDB answers to a batch: a response to each statement, or one error."""

    responses: list[_Response] = msgspec.field(name="Responses", default=[])
    kind: str = msgspec.field(name="__type", default="")


_decoder = msgspec.json.Decoder(_Answer)
_encoder = msgspec.json.Encoder()


def _batches(table: str, items: Sequence[Item]) -> Iterator[dict[int, bytes]]:
    """Yield the statement of each item by its place, as many at a time as a request may have."""
    starts: dict[tuple[str, ...], bytes] = {}
    batch: dict[int, bytes] = {}
    size = 0
    for place, item in enumerate(items):
        names = tuple(item)
        start = starts.get(names)
        if start is None:
            start = starts[names] = _statement_start(table, names)
        statement = start + _encoder.encode(list(item.values())) + b"}"
        size += len(statement)
        if batch and (len(batch) == _STATEMENTS_A_REQUEST or size > _BYTES_A_REQUEST):
            yield batch
            batch, size = {}, len(statement)
        batch[place] = statement
    if batch:
        yield batch


def _statement_start(table: str, names: Sequence[str]) -> bytes:
    """Return a statement as far as it is the same for all items with attributes of `names`.

    >>> _statement_start("t", ["pk", "sk"])
    b'{"Statement":"INSERT INTO \\\\"t\\\\" VALUE {\\'pk\\': ?, \\'sk\\': ?}","Parameters":'
    """
    values = ", ".join(f"'{name}': ?" for name in names)
    text = f'INSERT INTO "{table}" VALUE {{{values}}}'
    return b'{"Statement":' + _encoder.encode(text) + b',"Parameters":'


def _code(text: str) -> str:
    """Return AWS's name of an error, without the ending that only whole requests have."""
    return text.removesuffix("Exception") if _CODE.fullmatch(text) else "an error without a name"
