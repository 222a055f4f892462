"""An empty deployment without functions: tables as the template declares them, queues, buckets."""

import json
from typing import Any

from deployment.packaging import PROJECT
from local.cloud import REGION, Cloud

_RESOURCES = PROJECT / ".chalice" / "resources.json"
_KEPT = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


def create_tables(cloud: Cloud, prefix: str) -> None:
    """Create the tables as the template declares them, but under another prefix."""
    for suffix, properties in _templates().items():
        wanted = {name: properties[name] for name in _KEPT if name in properties}
        cloud.client("dynamodb").create_table(TableName=f"{prefix}-{suffix}", **wanted)


def create_bucket(cloud: Cloud, name: str) -> None:
    """Create a bucket."""
    where = {"LocationConstraint": REGION}
    cloud.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=where)


def create_queue(cloud: Cloud, name: str) -> str:
    """Create a queue; return its URL."""
    return str(cloud.client("sqs").create_queue(QueueName=name)["QueueUrl"])


def _templates() -> dict[str, dict[str, Any]]:
    """Return the properties of each table in the deployment's template, by its suffix."""
    resources = json.loads(_RESOURCES.read_text())["Resources"].values()
    tables = [each for each in resources if each.get("Type") == "AWS::DynamoDB::Table"]
    return {_suffix(each["Properties"]["TableName"]): each["Properties"] for each in tables}


def _suffix(name: dict[str, str]) -> str:
    return name["Fn::Sub"].rpartition("}-")[2]


# What is stored for good, by suffix.
TABLES = sorted(set(_templates()) - {"sessions"})
