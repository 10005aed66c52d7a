"""The secret of a sender that can't sign, put where its source's `token` says."""

import base64
from dataclasses import replace
from urllib.parse import quote, unquote_plus

from leadrelay.signing.samples import Sample, with_headers


def with_token(sample: Sample, token: str, secret: str) -> Sample:
    """The sample with this secret instead of the one that is there. A token in the body, or no
    token at all, leaves it as it is."""
    place, _, name = token.partition(":")
    if place == "query":
        return replace(sample, path=_in_query(sample.path, name, secret))
    if place == "header":
        bearer = "Bearer " if name.lower() == "authorization" else ""
        return with_headers(sample, {name: bearer + secret})
    if place == "basic":
        pair = base64.b64encode(f"leadrelay:{secret}".encode()).decode()
        return with_headers(sample, {"Authorization": f"Basic {pair}"})
    return sample


def _in_query(path: str, name: str, secret: str) -> str:
    """The other parameters stay as they are written."""
    address, _, query = path.partition("?")
    others = [
        pair for pair in query.split("&") if pair and unquote_plus(pair.partition("=")[0]) != name
    ]
    return f"{address}?{'&'.join([f'{quote(name)}={quote(secret, safe="")}', *others])}"
