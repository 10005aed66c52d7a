"""Where faults strike inside a function's process: its requests to AWS and its writes to a CRM.

A request's point says what it is for: "claim", "settle" and so on, read from the request itself.
"""

import io
import json
import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any, NoReturn

import httpx
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError
from botocore.httpsession import URLLib3Session
from urllib3 import HTTPResponse

from leadrelay.aws import secrets
from leadrelay.aws.clients import session
from leadrelay.crm import http
from leadrelay_sandbox.chaos.clock import real
from leadrelay_sandbox.chaos.faults import Fault

_POINTS = {
    "TransactWriteItems": "keep",
    "Query": "overdue",
    "GetSecretValue": "secret",
    "ChangeMessageVisibility": "put back",
}


def point_of(operation: str, body: dict[str, Any]) -> str:
    """What a request to AWS is for; "" for what no fault is meant for."""
    match operation:
        case "UpdateItem" if body["Key"]["pk"]["S"].startswith("lead#"):
            return _update(body.get("ExpressionAttributeValues", {}))
        case "GetItem" if body["Key"]["sk"]["S"] == "lead":
            return "read lead"
        case "SendMessage":
            return "dead letter" if body["QueueUrl"].endswith("-dead") else "queue"
        case _:
            return _POINTS.get(operation, "")


def _point(request: Any) -> str:
    target = request.headers.get("X-Amz-Target", b"")
    if not target:  # S3 and Lambda name their operations by paths
        is_file = f"/{os.environ['FILES_BUCKET']}/" in request.url
        return {"GET": "read file", "PUT": "keep file"}.get(request.method, "") if is_file else ""
    operation = (target if isinstance(target, str) else target.decode()).rpartition(".")[2]
    return point_of(operation, json.loads(request.body))


_WRITES = (
    *(("replays", "revive"), ("erasing", "mark")),
    *(("attempts", "settle"), ("steps", "remember"), ("due_at", "nudge")),
    ("lead", "news"),  # news of a lead, and its corrections
)


def _update(values: dict[str, Any]) -> str:
    if values.get(":set_state", {}).get("S") == "sending":
        return "claim"
    for name, point in _WRITES:
        if f":set_{name}" in values:
            return point
    return ""


class Strikes:
    """The faults that wait in this process for their request. Safe to use from several threads."""

    def __init__(self, tell: Callable[[Fault], None]) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self._armed: dict[Fault, int] = {}
        self._aws = URLLib3Session()
        self._send = http.send

    def arm(self, fault: Fault) -> None:
        with self._lock:
            self._armed[fault] = fault.times

    def install(self) -> None:
        """To be called before a function's module is imported, as it makes its clients then."""
        # The clients that it makes have a copy of these.
        aws: Any = session()
        aws.register("before-send.*", self._on_aws)
        aws.register("before-parameter-build.sqs.ChangeMessageVisibility", _hide_for_less)
        http.send = self._on_crm
        http.READ_S, http.CONNECT_S = real(http.READ_S), real(http.CONNECT_S)
        vars(secrets)["_KEPT_S"] = real(vars(secrets)["_KEPT_S"])

    def _take(self, point: str) -> Fault | None:
        with self._lock:
            fault = next((one for one in self._armed if one.point == point), None)
            if fault is None:
                return None
            first = self._armed[fault] == fault.times
            self._armed[fault] -= 1
            if not self._armed[fault]:
                del self._armed[fault]
        if first:
            self._tell(fault)
        return fault

    def _on_aws(self, request: AWSPreparedRequest, **_: object) -> AWSResponse | None:
        fault = self._take(_point(request))
        if fault is None:
            return None
        match fault.action:
            case "throttle":
                return _answer(request, "ThrottlingException")
            case "deny":
                return _answer(request, "ConditionalCheckFailedException")
            case "cut":
                raise EndpointConnectionError(endpoint_url=request.url)
            case "lose":
                self._aws.send(request)
                raise ConnectionClosedError(endpoint_url=request.url)
            case "kill after":
                self._aws.send(request)
        return _end(fault)

    def _on_crm(
        self, client: httpx.Client, method: str, url: str, *, writes: bool, **request: Any
    ) -> httpx.Response:
        fault = self._take("write") if writes else None
        if fault and fault.action != "kill after":
            _end(fault)
        response = self._send(client, method, url, writes=writes, **request)
        if fault:
            _end(fault)
        return response


def _end(fault: Fault) -> NoReturn:
    while fault.action == "hang":
        time.sleep(1)  # until the time limit ends the process
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("a killed process goes on")


def _answer(request: AWSPreparedRequest, error: str) -> AWSResponse:
    body = HTTPResponse(io.BytesIO(json.dumps({"__type": error}).encode()), preload_content=False)
    return AWSResponse(request.url, 400, HTTPHeaders(), body)


def _hide_for_less(params: dict[str, Any], **_: object) -> None:
    """The queue lives in our time."""
    params["VisibilityTimeout"] = round(real(params["VisibilityTimeout"]))
