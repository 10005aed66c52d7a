"""Why a submission may be a bot's: then it is put aside for a person to judge.

The bot is told that all is well. What can't be checked is doubtful too: it is kept, and a person
releases it.
"""

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from leadrelay.errors import Rejected
from leadrelay.intake.answer import wants_page
from leadrelay.intake.guards.captcha import PostForm, captcha_doubt
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Submission
from leadrelay.lead import TEST
from leadrelay.sources import Source, secrets_for

RENDERED = "lr_rendered"
"""The hidden field in which a page says when it was shown."""

SECRET = "render:"  # noqa: S105  # what marks the secret, not the secret
_STALE = timedelta(days=2)  # a tab may stay open for long; a bot's copy may not serve for ever


def doubts(
    submission: Submission,
    request: Request,
    source: Source,
    secrets: Sequence[str],
    now: datetime,
    post_form: PostForm,
) -> str | None:
    """The reason to put a submission aside, for a person to read; None when there is none.

    Only a CAPTCHA needs `post_form`, and only once nothing else speaks against the submission.
    """
    fields = dict(submission.pairs)
    if submission.test and not source.deliver_tests:
        return TEST
    if reason := submission.doubt or _origin_doubt(request, source):
        return reason
    if any(name == source.honeypot and value.strip() for name, value in submission.pairs):
        return "the honeypot was filled in"
    if source.min_fill and (reason := _fill_doubt(fields.get(RENDERED, ""), source, secrets, now)):
        return reason
    if source.captcha:
        return captcha_doubt(fields, source, secrets, request.client_ip, post_form)
    return None


def render_token(source: Source, secrets: Sequence[str], now: datetime) -> str:
    """What a page asks for when it is shown and sends in `lr_rendered`: the time, signed.

    Raises Rejected (404) when the source has no secret to sign with.
    """
    for secret in secrets_for(SECRET, secrets):
        shown = str(int(now.timestamp() * 1000))
        return f"{shown}.{_sign(source, secret, shown)}"
    raise Rejected(404, "No token", f'Add "{SECRET}…" to the secrets of this source.')


def _origin_doubt(request: Request, source: Source) -> str | None:
    """Of a page that the source doesn't name: somebody else's, a translated one, a cache's.

    A visitor's own form is never one by itself: browsers say "null" when its page has a strict
    referrer policy or sits in a sandboxed frame (Fetch standard, "append a request Origin
    header"). CORS is another matter: API Gateway lets any page's script send, and read the answer.
    """
    origin = request.headers.get("origin", "").strip().lower()
    if not origin or not source.origins or origin in source.origins:
        return None
    if origin == "null" and wants_page(request):
        return None
    return f"it was sent from a page of another origin: {origin[:100]}"


def _fill_doubt(token: str, source: Source, secrets: Sequence[str], now: datetime) -> str | None:
    known = secrets_for(SECRET, secrets)
    if not known:
        return f'the time of filling in can\'t be checked: the source has no secret "{SECRET}…"'
    if not token:
        return f"{RENDERED} is missing"
    shown, _, signature = token.encode("utf-8", "replace").decode().partition(".")
    signed = [_sign(source, secret, shown).encode() for secret in known]
    if not any(hmac.compare_digest(signature.encode(), one) for one in signed):
        return f"{RENDERED} is not ours"
    took = timedelta(milliseconds=now.timestamp() * 1000 - int(shown))
    if source.min_fill and took < source.min_fill:
        return f"filled in within {took.total_seconds():.1f} s"
    return f"{RENDERED} is {took.days} days old" if took > _STALE else None


def _sign(source: Source, secret: str, shown_ms: str) -> str:
    return hmac.digest(secret.encode(), f"{source.name}.{shown_ms}".encode(), "sha256").hex()
