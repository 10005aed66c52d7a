"""The envelope of every Widget API request: `{"trackerrms": {operation: {"credentials": …}}}`."""

import json
from collections.abc import Mapping
from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest

from leadrelay_sandbox.simulator import Simulator
from leadrelay_sandbox.trackerrms.access import Access
from leadrelay_sandbox.trackerrms.answers import INVALID, NULL_REFERENCE, Refusal
from leadrelay_sandbox.trackerrms.kinds import Reading
from leadrelay_sandbox.trackerrms.shapes import CREDENTIALS, SHAPES


def opened(
    simulator: Simulator, operation: str, access: Access
) -> tuple[str, dict[str, Any], list[str]]:
    """The calling user, the documented nodes beside the credentials, the paths of other keys.

    Raises Refusal: credentials are judged before the rest, a missing node before a wrong value.
    """
    node = dict(_node(simulator, operation))
    shape = SHAPES[operation]
    reading = Reading()
    credentials = reading.read(CREDENTIALS, node.pop("credentials", {}), "credentials")
    misplaced = bool(reading.ignored)  # instructions among the credentials, for one
    nodes = reading.read(shape.nodes, node, "")
    missing = [path for path in shape.needed if _lacks(nodes, path)]
    for text in [*reading.violations, *(f"{path} is missing" for path in missing)]:
        simulator.violation(text)
    user = access.user(operation, credentials)
    if misplaced or missing:
        raise Refusal(99, NULL_REFERENCE)
    if reading.refused:
        raise Refusal(99, INVALID)
    return user, nodes, reading.ignored


def _node(simulator: Simulator, operation: str) -> dict[str, Any]:
    if request.mimetype != "application/json":
        simulator.violation("the content type is not application/json")
    if request.mimetype not in {"application/json", "text/json"}:
        raise Refusal(99, NULL_REFERENCE)
    operations = _only(simulator, _json(simulator), "trackerrms")
    key = SHAPES[operation].key or operation
    if key not in operations and operation in operations:
        simulator.violation(f"the body's key is {operation}, {key} is documented")
        key = operation
    return _only(simulator, operations, key)


def _json(simulator: Simulator) -> Any:
    try:
        return json.loads(request.get_data())
    except ValueError:
        simulator.violation("the body is not JSON")
    try:
        # The server takes raw line breaks in strings: base64 has come so, wrapped.
        return json.loads(request.get_data(), strict=False)
    except ValueError:
        if simulator.switch["malformed_status"] != 200:
            raise BadRequest from None
        raise Refusal(99, NULL_REFERENCE) from None


def _only(simulator: Simulator, parent: Any, name: str) -> dict[str, Any]:
    found = parent.get(name) if isinstance(parent, dict) else None
    if not isinstance(found, dict):
        simulator.violation(f"the body has no object {name}")
        raise Refusal(99, NULL_REFERENCE)
    for other in parent.keys() - {name}:
        simulator.violation(f"{other} is not documented beside {name}")
    return found


def _lacks(nodes: Mapping[str, Any], path: str) -> bool:
    found: Any = nodes
    for key in path.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    return found is None
