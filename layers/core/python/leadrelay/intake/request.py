"""An HTTP request as the intake sees it, and how it is read from an API Gateway event."""

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

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
    """One request. `url` is what the sender called, so far as API Gateway tells; `query` holds
    the decoded pairs of its query string."""

    method: str
    path: str
    headers: Headers
    query: tuple[tuple[str, str], ...]
    url: str
    body: bytes
    client_ip: str = ""
    request_id: str = ""


def request_id(event: Mapping[str, Any]) -> str:
    """API Gateway's own id of the request. A sender may choose `requestId` itself, by the header
    x-amzn-RequestId, but not the extended one (docs.aws.amazon.com/apigateway, "Access logging
    for REST APIs"), which is missing only where API Gateway is simulated."""
    context = event.get("requestContext") or {}
    return str(context.get("extendedRequestId") or context.get("requestId") or "")


def from_event(event: Mapping[str, Any]) -> Request:
    """Read a proxy event of a REST API; members that are absent or null become empty.

    Shape: docs.aws.amazon.com/apigateway, "Input format of a Lambda function for proxy
    integration". Raises Rejected when the body's base64 is broken.
    """
    context = event.get("requestContext") or {}
    headers = Headers(_pairs(event, "multiValueHeaders", "headers"))
    query = tuple(_pairs(event, "multiValueQueryStringParameters", "queryStringParameters"))
    path = event.get("path") or "/"
    return Request(
        method=(event.get("httpMethod") or "GET").upper(),
        path=path,
        headers=headers,
        query=query,
        url=_url(headers, context, path, query),
        body=_body(event),
        client_ip=(context.get("identity") or {}).get("sourceIp") or "",
        request_id=request_id(event),
    )


def _pairs(event: Mapping[str, Any], several: str, single: str) -> Iterator[tuple[str, str]]:
    """API Gateway gives both members; only the first has every value of a repeated name."""
    for name, values in (event.get(several) or {}).items():
        yield from ((name, value) for value in values or () if value is not None)
    if not event.get(several):
        for name, value in (event.get(single) or {}).items():
            if value is not None:
                yield name, value


def _url(
    headers: Headers,
    context: Mapping[str, Any],
    path: str,
    query: tuple[tuple[str, str], ...],
) -> str:
    """The path in the context has the stage or base path in front, as the sender wrote it; the
    query comes decoded, so its escapes are ours and may differ from the sender's."""
    scheme = headers.get("x-forwarded-proto") or "https"
    host = headers.get("host") or context.get("domainName") or "localhost"
    called = context.get("path") or path
    search = "?" + urlencode(query, quote_via=quote, errors="replace") if query else ""
    return f"{scheme}://{host}{called}{search}"


def _body(event: Mapping[str, Any]) -> bytes:
    body: str = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return body.encode("utf-8", "replace")
    try:
        return base64.b64decode(body)
    except (binascii.Error, ValueError) as error:
        raise Rejected(400, "Unreadable body", "The body did not arrive whole.") from error
