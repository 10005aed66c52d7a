"""Wix forms: an app's webhook, whose whole body is a token signed by Wix."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from leadrelay.errors import Rejected
from leadrelay.intake.body import documents
from leadrelay.intake.body.json_fields import flatten
from leadrelay.intake.body.text import decode
from leadrelay.intake.proofs.hs256 import unsigned_payload
from leadrelay.intake.proofs.rs256 import verified_claims
from leadrelay.intake.proofs.signatures import check_time
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Ignored, Sender, Submission
from leadrelay.sources import Source

_SUFFIX = re.compile(r"_[0-9a-f]{4}")  # which Wix adds to the names of fields: email_1ce2
# A field is called after its kind until its author calls it otherwise (dev.wix.com, "About
# Submission Values").
_OF_A_KIND = {"long_answer": "message"}


def verify(
    _headers: Mapping[str, str], body: bytes, _url: str, secrets: Sequence[str], now: datetime
) -> None:
    """RS256, checked with the app's public key (dev.wix.com, "About webhooks"). A token without
    an end is good for five minutes."""
    claims = verified_claims(decode(body).strip(), secrets)
    end = str(claims.get("exp", ""))
    if not (end.isascii() and end.isdigit()):
        check_time(str(claims.get("iat")), now)
    elif float(end) < now.timestamp():
        raise Rejected(401, "Stale signature", "The token has expired.")


def read(request: Request, _source: Source) -> Submission | Ignored:
    """The fields' names name the answers, less the suffix. The event is JSON within JSON, and
    one that tells of no new submission is left out."""
    claims = documents.embedded(decode(unsigned_payload(decode(request.body).strip())))
    inner = documents.embedded(documents.embedded(claims.get("data")).get("data"))
    created = documents.table(inner, "createdEvent")
    form = documents.embedded(created.get("entity") or created.get("entityAsJson"))
    answers = documents.table(form, "submissions")
    if not answers:
        return Ignored(documents.text(inner.get("slug")) or "no new submission")
    about = documents.pairs(form, "formId", "createdDate")
    return documents.submission(
        _named(answers),
        form,
        form.get("id"),
        about=about,
        submitted_at=documents.time(form.get("createdDate")),
    )


def _named(answers: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in answers.items():
        name = key[:-5] if _SUFFIX.fullmatch(key[-5:]) else key
        yield from flatten(value, _OF_A_KIND.get(name, name))


WIX = Sender(
    read=read,
    verify=verify,
    setup="In the app's dashboard: Webhooks > Create > Wix Forms, Submission Created: {url}\n"
    "This source's secret is the public key shown there, with its BEGIN and END lines.",
)
