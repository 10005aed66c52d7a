"""What a stack's intake really runs, as its `/health` tells."""

from typing import NamedTuple

import httpx

from leadrelay_ops.failures import Told
from leadrelay_ops.stack import Stack

_PATIENCE_S = 30  # a function that starts takes seconds, on the twin of a busy machine more


class Running(NamedTuple):
    """Digests; see `leadrelay.identity`."""

    code: str
    sources: str


def ask(stack: Stack) -> Running:
    """Raises Told."""
    url = f"{stack.api_url}/health"
    try:
        told = httpx.get(url, timeout=_PATIENCE_S).raise_for_status().json()
        return Running(str(told["code"]), str(told["sources"]))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Told(f"{url} doesn't answer, so nobody can send: {error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise Told(f"{url} answers, but not as Leadrelay does") from error
