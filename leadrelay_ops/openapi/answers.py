"""The answers in docs/openapi.json: for each route what can be said, in which shape."""

from typing import Any

from pydantic import ConfigDict, TypeAdapter

from leadrelay.intake.shapes import Problem, Said
from leadrelay.lead import lead_id

type Json = dict[str, Any]

_REF = "#/components/{}/{}"
_GATEWAY = "GatewayMessage"

# name → description, of those that every answer of its kind carries
_HEADERS = {
    "X-Correlation-Id": "Stands in all log lines of the request and of the lead's deliveries",
    "Cache-Control": "no-store; of the form's script, which is a file of its version: for ever",
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Allow-Origin": "*, where the request has an Origin",
    "Access-Control-Expose-Headers": "Beside it: the headers that a script may read",
    "Apigw-Requestid": "API Gateway's own name for X-Correlation-Id",
    "Content-Security-Policy": "Of pages: nothing is loaded",
    "Location": "Where the browser is sent: the source's `thanks`, or the caller's record",
    "Refresh": "Of a screen pop whose caller is not known yet: it looks again",
    "Validation-Token": "Of RingCentral's challenge: its own, given back",
    "Allow": "The methods that this source's sender uses",
    "Retry-After": "Seconds",
}
_CORRELATION = ("X-Correlation-Id",)
_OURS = ("Cache-Control", "X-Content-Type-Options")
_GATEWAYS = ("Apigw-Requestid", "Access-Control-Allow-Origin", "Access-Control-Expose-Headers")
_REQUIRED = {303: ("Location",), 405: ("Allow",), 503: ("Retry-After",)}

_REASONS = {
    204: "Nothing to see, and nothing kept",
    303: "Kept; the browser goes on",
    400: "Malformed, empty, or not what this sender sends",
    401: "The signature or the secret is missing, wrong or stale",
    404: "No such source, or it is of another kind, or no such path",
    405: "This source's sender sends in another way",
    409: "Indeed's application is here already: it needn't be sent again",
    413: "Too large, too deep, or too many fields or files",
    415: "A type, charset or file that isn't taken",
    422: "Indeed's application can't be understood",
    429: "This client sends too often (the source's `throttle`), or all do",
    503: "Nothing was kept: the ledger can't be reached, or the source has no secret yet",
}
_ALSO_GATEWAYS = {404, 413, 429}
_FAILED = "5XX"
_ITS_FAILURE = "API Gateway's own: it isn't known whether the lead was kept. Send the same again"

_KEPT = ("Kept", "SeveralKept")
# (route, method) → what may be said in JSON with a 200, as which other types, the other statuses
_ANSWERS: dict[tuple[str, str], tuple[tuple[str, ...], tuple[str, ...], tuple[int, ...]]] = {
    ("/forms/{source}", "post"): (_KEPT, ("text/html",), (303, 400, 401, 404, 413, 415, 503)),
    ("/forms/{source}", "get"): (
        ("PageToken", "LinkedInProof"),
        ("text/javascript", "text/plain"),
        (400, 401, 404, 405, 413, 503),
    ),
    ("/calls/{source}", "post"): (
        (*_KEPT, "CallAction", "Ncco", "ZoomProof"),
        ("text/html", "text/plain", "text/xml"),
        (204, 303, 400, 401, 404, 413, 415, 503),
    ),
    ("/calls/{source}", "get"): (
        (*_KEPT, "CallAction", "Ncco", "PageToken"),
        ("text/html", "text/plain", "text/xml"),
        (204, 303, 400, 401, 404, 405, 413, 415, 503),
    ),
    ("/resumes/{source}", "post"): (
        ("Kept", "Applied"),
        ("text/html",),
        (303, 400, 401, 404, 409, 413, 415, 422, 503),
    ),
    ("/resumes/{source}", "get"): (("PageToken",), (), (404, 405, 413, 503)),
    ("/resumes/{source}/uploads", "post"): (
        ("UploadOffer",),
        (),
        (400, 401, 404, 413, 415, 503),
    ),
    ("/health", "get"): (("Health",), (), ()),
}


def responses(path: str, method: str) -> Json:
    """The operation's `responses`."""
    shapes, types, others = _ANSWERS[path, method]
    content = {"application/json": _shaped(shapes)} | {
        media_type: {"schema": {"type": "string"}} for media_type in types
    }
    headers: tuple[str, ...] = (*_OURS, *_GATEWAYS)
    if "text/html" in types:
        headers += ("Content-Security-Policy",)
    if path.startswith("/calls"):
        headers += ("Refresh", "Validation-Token")
    return {"200": _response("Done", content, headers, _CORRELATION), **_others(others)}


def components() -> Json:
    """Shapes and headers that the operations refer to."""
    shapes = TypeAdapter(
        Said.__value__ | Problem,
        config=ConfigDict(use_attribute_docstrings=True, extra="forbid"),
    ).json_schema(ref_template=_REF.format("schemas", "{model}"))["$defs"]
    shapes = {name: _untitled(shape) for name, shape in shapes.items()}
    shapes["Kept"]["examples"] = [{"id": lead_id("contact-us", "1"), "duplicate": False}]
    shapes["Problem"]["examples"] = [
        {"title": "Empty form", "status": 400, "detail": "Fill in at least one field."}
    ]
    shapes["Ncco"] = {"type": "array", "items": _ref("schemas", "NccoAction")}
    shapes[_GATEWAY] = {
        "description": "What API Gateway says by itself",
        "type": "object",
        "properties": {"message": {"type": ["string", "null"]}},
        "required": ["message"],
    }
    headers = {
        name: {"description": words, "schema": {"type": "string"}}
        for name, words in _HEADERS.items()
    }
    answers = {str(status): _answer(status) for status in _REASONS}
    failed = {"application/json": _shaped((_GATEWAY,))}
    answers[_FAILED] = _response(_ITS_FAILURE, failed, _GATEWAYS, ())
    return {"schemas": shapes, "headers": headers, "responses": answers}


def _others(statuses: tuple[int, ...]) -> Json:
    names = [*map(str, sorted((*statuses, 429))), _FAILED]
    return {name: _ref("responses", name) for name in names}


def _answer(status: int) -> Json:
    """What is the same wherever it is answered."""
    content: Json = {}
    headers: tuple[str, ...] = (*_OURS, *_GATEWAYS)
    if status >= 400:
        content["application/problem+json"] = _shaped(("Problem",))
        content["text/html"] = {"schema": {"type": "string"}}
        headers += ("Content-Security-Policy",)
    if status in _ALSO_GATEWAYS:
        content["application/json"] = _shaped((_GATEWAY,))
        return _response(_REASONS[status], content, (*headers, *_CORRELATION, "Retry-After"), ())
    must = (*_CORRELATION, *_REQUIRED.get(status, ()))
    return _response(_REASONS[status], content, headers, must)


def _response(description: str, content: Json, may: tuple[str, ...], must: tuple[str, ...]) -> Json:
    required = {
        name: {"description": _HEADERS[name], "required": True, "schema": {"type": "string"}}
        for name in must
    }
    optional = {name: _ref("headers", name) for name in may}
    response = {"description": description, "headers": {**required, **optional}}
    return {**response, "content": content} if content else response


def _shaped(names: tuple[str, ...]) -> Json:
    choices = [_ref("schemas", name) for name in names]
    return {"schema": choices[0] if len(choices) == 1 else {"anyOf": choices}}


def _ref(kind: str, name: str) -> Json:
    return {"$ref": _REF.format(kind, name)}


def _untitled(schema: Any) -> Any:
    """Without the titles that pydantic makes of names, which say the name once more."""
    if isinstance(schema, dict):
        return {
            key: _untitled(value)
            for key, value in schema.items()
            if not (key == "title" and isinstance(value, str))
        }
    return schema
