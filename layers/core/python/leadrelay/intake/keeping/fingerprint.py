"""What tells one submission from another: the sender's own id, or else a hash of its content."""

import hashlib
import re
from collections.abc import Iterable, Iterator

from leadrelay.errors import Rejected
from leadrelay.intake.keeping.unsaid import is_passing
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Submission
from leadrelay.lead import TEXT_FIELDS, Lead

KEY = "lr_key"
"""The hidden field in which a form's script says which filled form this is."""

_KEY = re.compile(r"[\x20-\x7e]{1,255}")


def fingerprint(lead: Lead, files: Iterable[str] = ()) -> str:
    """A hash (hex) of what was understood: the same for a double click, whatever the order of the
    fields and whatever tokens and clocks the page adds by itself. `files` are their SHA-256.

    What wasn't understood counts too, as those may be somebody's words; of an answer that is only
    that, all of it does.
    """
    understood = [(field, _plain(getattr(lead, field) or "")) for field in sorted(TEXT_FIELDS)]
    known = [pair for pair in understood if pair[1]] + [("file", file) for file in sorted(files)]
    beside = lead.technical | lead.extra
    known += [("career", one.model_dump_json()) for one in lead.career]
    said = [*known, *_pairs(beside, passing=False)]
    digest = hashlib.sha256()
    for pair in said or _pairs(beside | lead.tracking, passing=True):
        for part in pair:
            raw = part.encode("utf-8", "replace")
            digest.update(len(raw).to_bytes(8) + raw)
    return digest.hexdigest()


def sender_key(request: Request, submission: Submission) -> str | None:
    """The Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header), or the field KEY of
    a form, which can have no header and needs no preflight; None without one.

    Raises Rejected (400) for a header that can't be a key. A form's visitor couldn't mend it.
    """
    key = request.headers.get("idempotency-key", "").strip()
    if key and not _KEY.fullmatch(key):
        detail = "An Idempotency-Key has 1 to 255 printable ASCII characters."
        raise Rejected(400, "Unusable Idempotency-Key", detail)
    of_form = dict(submission.pairs).get(KEY, "").strip()
    return key or (of_form if _KEY.fullmatch(of_form) else None)


def _pairs(extra: dict[str, str], *, passing: bool) -> Iterator[tuple[str, str]]:
    """With or without what may pass."""
    for name, value in sorted(extra.items()):
        if passing or not is_passing(name, value):
            yield f"extra.{name}", _plain(value)


def _plain(value: str) -> str:
    return " ".join(value.split())
