"""Attributes that keep numbers exact and instants in UTC, and the base of every document."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, cast

from pynamodb.attributes import Attribute, UnicodeAttribute
from pynamodb.connection import Connection
from pynamodb.constants import NUMBER, STRING
from pynamodb.exceptions import (
    PutError,
    PynamoDBException,
    TransactWriteError,
    UpdateError,
)
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from chalicelib.errors import Conflict, InvalidInput, Overtaken
from chalicelib.periods import instant_text

# An API call may last 29 seconds; the library's own defaults wait longer than that.
_CONNECT_SECONDS = 3
_READ_SECONDS = 10
_RETRIES = 6
_CONDITION_FAILED = "ConditionalCheckFailed"
# https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
_ROWS_AT_ONCE = 100


class DecimalAttribute(Attribute[Decimal]):
    """An exact number; pynamodb's NumberAttribute is a float.

    DynamoDB keeps 38 digits and drops trailing zeros: compare numbers, format on the way out.
    """

    attr_type = NUMBER

    def serialize(self, value: Decimal) -> str:
        """Return the digits of `value`, without an exponent."""
        if not isinstance(value, Decimal):
            raise TypeError(f"expected Decimal, got {type(value).__name__}")
        return format(value, "f")

    def deserialize(self, value: str) -> Decimal:
        """Return the number as it is stored."""
        return Decimal(value)


class CountAttribute(Attribute[int]):
    """A whole number."""

    attr_type = NUMBER

    def serialize(self, value: int) -> str:
        """Return the digits of `value`."""
        return str(int(value))

    def deserialize(self, value: str) -> int:
        """Return the number as it is stored."""
        return int(value)


class InstantAttribute(Attribute[datetime]):
    """An instant as text that sorts: `2026-11-01T00:00:00Z`."""

    attr_type = STRING

    def serialize(self, value: datetime) -> str:
        """Return the instant in UTC, to the second."""
        return instant_text(value)

    def deserialize(self, value: str) -> datetime:
        """Return the instant, aware."""
        return datetime.fromisoformat(value)


class Document(Model):
    """A row with the two keys every table has."""

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)


def connect(prefix: str, documents: Iterable[type[Document]]) -> Connection:
    """Return the one connection over which all `documents` are now read and written.

    Args:
        prefix: of the table names; each document's `Meta.suffix` follows it.
    """
    shared = Connection(
        connect_timeout_seconds=_CONNECT_SECONDS,
        read_timeout_seconds=_READ_SECONDS,
        max_retry_attempts=_RETRIES,
    )
    known: set[str] = set()
    for document in documents:
        meta = cast(Any, document.Meta)
        meta.table_name = f"{prefix}-{meta.suffix}"
        document._connection = None
        table = document._get_connection()
        if meta.table_name not in known:
            shared.add_meta_table(table.get_meta_table())
            known.add(meta.table_name)
        table.connection = shared
    return shared


class Put(NamedTuple):
    """A row to be put together with others, unless its condition forbids it."""

    row: Document
    condition: Condition | None = None


class Change(NamedTuple):
    """A change of the row of that key, to be made together with others."""

    row: Document
    actions: Sequence[Action]
    condition: Condition | None = None


class Check(NamedTuple):
    """What must hold of the row of that key for others to be written."""

    row: Document
    condition: Condition


Write = Put | Change | Check


def saved(row: Document, condition: Condition | None = None) -> bool:
    """Put `row` unless `condition` forbids it; tell whether it was put."""
    try:
        row.save(condition=condition)
    except PutError as error:
        if condition_failed(error):
            return False
        raise
    return True


def updated(row: Document, actions: Sequence[Action], condition: Condition | None = None) -> bool:
    """Apply `actions` to the row of that key unless `condition` forbids it; tell whether."""
    try:
        row.update(actions=list(actions), condition=condition)
    except UpdateError as error:
        if condition_failed(error):
            return False
        raise
    return True


def write_together(connection: Connection, writes: Sequence[Write], busy: str) -> None:
    """Write rows of different keys, all or nothing.

    Args:
        busy: what an Overtaken says.

    Raises:
        Overtaken: a condition did not hold, or somebody wrote one of the rows at that moment.
        InvalidInput: there are more rows than can be written at once.
    """
    if len(writes) > _ROWS_AT_ONCE:
        raise InvalidInput(f"{len(writes)} rows at once are more than {_ROWS_AT_ONCE}")
    with conflicts(busy, Overtaken), TransactWrite(connection=connection) as together:
        for write in writes:
            if isinstance(write, Change):
                together.update(write.row, list(write.actions), write.condition)
            elif isinstance(write, Check):
                row = write.row
                together.condition_check(type(row), row.pk, row.sk, condition=write.condition)
            else:
                together.save(write[0], condition=write[1])


@contextmanager
def conflicts(message: str, kind: type[Conflict] = Conflict) -> Iterator[None]:
    """Turn a transaction that met another writer into a Conflict, or a kind of it."""
    try:
        yield
    except TransactWriteError as error:
        if condition_failed(error) or transaction_conflicted(error):
            raise kind(message) from None
        raise


def condition_failed(error: PynamoDBException) -> bool:
    """Tell whether a write was refused by its own condition, alone or within a transaction."""
    codes = [reason.code or "" for reason in getattr(error, "cancellation_reasons", []) if reason]
    return any(_CONDITION_FAILED in (code or "") for code in [error.cause_response_code, *codes])


def transaction_conflicted(error: PynamoDBException) -> bool:
    """Tell whether a transaction met another one on the same rows; it may be tried again."""
    codes = [reason.code or "" for reason in getattr(error, "cancellation_reasons", []) if reason]
    return (
        "TransactionConflict" in codes
        or error.cause_response_code == "TransactionConflictException"
    )


def digests_packed(digests: Iterable[str]) -> bytes:
    """Return digests of 16 bytes, written in hexadecimal, one behind the other."""
    return b"".join(map(bytes.fromhex, digests))


def digests_unpacked(packed: bytes) -> tuple[str, ...]:
    """Return the digests that `digests_packed` packed.

    >>> digests_unpacked(digests_packed(["00" * 16, "ff" * 16]))[1][:4]
    'ffff'
    """
    return tuple(packed[at : at + 16].hex() for at in range(0, len(packed), 16))
