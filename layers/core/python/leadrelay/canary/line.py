"""The way out of the stack and in again by its public URL."""

from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import NamedTuple
from urllib.parse import urlsplit

from leadrelay.errors import Unavailable
from leadrelay.signing.samples import Sample

_TIMEOUT_S = 35.0  # API Gateway answers for a function after 30


class Answer(NamedTuple):
    status: int
    body: bytes
    is_problem: bool
    """As our own errors are, and API Gateway's aren't."""


type Send = Callable[[str, Sample], Answer]
"""(whole URL, what to send there)."""


def send(url: str, sample: Sample) -> Answer:
    """Send the sample's headers and no others. Raises Unavailable."""
    parts = urlsplit(url)
    made = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    line = made(parts.netloc, timeout=_TIMEOUT_S)
    target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    try:
        line.putrequest(sample.method, target, skip_accept_encoding=True)
        for name, value in sample.headers:
            if name.lower() != "host":
                line.putheader(name, value)
        if sample.body or sample.method != "GET":
            line.putheader("Content-Length", str(len(sample.body)))
        line.endheaders(sample.body)
        answer = line.getresponse()
        kind = answer.headers.get("Content-Type", "")
        return Answer(answer.status, answer.read(), kind.startswith("application/problem+json"))
    except (OSError, HTTPException) as error:
        told = str(error) or type(error).__name__
        raise Unavailable(f"{parts.netloc} doesn't answer: {told}") from error
    finally:
        line.close()
