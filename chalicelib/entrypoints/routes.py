"""Routes, each with the role it needs: one without cannot be written down."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any, Literal, NamedTuple, cast

from chalice.app import Blueprint, Response

from chalicelib.accounts import Identity, Role
from chalicelib.entrypoints.replies import answered
from chalicelib.entrypoints.requests import Request, token_of
from chalicelib.errors import Forbidden
from chalicelib.wiring import wiring

Needed = Role | Literal["anyone"]
ANYONE: Literal["anyone"] = "anyone"
Handler = Callable[[Request], Response]
_RANK = {Role.TENANT: 0, Role.DOMAIN_ADMIN: 1, Role.OPERATOR: 2}
_PACKAGE = __name__.rpartition(".")[0]
# Chalice's own answer to another content type is not one of ours.
_ANYTHING = ["*/*"]


class Route(NamedTuple):
    """What is answered on a path, to whom, and by which function.

    Attributes:
        role: the least that somebody needs.
        answer: `<module>.<function>` of this package.
    """

    method: str
    path: str
    role: Needed
    answer: str

    @property
    def handler(self) -> Handler:
        """The function; its module is imported now, if it has not been."""
        return _handler(self.answer)


def blueprint(routes: Iterable[Route]) -> Blueprint:
    """Return routes as a Chalice blueprint."""
    made = Blueprint(__name__)
    for route in routes:
        _register(made, route)
    return made


def _register(made: Blueprint, route: Route) -> None:
    def view(**path_parts: str) -> Response:
        raw = made.current_request
        return answered(lambda: route.handler(_request(raw, route.role, path_parts)))

    name = f"{route.method.lower()}_{route.answer.rpartition('.')[2]}"
    made.route(route.path, methods=[route.method], name=name, content_types=_ANYTHING)(view)


@cache
def _handler(answer: str) -> Handler:
    module, _, function = answer.partition(".")
    return cast(Handler, getattr(import_module(f"{_PACKAGE}.{module}"), function))


def _request(raw: Any, role: Needed, path_parts: dict[str, str]) -> Request:
    """Return the request at hand, its sender known and allowed.

    Raises:
        NotSignedIn: the route needs somebody.
        Forbidden: the route needs somebody else.
    """
    now, token = wiring().now(), token_of(raw.headers)
    identity: Identity | None = None
    expires_at: datetime | None = None
    if role != ANYONE:
        identity, expires_at = wiring().sessions.holder(token or "", now)
        if _RANK[identity.role] < _RANK[role]:
            raise Forbidden("only the operator may do this")
    return Request(
        identity=identity,
        expires_at=expires_at,
        path=path_parts,
        query=dict(raw.query_params or {}),
        body=_bytes(raw.raw_body),
        now=now,
        wiring=wiring(),
        content_type=raw.headers.get("content-type", ""),
        token=token,
        signature=raw.headers.get("stripe-signature", ""),
    )


def _bytes(body: str | bytes | None) -> bytes:
    return body.encode() if isinstance(body, str) else body or b""
