"""What every simulator has from the kit: kept connections, faults that strike, violations."""

import io
from collections.abc import Iterator
from contextlib import redirect_stderr

import httpx
import pytest
from flask import Response, jsonify, request

from leadrelay_sandbox.simulator import Simulator, serve


class Notebook(Simulator):
    """Saves each body it gets; a body of "bad" is against its documentation."""

    name = "notebook"

    def __init__(self) -> None:
        super().__init__()
        self.app.add_url_rule("/note", view_func=self._note, methods=["POST"])
        self.app.add_url_rule("/deaf", view_func=lambda: Response("heard"), methods=["POST"])

    def refusal(self, words: str) -> Response:
        return jsonify(refused=words)

    def _note(self) -> Response:
        body = request.get_data(as_text=True)
        if body == "bad":
            self.violation("the note is bad")
        record = self.save(str(len(self.records)), self.operation(), {"body": body})
        return jsonify(id=record.id)


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
def client(notebook: Notebook) -> Iterator[httpx.Client]:
    server = serve(notebook)
    with httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}", timeout=5) as client:
        yield client
    server.shutdown()


def test_a_kept_connection_is_counted_once(client: httpx.Client, notebook: Notebook) -> None:
    for _ in range(20):
        client.post("/note", content="a")
    httpx.post(client.base_url.join("/note"), content="b")

    assert client.get("/_sandbox/stats").json() == {
        "requests": 21,
        "connections": 2,
        "logins": 0,
        "calls": {"/note": 21},
    }


@pytest.mark.parametrize("after_saving", [False, True])
def test_a_reset_cuts_the_connection_and_says_nothing(
    client: httpx.Client, notebook: Notebook, *, after_saving: bool
) -> None:
    notebook.fail_next(reset=True, after_saving=after_saving)

    with (
        redirect_stderr(io.StringIO()) as stderr,
        pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)),
    ):
        client.post("/note", content="a")

    assert client.post("/note", content="b").status_code == 200
    assert stderr.getvalue() == ""
    assert [r.fields["body"] for r in notebook.records] == ["a", "b"][not after_saving :]
    assert len(notebook.connections) == 2


@pytest.mark.parametrize("size", [100, 1_000_000])
def test_an_unread_body_does_not_poison_the_connection(
    client: httpx.Client, notebook: Notebook, size: int
) -> None:
    smuggled = "POST /note HTTP/1.1\r\nContent-Length: 3\r\n\r\nbad\r\n"
    notebook.fail_next(503, times=2, operation="/note")

    statuses = [client.post("/note", content=smuggled.ljust(size)).status_code for _ in range(2)]
    heard = client.post("/deaf", content=smuggled.ljust(size))

    assert statuses == [503, 503]
    assert heard.text == "heard"
    assert client.post("/note", content="after").json() == {"id": "0"}
    assert len(notebook.connections) == 1


def test_a_chunked_body_arrives_whole(client: httpx.Client, notebook: Notebook) -> None:
    client.post("/note", content=iter([b"one ", b"two"]))
    client.post("/note", content="three")

    assert [r.fields["body"] for r in notebook.records] == ["one two", "three"]


def test_a_fault_strikes_its_operation_as_often_as_told(client: httpx.Client) -> None:
    client.post(
        "/_sandbox/fault",
        json={
            "status": 429,
            "times": 1,
            "operation": "/note",
            "headers": {"Retry-After": "7"},
            "body": "slow down",
        },
    )

    assert client.post("/deaf").status_code == 200
    struck = client.post("/note", content="a")
    assert (struck.status_code, struck.text) == (429, "slow down")
    assert struck.headers["retry-after"] == "7"
    assert client.post("/note", content="a").status_code == 200


def test_a_fault_about_one_lead_strikes_no_other(client: httpx.Client, notebook: Notebook) -> None:
    notebook.fail_next(503, about="Jane Doe")

    assert client.post("/note", content="John Doe").status_code == 200
    assert client.post("/note", content="of Jane Doe").status_code == 503
    assert client.post("/note", content="Jane Doe again").json() == {"id": "1"}
    for elsewhere in (
        {"url": "/note?name=Jane%20Doe"},
        {"url": "/deaf", "data": {"n": "Jane Doe"}},
    ):
        notebook.fail_next(503, about="Jane Doe")
        assert client.post(**elsewhere).status_code == 503
    assert [r.fields["body"] for r in notebook.records] == ["John Doe", "Jane Doe again"]


def test_a_slow_answer_outlasts_an_impatient_client(
    client: httpx.Client, notebook: Notebook
) -> None:
    notebook.fail_next(delay=0.3, after_saving=True)

    with pytest.raises(httpx.ReadTimeout):
        client.post("/note", content="a", timeout=0.05)

    assert [record.fields["body"] for record in notebook.records] == ["a"]


def test_a_refusal_speaks_the_words_given(client: httpx.Client, notebook: Notebook) -> None:
    notebook.fail_next(refuse="not today")

    assert client.post("/note", content="a").json() == {"refused": "not today"}
    assert notebook.records == []


def test_violations_are_listed_until_a_reset(client: httpx.Client) -> None:
    client.post("/note", content="good")
    client.post("/note", content="bad")

    violations = client.get("/_sandbox/violations").json()
    client.post("/_sandbox/reset")

    assert violations == {"violations": ["/note: the note is bad"]}
    assert client.get("/_sandbox/violations").json() == {"violations": []}
