"""The secret of a sender that can't sign, put where its source's `token` says."""

import base64
import json
from dataclasses import replace
from urllib.parse import quote, unquote_plus

from leadrelay.signing.samples import Sample, with_headers


def with_token(sample: Sample, token: str, secret: str) -> Sample:
    """The sample with this secret instead of the one that is there. No token at all leaves it as it
    is, and so does one in a body that is neither a form nor a JSON object."""
    place, _, name = token.partition(":")
    if place == "query":
        return replace(sample, path=_in_query(sample.path, name, secret))
    if place == "header":
        bearer = "Bearer " if name.lower() == "authorization" else ""
        return with_headers(sample, {name: bearer + secret})
    if place == "basic":
        pair = base64.b64encode(f"leadrelay:{secret}".encode()).decode()
        return with_headers(sample, {"Authorization": f"Basic {pair}"})
    return replace(sample, body=_in_body(sample, name, secret)) if place == "body" else sample


def _in_query(path: str, name: str, secret: str) -> str:
    """The other parameters stay as they are written."""
    address, _, query = path.partition("?")
    return f"{address}?{_in_pairs(query, name, secret)}"


def _in_body(sample: Sample, name: str, secret: str) -> bytes:
    kind = {key.lower(): value for key, value in sample.headers}.get("content-type", "")
    if kind.startswith("application/x-www-form-urlencoded"):
        return _in_pairs(sample.body.decode("latin-1"), name, secret).encode("latin-1")
    if kind.startswith("multipart/form-data"):
        first = sample.body.partition(b"\r\n")[0]
        part = f'\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{secret}\r\n'.encode()
        return first + part + sample.body
    document = json.loads(sample.body) if "json" in kind else None
    return (
        json.dumps(document | {name: secret}).encode()
        if isinstance(document, dict)
        else sample.body
    )


def _in_pairs(pairs: str, name: str, secret: str) -> str:
    others = [
        pair for pair in pairs.split("&") if pair and unquote_plus(pair.partition("=")[0]) != name
    ]
    return "&".join([f"{quote(name)}={quote(secret, safe='')}", *others])
