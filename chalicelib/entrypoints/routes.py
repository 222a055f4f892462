"""Routes that cannot be registered without naming the role they need."""

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from chalice.app import Blueprint, Response

from chalicelib.accounts import Identity, Role
from chalicelib.entrypoints.replies import answered
from chalicelib.entrypoints.requests import Request, token_of
from chalicelib.errors import Forbidden
from chalicelib.wiring import wiring

Needed = Role | Literal["anyone"]
Handler = Callable[[Request], Response]
_RANK = {Role.TENANT: 0, Role.DOMAIN_ADMIN: 1, Role.OPERATOR: 2}
# Every route there is, (method, path) to role: a test walks them.
ROLES: dict[tuple[str, str], Needed] = {}


class Routes:
    """The routes of one subject, as a Chalice blueprint."""

    def __init__(self, name: str) -> None:
        self.blueprint = Blueprint(name)

    def route(self, method: str, path: str, role: Needed) -> Callable[[Handler], Handler]:
        """Return the decorator that makes a function answer `method` on `path` for `role`."""

        def register(handler: Handler) -> Handler:
            def view(**path_parts: str) -> Response:
                return answered(lambda: handler(self._request(role, path_parts)))

            ROLES[method, path] = role
            name = f"{method.lower()}_{handler.__name__}"
            # Chalice's own answer to another content type is not one of ours.
            anything = ["*/*"]
            self.blueprint.route(path, methods=[method], name=name, content_types=anything)(view)
            return handler

        return register

    def _request(self, role: Needed, path_parts: dict[str, str]) -> Request:
        """Return the request at hand, its sender known and allowed.

        Raises:
            NotSignedIn: the route needs somebody.
            Forbidden: the route needs somebody else.
        """
        raw, now = self.blueprint.current_request, wiring().now()
        identity: Identity | None = None
        expires_at: datetime | None = None
        if role != "anyone":
            identity, expires_at = wiring().sessions.holder(token_of(raw.headers) or "", now)
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
        )


def _bytes(body: str | bytes | None) -> bytes:
    return body.encode() if isinstance(body, str) else body or b""
