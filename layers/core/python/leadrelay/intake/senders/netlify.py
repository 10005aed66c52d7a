"""Netlify Forms: the outgoing webhook of a form, with a token that names its body's hash."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from leadrelay.errors import Rejected
from leadrelay.intake.body import documents
from leadrelay.intake.proofs.hs256 import verified_claims
from leadrelay.intake.proofs.signatures import check_signature, signed
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Sender, Submission
from leadrelay.sources import Source


def verify(
    headers: Mapping[str, str], body: bytes, _url: str, secrets: Sequence[str], now: datetime
) -> None:
    """X-Webhook-Signature: a JSON web token (HS256) whose claims are iss "netlify" and sha256,
    the hex hash of the body (docs.netlify.com, "Payload signature"). It need not say when."""
    claims = verified_claims(signed(headers, "X-Webhook-Signature"), secrets, now)
    if claims.get("iss") != "netlify":
        raise Rejected(401, "Wrong signature", "The token was not issued by Netlify.")
    check_signature([str(claims.get("sha256"))], [hashlib.sha256(body).hexdigest()])


def read(request: Request, _source: Source) -> Submission:
    """The inputs' names name the answers. A function's event has it all in a `payload`."""
    document = documents.read(request)
    form = documents.table(document, "payload") or document
    answers = documents.table(form, "data")
    if not answers:
        raise documents.unlike("a Netlify form submission")
    about = documents.pairs(form, "form_name", "form_id", "number", "created_at")
    site = [(f"netlify.{name}", value) for name, value in documents.pairs(form, "site_url")]
    return documents.submission(
        documents.pairs(answers),
        document,
        form.get("id"),
        about=[*about, *site],
        form=documents.text(form.get("form_name")),
        submitted_at=documents.time(form.get("created_at")),
    )


NETLIFY = Sender(
    read=read,
    verify=verify,
    setup="In the site: Forms > Form notifications > HTTP POST request: {url}\n"
    "Set its JWS secret token there, and give this source the same.",
)
