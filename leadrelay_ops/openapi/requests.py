"""The requests in docs/openapi.json: parameters and bodies, with examples from events/."""

import json
import re
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from leadrelay.intake.limits import LIMITS
from leadrelay.intake.request import Headers
from leadrelay.intake.senders import BY_KIND
from leadrelay.lead import Kind, Lead
from leadrelay.signing.samples import Sample, read_sample
from leadrelay.sources import SOURCE_NAME
from leadrelay_sandbox.home import ROOT
from leadrelay_sandbox.ledger import read_template

type Json = dict[str, Any]

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
MULTIPART, TEXT = "multipart/form-data", "text/plain"

_KINDS: dict[str, Kind] = {"forms": "form", "calls": "call", "resumes": "resume"}
_FORMS = {
    JSON: "form-fetch-json",
    FORM: "form-html",
    MULTIPART: "form-multipart",
    TEXT: "form-beacon",
}
_UPLOADS = "/resumes/{source}/uploads"
# What each route takes, and the sample that shows it.
_SAMPLES = {
    "/forms/{source}": _FORMS,
    "/calls/{source}": {JSON: "callrail-post-call", FORM: "46elks-2-hangup"},
    "/resumes/{source}": {JSON: "resume-json", MULTIPART: "resume-multipart"},
    _UPLOADS: _FORMS,
}
_POP = "screen_pop-wildix"
_LONG = 120
_PART = re.compile(rb'name="([^"]+)"(; filename="[^"]*")?.*?\r?\n\r?\n(.*)', re.DOTALL)


def parameters(path: str, method: str) -> list[Json]:
    """Of one operation."""
    if path == "/health":
        return []
    kind = path.split("/")[1]
    found = [_source(_KINDS[kind])]
    if method == "post":
        key = "The sender's own id of this submission: 1 to 255 printable ASCII characters"
        found.append(_header("Idempotency-Key", key, "3f1c2d9e-6a52-4d9b-8b7e-0f0a3f6f7c11"))
    origin = "A page's, sent by browsers; what comes from one that isn't the source's is put aside"
    found.append(_header("Origin", origin, "https://www.example.com"))
    if kind == "calls":
        found.append(_query())
    return found


def request_body(path: str) -> Json:
    """What may be posted."""
    kind = path.split("/")[1]
    senders = ", ".join(BY_KIND[_KINDS[kind]])
    return {
        "required": kind != "calls",
        "description": f"At most {_largest(path)} bytes, not compressed. Names and nesting are "
        "free: what is not a field of a lead is kept under its own name. Senders that are "
        f"understood: {senders}.",
        "content": {
            media_type: {"schema": _schema(media_type, path), "example": _example(media_type, name)}
            for media_type, name in _SAMPLES[path].items()
        },
    }


def _largest(path: str) -> int:
    """The bytes of the largest body that is taken."""
    template = read_template()
    function = template["Resources"][f"Receive{_KINDS[path.split('/')[1]].title()}"]
    told = function["Properties"]["Environment"]["Variables"]["MAX_BODY_BYTES"]
    most = int(told if isinstance(told, str) else template["Parameters"][told["Ref"]]["Default"])
    return min(most, LIMITS.body_bytes) if path == _UPLOADS else most


def _schema(media_type: str, path: str) -> Json:
    if media_type == TEXT:
        return {"type": "string", "description": "JSON, as navigator.sendBeacon sends it"}
    named = {} if path.startswith("/calls") else _lead_fields()
    if path == "/resumes/{source}" and media_type == MULTIPART:
        file = {"type": "string", "contentMediaType": "application/octet-stream"}
        named = {**named, "resume": file}
    return {"type": "object", "properties": named, "additionalProperties": True}


@cache
def _lead_fields() -> Json:
    """Those of a lead that are one text: they are understood by these names, and by many others."""
    return {
        name: {"type": "string"} | ({"description": field.description} if field.description else {})
        for name, field in Lead.model_fields.items()
        if field.annotation == str | None
    }


def _source(kind: Kind) -> Json:
    names = {"form": "contact-us", "call": "screen_pop", "resume": "careers"}
    return {
        "name": "source",
        "in": "path",
        "required": True,
        "description": f'A table of sources.toml with `kind = "{kind}"`',
        "schema": {"type": "string", "pattern": f"^{SOURCE_NAME.pattern}$"},
        "example": names[kind],
    }


def _header(name: str, description: str, example: str, *, required: bool = False) -> Json:
    return {
        "name": name,
        "in": "header",
        "required": required,
        "description": description,
        "schema": {"type": "string"},
        "example": example,
    }


def _query() -> Json:
    return {
        "name": "parameters",
        "in": "query",
        "style": "form",
        "explode": True,
        "description": "Whatever the exchange can fill in; the names in use are understood",
        "schema": {"type": "object", "additionalProperties": {"type": "string"}},
        "example": {
            name: value
            for name, value in parse_qsl(urlsplit(_sample(_POP).path).query)
            if name != "k"
        },
    }


def _example(media_type: str, name: str) -> Any:
    """A sample's body, as a program would hold it; what is long is cut."""
    body = _sample(name).body
    match media_type:
        case "application/json":
            return _shortened(json.loads(body))
        case "application/x-www-form-urlencoded":
            return dict(parse_qsl(body.decode()))
        case "multipart/form-data":
            return _multipart(_sample(name))
        case _:
            return body.decode()


def _multipart(sample: Sample) -> Json:
    """Its fields; files stand for themselves."""
    boundary = Headers(sample.headers)["content-type"].partition("boundary=")[2].encode()
    parts = [_PART.search(part) for part in sample.body.split(b"--" + boundary)]
    return {
        part[1].decode(): "(the file's bytes)" if part[2] else part[3].decode().strip()
        for part in parts
        if part
    }


def _shortened(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shortened(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_shortened(item) for item in value]
    return f"{value[:_LONG]}…" if isinstance(value, str) and len(value) > _LONG else value


def _sample(name: str) -> Sample:
    return read_sample(ROOT / "events" / f"{name}.http")
