"""The usage table: what each sub account used in each window, packed.

This is the bulk path, so it speaks to DynamoDB in wire dictionaries, without pynamodb.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from botocore.exceptions import ClientError

from chalicelib.errors import Conflict
from chalicelib.metering.progress import Window
from chalicelib.metering.usage import PackedUsage
from chalicelib.periods import Period, instant_text
from chalicelib.tables.wire import Wire

# A window is a day, at most 25 hours where a clock is put back.
_LONGEST_WINDOW = timedelta(hours=25)
_KEYS_A_CALL = 100
# An item of DynamoDB holds 400 KB, names of attributes included.
_LARGEST_BODY = 350_000
_AFTER_PARTS = "#~"
Key = dict[str, dict[str, str]]
Item = dict[str, Any]
_SAME = "digest = :seen"
_NONE = "attribute_not_exists(pk)"


class UsageTable:
    """Packed usage, keyed by connection and sub account, then by the window's start.

    Args:
        client: boto3 DynamoDB client.
    """

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name
        self._wire = Wire(client)

    def digests(self, window: Window, sub_accounts: Sequence[str]) -> dict[str, str]:
        """Return the digest of what is stored of `window`, by sub account."""
        found: dict[str, str] = {}
        for first in range(0, len(sub_accounts), _KEYS_A_CALL):
            keys = list(_keys(window, sub_accounts[first : first + _KEYS_A_CALL]))
            while keys:
                asked = {
                    "Keys": keys,
                    "ProjectionExpression": "pk, sk, digest",
                    "ConsistentRead": True,
                }
                answer = self._client.batch_get_item(RequestItems={self._name: asked})
                for item in answer["Responses"].get(self._name, []):
                    found[item["pk"]["S"].partition("/")[2]] = item["digest"]["S"]
                keys = answer.get("UnprocessedKeys", {}).get(self._name, {}).get("Keys", [])
        return found

    def put_new(
        self, window: Window, packed_by_sub_account: Mapping[str, PackedUsage]
    ) -> list[str]:
        """Store what sub accounts used in a window of which nothing is stored yet.

        Nothing is read before, and nothing overwritten: of a sub account that has something
        stored already, that stays.

        Returns:
            The sub accounts that have something stored already.

        Raises:
            Unavailable: not all could be stored; repeat it.
        """
        sub_accounts, window_end = list(packed_by_sub_account), instant_text(window.period.end)
        heads: list[Item] = []
        parts: list[Item] = []
        keys = _keys(window, sub_accounts)
        for key, packed in zip(keys, packed_by_sub_account.values(), strict=True):
            bodies = _parts(packed)
            parts += _part_items(key, packed.digest, bodies)
            heads.append(_head(key, window_end, packed, len(bodies)))
        # As in `put`: whoever finds a head finds its parts as well.
        self._wire.insert_all(self._name, parts)
        new = self._wire.insert_all(self._name, heads)
        return [each for each, is_new in zip(sub_accounts, new, strict=True) if not is_new]

    def get(self, window: Window, sub_account: str) -> PackedUsage | None:
        """Return what is stored of one sub account and window.

        Raises:
            Conflict: it was stored anew meanwhile; read again.
        """
        (key,) = _keys(window, [sub_account])
        answer = self._client.get_item(TableName=self._name, Key=key, ConsistentRead=True)
        head = answer.get("Item")
        if head is None:
            return None
        bodies = []
        for number in range(int(head["parts"]["N"])):
            part = _part_key(key, head["digest"]["S"], number)
            found = self._client.get_item(TableName=self._name, Key=part, ConsistentRead=True)
            if "Item" not in found:
                raise _stored_anew(head)
            bodies.append(bytes(found["Item"]["body"]["B"]))
        return _packed(head, bodies)

    def put(
        self, window: Window, sub_account: str, packed: PackedUsage, *, seen: str | None
    ) -> None:
        """Store what a sub account used in `window` in the place of what was read before.

        What outgrows an item goes into parts beside it, named by their digest and written first:
        whoever reads finds the old usage whole, or the new one.

        Args:
            seen: digest of what is stored; None where there is nothing.

        Raises:
            Conflict: something else is stored by now; read again.
        """
        (key,), parts = _keys(window, [sub_account]), _parts(packed)
        for item in _part_items(key, packed.digest, parts):
            self._client.put_item(TableName=self._name, Item=item)
        put = {
            "TableName": self._name,
            "Item": _head(key, instant_text(window.period.end), packed, len(parts)),
            "ConditionExpression": _NONE if seen is None else _SAME,
            "ReturnValues": "ALL_OLD",
        }
        if seen is not None:
            put["ExpressionAttributeValues"] = {":seen": {"S": seen}}
        try:
            answer = self._client.put_item(**put)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            if parts and self._stored_digest(key) != packed.digest:
                self._delete_parts(key, packed.digest, len(parts))
            raise Conflict(f"the usage of {sub_account} was stored anew meanwhile") from None
        replaced = answer.get("Attributes")
        if replaced and replaced["digest"]["S"] != packed.digest:
            self._delete_parts(key, replaced["digest"]["S"], int(replaced["parts"]["N"]))

    def of(
        self, connection: str, sub_account: str, span: Period
    ) -> Iterator[tuple[datetime, PackedUsage]]:
        """Yield what a sub account used, with the start of each window, in order.

        All windows that reach into `span`, and those after it whose records may begin in it: a
        record is in the window that it ends in.

        Raises:
            Conflict: a window was stored anew meanwhile; read again.
        """
        head: Item | None = None
        bodies: list[bytes] = []
        for item in self._query(f"{connection}/{sub_account}", span):
            if "window_end" in item:
                if head is not None:
                    yield _start(head), _packed(head, bodies)
                head, bodies = item, []
            elif head is not None and f"#{head['digest']['S']}#" in item["sk"]["S"]:
                bodies.append(bytes(item["body"]["B"]))
        if head is not None:
            yield _start(head), _packed(head, bodies)

    def _query(self, partition: str, span: Period) -> Iterator[Item]:
        """Yield the items of the windows that reach into `span`, each head before its parts."""
        query = {
            "TableName": self._name,
            "KeyConditionExpression": "pk = :pk AND sk BETWEEN :first AND :last",
            "ExpressionAttributeValues": {
                ":pk": {"S": partition},
                ":first": {"S": instant_text(span.start - _LONGEST_WINDOW)},
                ":last": {"S": instant_text(span.end + _LONGEST_WINDOW) + _AFTER_PARTS},
            },
            "ConsistentRead": True,
        }
        start, reaches_in = instant_text(span.start), False
        while True:
            answer = self._client.query(**query)
            for item in answer["Items"]:
                if "window_end" in item:
                    reaches_in = item["window_end"]["S"] > start
                if reaches_in:
                    yield item
            if "LastEvaluatedKey" not in answer:
                return
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _stored_digest(self, key: Key) -> str | None:
        answer = self._client.get_item(TableName=self._name, Key=key, ConsistentRead=True)
        return answer["Item"]["digest"]["S"] if "Item" in answer else None

    def _delete_parts(self, key: Key, digest: str, count: int) -> None:
        for number in range(count):
            self._client.delete_item(TableName=self._name, Key=_part_key(key, digest, number))


def _keys(window: Window, sub_accounts: Iterable[str]) -> Iterator[Key]:
    """Yield the key of each sub account's usage in `window`."""
    connection, start = window.connection, instant_text(window.period.start)
    for sub_account in sub_accounts:
        yield {"pk": {"S": f"{connection}/{sub_account}"}, "sk": {"S": start}}


def _head(key: Key, window_end: str, packed: PackedUsage, parts: int) -> Item:
    """Return the item that stands for all that a sub account used in a window."""
    head = {
        **key,
        "window_end": {"S": window_end},
        "body": {"B": b"" if parts else packed.body},
        "parts": {"N": str(parts)},
        "digest": {"S": packed.digest},
        "records": {"N": str(packed.records)},
    }
    for name, counts in (("rejects", packed.rejects), ("holds", packed.holds)):
        if counts:
            head[name] = {"S": msgspec.json.encode(counts, order="sorted").decode()}
    if packed.kept and parts:
        head["kept_bytes"] = {"N": str(len(packed.kept))}
    elif packed.kept:
        head["kept"] = {"B": packed.kept}
    return head


def _part_items(key: Key, digest: str, parts: Sequence[bytes]) -> list[Item]:
    return [
        {**_part_key(key, digest, number), "body": {"B": part}} for number, part in enumerate(parts)
    ]


def _part_key(key: Key, digest: str, number: int) -> Key:
    return {"pk": key["pk"], "sk": {"S": f"{key['sk']['S']}#{digest}#{number:03}"}}


def _parts(packed: PackedUsage) -> list[bytes]:
    """Return the body, and what is kept behind it, in parts that fit into an item each.

    There are none where both fit beside the rest.
    """
    if len(packed.body) + len(packed.kept) <= _LARGEST_BODY:
        return []
    whole = packed.body + packed.kept
    return [whole[at : at + _LARGEST_BODY] for at in range(0, len(whole), _LARGEST_BODY)]


def _packed(head: Item, bodies: list[bytes]) -> PackedUsage:
    if len(bodies) != int(head["parts"]["N"]):
        raise _stored_anew(head)
    if bodies:
        whole = b"".join(bodies)
        kept_from = len(whole) - int(head["kept_bytes"]["N"] if "kept_bytes" in head else 0)
        body, kept = whole[:kept_from], whole[kept_from:]
    else:
        body = bytes(head["body"]["B"])
        kept = bytes(head["kept"]["B"]) if "kept" in head else b""
    return PackedUsage(
        body=body,
        digest=head["digest"]["S"],
        records=int(head["records"]["N"]),
        rejects=_counts(head.get("rejects")),
        holds=_counts(head.get("holds")),
        kept=kept,
    )


def _counts(value: Mapping[str, str] | None) -> dict[str, int]:
    return {} if value is None else msgspec.json.decode(value["S"], type=dict[str, int])


def _start(head: Item) -> datetime:
    return datetime.fromisoformat(head["sk"]["S"])


def _stored_anew(head: Item) -> Conflict:
    return Conflict(f"the usage of {head['sk']['S']} was stored anew meanwhile")
