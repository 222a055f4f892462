"""Outcomes as HTTP answers. No traceback leaves the function."""

import base64
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from chalice.app import Response

from chalicelib.errors import (
    BillingError,
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    NotSignedIn,
    TooManyAttempts,
    Unavailable,
    UnsupportedMediaType,
)

# The kind of an error decides its status; the first that fits.
_STATUSES: tuple[tuple[type[BillingError], int], ...] = (
    (UnsupportedMediaType, 415),
    (InvalidInput, 400),
    (NotSignedIn, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (TooManyAttempts, 429),
    (Unavailable, 503),
)
_HEADERS = {"Content-Type": "application/json", "Cache-Control": "no-store"}


def reply(
    document: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a document as an HTTP answer; no body for status 204."""
    body = "" if status == 204 else msgspec.json.encode(document).decode()
    return Response(body=body, status_code=status, headers={**_HEADERS, **(headers or {})})


def download(text: str, content_type: str, name: str) -> Response:
    """Return a file as an HTTP answer.

    Args:
        name: of the file; letters, digits, points and dashes only.
    """
    told = {"Content-Type": content_type, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(body=text, status_code=200, headers={**_HEADERS, **told})


def binary(body: bytes, content_type: str, name: str, *, shown: bool = False) -> Response:
    """Return a file that is not text as an HTTP answer; it arrives as it is, whatever was accepted.

    Args:
        name: of the file; letters, digits, points and dashes only.
        shown: whether a browser may show it instead of saving it.
    """
    how = "inline" if shown else "attachment"
    told = {"Content-Type": content_type, "Content-Disposition": f'{how}; filename="{name}"'}
    return _Bytes(body=body, status_code=200, headers={**_HEADERS, **told})


class _Bytes(Response):
    """An answer that API Gateway is given in base64, and hands on as bytes.

    Chalice would ask for an Accept header that names the type, which a link in a page does not
    send. API Gateway does not: the template calls every type binary.
    """

    def to_dict(self, binary_types: list[str] | None = None) -> dict[str, Any]:
        made = Response("", self.headers, self.status_code).to_dict()
        text = base64.b64encode(self.body).decode()
        return {**made, "body": text, "isBase64Encoded": True}


def answered(handle: Callable[[], Response]) -> Response:
    """Return what `handle` returns, or the answer for the error it raises."""
    try:
        return handle()
    except BillingError as error:
        return error_reply(error)
    except Exception:
        # The boundary of the product: what is unforeseen is logged in full and told in brief.
        traceback.print_exc(file=sys.stdout)
        told = {"error": "InternalError", "message": "something went wrong on our side; try again"}
        return reply(told, 500)


def error_reply(error: BillingError) -> Response:
    """Return the answer for an error raised on purpose."""
    status = next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)
    kind = type(error).__name__
    told: dict[str, object] = {"error": kind, "message": str(error)}
    if isinstance(error, InvalidInput) and error.fields:
        told["fields"] = error.fields
    return reply(told, status)
