"""A stand-in for Stripe on this machine: just the calls that the product makes, and strict."""

from local.stripe.server import StripeStandIn

__all__ = ["StripeStandIn"]
