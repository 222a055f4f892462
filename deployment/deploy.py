"""`make deploy`: puts a stage on AWS, or brings it up to date.

Credentials and region come from where boto3 looks for them. Safe to repeat: what
has not changed is left alone.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from deployment.dependencies import LAMBDA_PLATFORMS
from deployment.errors import DeploymentFailed
from deployment.packaging import PROJECT, package_product
from deployment.site import upload_site
from deployment.stacks import (
    ensure_private_bucket,
    fingerprint,
    is_current,
    put_stack,
    stack_outputs,
    stack_state,
    upload_package,
)

# Settings of `make deploy` by the template's parameter they become.
SETTINGS = {
    "MAIL_FROM": "MailFrom",
    "CONNECTIONS": "Connections",
    "DEFAULT_CURRENCY": "DefaultCurrency",
    "DEFAULT_LANGUAGE": "DefaultLanguage",
    "DEFAULT_TIME_ZONE": "DefaultTimeZone",
    "LATE_DAYS": "LateDays",
    "EXCHANGE_RATES_URL": "ExchangeRatesUrl",
    "ALARM_EMAIL": "AlarmEmail",
    "SITE_DOMAIN": "SiteDomain",
    "CERTIFICATE_ARN": "CertificateArn",
}

# Given as empty, this switches something off; others are then as the last deployment set them.
MAY_BE_EMPTY = {"EXCHANGE_RATES_URL"}


def main() -> int:
    """Deploy the stage named on the command line; return the exit status."""
    parser = argparse.ArgumentParser(description="put StackTally on AWS")
    parser.add_argument("--stage", default="prod")
    stage = parser.parse_args().stage
    if stage == "local":
        print("The stage local is what `make run` starts; deploy to prod.", file=sys.stderr)
        return 2
    try:
        deploy(stage, boto3.session.Session())
    except DeploymentFailed as error:
        print(f"Not deployed: {error}.", file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"Not deployed, AWS said: {error}", file=sys.stderr)
        return 1
    return 0


def deploy(stage: str, session: Any, platforms: Sequence[str] = LAMBDA_PLATFORMS) -> None:
    """Package, create or update the stack, upload the page, print where everything is.

    Raises:
        DeploymentFailed: a step did not succeed.
    """
    region = session.region_name
    if not region:
        raise DeploymentFailed("no region is set; export AWS_DEFAULT_REGION")
    cloudformation, name = session.client("cloudformation"), f"stacktally-{stage}"
    parameters = _parameters(stage, stack_state(cloudformation, name))
    step("packaging")
    package = package_product(stage, platforms=platforms)
    account = session.client("sts").get_caller_identity()["Account"]
    bucket = f"stacktally-{stage}-artifacts-{account}-{region}"
    s3 = session.client("s3", region_name=region)
    size = package.artifact.stat().st_size + package.layer.stat().st_size
    step(f"uploading up to {size / 1e6:.1f} MB to {bucket}")
    ensure_private_bucket(s3, bucket, region)
    template_url = upload_package(s3, bucket, package)
    # The page's address is known only when the distribution exists, so the first
    # deployment goes twice: mails carry links to it.
    for _ in range(2):
        known = stack_outputs(cloudformation, name).get("SiteUrl", "")
        parameters["SiteUrl"] = known
        mark = fingerprint(package, parameters)
        if not is_current(stack_state(cloudformation, name), mark):
            step(f"bringing stack {name} up to date")
            put_stack(cloudformation, name, template_url, parameters, mark, progress=step)
    _upload_page(session, s3, stack_outputs(cloudformation, name))
    _say_what_is_left(stage, stack_outputs(cloudformation, name))


def step(what: str) -> None:
    """Say what is being done, with the time."""
    print(f"{time.strftime('%H:%M:%S')} {what}", flush=True)


def _parameters(stage: str, stack: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the stack's parameters: what is set now, else what the last deployment set."""
    known = json.loads((PROJECT / ".chalice" / "config.json").read_text())["stages"]
    if stage not in known:
        names = ", ".join(name for name in known if name != "local")
        raise DeploymentFailed(f"stage {stage} is not in .chalice/config.json; there is {names}")
    before = {
        parameter["ParameterKey"]: parameter["ParameterValue"]
        for parameter in (stack.get("Parameters", []) if stack else [])
    }
    now = {
        name: os.environ[key]
        for key, name in SETTINGS.items()
        if os.environ.get(key) or (key in MAY_BE_EMPTY and key in os.environ)
    }
    parameters = before | now | {"Stage": stage}
    if not (before.get("MailFrom") or now.get("MailFrom")):
        raise DeploymentFailed("MAIL_FROM is not set; mails need a sender verified in SES")
    return parameters


def _upload_page(session: Any, s3: Any, outputs: dict[str, str]) -> None:
    changed = upload_site(s3, outputs["SiteBucketName"], PROJECT / "static-site")
    step(f"uploaded the page: {len(changed)} files changed")
    if changed:
        session.client("cloudfront").create_invalidation(
            DistributionId=outputs["DistributionId"],
            InvalidationBatch={
                "Paths": {"Quantity": 1, "Items": ["/*"]},
                "CallerReference": str(time.time()),
            },
        )


def _say_what_is_left(stage: str, outputs: dict[str, str]) -> None:
    path = f"/stacktally/{stage}/connections"
    print(f"\nThe page: {outputs['SiteUrl']}")
    print(f"CloudStack connections are read from the SSM parameters under {path}:")
    print(
        f"  python -m deployment.connect --stage {stage} --id main --endpoint https://.../client/api"
    )
    print("Send mail only after the sender is verified in SES and SES has left its sandbox.")


if __name__ == "__main__":
    sys.exit(main())
