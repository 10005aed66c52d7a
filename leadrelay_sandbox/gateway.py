"""API Gateway's part, where none is deployed: how an HTTP API hands a request to a function.

docs.aws.amazon.com/apigateway, "Create AWS Lambda proxy integrations for HTTP APIs", payload format
2.0; which bodies come as text is not in it: as MiniStack 1.5.33 has it, from tries on AWS.
"""

import base64
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, unquote

_SOURCE = re.compile(r"^/(forms|calls|resumes)/[^/]+")
_TEXTS = re.compile(r"text/|application/(json|xml|javascript)\s*(;|$)", re.IGNORECASE)


def proxy_event(
    method: str,
    target: str,
    headers: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
    *,
    client_ip: str = "192.0.2.7",
    request_id: str = "request-1",
) -> dict[str, Any]:
    """The event. `target` is the path as it goes over the wire, with its query, if any."""
    escaped, _, query = target.partition("?")
    path = unquote(escaped)
    route = f"{method} {_SOURCE.sub(r'/\1/{source}', path)}"
    given = _joined((name.lower(), value) for name, value in headers)
    is_text = _TEXTS.match(given.get("content-type", "")) is not None
    sent = body.decode("utf-8", "replace") if is_text else base64.b64encode(body).decode()
    http = {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": client_ip}
    return {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": query,
        "headers": given,
        "requestContext": {
            "domainName": "abc123.execute-api.eu-west-1.amazonaws.com",
            "http": http,
            "requestId": request_id,
            "routeKey": route,
            "stage": "$default",
        },
        # in no order that anybody sent
        "queryStringParameters": _joined(sorted(parse_qsl(query, keep_blank_values=True))),
        "isBase64Encoded": bool(body) and not is_text,
        **({"body": sent} if body else {}),
    }


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in pairs:
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined
