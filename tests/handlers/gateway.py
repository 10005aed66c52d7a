"""API Gateway in front of the functions, as a WSGI application with the routes of template.yaml."""

import base64
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from werkzeug import Request, Response

from leadrelay.compose.health import ROUTE, health
from leadrelay_ops.openapi import routes
from leadrelay_ops.samples import Sample
from leadrelay_sandbox.ledger import read_template
from tests.handlers.aws import proxy_event

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

STAGE = "/v1"

type Answering = Callable[[dict[str, Any]], Mapping[str, Any]]
"""A function: proxy event → what it answers."""


def with_health(intake: Answering) -> Answering:
    """What receives forms, as its function answers: GET /health is that function's too."""
    return lambda event: health(event) if event["resource"] == ROUTE else intake(event)


class Gateway:
    """Each request is handed to the function of its route. What a function raises comes through:
    API Gateway would make a 502 of it."""

    def __init__(self, functions: Mapping[str, Answering]) -> None:
        self._functions = functions  # by their folders
        self._numbers = count(1)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        request = Request(environ)
        folder = _folder(_path(request), request.method)
        number = f"request-{next(self._numbers)}"
        if folder is None:
            body = '{"message": "Missing Authentication Token"}'
            answer = Response(body, 403, {"X-Correlation-Id": number}, mimetype="application/json")
            return answer(environ, start_response)
        event = proxy_event(_sample(request))
        event["requestContext"]["extendedRequestId"] = number
        return _response(self._functions[folder](event))(environ, start_response)


def _folder(path: str, method: str) -> str | None:
    """Of the function at this route; None where there is none. No HEAD comes with a GET."""
    for pattern, verb, folder in _patterns():
        if verb == method.lower() and pattern.fullmatch(path):
            return folder
    return None


@cache
def _patterns() -> list[tuple[re.Pattern[str], str, str]]:
    return [
        (re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), method, folder)
        for (path, method), folder in routes(read_template()).items()
    ]


def _path(request: Request) -> str:
    return request.path.removeprefix(STAGE)


def _sample(request: Request) -> Sample:
    query = request.query_string.decode("ascii", "replace")
    path = quote(_path(request)) + ("?" + query if query else "")
    return Sample(request.method, path, list(request.headers.items()), request.get_data())


def _response(answer: Mapping[str, Any]) -> Response:
    body = answer["body"].encode()
    if answer.get("isBase64Encoded"):
        body = base64.b64decode(body)
    response = Response(body, answer["statusCode"])
    del response.headers["Content-Type"]  # werkzeug's own
    response.headers.update(answer["headers"])
    return response
