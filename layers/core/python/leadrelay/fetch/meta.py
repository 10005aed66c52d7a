"""A lead of a Meta lead ad, from the Graph API.

developers.facebook.com/docs/marketing-api/guides/lead-ads/retrieving
"""

from collections.abc import Sequence

import httpx

from leadrelay.errors import DeliveryError, Retryable
from leadrelay.fetch import ask
from leadrelay.intake.body import documents
from leadrelay.intake.meaning.values import is_dummy
from leadrelay.intake.senders import Submission
from leadrelay.intake.senders.meta import PAGE_TOKEN

# developers.facebook.com/docs/graph-api/guides/error-handling
_TOKEN_CODES = {102, 190, 10, *range(200, 300)}  # expired, revoked, or lacks a permission
_BUSY_CODES = {4, 17, 32, 341, 613, *range(80000, 80015)}
_PASSING_CODES = {1, 2}


def fetch(client: httpx.Client, base_url: str, lead_id: str, secrets: Sequence[str]) -> Submission:
    """What somebody filled in: {"id", "created_time", "field_data": [{"name", "values": […]}]}.

    Raises Retryable, Refused.
    """
    # In a header, for URLs end in logs.
    headers = {"Authorization": f"Bearer {ask.token(PAGE_TOKEN, secrets)}"}
    document = ask.get(client, f"{base_url}/{lead_id}", headers=headers, judge=_judge)
    pairs = [
        (documents.text(field.get("name")), documents.text(field.get("values")))
        for field in documents.rows(document.get("field_data"))
    ]
    return documents.submission(pairs, document, test=any(is_dummy(value) for _, value in pairs))


def _judge(response: httpx.Response) -> DeliveryError:
    """By {"error": {"code", "error_subcode", "is_transient", "message"}}."""
    try:
        error = documents.table(response.json(), "error")
    except ValueError:
        return ask.judge(response)
    code, words = error.get("code"), documents.text(error.get("message"))[:500]
    if code in _TOKEN_CODES:
        return ask.unusable_token(f"Meta refuses the page's token (code {code})", words=words)
    if code == 100 and error.get("error_subcode") == 33:
        # Gone, or withheld: the app or the page's token lacks access to leads.
        return ask.unusable_token("Meta has no such lead, or doesn't show it (100/33)", words=words)
    if code in _BUSY_CODES:
        return Retryable(f"Meta is asked too often (code {code})", words=words, throttled=True)
    if code in _PASSING_CODES or error.get("is_transient") is True:
        return Retryable(f"Meta can't answer just now (code {code})", words=words)
    return ask.judge(response)
