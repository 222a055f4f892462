"""The keys of payment gateways, as secret parameters of SSM; one that is absent is not in use."""

from typing import Any

import msgspec

from chalicelib.delivery.failures import unavailable
from chalicelib.delivery.stripe import StripeKeys
from chalicelib.errors import Unavailable

_MISSING = "ParameterNotFound"


class _Stripe(msgspec.Struct, frozen=True):
    secret_key: str
    webhook_secret: str


class GatewayParameters:
    """Reads what is stored below `path`.

    Args:
        client: boto3 SSM client.
        path: such as `/stacktally/prod/gateways`.
    """

    def __init__(self, client: Any, path: str) -> None:
        self._client = client
        self._path = path

    def stripe(self) -> StripeKeys | None:
        """Return the keys of Stripe; None where none are stored.

        Raises:
            Unavailable: SSM does not answer, or what is stored is something else.
        """
        try:
            with unavailable("SSM"):
                answer = self._client.get_parameter(
                    Name=f"{self._path}/stripe", WithDecryption=True
                )
        except Unavailable as error:
            if _MISSING in str(error):
                return None
            raise
        try:
            stored = msgspec.json.decode(answer["Parameter"]["Value"], type=_Stripe)
        except msgspec.DecodeError:
            # Not said what is wrong with it: that would show the keys.
            raise Unavailable("the keys of Stripe are not readable; run make stripe") from None
        if not stored.secret_key or not stored.webhook_secret:
            raise Unavailable("a key of Stripe is empty; run make stripe")
        return StripeKeys(stored.secret_key, stored.webhook_secret)
