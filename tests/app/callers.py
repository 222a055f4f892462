"""Somebody who calls the HTTP API, through Chalice's own test client."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from chalice.test import Client

from app import app
from tests.app.description import check_answer
from tests.world import World

PROJECT = Path(__file__).parents[2]
# Everybody the sample CloudStack knows: user name -> password and domain.
PASSWORDS = {
    "admin": ("password", "/"),
    "acme": ("acme-demo", "/acme"),
    "globex": ("globex-demo", "/globex"),
    "globex-admin": ("globex-admin-demo", "/globex"),
    "initech": ("initech-demo", "/initech"),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API said; the names of its headers are in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def document(self) -> Any:
        """What the body holds."""
        return json.loads(self.body)

    @property
    def token(self) -> str:
        """The session token that its cookie sets."""
        return self.headers["set-cookie"].partition(";")[0].removeprefix("session=")


class Caller:
    """Calls the API; each answer has to be one that docs/openapi.yaml allows.

    Args:
        token: of their session; None while they are not signed in.
    """

    def __init__(self, token: str | None = None) -> None:
        self.token = token

    def call(
        self,
        method: str,
        path: str,
        content: object = None,
        *,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Answer:
        """Return the answer to one request.

        Args:
            content: sent as JSON, unless the raw `body` is given.
            headers: sent instead of those of a browser with this caller's cookie.
        """
        sent = {"Content-Type": "application/json"}
        if self.token is not None:
            sent["Cookie"] = f"session={self.token}"
        if body is None:
            body = b"" if content is None else json.dumps(content).encode()
        told = _client().http.request(
            method,
            path + (f"?{urlencode(query)}" if query else ""),
            headers=dict(sent if headers is None else headers),
            body=body,
        )
        received = {name.lower(): value for name, value in told.headers.items()}
        answer = Answer(told.status_code, told.body, received)
        content_type = str(received.get("content-type", ""))
        check_answer(method, path, answer.status, content_type, answer.body)
        return answer

    def get(self, path: str, **query: str) -> Answer:
        """Return the answer to a GET."""
        return self.call("GET", path, query=query)

    def put(self, path: str, content: object, **query: str) -> Answer:
        """Return the answer to a PUT."""
        return self.call("PUT", path, content, query=query)

    def post(self, path: str, content: object, **query: str) -> Answer:
        """Return the answer to a POST."""
        return self.call("POST", path, content, query=query)

    def take_rate_card(self, card: object) -> Answer:
        """Return the answer to a rate card sent twice: to be looked at, and to be taken.

        What is refused is refused at the first look.
        """
        looked = self.post("/admin/rate-cards", card)
        while looked.status == 200 and looked.document["next"] is not None:
            looked = self.post("/admin/rate-cards", card, next=looked.document["next"])
        if looked.status != 200:
            return looked
        return self.post("/admin/rate-cards", card, confirm=looked.document["confirm"])

    def delete(self, path: str, **query: str) -> Answer:
        """Return the answer to a DELETE."""
        return self.call("DELETE", path, query=query)


def sign_in(username: str) -> Caller:
    """Return a sample user, signed in by password."""
    password, domain = PASSWORDS[username]
    credentials = {"username": username, "password": password, "domain": domain}
    answer = Caller().post("/session", credentials)
    assert answer.status == 200, answer
    return Caller(answer.token)


class Callers:
    """The sample users at one deployment, each signed in when first asked for."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._signed_in: dict[str, Caller] = {}

    def __getitem__(self, username: str) -> Caller:
        """Return a sample user, signed in."""
        if username not in self._signed_in:
            self._signed_in[username] = sign_in(username)
        return self._signed_in[username]


@cache
def _client() -> Client:
    return Client(app, stage_name="local", project_dir=str(PROJECT))
