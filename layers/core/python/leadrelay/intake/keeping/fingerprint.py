"""What tells one submission from another: the sender's own id, or else a hash of its content."""

import hashlib
import re
from collections.abc import Iterable

from leadrelay.errors import Rejected
from leadrelay.intake.request import Request
from leadrelay.sources import Source

_PROOFS = {
    "g-recaptcha-response",
    "cf-turnstile-response",
    "h-captcha-response",
    "lr_rendered",
    "_charset_",
}

# Names, without case and separators, of what a page makes anew each time it sends the same form.
_VOLATILE = re.compile(
    r"(wp|form|ajax)*nonce|(x?csrf|xsrf)(middleware)?token|token|formtoken|authenticitytoken"
    r"|requestverificationtoken|formbuildid|timestamp|ts|submittedat|sentat|submissiontime"
)
_KEY = re.compile(r"[\x20-\x7e]{1,255}")


def fingerprint(fields: Iterable[tuple[str, str]], source: Source) -> str:
    """A hash (hex) of what was filled in: the same for a double click, whatever the order of
    the fields and whatever tokens and times the page adds by itself."""
    digest = hashlib.sha256()
    for pair in sorted(_said(fields, source)):
        for part in pair:
            raw = part.encode("utf-8", "replace")
            digest.update(len(raw).to_bytes(8) + raw)
    return digest.hexdigest()


def sender_key(request: Request) -> str | None:
    """The Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header); None without one.

    Raises Rejected (400) for one that can't be a key.
    """
    key = request.headers.get("idempotency-key", "").strip()
    if key and not _KEY.fullmatch(key):
        detail = "An Idempotency-Key has 1 to 255 printable ASCII characters."
        raise Rejected(400, "Unusable Idempotency-Key", detail)
    return key or None


def is_said(name: str, source: Source) -> bool:
    """Whether a field is part of what was filled in; proofs that no bot sent it, the
    honeypot and the source's own secret are not."""
    secret = source.token and source.token.removeprefix("body:")
    return name.lower() not in _PROOFS and name not in {source.honeypot, secret}


def _said(fields: Iterable[tuple[str, str]], source: Source) -> Iterable[tuple[str, str]]:
    for name, value in fields:
        volatile = _VOLATILE.fullmatch(re.sub(r"[\W_]", "", name.lower()))
        if value.strip() and is_said(name, source) and not volatile:
            yield name, value.strip()
