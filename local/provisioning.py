"""The product put on the emulated AWS: the stack, the page, what a person would do by hand."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from deployment.gateways import write_stripe_keys
from deployment.packaging import PROJECT, Package, package_product, read_template
from deployment.site import upload_site
from deployment.stacks import (
    ensure_private_bucket,
    fingerprint,
    is_current,
    put_stack,
    resources_by_type,
    stack_outputs,
    stack_state,
    upload_package,
)
from local.cloud import REGION, STACK, STAGE, Cloud
from local.permissions import allow_what_aws_allows
from local.stripe.server import SECRET_KEY, WEBHOOK_SECRET

MAIL_FROM = "billing@stacktally.example"
PREPARED = f"/{STACK}/prepared"
ARTIFACTS = f"stacktally-{STAGE}-artifacts"
# A little more than the functions' time-outs of this stage (.chalice/config.json): work
# that a killed run was doing comes back after so long.
WINDOWS_VISIBILITY_SECONDS = "130"
ACCOUNTS_VISIBILITY_SECONDS = "65"
INVOICES_VISIBILITY_SECONDS = "130"
FOLLOW_UPS_VISIBILITY_SECONDS = "65"


@dataclass(frozen=True, slots=True)
class Deployed:
    """The stack as the rest of the run needs it.

    Attributes:
        package: what it was made from.
        api_id: of the REST API.
        site_bucket: where the page is.
        archive_bucket: where raw pages are kept.
    """

    package: Package
    api_id: str
    site_bucket: str
    archive_bucket: str


def deploy_locally(
    cloud: Cloud,
    site_url: str,
    say: Callable[[str], None],
    *,
    exchange_rates_url: str | None = None,
    stripe_url: str | None = None,
    project: Path = PROJECT,
) -> Deployed:
    """Package, create or update the stack, upload the page; what is unchanged is left alone.

    Args:
        exchange_rates_url: folder of the feed; None for that of the European Central Bank.
        stripe_url: of the stand-in that takes payments; None for Stripe, without keys.
    """
    say("\rpackaging the functions")
    package = package_product(STAGE, project=project)
    parameters = {
        "Stage": STAGE,
        "SiteUrl": site_url,
        "MailFrom": MAIL_FROM,
        "WindowsVisibilitySeconds": WINDOWS_VISIBILITY_SECONDS,
        "AccountsVisibilitySeconds": ACCOUNTS_VISIBILITY_SECONDS,
        "InvoicesVisibilitySeconds": INVOICES_VISIBILITY_SECONDS,
        "FollowUpsVisibilitySeconds": FOLLOW_UPS_VISIBILITY_SECONDS,
    }
    if exchange_rates_url is not None:
        parameters["ExchangeRatesUrl"] = exchange_rates_url
    if stripe_url is not None:
        parameters["StripeUrl"] = stripe_url
    cloudformation, s3 = cloud.client("cloudformation"), cloud.client("s3")
    mark = fingerprint(package, parameters)
    if is_current(stack_state(cloudformation, STACK), mark):
        say("stack is up to date")
    else:
        say("\rcreating the stack")
        ensure_private_bucket(s3, ARTIFACTS, REGION)
        template_url = upload_package(s3, ARTIFACTS, package, _pass_bytes_on)
        put_stack(cloudformation, STACK, template_url, parameters, mark)
        _refuse_as_told(cloud, read_template(package))
        count = sum(map(len, resources_by_type(cloudformation, STACK).values()))
        say(f"stack has {count} resources")
    _verify_sender(cloud)
    if stripe_url is not None:
        write_stripe_keys(cloud.client("ssm"), STAGE, SECRET_KEY, WEBHOOK_SECRET)
    _expire_sessions(cloud)
    allow_what_aws_allows(cloud.client("iam"))
    outputs = stack_outputs(cloudformation, STACK)
    changed = upload_site(s3, outputs["SiteBucketName"], project / "static-site")
    say(f"page uploaded, {len(changed)} files changed")
    return Deployed(
        package, outputs["RestAPIId"], outputs["SiteBucketName"], outputs["ArchiveBucketName"]
    )


def is_prepared(cloud: Cloud) -> bool:
    """Return whether this cloud was given its sample terms and prices, however they are now."""
    try:
        cloud.client("ssm").get_parameter(Name=PREPARED)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ParameterNotFound":
            return False
        raise
    return True


def mark_prepared(cloud: Cloud) -> None:
    """Record that sample terms and prices are there: an operator's changes to them stay."""
    cloud.client("ssm").put_parameter(
        Name=PREPARED, Type="String", Value="terms and rate cards", Overwrite=True
    )


def forget_unpacked_functions(folder: Path) -> None:
    """Remove what an emulator that was killed has left unpacked."""
    shutil.rmtree(folder / "tmp", ignore_errors=True)


def _verify_sender(cloud: Cloud) -> None:
    """Do what a person does on AWS by answering a mail or setting DNS records."""
    ses = cloud.client("sesv2")
    try:
        ses.create_email_identity(EmailIdentity=MAIL_FROM)
    except ClientError as error:
        if error.response["Error"]["Code"] != "AlreadyExistsException":
            raise


def _expire_sessions(cloud: Cloud) -> None:
    """Switch on what the emulator's CloudFormation passes over."""
    table = f"{STACK}-sessions"
    dynamodb = cloud.client("dynamodb")
    state = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    if state["TimeToLiveStatus"] != "ENABLED":
        dynamodb.update_time_to_live(
            TableName=table,
            TimeToLiveSpecification={"AttributeName": "expires_at", "Enabled": True},
        )


def _pass_bytes_on(template: dict[str, Any]) -> None:
    """Say of the API what is binary where the emulator reads it, too."""
    properties = template["Resources"]["RestAPI"]["Properties"]
    kinds = properties["DefinitionBody"]["x-amazon-apigateway-binary-media-types"]
    properties["BinaryMediaTypes"] = kinds


def _refuse_as_told(cloud: Cloud, template: dict[str, Any]) -> None:
    """Set the API's answers of its own, which the emulator does not read from the template."""
    apigateway = cloud.client("apigateway")
    api_id = stack_outputs(cloud.client("cloudformation"), STACK)["RestAPIId"]
    properties = template["Resources"]["RestAPI"]["Properties"]
    for kind, answer in properties["GatewayResponses"].items():
        status = {"statusCode": str(answer["StatusCode"])} if "StatusCode" in answer else {}
        apigateway.put_gateway_response(
            restApiId=api_id,
            responseType=kind,
            responseTemplates=answer["ResponseTemplates"],
            **status,
        )
    apigateway.create_deployment(restApiId=api_id, stageName=properties["StageName"])
