"""The usage table: what each sub account used in each window, packed.

This is the bulk path, so it speaks to DynamoDB in wire dictionaries, without pynamodb.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.metering.usage import PackedUsage
from chalicelib.metering.windows import Window
from chalicelib.periods import Period
from chalicelib.tables.attributes import instant_text

# A window is a day, at most 25 hours where a clock is put back.
_LONGEST_WINDOW = timedelta(hours=25)
_KEYS_A_CALL = 100
# CloudStack only ever appends to a past window. What was read with more records stays: it
# survives a slower reader's older answer, and usage that CloudStack has removed since.
_NEWER = "attribute_not_exists(pk) OR (records <= :records AND digest <> :digest)"


class UsageTable:
    """Packed usage, keyed by connection and sub account, then by the window's start.

    Args:
        client: boto3 DynamoDB client.
    """

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name

    def digests(self, window: Window, sub_accounts: Sequence[str]) -> dict[str, str]:
        """Return the digest of what is stored of `window`, by sub account."""
        found: dict[str, str] = {}
        for first in range(0, len(sub_accounts), _KEYS_A_CALL):
            keys = [_key(window, each) for each in sub_accounts[first : first + _KEYS_A_CALL]]
            while keys:
                asked = {"Keys": keys, "ProjectionExpression": "pk, digest"}
                answer = self._client.batch_get_item(RequestItems={self._name: asked})
                for item in answer["Responses"].get(self._name, []):
                    found[item["pk"]["S"].partition("/")[2]] = item["digest"]["S"]
                keys = answer.get("UnprocessedKeys", {}).get(self._name, {}).get("Keys", [])
        return found

    def put(self, window: Window, sub_account: str, packed: PackedUsage) -> bool:
        """Store what a sub account used in `window`; tell whether that changed anything."""
        item = {
            **_key(window, sub_account),
            "window_end": {"S": instant_text(window.period.end)},
            "body": {"B": packed.body},
            "digest": {"S": packed.digest},
            "records": {"N": str(packed.records)},
            "rejects": {"S": json.dumps(packed.rejects, sort_keys=True)},
        }
        values = {":records": item["records"], ":digest": item["digest"]}
        try:
            self._client.put_item(
                TableName=self._name,
                Item=item,
                ConditionExpression=_NEWER,
                ExpressionAttributeValues=values,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def of(self, connection: str, sub_account: str, span: Period) -> Iterator[PackedUsage]:
        """Yield what a sub account used in every window that reaches into `span`, in order."""
        query = {
            "TableName": self._name,
            "KeyConditionExpression": "pk = :pk AND sk BETWEEN :first AND :last",
            "ExpressionAttributeValues": {
                ":pk": {"S": f"{connection}/{sub_account}"},
                ":first": {"S": instant_text(span.start - _LONGEST_WINDOW)},
                ":last": {"S": instant_text(span.end - timedelta(seconds=1))},
            },
            "ConsistentRead": True,
        }
        while True:
            answer = self._client.query(**query)
            for item in answer["Items"]:
                if item["window_end"]["S"] > instant_text(span.start):
                    yield _packed(item)
            if "LastEvaluatedKey" not in answer:
                return
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _key(window: Window, sub_account: str) -> dict[str, dict[str, str]]:
    return {
        "pk": {"S": f"{window.connection}/{sub_account}"},
        "sk": {"S": instant_text(window.period.start)},
    }


def _packed(item: dict[str, Any]) -> PackedUsage:
    return PackedUsage(
        body=bytes(item["body"]["B"]),
        digest=item["digest"]["S"],
        records=int(item["records"]["N"]),
        rejects=json.loads(item["rejects"]["S"]),
    )
