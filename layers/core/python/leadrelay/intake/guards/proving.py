"""Whether it is known who sent a request, and which of a source's secrets say so; the others have
other uses."""

from collections.abc import Sequence
from datetime import datetime

from leadrelay.intake.guards import captcha
from leadrelay.intake.guards.doubts import SECRET as RENDER_SECRET
from leadrelay.intake.proofs.token import check_token
from leadrelay.intake.request import Request
from leadrelay.intake.senders import sender
from leadrelay.sources import Source


def has_secrets(source: Source) -> bool:
    """Whether there is any use for one."""
    known = sender(source.sender)
    return bool(source.token or known.verify or source.min_fill or source.captcha)


def needs_secret(source: Source) -> bool:
    """Whether nobody is let in without one."""
    return bool(source.token or (sender(source.sender).verify and not source.unverified))


def proving(secrets: Sequence[str], source: Source) -> list[str]:
    marks = (captcha.SECRET, RENDER_SECRET, *sender(source.sender).marks)
    return [one for one in secrets if not one.startswith(marks)]


def prove(
    request: Request, source: Source, secrets: Sequence[str], *, public_url: str, now: datetime
) -> None:
    """Raises Rejected where a signature or a token is asked for, and none of the secrets fits."""
    verify = None if source.unverified else sender(source.sender).verify
    if verify:
        url = _signed_url(request, source, public_url)
        verify(request.headers, request.body, url, secrets, now)
    check_token(source, request, secrets)


def _signed_url(request: Request, source: Source, public_url: str) -> str:
    """The URL as the sender knows it, which is what it signs: behind a custom domain or a proxy it
    isn't the one that API Gateway sees."""
    own = source.public_url or (public_url and public_url + source.path)
    _, mark, query = request.url.partition("?")
    return own + mark + query if own else request.url
