"""The line between the browser and the API: a proxy that loses requests, and answers, and takes
from those of the source `foreign` what lets a page's script read them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

import httpx

_OURS = {"transfer-encoding", "connection", "content-length", "date", "server", "content-encoding"}


class Line(ThreadingHTTPServer):
    """Passes on what it gets; `fault` says what shall become of the next request instead:
    "before" cuts the connection, "after" does so once the server has answered, "busy" is a 503."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = ""
        self.web = httpx.Client(timeout=120, limits=httpx.Limits(max_connections=50))
        self.faults: dict[str, float] = {}
        self.cut: dict[str, int] = {}
        self._random = Random(7)  # noqa: S311
        self._lock = threading.Lock()

    def take(self, api_url: str) -> str:
        """The API's URL by this line."""
        self.upstream, path = "/".join(api_url.split("/")[:3]), "/".join(api_url.split("/")[3:])
        return f"http://127.0.0.1:{self.server_port}/{path}"

    def fault(self) -> str:
        """Of the next request; "" for none."""
        with self._lock:
            drawn = self._random.random()
            for fault, share in self.faults.items():
                if drawn < share:
                    self.cut[fault] = self.cut.get(fault, 0) + 1
                    return fault
                drawn -= share
        return ""

    def handle_error(self, *_: object) -> None:
        """Browsers hang up too."""


class _Handler(BaseHTTPRequestHandler):
    server: Line
    protocol_version = "HTTP/1.1"

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = self.server.fault() if self.command != "OPTIONS" else ""
        self.close_connection = True
        if fault == "before":
            return
        headers = [(name, value) for name, value in self.headers.items() if name.lower() != "host"]
        if fault == "busy":
            origin = self.headers.get("Origin", "*")
            answer = httpx.Response(
                503,
                headers={
                    "Retry-After": "1",
                    "Access-Control-Allow-Origin": origin,
                    "Access-Control-Expose-Headers": "Retry-After",
                },
            )
        else:
            answer = self.server.web.request(
                self.command, self.server.upstream + self.path, headers=headers, content=body
            )
        if fault != "after":
            self._say(answer)

    do_GET = do_POST = do_HEAD = do_OPTIONS = _pass  # noqa: N815  # as the base class calls them

    def _say(self, answer: httpx.Response) -> None:
        self.send_response(answer.status_code)
        for name, value in answer.headers.multi_items():
            hidden = name.lower().startswith("access-control-") and self.path.endswith("/foreign")
            if not (hidden or name.lower() in _OURS):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.content)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.content)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def running_line() -> Iterator[Line]:
    line = Line()
    threading.Thread(target=line.serve_forever, daemon=True).start()
    try:
        yield line
    finally:
        line.shutdown()
        line.server_close()
        line.web.close()
