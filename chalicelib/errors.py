"""The kinds of error this product raises on purpose, named for the caller who must act."""

from collections.abc import Mapping


class BillingError(Exception):
    """Base of every error this product raises on purpose."""


class InvalidInput(BillingError, ValueError):
    """The caller sent something that cannot be billed.

    Attributes:
        fields: what is wrong, by the name of the field it is wrong in; empty when no form is meant.
    """

    def __init__(self, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields = dict(fields or {})


class UnsupportedMediaType(InvalidInput):
    """The caller sent a body that is not said to be JSON."""


class NotFound(BillingError, LookupError):
    """The named thing does not exist, or not for this caller."""


class Conflict(BillingError):
    """The thing exists in a state that forbids the change."""


class Overtaken(Conflict):
    """Somebody else wrote at the same moment; the same again may well succeed."""


class Unavailable(BillingError):
    """A service we depend on did not answer; try later."""


class NotSignedIn(BillingError):
    """Nobody is signed in: no session, an expired one, or a wrong password."""


class Forbidden(BillingError):
    """Somebody is signed in whose role does not allow this."""


class SecondFactorNeeded(Forbidden):
    """CloudStack wants a second factor; such users sign in with an API key."""


class TooManyAttempts(BillingError):
    """Too many failed sign-ins for one user name; try later."""


class CurrencyMismatch(InvalidInput):
    """Two amounts in different currencies met."""


class UnknownCurrency(InvalidInput):
    """A code that ISO 4217 does not list."""


class UnreadablePage(Unavailable):
    """CloudStack answered something that is not a page of usage records."""


class CloudStackUnavailable(Unavailable):
    """CloudStack did not answer, or answered that it cannot."""


class CloudStackFailed(CloudStackUnavailable):
    """CloudStack answered with an internal error of its own, perhaps because of a single row."""


class CloudStackRefused(Unavailable):
    """CloudStack refused the call: wrong keys, no permission, or a bad parameter."""
