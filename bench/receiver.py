"""The CRM of the peers: counts every lead that it was given; can be down, or lose its answers."""

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Receiver:
    """`got` is lead → how often it was written. `slow_s` is waited before each write."""

    def __init__(self) -> None:
        self.got: Counter[str] = Counter()
        self.is_down = False
        self.slow_s = 0.0
        self.loses_every = 0
        self.lock = threading.Lock()
        self.url = ""

    def write(self, body: bytes) -> bool:
        """Whether to answer. The first answer about each so many leads gets lost."""
        (number,) = re.findall(rb"lead-no-(\d+)", body) or (b"0",)
        with self.lock:
            self.got[number.decode()] += 1
            first = self.got[number.decode()] == 1
        return not (self.loses_every and first and int(number) % self.loses_every == 0)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    own: Receiver

    def do_POST(self) -> None:  # http.server's
        body = self._body()
        if self.own.slow_s:
            time.sleep(self.own.slow_s)
        if self.own.is_down:
            self._answer(503, b"{}")
        elif self.own.write(body):
            self._answer(200, b'{"ok": true}')
        else:
            self.close_connection = True

    def _body(self) -> bytes:
        if length := self.headers.get("Content-Length"):
            return self.rfile.read(int(length))
        chunks = b""
        while size := int(self.rfile.readline(), 16):
            chunks += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return chunks

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nobody reads it."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Who is killed hangs up."""


@contextmanager
def receiver() -> Iterator[Receiver]:
    own = Receiver()
    handler = type("Handler", (_Handler,), {"own": own})
    server = _Server(("127.0.0.1", 0), handler)
    own.url = f"http://127.0.0.1:{server.server_port}/"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield own
    finally:
        server.shutdown()
        server.server_close()
