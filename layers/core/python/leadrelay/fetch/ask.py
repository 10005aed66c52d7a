"""One GET at a vendor that holds leads, and what its failure means for the one lead it is about.

Nothing here is ever Misconfigured: that would hold up the whole CRM, for one source's token.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx

from leadrelay.crm.http import excerpt, json_object, retry_after
from leadrelay.errors import DeliveryError, Refused, Retryable
from leadrelay.sources import secrets_for

# Until somebody puts a new token in; longer than secrets are remembered.
_MENDED_S = 600.0


def token(mark: str, secrets: Sequence[str]) -> str:
    """The access token among a source's secrets. Raises Retryable when there is none."""
    for found in secrets_for(mark, secrets):
        return found
    raise unusable_token(f'the source has no secret "{mark}…" to fetch the lead with')


def get(
    client: httpx.Client,
    url: str,
    *,
    headers: Mapping[str, str],
    judge: Callable[[httpx.Response], DeliveryError],
) -> dict[str, Any]:
    """The JSON object at `url`. Raises Retryable, or what `judge` makes of a refusal."""
    try:
        response = client.get(url, headers=dict(headers))
    except (httpx.TransportError, httpx.InvalidURL) as error:
        raise Retryable(f"the lead can't be fetched ({type(error).__name__})") from error
    if response.status_code >= 300:
        raise judge(response)
    return json_object(response, writes=False)


def judge(response: httpx.Response) -> DeliveryError:
    """What a status stands for where the body doesn't say it better."""
    status = response.status_code
    message, words = f"the lead can't be fetched (HTTP {status})", excerpt(response)
    if status == 429:
        return Retryable(message, words=words, after=retry_after(response), throttled=True)
    if status >= 500 or status == 408:
        return Retryable(message, words=words, after=retry_after(response))
    if status in {401, 403}:
        return unusable_token(message, words=words)
    return Refused(message, words=words)


def unusable_token(message: str, *, words: str = "") -> Retryable:
    """Only this source's leads wait, until a person puts a new token into its secrets."""
    return Retryable(message, words=words, after=_MENDED_S)
