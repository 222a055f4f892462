"""Who signed a request: CloudStack's rules, written from its documentation alone."""

import base64
import hashlib
import hmac
import string
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from local.cloudstack.dates import read_zoned
from local.cloudstack.errors import NotVerified
from local.cloudstack.estate import User

# What java.net.URLEncoder leaves as it is; a space it writes as +, which CloudStack makes %20.
KEPT = frozenset((string.ascii_letters + string.digits + ".-*_").encode())
LONGEST_VALIDITY = timedelta(minutes=15)
DIGESTS: Mapping[str, str] = {"HmacSHA1": "sha1", "HmacSHA512": "sha512"}


def encode(value: str) -> str:
    """Return a value as it is signed.

    >>> encode("a b~c*d/é+")
    'a%20b%7Ec*d%2F%C3%A9%2B'
    """
    return "".join(chr(byte) if byte in KEPT else f"%{byte:02X}" for byte in value.encode())


def string_to_sign(parameters: Mapping[str, str]) -> str:
    """Return what is signed: sorted by raw name, joined, in lower case, without the signature.

    >>> string_to_sign({"response": "json", "apiKey": "foo", "signature": "x"})
    'apikey=foo&response=json'
    """
    names = sorted(name for name in parameters if name.lower() != "signature")
    return "&".join(f"{name}={encode(parameters[name])}" for name in names).lower()


def signature_of(parameters: Mapping[str, str], secret_key: str, algorithm: str) -> str:
    """Return the signature in base64.

    >>> signature_of({"apiKey": "foo", "command": "listVirtualMachines", "listall": "true",
    ...               "response": "json"}, "bar", "HmacSHA1")
    'B0d6hBsZTcFVCiioSxzwKA9Pke8='
    """
    digest = getattr(hashlib, DIGESTS[algorithm])
    mac = hmac.new(secret_key.encode(), string_to_sign(parameters).encode(), digest)
    return base64.b64encode(mac.digest()).decode()


class Verifier:
    """Checks signatures: which algorithms it takes, and whether it insists on version 3."""

    def __init__(
        self,
        user_of_key: Callable[[str], User | None],
        algorithms: Sequence[str] = ("HmacSHA1",),
        enforce_expiry: bool = False,
    ) -> None:
        unknown = set(algorithms) - set(DIGESTS)
        if unknown or not algorithms:
            raise ValueError(f"unknown signature algorithms {sorted(unknown)!r}")
        self._user_of_key = user_of_key
        self._algorithms = tuple(algorithms)
        self._enforce_expiry = enforce_expiry

    def verify(self, parameters: Mapping[str, str], now: datetime) -> User:
        """Return the user who signed.

        Raises:
            NotVerified: no signature, an unknown key, a wrong signature, or an expired one.
        """
        named = {name.lower(): value for name, value in parameters.items()}
        api_key, given = named.get("apikey"), named.get("signature")
        if api_key is None or given is None:
            raise NotVerified()
        self._check_expiry(named.get("signatureversion"), named.get("expires"), now)
        user = self._user_of_key(api_key)
        if user is None:
            raise NotVerified()
        for algorithm in self._algorithms:
            expected = signature_of(parameters, user.secret_key, algorithm)
            if hmac.compare_digest(expected.encode(), given.encode()):
                return user
        raise NotVerified()

    def _check_expiry(self, version: str | None, expires: str | None, now: datetime) -> None:
        """Refuse what has expired; without version 3 `expires` means nothing."""
        if version != "3":
            if self._enforce_expiry:
                raise NotVerified()
            return
        try:
            until = read_zoned(expires or "")
        except ValueError:
            raise NotVerified() from None
        if until < now or (self._enforce_expiry and until > now + LONGEST_VALIDITY):
            raise NotVerified()
