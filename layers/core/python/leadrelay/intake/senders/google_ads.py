"""Google Ads lead forms: columns with Google's own ids, and the secret among them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from leadrelay.intake.body import documents
from leadrelay.intake.body.json_fields import read_json
from leadrelay.intake.body.text import decode
from leadrelay.intake.proofs.signatures import check_signature
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Sender, Submission
from leadrelay.sources import Source

_KNOWN = {"user_column_data", "google_key"}


def verify(
    _headers: Mapping[str, str], body: bytes, _url: str, secrets: Sequence[str], _now: datetime
) -> None:
    """The secret is `google_key` in the body (developers.google.com/google-ads/webhook/docs)."""
    key = read_json(decode(body), documents.LIMITS).get("google_key")
    check_signature([key] if isinstance(key, str) else [], secrets)


def read(request: Request, _source: Source) -> Submission:
    """The columns' ids name the answers: FULL_NAME, EMAIL, PHONE_NUMBER …, and for a question of
    one's own its text. What "Send test data" sends is a lead too, marked as a test."""
    document = documents.read(request)
    columns = documents.rows(document.get("user_column_data"))
    if not columns:
        raise documents.unlike("a lead of a Google Ads lead form")
    found = [
        (
            documents.text(column.get("column_id") or column.get("column_name")),
            documents.text(column.get("string_value")),
        )
        for column in columns
    ]
    about = documents.pairs({k: v for k, v in document.items() if k not in _KNOWN})
    about += [("utm_campaign", text) for _, text in documents.pairs(document, "campaign_id")]
    test = documents.text(document.get("is_test")).lower() == "true"
    return documents.submission(found, document, document.get("lead_id"), about=about, test=test)


GOOGLE_ADS = Sender(
    read=read,
    verify=verify,
    setup="In the lead form: Export leads from Google Ads > Webhook integration: {url}\n"
    "Its key is this source's secret. Send test data: it is kept, and goes to no CRM.",
)
