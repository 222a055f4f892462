"""The operator at the HTTP API: signs in and says what only the operator may."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from chalicelib.cloudstack.signing import signed
from local.errors import LocalCloudFailed

SIGNED_REQUEST_LIFE = timedelta(minutes=9)


class OperatorApi:
    """A signed-in operator.

    Args:
        url: of the one origin; the API is below /api.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._cookie = ""

    def sign_in(self, credentials: Mapping[str, str]) -> None:
        """Open a session: with user name, password and domain, or with a signed request.

        Raises:
            LocalCloudFailed: the API refused.
        """
        self.call("POST", "/session", dict(credentials))

    def sign_out(self) -> None:
        """Close the session."""
        self.call("DELETE", "/session")

    def take_rate_card(self, card: Mapping[str, Any]) -> None:
        """Look at what a rate card changes, then have it taken. Safe to repeat.

        Raises:
            LocalCloudFailed: the API refused.
        """
        found = self.call("POST", "/admin/rate-cards", card)
        while found["next"] is not None:
            query = urlencode({"next": found["next"]})
            found = self.call("POST", f"/admin/rate-cards?{query}", card)
        self.call("POST", f"/admin/rate-cards?confirm={found['confirm']}", card)

    def call(self, method: str, path: str, content: object = None) -> Any:
        """Return what the API answers.

        Raises:
            LocalCloudFailed: it answered with an error; says which.
        """
        headers = {"Accept": "application/json", "Cookie": self._cookie}
        body = None
        if content is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(content).encode()
        request = urllib.request.Request(f"{self._url}/api{path}", body, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                if cookie := answer.headers.get("Set-Cookie"):
                    self._cookie = cookie.partition(";")[0]
                text = answer.read()
        except urllib.error.HTTPError as error:
            reason = error.read().decode(errors="replace")[:300]
            raise LocalCloudFailed(f"{method} /api{path} said {error.code}: {reason}") from None
        except OSError as error:
            raise LocalCloudFailed(f"{method} /api{path} did not answer: {error}") from None
        return json.loads(text) if text else None


def signed_list_users(api_key: str, secret_key: str, now: datetime) -> str:
    """Return a signed, short-lived request that proves who holds the key pair.

    It is what the page signs in the browser for users who have no password to type.
    """
    params = {"apikey": api_key, "command": "listUsers", "response": "json"}
    return urlencode(signed(params, secret_key=secret_key, expires=now + SIGNED_REQUEST_LIFE))
