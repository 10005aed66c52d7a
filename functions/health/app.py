"""GET /health: 200 and the version."""

import json
from typing import Any

from leadrelay import __version__
from leadrelay.intake.request import request_id


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    return {
        "statusCode": 200,
        "headers": {
            "Content-Type": "application/json",
            "Cache-Control": "no-store",
            "X-Correlation-Id": request_id(event),
        },
        "body": json.dumps({"status": "ok", "version": __version__}),
    }
