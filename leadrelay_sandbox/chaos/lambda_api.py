"""What our functions ask of Lambda: to start one another, and to read a queue or not."""

import json
from collections import deque
from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, request

from leadrelay_sandbox.chaos.queue import Queue
from leadrelay_sandbox.simulator import Simulator

_API = "/2015-03-31"


def mapping_uuid(crm: str) -> str:
    """As long as a UUID has to be."""
    return f"{crm:->36}"


class LambdaApi(Simulator):
    """`started` holds the events that each function was started with, until somebody takes them.

    A mapping's UUID is made of the CRM's name.
    """

    name = "lambda"

    def __init__(self, prefix: str, queues: Mapping[str, Queue]) -> None:
        super().__init__()
        self.started: dict[str, deque[dict[str, Any]]] = {
            name: deque() for name in ("sweep", *(f"deliver-{crm}" for crm in queues))
        }
        self._prefix = prefix
        self._queues = queues
        invoke = f"{_API}/functions/<name>/invocations"
        self.app.add_url_rule(invoke, view_func=self._invoke, methods=["POST"])
        mapping = f"{_API}/event-source-mappings/<uuid>"
        self.app.add_url_rule(mapping, view_func=self._mapping, methods=["GET", "PUT"])

    def take(self, function: str) -> dict[str, Any] | None:
        """The next event that this function was started with."""
        try:
            return self.started[function].popleft()
        except IndexError:
            return None

    def start(self, function: str) -> None:
        """As an operator's command does."""
        self.started[function].append({})

    def _invoke(self, name: str) -> Response:
        event = json.loads(request.get_data() or "{}")
        self.started[name.removeprefix(self._prefix)].append(event)
        return Response(status=202)

    def _mapping(self, uuid: str) -> Response:
        queue = self._queues[uuid.strip("-")]
        if request.method == "PUT":
            queue.is_read = request.get_json(force=True)["Enabled"]
        return jsonify(UUID=uuid, State="Enabled" if queue.is_read else "Disabled")
