"""Where the emulator judges the functions' policies otherwise than AWS does.

It enforces them, which is why it is asked to: a permission that is missing shows at
once. Three of its judgements differ, and only those are made up for.
"""

import json
from typing import Any

from local.cloud import STACK

POLICY = "as-on-aws"


def allow_what_aws_allows(iam: Any) -> None:
    """Give each role of the stack what its own policy means on AWS and does not mean here."""
    for role in iam.list_roles(MaxItems=1000)["Roles"]:
        name = role["RoleName"]
        if not name.startswith(STACK):
            continue
        added = [
            statement
            for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
            if policy != POLICY
            for given in iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"][
                "Statement"
            ]
            for statement in _missing(given)
        ]
        if added:
            document = {"Version": "2012-10-17", "Statement": added}
            iam.put_role_policy(
                RoleName=name, PolicyName=POLICY, PolicyDocument=json.dumps(document)
            )


def _missing(given: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what `given` would have to say besides.

    >>> _missing({"Action": ["sqs:SendMessage"], "Resource": ["arn:q"]})
    [{'Effect': 'Allow', 'Action': ['sqs:SendMessageBatch'], 'Resource': ['arn:q']}]
    """
    actions, resources = given["Action"], given["Resource"]
    # On AWS one permission is for one message and for several.
    batches = ["sqs:SendMessageBatch"] if "sqs:SendMessage" in actions else []
    # The emulator knows neither the identity that sends nor the condition on its address.
    mails = ["ses:SendEmail"] if "ses:SendEmail" in actions else []
    # It asks for the call itself, which is no permission on AWS, and does not read of which table.
    inserts = ["dynamodb:BatchExecuteStatement"] if "dynamodb:PartiQLInsert" in actions else []
    return [
        {"Effect": "Allow", "Action": needed, "Resource": where}
        for needed, where in (
            (batches, resources),
            (mails, ["*"]),
            (inserts, ["*"]),
        )
        if needed
    ]
