"""The websocket: who is connected, and the jobs that wait for a user's answer on it."""

import base64
import json
import queue
import secrets
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import Response
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request
from websockets.server import ServerProtocol
from websockets.sync.connection import Connection

from leadrelay_sandbox.collect.refused import Refused, breach

type Answer = dict[str, Any]


class Hijacked(Response):
    """Ends a request whose connection has become a websocket: there is nothing left to send."""

    def __call__(self, *_: Any) -> Any:
        raise ConnectionAbortedError("the websocket has ended")


def accept(environ: Mapping[str, Any], headers: Mapping[str, str]) -> Connection | None:
    """Turn the connection of this WSGI request into a websocket, on the same port."""
    protocol = ServerProtocol()
    wanted = ("Host", "Upgrade", "Connection", "Sec-Websocket")
    lines = [f"{name}: {value}" for name, value in headers.items() if name.startswith(wanted)]
    head = "\r\n".join(["GET /websocket HTTP/1.1", *lines, "", ""])
    protocol.receive_data(head.encode("latin-1"))
    request = next((event for event in protocol.events_received()), None)
    if not isinstance(request, Request):
        return None
    response = protocol.accept(request)
    if response.status_code != 101:
        return None
    protocol.send_response(response)
    for chunk in protocol.data_to_send():
        environ["werkzeug.socket"].sendall(chunk)
    return Connection(environ["werkzeug.socket"], protocol, ping_interval=None)


class Sockets:
    """All open sockets by the id each was told, and the jobs by theirs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[str, Connection] = {}
        self._waiting: dict[str, tuple[str, queue.Queue[Answer | None]]] = {}

    def converse(self, connection: Connection, violation: Callable[[str], None]) -> None:
        """Say the key, then take answers until the client goes."""
        socket_id = base64.b64encode(secrets.token_bytes(16)).decode()
        with self._lock:
            self._open[socket_id] = connection
        try:
            connection.send(json.dumps({"type": "key", "message": socket_id}))
            for message in connection:
                self._take(socket_id, message, violation)
        except ConnectionClosed:
            pass  # without a closing handshake; the same to us
        finally:
            self._forget(socket_id)

    def _take(self, socket_id: str, message: str | bytes, violation: Callable[[str], None]) -> None:
        try:
            answer = json.loads(message)
            owner, waiting = self._waiting[answer["jobid"]]
        except (ValueError, TypeError, KeyError):
            violation("an answer must be a JSON object with the jobid of a prompt")
            return
        if owner != socket_id:
            violation("an answer on another's socket")
            return
        waiting.put(answer)

    def _forget(self, socket_id: str) -> None:
        with self._lock:
            del self._open[socket_id]
            for owner, waiting in self._waiting.values():
                if owner == socket_id:
                    waiting.put(None)

    def job(self, socket_id: str | None, switch: Mapping[str, Any]) -> "Job":
        if socket_id is not None and socket_id not in self._open:
            raise breach("websocket-id is not that of an open socket")
        return Job(self, socket_id, switch)

    def send(self, socket_id: str, message: Mapping[str, Any]) -> None:
        try:
            self._open[socket_id].send(json.dumps(message))
        except (KeyError, ConnectionClosed):
            raise Refused(400, "The websocket is closed.") from None

    @contextmanager
    def expect(self, socket_id: str, jobid: str) -> Iterator["queue.Queue[Answer | None]"]:
        """Where the answer to this job's prompt arrives; None when the socket closes."""
        waiting: queue.Queue[Answer | None] = queue.Queue()
        with self._lock:
            self._waiting[jobid] = (socket_id, waiting)
        try:
            yield waiting
        finally:
            with self._lock:
                del self._waiting[jobid]


class Job:
    """One run of a plan or report, and its conversation with the user if there is a socket."""

    def __init__(self, sockets: Sockets, socket_id: str | None, switch: Mapping[str, Any]) -> None:
        self._sockets = sockets
        self._socket_id = socket_id
        self._switch = switch
        self._jobid = str(uuid.uuid4()).upper()
        if socket_id is not None:
            self._say(type="start")

    def ask(self, prompt: Mapping[str, Any]) -> Answer:
        """The user's answer. Without a socket a plan that has to prompt fails."""
        if self._socket_id is None:
            raise Refused(400, "This has to prompt, and there is no websocket-id.")
        if self._switch["strangers"]:
            other = {"websocket-id": "AAAAAAAAAAAAAAAAAAAAAA==", "jobid": str(uuid.uuid4()).upper()}
            self._sockets.send(self._socket_id, {**other, "type": "prompt", **prompt})
        if self._switch["job_per_prompt"]:
            self._jobid = str(uuid.uuid4()).upper()
        with self._sockets.expect(self._socket_id, self._jobid) as waiting:
            self._say(named=self._switch["prompt_names_socket"], type="prompt", **prompt)
            try:
                answer = waiting.get(timeout=self._switch["prompt_seconds"])
            except queue.Empty:
                answer = None
        if answer is None:
            raise Refused(400, "The prompt was not answered.")
        self._say(type="end")
        return answer

    def _say(self, *, named: bool = True, **message: Any) -> None:
        if self._socket_id is not None:
            whose = {"websocket-id": self._socket_id} if named else {}
            self._sockets.send(self._socket_id, {**whose, "jobid": self._jobid, **message})
