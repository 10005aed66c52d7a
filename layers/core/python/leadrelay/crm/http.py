"""The one way a CRM is reached: an httpx client, and what a transport failure means.

Only transport and HTTP status are judged here; most of our CRMs put the verdict into the body,
and that each adapter reads for itself.
"""

import email.utils
import ssl
from datetime import UTC, datetime
from functools import cache
from typing import Any

import httpx

from leadrelay.errors import DeliveryError, Misconfigured, Refused, Retryable, Unknown

CONNECT_S = 5.0
READ_S = 30.0

_NO_URL = "base_url in the secret is not a usable URL"
_NO_HEADER = "a key or token in the secret holds a line break or a letter outside of ASCII"
_NO_CRM = "base_url in the secret leads to something that isn't this CRM"
_NOTHING_THERE = frozenset({404, 405, 410})
_BLANK = 0x20  # the first character that a header may hold


@cache
def _tls() -> ssl.SSLContext:
    # Loading the CA bundle takes 20 ms and more; one context serves every client.
    return ssl.create_default_context()


def client(in_flight: int) -> httpx.Client:
    """A client for `in_flight` parallel requests, keeping that many connections open."""
    return httpx.Client(
        verify=_tls(),
        timeout=httpx.Timeout(READ_S, connect=CONNECT_S),
        limits=httpx.Limits(
            max_connections=in_flight,
            max_keepalive_connections=in_flight,
            keepalive_expiry=50.0,  # below the 60 s after which common load balancers hang up
        ),
        follow_redirects=False,
    )


def send(
    client: httpx.Client,
    method: str,
    url: str,
    *,
    writes: bool,
    one_url: bool = False,
    **request: Any,
) -> httpx.Response:
    """Send one request; any answer below 300 is returned, everything else is raised.

    `writes` says whether the CRM may have changed something once the request was out: then a
    lost or broken answer is Unknown, else it is Retryable. `one_url` says that the URL is the
    same for every record: then "not found" is about the set-up, unless the CRM itself says it,
    in JSON. `request` goes to httpx.
    """
    try:
        response = client.send(_built(client, method, url, **request))
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        name = type(error).__name__
        raise Retryable(f"could not connect ({name})", words=str(error)) from error
    except httpx.UnsupportedProtocol as error:
        raise Misconfigured(_NO_URL) from error
    except httpx.RequestError as error:  # a cut connection, or an answer that can't be decoded
        raise lost(f"no answer ({type(error).__name__})", writes=writes) from error
    if one_url and response.status_code in _NOTHING_THERE and not _is_json(response):
        raise Misconfigured(f"HTTP {response.status_code}: {_NO_CRM}", words=excerpt(response))
    if response.status_code >= 300:
        raise judge(response, writes=writes)
    return response


def _built(client: httpx.Client, method: str, url: str, **request: Any) -> httpx.Request:
    """The request, unless something in the secret can't be part of one."""
    try:
        built = client.build_request(method, url, **request)
    except httpx.InvalidURL as error:
        raise Misconfigured(_NO_URL) from error
    except UnicodeEncodeError as error:
        raise Misconfigured(_NO_HEADER) from error
    if any(min(value, default=_BLANK) < _BLANK for _, value in built.headers.raw):
        raise Misconfigured(_NO_HEADER)
    return built


def lost(message: str, *, writes: bool, words: str = "") -> DeliveryError:
    """The error for a request whose outcome can't be seen."""
    return (Unknown if writes else Retryable)(message, words=words)


def judge(response: httpx.Response, *, writes: bool) -> DeliveryError:
    """The error that an HTTP status of 300 and above stands for."""
    status = response.status_code
    message, words = f"HTTP {status}", excerpt(response)
    match status:
        case 429:
            error = Retryable(message, words=words, after=retry_after(response), throttled=True)
        case 408 | 503:
            # 503 is "currently unable to handle the request" (RFC 9110): not worked on. But a web
            # server says it too when the program behind it died at work.
            after = retry_after(response)
            error = Retryable(message, words=words, after=after, unsure=writes)
        case _ if status >= 500:
            return lost(message, writes=writes, words=words)
        case 401 | 403:
            return Misconfigured(message, words=words)
        case _ if status < 400:
            message = f"{message}: base_url in the secret leads to a redirect"
            return Misconfigured(message, words=response.headers.get("location", ""))
        case _:
            return Refused(message, words=words)
    return error


def retry_after(response: httpx.Response, now: datetime | None = None) -> float | None:
    """Seconds to wait by the Retry-After header, given in seconds or as an HTTP date."""
    value = response.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())


def excerpt(response: httpx.Response, limit: int = 500) -> str:
    """The start of an answer's text, in one line: the CRM's own words for the ledger."""
    return " ".join(response.text[: limit * 4].split())[:limit]


def _is_json(response: httpx.Response) -> bool:
    try:
        return isinstance(response.json(), dict)
    except (ValueError, RecursionError):
        return False


def _not_json(response: httpx.Response) -> str:
    is_page = response.headers.get("content-type", "").startswith("text/html")
    return f"the answer is {'a web page' if is_page else 'not JSON'}"


def json_object(response: httpx.Response, *, writes: bool) -> dict[str, Any]:
    """The JSON object an answer holds; anything else (an HTML page, half a body) is `lost`."""
    try:
        body = response.json()
    except (ValueError, RecursionError) as error:
        raise lost(_not_json(response), writes=writes, words=excerpt(response)) from error
    if not isinstance(body, dict):
        raise lost("the answer is not a JSON object", writes=writes, words=excerpt(response))
    return body
