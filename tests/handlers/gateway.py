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
from leadrelay.intake.request import route
from leadrelay_ops.openapi import routes
from leadrelay_sandbox.gateway import proxy_event
from leadrelay_sandbox.ledger import read_template

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

type Answering = Callable[[dict[str, Any]], Mapping[str, Any]]
"""A function: proxy event → what it answers."""


def with_health(intake: Answering) -> Answering:
    """What receives forms, as its function answers: GET /health is that function's too."""
    return lambda event: health(event) if route(event) == ROUTE else intake(event)


class Gateway:
    """Each request is handed to the function of its route. What a function raises comes through:
    API Gateway would make a 500 of it."""

    def __init__(self, functions: Mapping[str, Answering]) -> None:
        self._functions = functions  # by their folders
        self._numbers = count(1)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        request = Request(environ)
        number = f"request-{next(self._numbers)}"
        answer = self._answer(request, number)
        answer.headers["Apigw-Requestid"] = number
        if "Origin" in request.headers:
            answer.headers.update(_cors(request.method))
        return answer(environ, start_response)

    def _answer(self, request: Request, number: str) -> Response:
        if request.method == "OPTIONS":
            return _response({"statusCode": 204, "body": ""})
        folder = _folder(request.path, request.method)
        if folder is None:
            return Response('{"message": "Not Found"}', 404, mimetype="application/json")
        headers, body = list(request.headers.items()), request.get_data()
        event = proxy_event(request.method, _target(request), headers, body, request_id=number)
        return _response(self._functions[folder](event))


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


def _target(request: Request) -> str:
    query = request.query_string.decode("ascii", "replace")
    return quote(request.path) + ("?" + query if query else "")


def _cors(method: str) -> dict[str, str]:
    """What API Gateway tells a script's browser, whatever a function says."""
    given = read_template()["Resources"]["HttpApi"]["Properties"]["CorsConfiguration"]
    told = {"Allow-Origin": given["AllowOrigins"], "Expose-Headers": given["ExposeHeaders"]}
    if method == "OPTIONS":
        told = {"Allow-Methods": given["AllowMethods"], "Allow-Headers": given["AllowHeaders"]}
        told |= {"Allow-Origin": given["AllowOrigins"], "Max-Age": [str(given["MaxAge"])]}
    return {f"Access-Control-{name}": ",".join(values) for name, values in told.items()}


def _response(answer: Mapping[str, Any]) -> Response:
    body = answer["body"].encode()
    if answer.get("isBase64Encoded"):
        body = base64.b64decode(body)
    response = Response(body, answer["statusCode"])
    del response.headers["Content-Type"]  # werkzeug's own
    response.headers.update(answer.get("headers", {}))
    return response
