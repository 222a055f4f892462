"""The CloudFormation stack: artifacts uploaded, created or brought up to date, outputs read."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from deployment.errors import DeploymentFailed
from deployment.packaging import Package, read_template

NO_CHANGES = ("didn't contain changes", "no updates are to be performed")
FINGERPRINT = "package"


def ensure_private_bucket(s3: Any, bucket: str, region: str) -> None:
    """Create `bucket` for artifacts, closed to the public, when it is missing."""
    try:
        s3.head_bucket(Bucket=bucket)
        return
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("404", "NoSuchBucket"):
            raise DeploymentFailed(f"bucket {bucket} belongs to somebody else") from error
    where = {} if region == "us-east-1" else {"LocationConstraint": region}
    s3.create_bucket(Bucket=bucket, **({"CreateBucketConfiguration": where} if where else {}))
    closed = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    s3.put_public_access_block(
        Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(closed, True)
    )


def upload_package(
    s3: Any,
    bucket: str,
    package: Package,
    adapt: Callable[[dict[str, Any]], None] = lambda template: None,
) -> str:
    """Put zip, layer and template into `bucket`; return the template's URL.

    Args:
        adapt: changes the template for where it goes.
    """
    code_key, template_key = f"{package.digest}.zip", f"{package.digest}.json"
    s3.upload_file(str(package.artifact), bucket, code_key)
    if package.layer.is_file() and not _has(s3, bucket, package.layer.name):
        s3.upload_file(str(package.layer), bucket, package.layer.name)
    template: dict[str, Any] = read_template(package)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = {"Bucket": bucket, "Key": code_key}
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            resource["Properties"]["ContentUri"] = {"Bucket": bucket, "Key": package.layer.name}
    adapt(template)
    body = json.dumps(template, separators=(",", ":")).encode()
    s3.put_object(Bucket=bucket, Key=template_key, Body=body)
    return f"{s3.meta.endpoint_url.rstrip('/')}/{bucket}/{template_key}"


def _has(s3: Any, bucket: str, key: str) -> bool:
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return False
        raise
    return True


def fingerprint(package: Package, parameters: Mapping[str, str]) -> str:
    """Return a name for a stack of this package with these parameters."""
    text = json.dumps([package.digest, sorted(parameters.items())])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def stack_state(cloudformation: Any, name: str) -> dict[str, Any] | None:
    """Return CloudFormation's description of the stack; None when there is none."""
    try:
        stacks: list[dict[str, Any]] = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    if not stacks or stacks[0]["StackStatus"] in ("REVIEW_IN_PROGRESS", "DELETE_COMPLETE"):
        return None
    return stacks[0]


def is_current(stack: Mapping[str, Any] | None, mark: str) -> bool:
    """Return whether the stack stands and was made with `mark`."""
    if stack is None or stack["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
        return False
    return {"Key": FINGERPRINT, "Value": mark} in stack.get("Tags", [])


def put_stack(
    cloudformation: Any,
    name: str,
    template_url: str,
    parameters: Mapping[str, str],
    mark: str,
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> bool:
    """Create the stack or bring it up to date; return whether anything changed.

    Raises:
        DeploymentFailed: CloudFormation refused or rolled back; says the first reason.
    """
    kind = "CREATE" if stack_state(cloudformation, name) is None else "UPDATE"
    change = f"to-{mark}-{int(time.time())}"
    cloudformation.create_change_set(
        StackName=name,
        ChangeSetName=change,
        ChangeSetType=kind,
        TemplateURL=template_url,
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in parameters.items()],
        Tags=[{"Key": FINGERPRINT, "Value": mark}],
    )
    if not _wait_for_change_set(cloudformation, name, change):
        cloudformation.delete_change_set(StackName=name, ChangeSetName=change)
        return False
    cloudformation.execute_change_set(StackName=name, ChangeSetName=change)
    _wait_for_stack(cloudformation, name, progress)
    return True


def stack_outputs(cloudformation: Any, name: str) -> dict[str, str]:
    """Return the outputs of the stack by key."""
    stack = stack_state(cloudformation, name)
    outputs = stack.get("Outputs", []) if stack else []
    return {output["OutputKey"]: output["OutputValue"] for output in outputs}


def resources_by_type(cloudformation: Any, name: str) -> dict[str, set[str]]:
    """Return the physical ids of what the stack is made of, by type of resource."""
    found: dict[str, set[str]] = {}
    for page in cloudformation.get_paginator("list_stack_resources").paginate(StackName=name):
        for resource in page["StackResourceSummaries"]:
            ids = found.setdefault(resource["ResourceType"], set())
            ids.add(resource.get("PhysicalResourceId", ""))
    return found


def _wait_for_change_set(cloudformation: Any, name: str, change: str) -> bool:
    for pause in _pauses(seconds=600):
        found = cloudformation.describe_change_set(StackName=name, ChangeSetName=change)
        if found["Status"] == "CREATE_COMPLETE":
            return True
        if found["Status"] == "FAILED":
            reason = found.get("StatusReason", "no reason given")
            if any(words in reason.lower() for words in map(str.lower, NO_CHANGES)):
                return False
            raise DeploymentFailed(f"CloudFormation refused the change: {reason}")
        time.sleep(pause)
    raise DeploymentFailed("CloudFormation did not work out the change within 10 minutes")


def _wait_for_stack(cloudformation: Any, name: str, progress: Callable[[str], None]) -> None:
    for pause in _pauses(seconds=3600):
        stack = stack_state(cloudformation, name)
        status = stack["StackStatus"] if stack else "DELETE_COMPLETE"
        progress(status)
        if status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            return
        if not status.endswith("_IN_PROGRESS"):
            raise DeploymentFailed(
                f"stack {name} is {status}: {_first_reason(cloudformation, name)}"
            )
        time.sleep(pause)
    raise DeploymentFailed(f"stack {name} did not settle within an hour")


def _first_reason(cloudformation: Any, name: str) -> str:
    events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    failed = [event for event in events if event["ResourceStatus"].endswith("_FAILED")]
    if not failed:
        return "no reason given"
    first = min(failed, key=lambda event: event["Timestamp"])
    reason = first.get("ResourceStatusReason", "no reason given")
    return f"{first['LogicalResourceId']}: {reason}"


def _pauses(seconds: int) -> list[float]:
    """Return sleeps that start short, grow to five seconds and add up to `seconds`."""
    pauses, pause, total = [], 0.1, 0.0
    while total < seconds:
        pauses.append(pause)
        total += pause
        pause = min(pause * 1.5, 5.0)
    return pauses
