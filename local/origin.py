"""Page, API and mail on one origin: locally what CloudFront is on AWS."""

import http.client
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from local.cloud import Cloud
from local.mailbox import STYLE, Mailbox, mail_page
from local.processes import LOOPBACK
from local.provisioning import Deployed

# RFC 9110, 7.6.1: these belong to one connection and are not passed on.
HOP_BY_HOP = frozenset(
    "connection keep-alive proxy-authenticate proxy-authorization te trailer transfer-encoding"
    " upgrade".split()
)
LARGEST_BODY_BYTES = 10 * 2**20
API_SECONDS = 35
MAIL_POLICY = (
    "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)
# Inside its frame a mail may have its own styles and nothing else.
MAIL_BODY_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)
TEXT = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the browser; `headers` may repeat a name."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What came from the browser; `path` is without the query."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Return the first header of that name, in whatever case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Site:
    """Answers requests from the deployed stack.

    Args:
        headers: added to each answer, as the template's response-headers policy has them.
    """

    def __init__(
        self, cloud: Cloud, deployed: Deployed, mailbox: Mailbox, headers: Mapping[str, str]
    ) -> None:
        self._cloud = cloud
        self._deployed = deployed
        self._mailbox = mailbox
        self._headers = dict(headers)

    def answer(self, request: Request) -> Answer:
        """Return the answer to `request`, with the policy's headers where it sets none itself."""
        try:
            found = self._route(request)
        except (OSError, http.client.HTTPException, BotoCoreError, ClientError) as error:
            reason = f"The emulated AWS does not answer ({type(error).__name__}); see make run.\n"
            found = Answer(502, reason.encode(), (("Content-Type", TEXT),))
        own = {name.lower() for name, _ in found.headers}
        added = [pair for pair in self._headers.items() if pair[0].lower() not in own]
        return Answer(found.status, found.body, (*found.headers, *added))

    def _route(self, request: Request) -> Answer:
        if request.path.startswith("/api/"):
            return self._api(request)
        if request.method not in ("GET", "HEAD"):
            return Answer(405, b"Only GET and HEAD.\n", (("Content-Type", TEXT),))
        if request.path == "/mail" or request.path.startswith("/mail/"):
            return self._mail(request.path)
        return self._page(request)

    def _api(self, request: Request) -> Answer:
        path = f"/restapis/{self._deployed.api_id}/api/_user_request_"
        path += request.path.removeprefix("/api") + (f"?{request.query}" if request.query else "")
        # As the distribution has it: every header and cookie but Host.
        passed = {
            name: value
            for name, value in request.headers
            if name.lower() not in HOP_BY_HOP | {"host", "content-length", "accept-encoding"}
        }
        connection = http.client.HTTPConnection(LOOPBACK, self._cloud.port, timeout=API_SECONDS)
        try:
            connection.request(request.method, path, request.body or None, passed)
            reply = connection.getresponse()
            body = reply.read()
        finally:
            connection.close()
        kept = HOP_BY_HOP | {"content-length", "date", "server"}
        headers = tuple(
            (name, without_secure(value) if name.lower() == "set-cookie" else value)
            for name, value in reply.getheaders()
            if name.lower() not in kept
        )
        return Answer(reply.status, body, headers)

    def _page(self, request: Request) -> Answer:
        key = unquote(request.path).lstrip("/") or "index.html"
        asked = {"Bucket": self._deployed.site_bucket, "Key": key}
        if known := request.header("If-None-Match"):
            asked["IfNoneMatch"] = known
        try:
            found = self._cloud.client("s3").get_object(**asked)
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status == 304:
                return Answer(304, b"", (("ETag", known or ""), ("Cache-Control", "no-cache")))
            if status in (403, 404):
                return Answer(404, b"There is no such page.\n", (("Content-Type", TEXT),))
            raise
        headers = (
            ("Content-Type", found["ContentType"]),
            ("Cache-Control", found.get("CacheControl", "no-cache")),
            ("ETag", found["ETag"]),
        )
        return Answer(200, found["Body"].read(), headers)

    def _mail(self, path: str) -> Answer:
        fresh = ("Cache-Control", "no-store")
        if path == "/mail/style.css":
            return Answer(200, STYLE.encode(), (("Content-Type", "text/css; charset=utf-8"),))
        mails = self._mailbox.mails()
        if path in ("/mail", "/mail/"):
            headers = (("Content-Type", HTML), fresh, ("Content-Security-Policy", MAIL_POLICY))
            return Answer(200, mail_page(mails).encode(), headers)
        for mail in mails:
            if path == f"/mail/{mail.id}/html":
                frame = (
                    ("Content-Security-Policy", MAIL_BODY_POLICY),
                    ("X-Frame-Options", "SAMEORIGIN"),
                )
                return Answer(200, mail.html.encode(), (("Content-Type", HTML), fresh, *frame))
        return Answer(404, b"There is no such mail.\n", (("Content-Type", TEXT),))


class Origin:
    """Serves a site on loopback until it is closed.

    Args:
        port: 0 for a free one.
    """

    def __init__(self, port: int) -> None:
        self._server = _Server((LOOPBACK, port), _Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """Return the address without a slash at its end."""
        return f"http://{LOOPBACK}:{self._server.server_port}"

    def serve(self, site: Site) -> None:
        """Answer requests from `site` in threads of their own."""
        self._server.site = site
        self._thread.start()

    def close(self) -> None:
        """Stop serving."""
        if self._thread.is_alive():
            self._server.shutdown()
        self._server.server_close()


def without_secure(cookie: str) -> str:
    """Return a Set-Cookie value that a browser keeps over plain http, too.

    >>> without_secure("session=x; HttpOnly; Secure; SameSite=Strict")
    'session=x; HttpOnly; SameSite=Strict'
    """
    parts = (part.strip() for part in cookie.split(";"))
    return "; ".join(part for part in parts if part.lower() != "secure")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: Site


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    # An idle browser connection does not hold a thread for ever.
    timeout = 60

    def _serve(self) -> None:
        if not self._addressed_to_us():
            return self._send(Answer(421, b"This is StackTally on loopback.\n"))
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY_BYTES or self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            return self._send(Answer(413, b"The body is too large.\n"))
        url = urlsplit(self.path)
        request = Request(
            self.command,
            url.path,
            url.query,
            tuple(self.headers.items()),
            self.rfile.read(length),
        )
        return self._send(self.server.site.answer(request))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve

    def _addressed_to_us(self) -> bool:
        """Whether the name in the address is ours: another site's name may point to loopback."""
        host = (self.headers.get("Host") or "").rpartition(":")[0]
        return host in (LOOPBACK, "localhost")

    def _send(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.status not in (204, 304):
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD" and answer.status not in (204, 304):
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the functions log what matters."""
