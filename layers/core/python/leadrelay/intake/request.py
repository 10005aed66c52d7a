"""An HTTP request as the intake sees it, and how it is read from an API Gateway event."""

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from leadrelay.errors import Rejected


class Headers(Mapping[str, str]):
    """HTTP headers, found in any case; a header given several times is joined with ", "."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._values: dict[str, str] = {}
        for name, value in pairs:
            known = self._values.get(name.lower())
            self._values[name.lower()] = value if known is None else f"{known}, {value}"

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `url` is what the sender called, so far as API Gateway tells, its query as it
    was written; `query` holds the decoded pairs."""

    method: str
    path: str
    headers: Headers
    query: tuple[tuple[str, str], ...]
    url: str
    body: bytes
    client_ip: str = ""
    request_id: str = ""


def route(event: Mapping[str, Any]) -> str:
    """The template's route that the request came by, as "GET /health"."""
    return str(event.get("routeKey") or "")


def request_id(event: Mapping[str, Any]) -> str:
    """API Gateway's own id of the request, which no sender chooses; the answer's header
    Apigw-Requestid has it too."""
    return str(_context(event).get("requestId") or "")


def from_event(event: Mapping[str, Any]) -> Request:
    """Read an event of an HTTP API; members that are absent or null become empty.

    Shape: docs.aws.amazon.com/apigateway, "Create AWS Lambda proxy integrations for HTTP APIs",
    payload format 2.0. Raises Rejected when the body's base64 is broken.
    """
    context = _context(event)
    http = context.get("http") or {}
    headers = Headers((event.get("headers") or {}).items())
    path = event.get("rawPath") or "/"
    query = event.get("rawQueryString") or ""
    scheme = headers.get("x-forwarded-proto") or "https"
    host = headers.get("host") or context.get("domainName") or "localhost"
    return Request(
        method=(http.get("method") or "GET").upper(),
        path=path,
        headers=headers,
        query=tuple(parse_qsl(query, keep_blank_values=True)),
        url=f"{scheme}://{host}{path}" + (f"?{query}" if query else ""),
        body=_body(event),
        client_ip=http.get("sourceIp") or "",
        request_id=request_id(event),
    )


def _context(event: Mapping[str, Any]) -> Mapping[str, Any]:
    return event.get("requestContext") or {}


def _body(event: Mapping[str, Any]) -> bytes:
    """JSON, XML and text/* come as text, all else as its bytes in base64."""
    body: str = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return body.encode("utf-8", "replace")
    try:
        return base64.b64decode(body)
    except (binascii.Error, ValueError) as error:
        raise Rejected(400, "Unreadable body", "The body did not arrive whole.") from error
