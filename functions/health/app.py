"""GET /health: 200 and the version."""

from typing import Any

from leadrelay import __version__
from leadrelay.intake.answer import as_json, correlated
from leadrelay.intake.request import request_id


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    answer = as_json({"status": "ok", "version": __version__})
    return correlated(answer, request_id(event)).to_event()
