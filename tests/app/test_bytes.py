"""Files that are not text come through as they are."""

import pytest
from chalice.app import Chalice, Response
from chalice.test import Client

from chalicelib.entrypoints.replies import binary

EVERY_BYTE = bytes(range(256))


@pytest.mark.parametrize(
    "accepted", [None, "*/*", "application/pdf", "text/html,*/*;q=0.8", "application/json"]
)
def test_a_file_arrives_as_it_is_whatever_is_accepted(accepted: str | None) -> None:
    app = Chalice("files")

    @app.route("/file")
    def file() -> Response:
        return binary(EVERY_BYTE, "application/pdf", "RE-2026-00001.pdf", shown=True)

    headers = {} if accepted is None else {"Accept": accepted}
    with Client(app) as client:
        answer = client.http.get("/file", headers=headers)
    assert answer.body == EVERY_BYTE
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'inline; filename="RE-2026-00001.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
