"""`make connect`: tells a stage on AWS which CloudStack to collect from."""

import argparse
import getpass
import sys
from datetime import UTC, datetime

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from deployment.connections import Connection, write_connection


def main() -> int:
    """Ask for the key pair, store the connection, return the exit status."""
    parser = argparse.ArgumentParser(description="connect a stage to a CloudStack")
    parser.add_argument("--stage", default="prod")
    parser.add_argument("--id", default="main", help="short name of the connection")
    parser.add_argument("--name", default="CloudStack", help="name that people read")
    parser.add_argument("--endpoint", required=True, help="URL that ends in /client/api")
    parser.add_argument("--collect-from", default=f"{datetime.now(UTC):%Y-%m}-01")
    parser.add_argument("--time-zone", default="UTC", help="zone of the usage server's days")
    parser.add_argument("--signature", default="HmacSHA1", choices=["HmacSHA1", "HmacSHA512"])
    given = parser.parse_args()
    connection = Connection(
        id=given.id,
        name=given.name,
        endpoint=given.endpoint,
        collect_from=given.collect_from,
        time_zone=given.time_zone,
        signature=given.signature,
        api_key=getpass.getpass("API key: "),
        secret_key=getpass.getpass("Secret key: "),
    )
    try:
        write_connection(boto3.client("ssm"), given.stage, connection)
    except (BotoCoreError, ClientError) as error:
        print(f"Not connected, AWS said: {error}", file=sys.stderr)
        return 1
    print(f"{given.stage} collects from {given.endpoint} at its next run, within the hour.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
