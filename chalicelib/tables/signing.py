"""AWS's signature, version 4, of requests to DynamoDB.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
botocore's own signer takes as long for one request as everything else for its 25 items.
"""

import hashlib
import hmac
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

_ALGORITHM = "AWS4-HMAC-SHA256"
_CONTENT_TYPE = "application/x-amz-json-1.0"
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Signer:
    """Signs requests to one operation of DynamoDB.

    Args:
        url: of the endpoint.
        target: the operation, such as `DynamoDB_20120810.Query`.
    """

    def __init__(self, url: str, region: str, target: str) -> None:
        self._host = _host(url)
        self._region = region
        self._target = target
        # The key made of a secret is good for a day: (secret, scope, key).
        self._key: tuple[str, str, bytes] = ("", "", b"")

    def headers(self, body: bytes, credentials: Any, at: datetime) -> dict[str, str]:
        """Return the headers of a request with `body`.

        Args:
            credentials: botocore's, frozen; a token is sent where there is one.
            at: now, in UTC.
        """
        stamp = at.strftime("%Y%m%dT%H%M%SZ")
        scope = f"{stamp[:8]}/{self._region}/dynamodb/aws4_request"
        token, names, token_line = credentials.token, "content-type;host;x-amz-date;", ""
        if token:
            names, token_line = f"{names}x-amz-security-token;", f"x-amz-security-token:{token}\n"
        names += "x-amz-target"
        digest = hashlib.sha256(body).hexdigest()
        request = (
            f"POST\n/\n\ncontent-type:{_CONTENT_TYPE}\nhost:{self._host}\nx-amz-date:{stamp}\n"
            f"{token_line}x-amz-target:{self._target}\n\n{names}\n{digest}"
        )
        text = f"{_ALGORITHM}\n{stamp}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
        key = self._signing_key(credentials.secret_key, scope)
        signature = hmac.digest(key, text.encode(), "sha256").hex()
        headers = {
            "Content-Type": _CONTENT_TYPE,
            "X-Amz-Date": stamp,
            "X-Amz-Target": self._target,
            "Authorization": f"{_ALGORITHM} Credential={credentials.access_key}/{scope},"
            f" SignedHeaders={names}, Signature={signature}",
        }
        return headers | {"X-Amz-Security-Token": token} if token else headers

    def _signing_key(self, secret: str, scope: str) -> bytes:
        known_secret, known_scope, key = self._key
        if (known_secret, known_scope) != (secret, scope):
            key = f"AWS4{secret}".encode()
            for part in scope.split("/"):
                key = hmac.digest(key, part.encode(), "sha256")
            self._key = secret, scope, key
        return key


def _host(url: str) -> str:
    """Return the host as it is sent to `url`: with its port, unless that goes without saying.

    >>> _host("https://dynamodb.eu-central-1.amazonaws.com"), _host("http://127.0.0.1:8000/")
    ('dynamodb.eu-central-1.amazonaws.com', '127.0.0.1:8000')
    """
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    if parts.port == _DEFAULT_PORTS.get(parts.scheme):
        return host.removesuffix(f":{parts.port}")
    return host
