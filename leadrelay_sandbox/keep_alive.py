"""The HTTP side of a simulator: connections that are kept, counted, and cut for a fault."""

import io
import itertools
import socket
import struct
from typing import Any

from werkzeug.serving import WSGIRequestHandler
from werkzeug.wrappers import Response as WsgiResponse


class KeepAliveHandler(WSGIRequestHandler):
    """Werkzeug's handler hangs up after each answer; this one keeps connections and counts them."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else an answer's body waits 40 ms for the ACK of its head
    numbers = itertools.count(1)

    def setup(self) -> None:
        super().setup()
        self.number = next(self.numbers)
        self.cut = False

    def run_wsgi(self) -> None:
        environ = self.make_environ() | {"leadrelay_sandbox.connection": self}
        endless = environ.get("wsgi.input_terminated", False)  # chunked: reads to its own end
        length = -1 if endless else int(environ.get("CONTENT_LENGTH", 0))
        # Read whole: what a route or a fault left unread would be taken for the next request.
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(length))
        answer = WsgiResponse.from_app(self.server.app, environ, buffered=True)
        if self.cut:
            self._reset()
        else:
            self._answer(answer)

    def _answer(self, answer: WsgiResponse) -> None:
        body = answer.get_data()
        if answer.status_code not in {204, 304}:
            answer.headers.setdefault("Content-Length", str(len(body)))
        self.send_response(answer.status_code)
        for name, value in answer.headers:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _reset(self) -> None:
        """With linger at zero, closing sends RST instead of FIN."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  # werkzeug's name
        """Say nothing: the twin prints what matters."""
