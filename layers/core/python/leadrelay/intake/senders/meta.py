"""Meta lead ads: news of leads, several at once, whose answers have to be fetched from Meta."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from leadrelay.errors import Rejected
from leadrelay.intake.answer import Answer
from leadrelay.intake.body import documents
from leadrelay.intake.proofs.signatures import check_signature, hmac_hex, signed
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Ignored, Sender, Submission
from leadrelay.sources import Source

# A source's secrets have three uses here; the app secret alone has no prefix.
VERIFY_TOKEN, PAGE_TOKEN = "verify:", "page:"


def verify(
    headers: Mapping[str, str], body: bytes, _url: str, secrets: Sequence[str], _now: datetime
) -> None:
    """X-Hub-Signature-256: sha256= and hex HMAC-SHA256 of the body with the app secret
    (developers.facebook.com/docs/graph-api/webhooks). It signs no time."""
    given = signed(headers, "X-Hub-Signature-256")
    apps = [one for one in secrets if not one.startswith((VERIFY_TOKEN, PAGE_TOKEN))]
    check_signature([given], ["sha256=" + hmac_hex(secret, body) for secret in apps])


def challenge(request: Request, secrets: Sequence[str]) -> Answer | None:
    """Echo hub.challenge to who knows the verify token. Raises Rejected (401)."""
    query = dict(request.query)
    if request.method != "GET" or query.get("hub.mode") != "subscribe":
        return None
    tokens = [one.removeprefix(VERIFY_TOKEN) for one in secrets if one.startswith(VERIFY_TOKEN)]
    check_signature([query.get("hub.verify_token", "")], filter(None, tokens))
    if not (code := query.get("hub.challenge", "")):
        raise Rejected(400, "No challenge", "hub.challenge is missing.")
    return Answer(200, code, {"Content-Type": "text/plain; charset=utf-8"})


def read(request: Request, _source: Source) -> tuple[Submission, ...] | Ignored:
    """One submission for each lead, with its ids; other changes of the page are left out."""
    document = documents.read(request)
    changes = [
        change
        for entry in documents.rows(document.get("entry"))
        for change in documents.rows(entry.get("changes"))
    ]
    leads = [
        documents.table(change, "value") for change in changes if change.get("field") == "leadgen"
    ]
    submissions = tuple(
        documents.submission(
            documents.pairs(lead),
            lead,
            lead["leadgen_id"],
            submitted_at=documents.time(lead.get("created_time")),
        )
        for lead in leads
        if documents.text(lead.get("leadgen_id"))
    )
    fields = {documents.text(change.get("field")) for change in changes}
    return submissions or Ignored(", ".join(sorted(fields)) or "no change of a page")


META = Sender(
    read=read,
    verify=verify,
    challenge=challenge,
    marks=(VERIFY_TOKEN, PAGE_TOKEN),
    setup="In the app: Webhooks > Page > Subscribe, callback {url}, and subscribe to leadgen.\n"
    'Secrets of this source: the app secret, "verify:<the verify token you type there>" and '
    '"page:<the page\'s access token>".',
)
