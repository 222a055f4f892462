"""`make stripe`: lets the customers of a stage on AWS pay by Stripe, or no more."""

import argparse
import getpass
import sys
from collections.abc import Sequence

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from deployment.errors import DeploymentFailed
from deployment.gateways import forget_stripe_keys, write_stripe_keys


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask for the keys, store them, return the exit status."""
    given = _parser().parse_args(arguments)
    try:
        ssm = boto3.client("ssm")
        if given.remove:
            forget_stripe_keys(ssm, given.stage)
            print(f"{given.stage} takes no payments by Stripe any more, within a minute.")
            return 0
        secret_key = getpass.getpass("Secret key (sk_... or rk_...): ")
        webhook_secret = getpass.getpass("Signing secret of the webhook (whsec_...): ")
        write_stripe_keys(ssm, given.stage, secret_key.strip(), webhook_secret.strip())
    except DeploymentFailed as error:
        print(f"Not stored: {error}.", file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"Not stored, AWS said: {error}", file=sys.stderr)
        return 1
    print(f"{given.stage} takes payments by Stripe within a minute. Its webhook is the address of")
    print("the page with /api/webhooks/stripe behind it.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="let a stage take payments by Stripe")
    parser.add_argument("--stage", default="prod")
    parser.add_argument("--remove", action="store_true", help="forget the keys")
    return parser


if __name__ == "__main__":
    sys.exit(main())
