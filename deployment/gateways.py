"""The keys of payment gateways of a stage: one secret parameter each."""

import json
from typing import Any

from deployment.errors import DeploymentFailed

_SECRET_KEYS = ("sk_", "rk_")
_WEBHOOK_SECRETS = ("whsec_",)


def write_stripe_keys(ssm: Any, stage: str, secret_key: str, webhook_secret: str) -> None:
    """Store what `stage` asks Stripe with, and what Stripe's events are signed with.

    Raises:
        DeploymentFailed: one of them is something else; it is not repeated in the message.
    """
    for name, value, starts in (
        ("secret key", secret_key, _SECRET_KEYS),
        ("signing secret", webhook_secret, _WEBHOOK_SECRETS),
    ):
        if not value.startswith(starts) or not value.isascii() or any(map(str.isspace, value)):
            raise DeploymentFailed(f"a {name} of Stripe begins with {' or '.join(starts)}")
    ssm.put_parameter(
        Name=f"/stacktally/{stage}/gateways/stripe",
        Type="SecureString",
        Value=json.dumps({"secret_key": secret_key, "webhook_secret": webhook_secret}),
        Overwrite=True,
    )


def forget_stripe_keys(ssm: Any, stage: str) -> None:
    """Remove the keys of `stage`; nothing happens where there are none."""
    ssm.delete_parameters(Names=[f"/stacktally/{stage}/gateways/stripe"])
