"""The emulator lets a role do what the same policy allows on AWS, and no more."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from chalicelib.errors import Unavailable
from chalicelib.tables.wire import Wire
from local.cloud import ACCOUNT, REGION, STACK, Cloud
from local.permissions import allow_what_aws_allows

ROLE, TABLE = f"{STACK}-inserts", "of-a-role"
ITEM = {"pk": {"S": "a"}, "sk": {"S": "a"}}


@pytest.fixture(scope="module")
def table(cloud: Cloud) -> Iterator[str]:
    cloud.client("dynamodb").create_table(
        TableName=TABLE,
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in ("pk", "sk")],
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    yield TABLE
    cloud.client("dynamodb").delete_table(TableName=TABLE)


@pytest.fixture
def role(cloud: Cloud) -> Iterator[Any]:
    """Gives a role one permission on the table; returns a client that has taken that role."""
    iam = cloud.client("iam")
    trusted = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
    trust = json.dumps({"Version": "2012-10-17", "Statement": [trusted]})
    arn = iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=trust)["Role"]["Arn"]

    def taken(action: str) -> Any:
        where = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{TABLE}"
        allowed = {"Effect": "Allow", "Action": [action], "Resource": [where]}
        document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        iam.put_role_policy(RoleName=ROLE, PolicyName="own", PolicyDocument=document)
        allow_what_aws_allows(iam)
        given = cloud.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        return boto3.client(
            "dynamodb",
            endpoint_url=cloud.endpoint,
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )

    yield taken
    for policy in iam.list_role_policies(RoleName=ROLE)["PolicyNames"]:
        iam.delete_role_policy(RoleName=ROLE, PolicyName=policy)
    iam.delete_role(RoleName=ROLE)


def test_a_role_that_may_insert_inserts(role: Any, table: str) -> None:
    assert Wire(role("dynamodb:PartiQLInsert")).insert_all(table, [ITEM]) == [True]


def test_a_role_that_may_put_may_not_insert(role: Any, table: str) -> None:
    with pytest.raises(Unavailable, match="DynamoDB refused: AccessDenied"):
        Wire(role("dynamodb:PutItem")).insert_all(table, [ITEM])
