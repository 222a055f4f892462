"""An empty deployment without functions: tables as the template declares them, queues, buckets."""

import json
from typing import Any

from chalicelib.accounts import Terms
from chalicelib.settings import Settings
from deployment.packaging import PROJECT
from local.cloud import REGION, Cloud

_RESOURCES = PROJECT / ".chalice" / "resources.json"
_KEPT = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


def empty_deployment(cloud: Cloud, prefix: str, connection: str, currency: str) -> Settings:
    """Return the settings of a deployment that is made now, with nothing in it.

    Args:
        currency: of accounts without terms of their own.
    """
    create_tables(cloud, prefix)
    archive, documents = f"{prefix}-archive", f"{prefix}-documents"
    for bucket in (archive, documents):
        create_bucket(cloud, bucket)
    return Settings(
        table_prefix=prefix,
        archive_bucket=archive,
        windows_queue_url=create_queue(cloud, f"{prefix}-windows"),
        accounts_queue_url=create_queue(cloud, f"{prefix}-accounts"),
        connections=(connection,),
        connections_path=f"/{prefix}/connections",
        mail_from="billing@stacktally.example",
        site_url="https://billing.example",
        default_terms=Terms(currency, "en", "UTC"),
        late_days=35,
        exchange_rates_url="",
        documents_bucket=documents,
        invoices_queue_url=create_queue(cloud, f"{prefix}-invoices"),
        follow_ups_queue_url=create_queue(cloud, f"{prefix}-follow-ups"),
        gateways_path=f"/{prefix}/gateways",
        stripe_url="",
    )


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
