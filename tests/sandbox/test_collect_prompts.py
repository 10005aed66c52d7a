"""Plans and reports of the Collect! simulator, and what they ask over the websocket."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from leadrelay_sandbox.collect import CollectSimulator
from leadrelay_sandbox.simulator import serve

APP = "/api/v1/collect/app"
EVENT = {
    "co_type": "5",
    "co_description": "Review Sales",
    "co_priority": "25",
    "co_date": "2030-01-13",
}


@dataclass
class Collect:
    simulator: CollectSimulator
    http: httpx.Client
    calls: ThreadPoolExecutor

    def run(self, plan: str, **more: Any) -> httpx.Response:
        return self.http.post(f"{APP}/runplan", json={"plan": plan, "debtor": 123, **more})

    def run_aside(self, plan: str, **more: Any) -> Future[httpx.Response]:
        return self.calls.submit(self.run, plan, **more)

    def events(self) -> list[str]:
        rows = self.http.get("/api/v1/collect/data/debtor/123/contact").json()["data"]
        return [row["co_description"] for row in rows]

    def heard_of_a_violation(self) -> None:
        """Wait until the simulator, which reads each socket on its own, has noted one."""
        deadline = time.monotonic() + 60
        while not self.simulator.violations and time.monotonic() < deadline:
            time.sleep(0.005)

    @contextmanager
    def socket(self) -> Iterator["Socket"]:
        url = self.http.base_url
        with connect(f"ws://{url.host}:{url.port}/websocket", proxy=None) as connection:
            key = json.loads(connection.recv(timeout=5))
            assert key["type"] == "key"
            yield Socket(connection, key["message"])


@dataclass
class Socket:
    connection: ClientConnection
    id: str

    def hear(self, kind: str) -> dict[str, Any]:
        """The next message for us, which is to be of this type."""
        while True:
            message: dict[str, Any] = json.loads(self.connection.recv(timeout=5))
            if message.get("websocket-id", self.id) == self.id:
                assert message["type"] == kind
                return message

    def answer(self, jobid: str, **answer: Any) -> None:
        self.connection.send(json.dumps({"jobid": jobid, **answer}))


@pytest.fixture
def collect() -> Iterator[Collect]:
    simulator = CollectSimulator()
    server = serve(simulator, 0)
    base = f"http://127.0.0.1:{server.server_port}"
    with httpx.Client(base_url=base) as http, ThreadPoolExecutor() as calls:
        login = {"op_id": "API", "op_password": "sandbox-password"}
        result = http.post("/api/v1/auth/login", json=login).json()["result"]
        http.headers["Authorization"] = f"Bearer {result['access_token']}"
        yield Collect(simulator, http, calls)
    server.shutdown()
    server.server_close()


@pytest.fixture
def socket(collect: Collect) -> Iterator[Socket]:
    with collect.socket() as socket:
        yield socket


def test_a_plan_that_asks_nothing_runs_without_a_socket_and_without_a_body(
    collect: Collect,
) -> None:
    answer = collect.run("REV")
    assert (answer.status_code, answer.content) == (200, b"")
    assert collect.events() == ["Review file..."]
    assert collect.simulator.records[0].operation == "runplan:REV"
    assert collect.simulator.violations == []


def test_a_plan_that_has_to_ask_fails_without_a_socket_and_leaves_nothing(
    collect: Collect,
) -> None:
    assert collect.run("ASK").status_code == 400
    assert collect.events() == []
    assert collect.simulator.records == []


def test_a_socket_hears_start_even_when_nothing_is_asked(collect: Collect, socket: Socket) -> None:
    call = collect.run_aside("REV", **{"websocket-id": socket.id})
    assert socket.hear("start")["websocket-id"] == socket.id
    assert call.result(5).status_code == 200


@pytest.mark.parametrize(("named", "own_job", "jobids"), [(True, False, 1), (False, True, 5)])
def test_a_plan_asks_in_all_four_ways(
    collect: Collect, socket: Socket, *, named: bool, own_job: bool, jobids: int
) -> None:
    collect.simulator.switch |= {"prompt_names_socket": named, "job_per_prompt": own_job}
    call = collect.run_aside("ALL", **{"websocket-id": socket.id})
    jobs = {socket.hear("start")["jobid"]}
    for subtype, answer in (
        ("button", {"button": 0}),
        ("form", {"button": 4631, "data": EVENT}),
        ("string", {"button": 0, "data": "Ring her"}),
        ("date", {"data": "2030-02-01"}),
    ):
        prompt = socket.hear("prompt")
        assert prompt["subtype"] == subtype
        assert ("websocket-id" in prompt) == named
        socket.answer(prompt["jobid"], **answer)
        assert socket.hear("end")["jobid"] == prompt["jobid"]
        jobs.add(prompt["jobid"])
    assert call.result(5).status_code == 200
    assert len(jobs) == jobids
    assert collect.events() == ["Review file...", "Review Sales", "Ring her", "Review file..."]
    assert collect.simulator.violations == []


def test_no_schedules_nothing(collect: Collect, socket: Socket) -> None:
    call = collect.run_aside("CNF", **{"websocket-id": socket.id})
    prompt = [socket.hear("start"), socket.hear("prompt")][1]
    socket.answer(prompt["jobid"], button=4632, data=EVENT)
    assert call.result(5).status_code == 200
    assert collect.events() == []


@pytest.mark.parametrize(
    ("plan", "answer"),
    [
        ("ASK", {"button": 2}),
        ("ASK", {"button": "Yes"}),
        ("ASK", {"button": 0, "data": {}}),
        ("CNF", {"button": 0, "data": EVENT}),
        ("CNF", {"button": 4631}),
        ("CNF", {"button": 4631, "data": EVENT | {"co_mood": "good"}}),
        ("DAT", {"data": "tomorrow"}),
    ],
)
def test_a_wrong_answer_fails_the_plan_and_rolls_it_back(
    collect: Collect, socket: Socket, plan: str, answer: dict[str, Any]
) -> None:
    call = collect.run_aside(plan, **{"websocket-id": socket.id})
    prompt = [socket.hear("start"), socket.hear("prompt")][1]
    socket.answer(prompt["jobid"], **answer)
    assert call.result(5).status_code == 400
    assert collect.events() == []
    assert len(collect.simulator.violations) == 1


def test_an_answer_that_never_comes_fails_the_plan(collect: Collect, socket: Socket) -> None:
    collect.simulator.switch["prompt_seconds"] = 0.05
    assert collect.run("ASK", **{"websocket-id": socket.id}).status_code == 400
    assert collect.events() == []


def test_a_socket_that_closes_fails_the_plan(collect: Collect, socket: Socket) -> None:
    call = collect.run_aside("ASK", **{"websocket-id": socket.id})
    assert socket.hear("start")
    assert socket.hear("prompt")
    socket.connection.close()
    assert call.result(5).status_code == 400


def leave_out_the_plan(body: dict[str, Any]) -> None:
    del body["plan"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda body: body.update(debtor=9), 404),
        (lambda body: body.update(plan="XXX"), 404),
        (lambda body: body.update(debtor="123"), 400),
        (lambda body: body.update(client=17), 400),
        (lambda body: body.update({"websocket-id": "unknown"}), 400),
        (leave_out_the_plan, 400),
    ],
)
def test_a_plan_that_cannot_be_run_is_refused(
    collect: Collect, change: Callable[[dict[str, Any]], None], status: int
) -> None:
    body: dict[str, Any] = {"plan": "REV", "debtor": 123}
    change(body)
    assert collect.http.post(f"{APP}/runplan", json=body).status_code == status
    assert len(collect.simulator.violations) == (status == 400)


def test_an_answer_to_anothers_prompt_is_noted(collect: Collect, socket: Socket) -> None:
    call = collect.run_aside("ASK", **{"websocket-id": socket.id})
    prompt = [socket.hear("start"), socket.hear("prompt")][1]
    with collect.socket() as other:
        other.answer(prompt["jobid"], button=0)
        collect.heard_of_a_violation()
    socket.answer(prompt["jobid"], button=0)
    assert call.result(5).status_code == 200
    assert collect.simulator.violations == ["websocket: an answer on another's socket"]


def test_a_report_answers_in_the_forms_asked_for(collect: Collect) -> None:
    body = {"report": "Debtor Listing", "rowid": ["123"], "destination": "svg,csv"}
    assert collect.http.post(f"{APP}/report", json=body).json().keys() == {"svg", "csv"}
    for wrong, status in (
        ({"destination": "pdf"}, 400),
        ({"rowid": "123"}, 400),
        ({"report": ""}, 400),
        ({"report": "Unknown"}, 404),
    ):
        assert collect.http.post(f"{APP}/report", json=body | wrong).status_code == status


def test_a_report_can_ask_too(collect: Collect, socket: Socket) -> None:
    body = {
        "report": "Confirmed Listing",
        "destination": "csv",
        "websocket-id": socket.id,
    }
    call = collect.calls.submit(collect.http.post, f"{APP}/report", json=body)
    prompt = [socket.hear("start"), socket.hear("prompt")][1]
    socket.answer(prompt["jobid"], button=0)
    assert call.result(5).status_code == 200


def test_the_websocket_wants_a_handshake(collect: Collect) -> None:
    assert collect.http.get("/websocket").status_code == 426
