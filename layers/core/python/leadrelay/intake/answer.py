"""HTTP answers."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from leadrelay.errors import Rejected
from leadrelay.intake.request import Request
from leadrelay.intake.shapes import Problem, Said

_CORRELATION = "X-Correlation-Id"
SOON = {"Retry-After": "5"}
"""The header of a 503: in so many seconds it is worth another try."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sender gets back."""

    status: int
    body: bytes | str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def to_event(self) -> dict[str, Any]:
        """The answer as API Gateway takes it from a proxy integration, which adds its own CORS."""
        if isinstance(self.body, bytes):
            body, encoded = base64.b64encode(self.body).decode(), True
        else:
            body, encoded = self.body, False
        return {
            "statusCode": self.status,
            "headers": {
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
                **self.headers,
            },
            "body": body,
            "isBase64Encoded": encoded,
        }


def as_json(said: Said) -> Answer:
    return Answer(200, json.dumps(said), {"Content-Type": "application/json"})


def problem(rejected: Rejected, message: str = "") -> Answer:
    """RFC 9457. There is no `type`: the status says all that a program can act on. `message` is
    for the visitor of a page, whose script shows it."""
    said: Problem = {
        "title": rejected.title,
        "status": rejected.status,
        "detail": rejected.detail,
    }
    if message:
        said["message"] = message
    if rejected.field:
        said["field"] = rejected.field
    headers = {"Content-Type": "application/problem+json", **rejected.headers}
    return Answer(rejected.status, json.dumps(said), headers)


def see_other(url: str) -> Answer:
    """Send a person's browser to `url`, which must come from `sources.toml`, never from a
    request."""
    return Answer(303, "", {"Location": url})


def correlated(answer: Answer, correlation_id: str) -> Answer:
    """The answer with the id by which its log lines are found, and those of its deliveries."""
    return replace(answer, headers={**answer.headers, _CORRELATION: correlation_id})


def wants_page(request: Request) -> bool:
    """Whether a person looks at the answer: a browser navigates, and no script asked.

    Browsers say so in Sec-Fetch-Mode (W3C Fetch Metadata); older ones only by their Accept.
    """
    if "x-requested-with" in request.headers:
        return False
    if mode := request.headers.get("sec-fetch-mode"):
        return mode.strip().lower() == "navigate"
    return "text/html" in request.headers.get("accept", "").lower()
