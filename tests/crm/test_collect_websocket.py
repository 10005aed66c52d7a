"""Calls to Collect! that prompt, over a real websocket on the loopback interface."""

import json
import threading
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import httpx
import pytest
from websockets.sync.server import ServerConnection, serve

from leadrelay.crm.collect.api import Api
from leadrelay.crm.collect.websocket import Answer, Prompt, run, url_of
from leadrelay.errors import Misconfigured, Refused, Retryable

KEY = "43tzLWO2RJzlxQPpsw4EOA=="
JOB = "BB384B01-4C01-4678-8D9D-63D6B53A8804"
EVENT = {"co_type": "5", "co_description": "Review file...", "co_who": "OWN"}


class Vendor:
    """Asks `prompts` one after the other while a call over HTTP waits."""

    def __init__(self, *prompts: Mapping[str, Any]) -> None:
        self.prompts = prompts
        self.first: dict[str, Any] = {"type": "key", "message": KEY}
        self.answers: list[Any] = []
        self.bodies: list[Any] = []
        self.called = threading.Event()
        self.finished = threading.Event()

    def talk(self, socket: ServerConnection) -> None:
        socket.send(json.dumps(self.first))
        self.called.wait(5)
        try:
            self._send(socket, type="start")
            for prompt in self.prompts:
                stranger = {"websocket-id": "someone else's", "type": "prompt", "subtype": "button"}
                socket.send(json.dumps(stranger | {"buttons": ["Yes"]}))
                self._send(socket, type="prompt", **prompt)
                self.answers.append(json.loads(socket.recv(timeout=5)))
                self._send(socket, type="end")
        finally:
            self.finished.set()

    def _send(self, socket: ServerConnection, **message: Any) -> None:
        socket.send(json.dumps({"websocket-id": KEY, "jobid": JOB} | message))

    def http(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/auth/login"):
            result = {"nx_operator": {}, "access_token": "T.a.b"}
            return httpx.Response(200, json={"status": 200, "result": result})
        self.bodies.append(json.loads(request.content))
        self.called.set()
        self.finished.wait(5)
        done = len(self.answers) == len(self.prompts)
        return httpx.Response(200) if done else httpx.Response(400, text="prompt not answered")


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


@pytest.fixture
def api(vendor: Vendor) -> Iterator[Api]:
    with serve(vendor.talk, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.socket.getsockname()[1]
        secret = {
            "base_url": "https://api.example.com",
            "websocket_url": f"ws://127.0.0.1:{port}",
            "op_id": "OWN",
            "op_password": "own",
        }
        client = httpx.Client(transport=httpx.MockTransport(vendor.http))
        yield Api(client, lambda _: secret)
        vendor.called.set()
        server.shutdown()


def ask(api: Api, answer: Answer) -> list[Prompt]:
    asked: list[Prompt] = []

    def reply(prompt: Prompt) -> Answer:
        asked.append(prompt)
        return answer

    assert run(api, "runplan", reply, plan="REV", debtor=123) == {}
    return asked


BUTTONS = {"subtype": "button", "message": "Do you want to proceed?", "buttons": ["Yes", "No"]}
FORM = {"subtype": "form", "formid": "35d01ff2", "data": EVENT}


def test_a_call_without_prompts_bears_the_sockets_id(vendor: Vendor, api: Api) -> None:
    assert ask(api, Answer()) == []
    assert vendor.bodies == [{"plan": "REV", "debtor": 123, "websocket-id": KEY}]


@pytest.mark.parametrize(
    ("prompt", "answer", "sent"),
    [
        (BUTTONS, Answer(1), {"button": 1}),
        (
            FORM,
            Answer(4631, {"co_who": "SAL"}),
            {"button": 4631, "data": EVENT | {"co_who": "SAL"}},
        ),
        ({"subtype": "string"}, Answer(0, "why"), {"button": 0, "data": "why"}),
        ({"subtype": "date"}, Answer(0, date(2026, 3, 2)), {"button": 0, "data": "2026-03-02"}),
    ],
)
def test_each_kind_of_prompt_gets_its_answer(
    vendor: Vendor, api: Api, prompt: dict[str, Any], answer: Answer, sent: dict[str, Any]
) -> None:
    vendor.prompts = (prompt, BUTTONS) if prompt is not BUTTONS else (prompt,)
    answers = iter((answer, Answer(0)))
    assert run(api, "runplan", lambda _: next(answers), plan="REV", debtor=123) == {}
    assert vendor.answers[0] == {"jobid": JOB} | sent


def test_a_prompt_shows_what_the_server_asked(vendor: Vendor, api: Api) -> None:
    vendor.prompts = (BUTTONS,)
    message = "Do you want to proceed?"
    assert ask(api, Answer(0)) == [Prompt("button", message, buttons=("Yes", "No"))]


@pytest.mark.parametrize(
    ("prompt", "answer"),
    [
        (BUTTONS, Answer(2)),
        (FORM, Answer(4631, "text")),
        ({"subtype": "date"}, Answer(0, "tomorrow")),
        ({"subtype": "riddle"}, Answer(0, "a stone")),
    ],
)
def test_an_answer_that_does_not_fit_is_not_sent(
    vendor: Vendor, api: Api, prompt: dict[str, Any], answer: Answer
) -> None:
    vendor.prompts = (prompt,)
    with pytest.raises(Refused, match="doesn't fit"):
        ask(api, answer)
    assert vendor.answers == []


def test_what_the_callback_raises_reaches_the_caller(vendor: Vendor, api: Api) -> None:
    vendor.prompts = (BUTTONS,)

    def reply(_: Prompt) -> Answer:
        raise LookupError("nobody knows")

    with pytest.raises(LookupError, match="nobody knows"):
        run(api, "runplan", reply, plan="REV", debtor=123)


def test_a_socket_without_a_key_starts_no_call(vendor: Vendor, api: Api) -> None:
    vendor.first = {"type": "hello"}
    with pytest.raises(Retryable, match="key"):
        ask(api, Answer())
    assert vendor.bodies == []


@pytest.mark.parametrize(
    ("url", "error"), [("ws://127.0.0.1:9", Retryable), ("nonsense", Misconfigured)]
)
def test_no_socket_means_no_call(url: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        ask(Api(httpx.Client(), lambda _: {"websocket_url": url}), Answer())


@pytest.mark.parametrize(
    ("secret", "url"),
    [
        ({"base_url": "https://api.example.com/api/v1"}, "wss://api.example.com/websocket"),
        ({"base_url": "http://192.0.2.1:40000"}, "ws://192.0.2.1:40000/websocket"),
        ({"base_url": "https://a.example.com", "websocket_url": "ws://b:4001"}, "ws://b:4001"),
    ],
)
def test_the_socket_is_at_the_apis_host_unless_the_secret_says(
    secret: dict[str, str], url: str
) -> None:
    assert url_of(secret) == url
