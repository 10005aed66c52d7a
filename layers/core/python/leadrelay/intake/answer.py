"""HTTP answers, and what browsers need to be told beside them."""

import base64
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from leadrelay.errors import Rejected
from leadrelay.intake.request import Request
from leadrelay.intake.shapes import Problem, Said

_CORRELATION = "X-Correlation-Id"
_READABLE = f"{_CORRELATION}, Retry-After"
SOON = {"Retry-After": "5"}
"""The header of a 503: in so many seconds it is worth another try."""

_PERMITTED = {
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Content-Type, Idempotency-Key, X-Requested-With",
    "Access-Control-Max-Age": "7200",  # seconds; what Chromium caps it to
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sender gets back."""

    status: int
    body: bytes | str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def to_event(self) -> dict[str, Any]:
        """The answer as API Gateway takes it from a proxy integration."""
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


def cors(answer: Answer, source_origins: Collection[str], request_origin: str | None) -> Answer:
    """The answer with what lets a script of an allowed origin read it; error answers too."""
    if not _allowed(source_origins, request_origin):
        return answer
    allowing = {
        "Access-Control-Allow-Origin": request_origin or "",
        "Access-Control-Expose-Headers": _READABLE,
        "Vary": "Origin",
    }
    return replace(answer, headers={**answer.headers, **allowing})


def cors_for_all(answer: Answer) -> Answer:
    """The answer, which tells nothing that a script of any page may not read."""
    return replace(answer, headers={**answer.headers, "Access-Control-Allow-Origin": "*"})


def preflight(source_origins: Collection[str], request_origin: str | None) -> Answer:
    """The answer to a browser's OPTIONS before a cross-origin POST."""
    if not _allowed(source_origins, request_origin):
        detail = "Add this page's origin to the source's `origins` in sources.toml."
        return problem(Rejected(403, "Origin not allowed", detail))
    return cors(Answer(204, "", _PERMITTED), source_origins, request_origin)


def preflight_to_nowhere() -> Answer:
    """Go ahead: so the script learns from the answer to its POST that there is no such source."""
    return cors_for_all(Answer(204, "", _PERMITTED))


def wants_page(request: Request) -> bool:
    """Whether a person looks at the answer: a browser navigates, and no script asked.

    Browsers say so in Sec-Fetch-Mode (W3C Fetch Metadata); older ones only by their Accept.
    """
    if "x-requested-with" in request.headers:
        return False
    if mode := request.headers.get("sec-fetch-mode"):
        return mode.strip().lower() == "navigate"
    return "text/html" in request.headers.get("accept", "").lower()


def _allowed(source_origins: Collection[str], request_origin: str | None) -> bool:
    return request_origin is not None and request_origin.lower() in source_origins
