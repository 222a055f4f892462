"""`make connect`: tells a stage on AWS which CloudStack to collect from."""

import argparse
import getpass
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from deployment.connections import MINUTES_OF_DAY, SIGNATURES, Connection, write_connection
from deployment.errors import DeploymentFailed


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask for the key pair, store the connection, return the exit status."""
    given = _parser().parse_args(arguments)
    try:
        connection = Connection(
            id=given.id,
            name=given.name or given.id,
            endpoint=given.endpoint,
            collect_from=given.collect_from,
            time_zone=given.time_zone,
            signature=given.signature,
            aggregation_minutes=given.aggregation_minutes,
            tags=given.tags == "on",
            page_size=given.page_size,
            api_key=getpass.getpass("API key: "),
            secret_key=getpass.getpass("Secret key: "),
        )
        write_connection(boto3.client("ssm"), given.stage, connection)
    except DeploymentFailed as error:
        print(f"Not connected: {error}.", file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"Not connected, AWS said: {error}", file=sys.stderr)
        return 1
    print(f"{given.stage} collects from {given.endpoint} at its next run, within the hour,")
    print(f"if {given.id} is one of its CONNECTIONS; deploy with CONNECTIONS=main,... to add some.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="connect a stage to a CloudStack")
    add = parser.add_argument
    add("--stage", default="prod")
    add("--id", default="main", help="short name of the connection: letters, digits, dashes")
    add("--name", help="name that people read; the id unless it is given")
    add("--endpoint", required=True, help="URL that ends in /client/api")
    add("--collect-from", default=f"{datetime.now(UTC):%Y-%m}-01", help="first day, YYYY-MM-DD")
    add("--time-zone", default="UTC", help="its usage.aggregation.timezone")
    add(
        "--aggregation-minutes",
        type=int,
        default=MINUTES_OF_DAY,
        help="its usage.stats.job.aggregation.range",
    )
    add("--tags", default="on", choices=["on", "off"], help="read tags of resources with usage")
    add("--page-size", type=int, default=500, help="at most its default.page.size")
    add("--signature", default=SIGNATURES[0], choices=SIGNATURES)
    return parser


if __name__ == "__main__":
    sys.exit(main())
