"""The payment gateways that are in use here."""

from collections.abc import Callable
from datetime import datetime, timedelta

from chalicelib.delivery.gateway_parameters import GatewayParameters
from chalicelib.delivery.stripe import StripeGateway, StripeKeys
from chalicelib.errors import Conflict, NotFound
from chalicelib.runs.billing_ports import Gateway

STRIPE = "stripe"
# How long a container goes on without asking whether keys have changed.
_KNOWN_FOR = timedelta(minutes=1)


class Gateways:
    """Lends each gateway; their keys are asked for at most once a minute.

    Args:
        stripe_url: of Stripe's API.
        now: what time it is.
    """

    def __init__(
        self, parameters: GatewayParameters, stripe_url: str, now: Callable[[], datetime]
    ) -> None:
        self._parameters = parameters
        self._stripe_url = stripe_url
        self._now = now
        self._asked_at: datetime | None = None
        self._keys: StripeKeys | None = None
        self._stripe: Gateway | None = None

    def in_use(self) -> tuple[str, ...]:
        """Return the names of the gateways that have keys."""
        return (STRIPE,) if self._current() is not None else ()

    def gateway(self, name: str) -> Gateway:
        """Return the gateway of a name.

        Raises:
            NotFound: there is none of that name.
            Conflict: it has no keys here.
        """
        if name != STRIPE:
            raise NotFound(f"no payment gateway {name!r}")
        gateway = self._current()
        if gateway is None:
            raise Conflict("payments by Stripe are not set up; the operator runs make stripe")
        return gateway

    def _current(self) -> Gateway | None:
        now = self._now()
        if self._asked_at is None or abs(now - self._asked_at) > _KNOWN_FOR:
            keys = self._parameters.stripe()
            if keys != self._keys:
                self._stripe = StripeGateway(keys, self._stripe_url) if keys else None
            self._keys, self._asked_at = keys, now
        return self._stripe
