"""Whether the state that an emulated AWS came back with is all there.

Each service keeps its state in a file of its own; one that was damaged leaves a stack
without its tables, or tables without their stack.
"""

from collections.abc import Callable

from deployment.stacks import resources_by_type, stack_state
from local.cloud import STACK, Cloud


def stack_is_intact(cloud: Cloud) -> bool:
    """Return whether the stack stands, and everything it says it has is really there."""
    cloudformation = cloud.client("cloudformation")
    stack = stack_state(cloudformation, STACK)
    if stack is None or not stack["StackStatus"].endswith("_COMPLETE"):
        return False
    named = resources_by_type(cloudformation, STACK)
    return all(named.get(kind, set()) <= there(cloud) for kind, there in LISTS.items())


def _tables(cloud: Cloud) -> set[str]:
    return set(cloud.client("dynamodb").list_tables()["TableNames"])


def _buckets(cloud: Cloud) -> set[str]:
    return {bucket["Name"] for bucket in cloud.client("s3").list_buckets()["Buckets"]}


def _queues(cloud: Cloud) -> set[str]:
    return set(cloud.client("sqs").list_queues(MaxResults=1000).get("QueueUrls", []))


def _functions(cloud: Cloud) -> set[str]:
    found = cloud.client("lambda").list_functions(MaxItems=1000)["Functions"]
    return {function["FunctionName"] for function in found}


def _mappings(cloud: Cloud) -> set[str]:
    found = cloud.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    return {mapping["UUID"] for mapping in found}


def _roles(cloud: Cloud) -> set[str]:
    return {role["RoleName"] for role in cloud.client("iam").list_roles(MaxItems=1000)["Roles"]}


def _rules(cloud: Cloud) -> set[str]:
    return {rule["Name"] for rule in cloud.client("events").list_rules()["Rules"]}


def _apis(cloud: Cloud) -> set[str]:
    return {api["id"] for api in cloud.client("apigateway").get_rest_apis()["items"]}


LISTS: dict[str, Callable[[Cloud], set[str]]] = {
    "AWS::DynamoDB::Table": _tables,
    "AWS::S3::Bucket": _buckets,
    "AWS::SQS::Queue": _queues,
    "AWS::Lambda::Function": _functions,
    "AWS::Lambda::EventSourceMapping": _mappings,
    "AWS::IAM::Role": _roles,
    "AWS::Events::Rule": _rules,
    "AWS::ApiGateway::RestApi": _apis,
}
