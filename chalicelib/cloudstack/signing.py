"""CloudStack's request signature; pure.

The rules are those of `ApiServer.java` and of Java's `URLEncoder`.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote_plus

_DIGESTS = {"HmacSHA1": hashlib.sha1, "HmacSHA512": hashlib.sha512}


def signed(
    params: Mapping[str, str], *, secret_key: str, expires: datetime, method: str = "HmacSHA1"
) -> dict[str, str]:
    """Return `params` with signature version 3, its expiry, and the signature.

    Args:
        params: everything the request carries, `apikey` included.
        expires: after this instant CloudStack refuses the request.
        method: `HmacSHA1`, which every version takes, or `HmacSHA512`, which newer ones do.
    """
    stamped = {
        **params,
        "signatureversion": "3",
        "expires": expires.strftime("%Y-%m-%dT%H:%M:%S%z"),
    }
    return {**stamped, "signature": signature(stamped, secret_key, method)}


def signature(params: Mapping[str, str], secret_key: str, method: str = "HmacSHA1") -> str:
    """Return the signature of a request, Base64.

    >>> signature({"apikey": "foo", "command": "listVirtualMachines", "listall": "true",
    ...            "response": "json"}, "bar")
    'B0d6hBsZTcFVCiioSxzwKA9Pke8='
    """
    mac = hmac.new(secret_key.encode(), string_to_sign(params).encode(), _DIGESTS[method])
    return base64.b64encode(mac.digest()).decode()


def string_to_sign(params: Mapping[str, str]) -> str:
    """Return what is signed: sorted by raw name, values encoded, joined, lower-cased."""
    pairs = (f"{name}={_encoded(params[name])}" for name in sorted(params) if name != "signature")
    return "&".join(pairs).lower()


def _encoded(value: str) -> str:
    """Return `value` as Java's URLEncoder writes it, spaces as %20."""
    return quote_plus(value, safe="*").replace("+", "%20").replace("~", "%7E")
