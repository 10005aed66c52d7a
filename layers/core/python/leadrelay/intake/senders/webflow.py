"""Webflow forms: API v2, which is signed, and the bare submissions of v1, which are not."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from leadrelay.intake.body import documents
from leadrelay.intake.proofs.signatures import check_signature, check_time, hmac_hex, signed
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Sender, Submission
from leadrelay.sources import Source

# Of the site, where a lead has a field of that name.
_RENAMED = {"name": "form_name", "site": "site_id", "id": "submission_id", "_id": "submission_id"}


def verify(
    headers: Mapping[str, str], body: bytes, _url: str, secrets: Sequence[str], now: datetime
) -> None:
    """x-webflow-signature: hex HMAC-SHA256 of the time in ms, a colon and the body
    (developers.webflow.com, "Working with webhooks"). Only webhooks made through the API or an
    app are signed."""
    given = signed(headers, "X-Webflow-Signature").lower()
    stamp = signed(headers, "X-Webflow-Timestamp")
    check_time(stamp, now, per_second=1000)
    message = stamp.encode() + b":" + body
    check_signature([given], [hmac_hex(secret, message) for secret in secrets])


def read(request: Request, _source: Source) -> Submission:
    """The form's labels name the answers, in `payload.data` (v2) or `data` (v1)."""
    document = documents.read(request)
    payload = documents.table(document, "payload") or document
    answers = documents.table(payload, "data")
    if not answers:
        raise documents.unlike("a Webflow form submission")
    about = {
        _RENAMED.get(name, name): value
        for name, value in payload.items()
        if name not in {"data", "schema", "d", "triggerType"}
    }
    return documents.submission(
        documents.pairs(answers),
        document,
        payload.get("id") or payload.get("_id"),
        about=documents.pairs(about),
        form=documents.text(payload.get("name")),
        submitted_at=documents.time(payload.get("submittedAt")),
    )


WEBFLOW = Sender(
    read=read,
    verify=verify,
    setup="Register a form_submission webhook through the API or an app: {url}\n"
    "Its secret goes to this source. One made in the dashboard may be unsigned: then set "
    'unverified = true and a token such as "query:k".',
)
