"""Counts what the product asks of AWS, from the bytes that go out and come in.

A hook of botocore's sees every request of every client: the product's boto3 and pynamodb alike.
Batches of inserts are sent past it, and met at the HTTP session.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import botocore
from botocore.httpsession import URLLib3Session

from benchmarks.capacity import item_bytes, read_units, write_units

Item = Mapping[str, Any]
# Returns the item under a key as it is stored now, empty if there is none.
Lookup = Callable[[str, Item], Item]
_INSERTS = "DynamoDB_20120810.BatchExecuteStatement"
_INTO = re.compile(r'INSERT INTO "([^"]+)" VALUE ')
_ATTRIBUTE = re.compile(r"'([^']+)': \?")


class Metered:
    """What was asked of AWS while counting was on.

    Attributes:
        calls: by service and operation, such as `dynamodb.PutItem`.
        read, written: items, by table; writes that their condition refused are not written.
        read_units, write_units: by table.
    """

    def __init__(self) -> None:
        self.counting = False
        self.lookup: Lookup = lambda table, key: {}
        self.reset()

    def reset(self) -> None:
        """Start again from zero."""
        self.calls: Counter[str] = Counter()
        self.read: Counter[str] = Counter()
        self.written: Counter[str] = Counter()
        self.read_units: Counter[str] = Counter()
        self.write_units: Counter[str] = Counter()
        self.bytes_put = 0
        self.objects_put = 0

    @contextmanager
    def on(self) -> Iterator[None]:
        """Count what happens inside of the block."""
        send = URLLib3Session.send

        def watched(session: Any, request: Any) -> Any:
            answer = send(session, request)
            if self.counting and request.headers.get("X-Amz-Target") == _INSERTS:
                self._inserted(request, answer)
            return answer

        URLLib3Session.send = watched
        self.counting = True
        try:
            yield
        finally:
            self.counting = False
            URLLib3Session.send = send

    def watch(self, session: Any) -> None:
        """Hook into a session that is being made."""
        session.register("before-send", self._sent)
        session.register("response-received", self._received)

    def _sent(self, request: Any, event_name: str, **rest: Any) -> None:
        """Note a request that goes out; its body is needed when the answer comes."""
        if not self.counting:
            return
        _, service, operation = event_name.split(".")
        self.calls[f"{service}.{operation}"] += 1
        if operation == "PutObject":
            self.objects_put += 1
            self.bytes_put += int(request.headers["Content-Length"])
        if service == "dynamodb":
            self._asked = json.loads(request.body)

    def _received(self, response_dict: Any, event_name: str, **rest: Any) -> None:
        """Count the units of an answer that came in."""
        _, service, operation = event_name.split(".")
        if not self.counting or service != "dynamodb" or response_dict is None:
            return
        answer = json.loads(response_dict["body"] or b"{}")
        done = response_dict["status_code"] == 200
        asked = self._asked
        match operation:
            case "GetItem":
                self._items_read(asked["TableName"], asked, [answer.get("Item")])
            case "BatchGetItem":
                for table, wanted in asked["RequestItems"].items():
                    for item in answer["Responses"].get(table, []):
                        self._items_read(table, wanted, [item])
            case "Query":
                self._items_read(asked["TableName"], asked, answer.get("Items", []))
            case "TransactWriteItems":
                for action in asked["TransactItems"]:
                    ((kind, one),) = action.items()
                    self._item_written(kind, one, done, 2)
            case "PutItem" | "UpdateItem" | "DeleteItem":
                self._item_written(operation.removesuffix("Item"), asked, done, 1)
            case "DescribeTable":
                pass
            case _:
                raise ValueError(f"{operation} is not counted yet")

    def _inserted(self, request: Any, answer: Any) -> None:
        """Count a batch of inserts; one that met an item with its key takes units as well."""
        self.calls["dynamodb.BatchExecuteStatement"] += 1
        if answer.status_code != 200:
            return
        statements = json.loads(request.body)["Statements"]
        responses = json.loads(answer.content)["Responses"]
        for statement, response in zip(statements, responses, strict=True):
            text, error = statement["Statement"], response.get("Error")
            into = _INTO.match(text)
            if into is None:
                raise ValueError(f"{text} is not counted yet")
            if error is None or error["Code"] == "DuplicateItem":
                names = _ATTRIBUTE.findall(text)
                item = dict(zip(names, statement["Parameters"], strict=True))
                self.write_units[into[1]] += write_units(item_bytes(item))
                self.written[into[1]] += error is None

    def _items_read(self, table: str, asked: Mapping[str, Any], items: list[Any]) -> None:
        """Count one read; a projection saves no units, so its items are looked up whole."""
        found = [item for item in items if item]
        if "ProjectionExpression" in asked:
            found = [self._stored(table, item) for item in found]
        size = sum(item_bytes(item) for item in found)
        self.read[table] += len(found)
        self.read_units[table] += _as_count(
            read_units(size, consistent=asked.get("ConsistentRead", False))
        )

    def _item_written(self, kind: str, asked: Mapping[str, Any], done: bool, times: int) -> None:
        """Count one write, refused or not; of an update, the size is that of the item after it."""
        table = asked["TableName"]
        if kind == "ConditionCheck":
            return
        item = asked["Item"] if kind == "Put" else self._stored(table, asked["Key"])
        self.write_units[table] += times * write_units(item_bytes(item))
        self.written[table] += done

    def _stored(self, table: str, key: Item) -> Item:
        """Return a whole item, without counting that it is read."""
        self.counting = False
        try:
            return self.lookup(table, {"pk": key["pk"], "sk": key["sk"]})
        finally:
            self.counting = True


METERED = Metered()
botocore.register_initializer(METERED.watch)


def _as_count(units: float) -> Any:
    """Return `units` for a Counter, which is typed for whole numbers but adds halves as well."""
    return units
