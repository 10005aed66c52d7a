"""Talks to the Initiative simulator by hand, so that requests can be wrong too."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from leadrelay_sandbox.initiative import InitiativeSimulator
from leadrelay_sandbox.simulator import serve

LEAD = {"lastname": "Dupont", "company": "ACME", "assigned_user_id": "19x1"}
DENIED = "Permission to perform the operation is denied"


class Client:
    """Requests with the session that `log_in` opened, if any."""

    def __init__(self, http: httpx.Client, simulator: InitiativeSimulator) -> None:
        self.http = http
        self.simulator = simulator
        self.session = ""

    def get(self, operation: str, **params: Any) -> httpx.Response:
        sent = {"operation": operation} | ({"sessionName": self.session} if self.session else {})
        return self.http.get("/wstiger.php", params=sent | params)

    def post(self, operation: str, files: Any = None, **form: Any) -> httpx.Response:
        sent = {"operation": operation} | ({"sessionName": self.session} if self.session else {})
        return self.http.post("/wstiger.php", data=sent | form, files=files)

    def token(self) -> str:
        reply = self.http.get(
            "/wstiger.php", params={"operation": "getchallenge", "username": "demo/api"}
        )
        return str(reply.json()["result"]["token"])

    def log_in(self, token: str = "", key: str = "sandboxAccessKey") -> httpx.Response:
        digest = digested((token or self.token()) + key)
        form = {"operation": "login", "username": "demo/api", "accessKey": digest}
        return self.http.post("/wstiger.php", data=form)

    def create(self, module: str, **element: Any) -> httpx.Response:
        return self.post("create", elementType=module, element=json.dumps(element))

    def created(self, module: str, **element: Any) -> dict[str, str]:
        record: dict[str, str] = result(self.create(module, **element))
        return record

    def switch(self, **values: Any) -> None:
        self.http.post("/_sandbox/switch", json=values).raise_for_status()

    @property
    def violations(self) -> list[str]:
        return self.simulator.violations


def digested(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def result(reply: httpx.Response) -> Any:
    body = reply.json()
    assert body["success"] is True, body
    return body["result"]


def error(reply: httpx.Response) -> tuple[str, str]:
    assert reply.status_code == 200
    assert reply.headers["Content-Type"] == "application/json"
    body = reply.json()
    assert body["success"] is False
    return body["error"]["code"], body["error"]["message"]


@contextmanager
def serving() -> Iterator[tuple[InitiativeSimulator, str]]:
    """A simulator on a real port, and its address."""
    simulator = InitiativeSimulator()
    server = serve(simulator, 0)
    try:
        yield simulator, f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def talking(served: tuple[InitiativeSimulator, str]) -> Iterator[Client]:
    """A client without a session, of a simulator that remembers nothing."""
    simulator, url = served
    simulator.reset()
    with httpx.Client(base_url=url, timeout=5) as http:
        yield Client(http, simulator)
