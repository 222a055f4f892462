"""The HTTP side: one thread per connection on loopback, broken on purpose where a fault says so."""

import socket
import socketserver
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock
from urllib.parse import parse_qsl, urlsplit

from local.cloudstack.api import Answer, Api, Request
from local.cloudstack.control import PREFIX, Control
from local.cloudstack.errors import ERROR_TEXTS, ApiError
from local.cloudstack.faults import Fault, Faults

API_PATH = "/client/api"
LOOPBACK = "127.0.0.1"
LARGEST_BODY = 1 << 20
FORM = "application/x-www-form-urlencoded"
HTML = b"<!DOCTYPE html><html><body><h1>Please wait, the proxy is busy</h1></body></html>\n"


class Server(ThreadingHTTPServer):
    """Serves API and control; `stop` also breaks connections that are kept alive."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    allow_reuse_address = True

    def __init__(self, port: int, api: Api, control: Control, faults: Faults) -> None:
        self.api, self.control, self.faults = api, control, faults
        self.stopping = Event()
        self._connections: set[socket.socket] = set()
        self._lock = Lock()
        super().__init__((LOOPBACK, port), Handler)

    def server_bind(self) -> None:
        """Bind without the name look-up of `HTTPServer`, which may wait for a name server."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = LOOPBACK, self.server_address[1]

    def process_request(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]
        """Remember the connection, then serve it in a thread of its own."""
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket) -> None:  # type: ignore[override]
        """Forget the connection and close it."""
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of callers that went away; whatever else went wrong is a defect here."""
        if not isinstance(sys.exc_info()[1], OSError):
            traceback.print_exc()

    def stop(self) -> None:
        """End the serving loop, the waiting of slow answers and every open connection."""
        self.stopping.set()
        self.shutdown()
        self.server_close()
        with self._lock:
            for connection in self._connections:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class Handler(BaseHTTPRequestHandler):
    """Turns HTTP into requests of the API, and answers into HTTP."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "Simulator"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 60

    def do_GET(self) -> None:
        """Answer a GET."""
        self._serve()

    def do_POST(self) -> None:
        """Answer a POST."""
        self._serve()

    def do_DELETE(self) -> None:
        """Answer a DELETE, which only the control knows."""
        self._serve()

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing: the callers do."""

    def _serve(self) -> None:
        path, body = urlsplit(self.path).path, self._body()
        if body is None:
            self._send(Answer(413, b"too large\n", "text/plain"))
        elif path.startswith(PREFIX):
            self._send(self.server.control.answer(self.command, path, body))
        elif path.rstrip("/") != API_PATH:
            self._send(Answer(404, b"not found\n", "text/plain"))
        elif self.command == "DELETE":
            self._send(Answer(405, b"method not allowed\n", "text/plain"))
        else:
            self._call(self._request(body))

    def _call(self, request: Request) -> None:
        """Answer a call of the API, spoiled if a fault strikes."""
        fault = self.server.faults.strike(request.command)
        if fault is None:
            self._send(self.server.api.answer(request))
        elif fault.kind == "slow":
            self.server.stopping.wait(fault.seconds)
            self._send(self.server.api.answer(request))
        else:
            BROKEN_ANSWERS.get(fault.kind, Handler._refuse)(self, request, fault)

    def _refuse(self, request: Request, fault: Fault) -> None:
        code = int(fault.kind)
        # Only what CloudStack throws after verification is described in a header.
        error = ApiError(code, ERROR_TEXTS[code], None if code == 401 else 9999)
        self._send(self.server.api.refused(request, error))

    def _vanish(self, request: Request, fault: Fault) -> None:
        self.close_connection = True

    def _talk_nonsense(self, request: Request, fault: Fault) -> None:
        """Answer 200 with a proxy's page or, every second time, half of the document."""
        if fault.struck % 2:
            self._send(Answer(200, HTML, "text/html; charset=UTF-8"))
            return
        answer = self.server.api.answer(request)
        self._send(Answer(200, answer.body[: len(answer.body) // 2], answer.content_type))

    def _cut(self, request: Request, fault: Fault) -> None:
        """Promise the whole body, send half, close."""
        answer = self.server.api.answer(request)
        self._send(answer, answer.body[: len(answer.body) // 2])
        self.close_connection = True

    def _send(self, answer: Answer, body: bytes | None = None) -> None:
        """Send an answer; `body` instead of its own, under its own length."""
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers:
            self.send_header(name, _header_text(value))
        self.end_headers()
        self.wfile.write(answer.body if body is None else body)
        self.wfile.flush()

    def _request(self, body: bytes) -> Request:
        """Return the call: form first, then the query, whose parameters win as in CloudStack."""
        is_form = self.headers.get_content_type() == FORM
        query = urlsplit(self.path).query
        pairs = [("form", body.decode("utf-8", "replace"))] if is_form else []
        parameters: dict[str, str] = {}
        for _, text in (*pairs, ("query", query)):
            parameters |= dict(parse_qsl(text, keep_blank_values=True))
        return Request(self.command, parameters, self._cookies())

    def _cookies(self) -> dict[str, str]:
        try:
            cookies = SimpleCookie(self.headers.get("Cookie", ""))
        except CookieError:
            return {}
        return {name: morsel.value for name, morsel in cookies.items()}

    def _body(self) -> bytes | None:
        """Return the body, None if it is larger than CloudStack takes."""
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            self.close_connection = True
            return None
        return self.rfile.read(int(length))


BROKEN_ANSWERS: dict[str, Callable[[Handler, Request, Fault], None]] = {
    "down": Handler._vanish,
    "nonsense": Handler._talk_nonsense,
    "cut": Handler._cut,
}


def _header_text(value: str) -> str:
    """Return a header value without line ends, in the letters HTTP knows."""
    return " ".join(value.split()).encode("latin-1", "replace").decode("latin-1")
