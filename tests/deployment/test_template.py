"""The packaged template: what CloudFormation gets, on AWS and locally."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deployment.packaging import PROJECT, Package, package_product
from local.headers import response_headers

Template = dict[str, Any]
FUNCTIONS = {
    "APIHandler",
    "CollectUsage",
    "FetchExchangeRates",
    "FollowUp",
    "IssueInvoices",
    "PlanBilling",
    "PlanCollection",
    "RateUsage",
    "SendNotifications",
    "SweepNotifications",
}
# Each with why it may stand.
WILDCARDS = {
    # SES sends for an identity, which may be the address or its domain; the condition names the
    # one sender.
    "identity/*": "SendMail",
    # Names of streams end in the instant they were made.
    "/stream/*": "FollowOutbox",
    # Objects are named for their content.
    "-archive-${AWS::AccountId}/*": "ArchivePages",
    "-documents-${AWS::AccountId}/documents/*": ("KeepDocuments", "ReadDocuments"),
    "-documents-${AWS::AccountId}/logos/*": ("KeepLogos", "ReadLogos"),
    # Gateways come and go; the keys of each are in one parameter.
    "/gateways/*": "ReadGateways",
    # Connections come and go; what may be read of each is in the path.
    "/connections/*": "ReadConnectionsWithKeys",
    "/connections/*/endpoint": "ReadConnectionEndpoints",
    # Log streams are named by Lambda.
    ":*": "WriteOwnLog",
}


def of_type(template: Template, kind: str) -> dict[str, dict[str, Any]]:
    return {
        name: resource["Properties"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == kind
    }


def statements(template: Template) -> list[tuple[str, dict[str, Any]]]:
    return [
        (role, statement)
        for role, properties in of_type(template, "AWS::IAM::Role").items()
        for policy in properties["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def test_cfn_lint_finds_nothing_in_any_stage(package: Package):
    templates = [str(package.template), str(package_product("prod").template)]
    command = [str(Path(sys.executable).with_name("cfn-lint")), "-r", "eu-central-1", "us-east-1"]
    done = subprocess.run([*command, "--", *templates], check=False, capture_output=True, text=True)
    assert done.stdout == ""
    assert done.returncode == 0


def test_every_resource_has_a_type(template: Template):
    untyped = [name for name, each in template["Resources"].items() if "Type" not in each]
    assert untyped == [], "a name in resources.json that Chalice does not make"


def test_functions_are_the_known_ones(template: Template):
    assert set(of_type(template, "AWS::Serverless::Function")) == FUNCTIONS


def test_each_function_has_a_role_of_its_own(template: Template):
    functions = of_type(template, "AWS::Serverless::Function")
    roles = {json.dumps(properties["Role"]) for properties in functions.values()}
    assert len(roles) == len(functions)


def test_no_permission_is_a_wildcard(template: Template):
    for role, statement in statements(template):
        for action in statement["Action"]:
            assert re.fullmatch(r"[a-z0-9-]+:[A-Za-z]+", action), (role, action)
        assert len(set(statement["Action"])) == len(statement["Action"]), (role, statement["Sid"])


def test_no_resource_is_a_wildcard_without_a_reason(template: Template):
    for role, statement in statements(template):
        for resource in statement["Resource"]:
            text = resource["Fn::Sub"]
            assert text != "*", (role, statement["Sid"])
            if "*" in text:
                allowed = [end for end, sids in WILDCARDS.items() if statement["Sid"] in sids]
                assert any(text.endswith(end) for end in allowed), (role, text)


def readers(template: Template, path: str) -> set[str]:
    return {
        role
        for role, statement in statements(template)
        for resource in statement["Resource"]
        if any(action.startswith("ssm:") for action in statement["Action"])
        and path in resource["Fn::Sub"]
        and not resource["Fn::Sub"].endswith("/endpoint")
    }


def test_only_collecting_and_enforcing_read_the_keys_of_cloudstack(template: Template):
    found = readers(template, "/connections/")
    assert found == {"PlanCollectionRole", "CollectUsageRole", "FollowUpRole"}


def test_only_the_api_reads_the_keys_of_gateways(template: Template):
    assert readers(template, "/gateways/") == {"ApiHandlerRole"}


def test_nothing_that_was_issued_can_be_taken_away(template: Template):
    """Neither a document nor a posting: who may delete is nobody."""
    kept = ("-documents-", "table/stacktally-${Stage}-ledger", "table/stacktally-${Stage}-invoices")
    taking = {
        (role, action)
        for role, statement in statements(template)
        for resource in statement["Resource"]
        if any(name in resource["Fn::Sub"] for name in kept)
        for action in statement["Action"]
        if "Delete" in action
    }
    assert taking == set()


def may(template: Template, role: str, table: str) -> set[str]:
    """Return what a role may do with a table."""
    return {
        action.removeprefix("dynamodb:")
        for name, statement in statements(template)
        for resource in statement["Resource"]
        if name == role and resource["Fn::Sub"].endswith(f"table/stacktally-${{Stage}}-{table}")
        for action in statement["Action"]
    }


@pytest.mark.parametrize("role", ["ApiHandlerRole", "FollowUpRole", "IssueInvoicesRole"])
def test_whoever_drafts_invoices_reads_all_that_they_are_made_of(template: Template, role: str):
    """How far usage was collected and exchange rates are asked for only now and then."""
    for table in ("accounts", "charges", "invoices", "ledger", "rate-cards", "windows"):
        assert may(template, role, table) >= {"GetItem", "Query"}, table


@pytest.mark.parametrize("role", ["ApiHandlerRole", "IssueInvoicesRole"])
def test_whoever_issues_invoices_may_close_a_month_without_usage(template: Template, role: str):
    assert may(template, role, "charges") >= {"PutItem", "UpdateItem", "ConditionCheckItem"}


def test_only_collecting_speaks_partiql_and_only_to_insert_usage(template: Template):
    found = {
        (role, action, resource["Fn::Sub"].rpartition(":")[2])
        for role, statement in statements(template)
        for action in statement["Action"]
        if action.startswith("dynamodb:PartiQL")
        for resource in statement["Resource"]
    }
    usage = "table/stacktally-${Stage}-usage"
    assert found == {("CollectUsageRole", "dynamodb:PartiQLInsert", usage)}


def test_only_sending_sends_mail(template: Template):
    senders = {
        role
        for role, statement in statements(template)
        if any(action.startswith("ses:") for action in statement["Action"])
    }
    assert senders == {"SendNotificationsRole", "SweepNotificationsRole"}
    for _, statement in statements(template):
        if statement["Sid"] == "SendMail":
            condition = {"StringEquals": {"ses:FromAddress": {"Ref": "MailFrom"}}}
            assert statement["Condition"] == condition


def test_every_working_queue_has_dead_letters(template: Template):
    queues = of_type(template, "AWS::SQS::Queue")
    dead = {name for name in queues if name.endswith("DeadLetters")}
    for name, properties in queues.items():
        if name not in dead:
            target = properties["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
            assert target in dead, name
    watched = {
        alarm["Dimensions"][0]["Value"]["Fn::GetAtt"][0]
        for alarm in of_type(template, "AWS::CloudWatch::Alarm").values()
        if alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
    }
    assert watched == dead


@pytest.mark.parametrize(
    ("function", "queue"),
    [
        ("collect_usage", "Windows"),
        ("rate_usage", "Accounts"),
        ("issue_invoices", "Invoices"),
        ("follow_up", "FollowUps"),
    ],
)
@pytest.mark.parametrize("stage", ["local", "prod"])
def test_messages_stay_hidden_while_they_are_worked_on(
    template: Template, function: str, queue: str, stage: str
):
    config = json.loads((PROJECT / ".chalice" / "config.json").read_text())
    timeout = config["stages"][stage]["lambda_functions"][function]["lambda_timeout"]
    parameter = f"{queue}VisibilitySeconds"
    resource = of_type(template, "AWS::SQS::Queue")[f"{queue}Queue"]
    assert resource["VisibilityTimeout"] == {"Ref": parameter}
    if stage == "prod":
        assert template["Parameters"][parameter]["Default"] >= timeout
    else:
        from local import provisioning

        constant = f"{re.sub('(?<=[a-z])(?=[A-Z])', '_', queue).upper()}_VISIBILITY_SECONDS"
        assert int(getattr(provisioning, constant)) >= timeout


def test_partial_failures_are_reported_by_every_batch(template: Template):
    for name in ("CollectUsage", "FollowUp", "IssueInvoices", "RateUsage", "SendNotifications"):
        events = of_type(template, "AWS::Serverless::Function")[name]["Events"].values()
        for event in events:
            types = event["Properties"]["FunctionResponseTypes"]
            assert types == ["ReportBatchItemFailures"], name


def test_schedules_that_fail_are_kept(template: Template):
    for name in ("FetchExchangeRates", "PlanBilling", "PlanCollection", "SweepNotifications"):
        properties = of_type(template, "AWS::Serverless::Function")[name]
        (event,) = properties["Events"].values()
        lost = {"Fn::GetAtt": ["SchedulesDeadLetters", "Arn"]}
        assert event["Properties"]["DeadLetterConfig"]["Arn"] == lost
        assert properties["DeadLetterQueue"]["TargetArn"] == lost


def test_exchange_rates_are_fetched_after_they_come_out(template: Template):
    # About 16:00 in Frankfurt, which is 14:00 or 15:00 UTC.
    functions = of_type(template, "AWS::Serverless::Function")
    (event,) = functions["FetchExchangeRates"]["Events"].values()
    assert event["Properties"]["Schedule"] == "cron(30 15,17 ? * MON-FRI *)"


def test_tables_survive_a_mistake(template: Template):
    tables = of_type(template, "AWS::DynamoDB::Table")
    assert len(tables) == 11
    for name, properties in tables.items():
        recovery = properties["PointInTimeRecoverySpecification"]
        assert recovery == {"PointInTimeRecoveryEnabled": True}, name
        assert properties["BillingMode"] == "PAY_PER_REQUEST", name
        assert properties["SSESpecification"] == {"SSEEnabled": True}, name
        if name != "SessionsTable":
            assert template["Resources"][name]["DeletionPolicy"] == "Retain", name


def test_buckets_are_closed(template: Template):
    for name, properties in of_type(template, "AWS::S3::Bucket").items():
        assert set(properties["PublicAccessBlockConfiguration"].values()) == {True}, name
        assert "BucketEncryption" in properties, name


def test_documents_stay_for_good(template: Template):
    documents = of_type(template, "AWS::S3::Bucket")["DocumentsBucket"]
    assert documents["VersioningConfiguration"] == {"Status": "Enabled"}
    assert template["Resources"]["DocumentsBucket"]["DeletionPolicy"] == "Retain"
    for rule in documents["LifecycleConfiguration"]["Rules"]:
        assert not [name for name in rule if "Expiration" in name], rule["Id"]


def test_only_what_sets_documents_carries_the_layer(template: Template):
    functions = of_type(template, "AWS::Serverless::Function")
    assert {name for name, each in functions.items() if "Layers" in each} == {"IssueInvoices"}


def test_every_answer_may_be_bytes(template: Template):
    """A link sends an Accept header that names no PDF, and API Gateway goes by it otherwise."""
    (api,) = of_type(template, "AWS::Serverless::Api").values()
    assert api["DefinitionBody"]["x-amazon-apigateway-binary-media-types"] == ["*/*"]


def test_browsers_are_told_to_be_strict(template: Template):
    headers = response_headers(template)
    policy = dict(
        part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert int(headers["Strict-Transport-Security"].split("max-age=")[1].split(";")[0]) > 31536000


def test_page_and_api_have_the_same_headers_and_the_api_is_not_cached(template: Template):
    (distribution,) = of_type(template, "AWS::CloudFront::Distribution").values()
    config = distribution["DistributionConfig"]
    page, (api,) = config["DefaultCacheBehavior"], config["CacheBehaviors"]
    assert page["ResponseHeadersPolicyId"] == api["ResponseHeadersPolicyId"]
    assert api["PathPattern"] == "/api/*"
    # AWS's managed policies CachingDisabled and AllViewerExceptHostHeader.
    assert api["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    assert api["OriginRequestPolicyId"] == "b689b0a8-53d0-40ab-baf2-68738e2966ac"


def test_no_secret_is_in_the_environment(template: Template):
    variables = set(template["Globals"]["Function"]["Environment"]["Variables"])
    for properties in of_type(template, "AWS::Serverless::Function").values():
        variables |= set(properties["Environment"]["Variables"])
    assert not [name for name in variables if re.search("KEY|SECRET|PASSWORD|TOKEN", name)]


def test_the_api_is_throttled(template: Template):
    (api,) = of_type(template, "AWS::Serverless::Api").values()
    (settings,) = api["MethodSettings"]
    assert settings["ThrottlingRateLimit"] == {"Ref": "ApiRateLimit"}
