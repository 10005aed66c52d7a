"""`leadrelay crm trackerrms authorize`: a user lets Leadrelay in, and the secret gets its tokens.

OAuth's authorization code flow with a loopback redirect (RFC 8252, section 7.3): the user logs in
at TrackerRMS in their browser, which then brings a code to a server here that waits for it.
"""

import html
import secrets
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from queue import Empty, SimpleQueue
from urllib.parse import parse_qs, urlsplit

import typer

from leadrelay.crm import http
from leadrelay.crms import CRMS
from leadrelay.errors import Misconfigured
from leadrelay_ops.account import account
from leadrelay_ops.failures import Told, choose
from leadrelay_ops.stack import Stack

PORT = 8484  # one that can be told to TrackerRMS, should it want to know its clients' addresses
_WAIT_S = 300.0
_PATH = "/leadrelay"


def authorize(
    stack: Stack,
    crm: str,
    *,
    show: Callable[[str], object] = webbrowser.open,
    port: int = PORT,
    wait: float = _WAIT_S,
) -> None:
    """Store what a user's consent is exchanged for, and log in with it. `show` opens a URL.

    Raises Told for a CRM that has no such thing, Misconfigured, Retryable.
    """
    login = import_module(f"leadrelay.crm.{choose('CRM', crm, CRMS)}.login")
    if not hasattr(login, "authorized"):
        raise Told(f"{crm} has nothing to authorize: its secret holds all that logs in")
    name = f"crm/{crm}"
    secret = stack.secrets.get(name, fresh=True)
    with _redirect(port, state := secrets.token_urlsafe()) as (redirect_uri, codes):
        url = login.authorization_url(secret.get("base_url"), redirect_uri, state)
        typer.echo(f"Log in at TrackerRMS and let Leadrelay in:\n{url}", err=True)
        show(url)
        code = _code(codes, wait)
    with http.client(1) as client:
        stack.secrets.put(name, login.authorized(client, secret, code, redirect_uri))
    with account(stack, crm) as known:
        typer.echo(f"Stored in the secret of {stack.name}: {known.check()}.")


def _code(codes: SimpleQueue[str], wait: float) -> str:
    try:
        code = codes.get(timeout=wait)
    except Empty:
        message = f"nobody came back from TrackerRMS within {wait:.0f} s; try again"
        raise Misconfigured(message) from None
    if not code:
        raise Misconfigured("TrackerRMS sent the user back without a code: they were not let in")
    return code


@contextmanager
def _redirect(port: int, state: str) -> Iterator[tuple[str, SimpleQueue[str]]]:
    """A server on loopback: its URL, and what it is brought; "" for a refusal. Whoever doesn't
    know `state` brings nothing."""
    codes: SimpleQueue[str] = SimpleQueue()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            given = {name: values[0] for name, values in parse_qs(parts.query).items()}
            known = secrets.compare_digest(given.get("state", "").encode(), state.encode())
            if parts.path != _PATH or not known:
                self._say(400, "This is not the answer that Leadrelay waits for.")
                return
            refused = given.get("error_description") or given.get("error") or "no code"
            says = "Leadrelay is let in" if given.get("code") else f"Not let in ({refused})"
            self._say(200, f"{says}. You can close this window.")
            codes.put(given.get("code", ""))

        def _say(self, status: int, text: str) -> None:
            body = f"<!doctype html><title>Leadrelay</title><p>{html.escape(text)}".encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """The path holds the code."""

    try:
        # With a thread for each connection: browsers open spare ones, on which they say nothing.
        server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    except OSError as error:
        raise Misconfigured(f"port {port} of this machine is taken: free it") from error
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{_PATH}", codes
    finally:
        server.shutdown()
        server.server_close()
