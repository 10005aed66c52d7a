"""GET /health: 200 and the version."""

import json
from typing import Any

from leadrelay import __version__


def handler(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json", "Cache-Control": "no-store"},
        "body": json.dumps({"status": "ok", "version": __version__}),
    }
