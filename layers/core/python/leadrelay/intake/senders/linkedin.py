"""LinkedIn Lead Sync: news of a lead, whose answers have to be fetched from LinkedIn."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from leadrelay.errors import Rejected
from leadrelay.intake.answer import Answer, as_json
from leadrelay.intake.body import documents
from leadrelay.intake.body.json_fields import flatten
from leadrelay.intake.proofs.signatures import check_signature, hmac_hex, signed
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Ignored, Sender, Submission
from leadrelay.sources import Source

# Marks the access token among a source's secrets; the client secret has no mark.
ACCESS_TOKEN = "access:"  # noqa: S105  # the mark, not the token

_PREFIX = "hmacsha256="
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def verify(
    headers: Mapping[str, str], body: bytes, _url: str, secrets: Sequence[str], _now: datetime
) -> None:
    """X-LI-Signature: hex HMAC-SHA256 of "hmacsha256=" and the body (learn.microsoft.com,
    "Webhook validation"); receivers in use have seen it of the body alone too, and with the
    prefix on the header instead. It signs no time."""
    given = signed(headers, "X-LI-Signature").removeprefix(_PREFIX).lower()
    messages = (_PREFIX.encode() + body, body)
    clients = _client_secrets(secrets)
    check_signature([given], [hmac_hex(secret, one) for secret in clients for one in messages])


def challenge(request: Request, secrets: Sequence[str]) -> Answer | None:
    """Prove that this URL knows the client secret. Raises Rejected (400).

    Only a UUID is answered: the answer is a signature by the very secret that signs the
    notifications, and anybody may ask for it.
    """
    code = dict(request.query).get("challengeCode")
    if request.method != "GET" or code is None:
        return None
    if not _UUID.fullmatch(code):
        raise Rejected(400, "No challenge", "challengeCode must be a UUID.")
    clients = _client_secrets(secrets)
    if not clients:
        raise Rejected(401, "No secret", "This source has no client secret to answer with.")
    return as_json(
        {"challengeCode": code, "challengeResponse": hmac_hex(clients[0], code.encode())}
    )


def read(request: Request, _source: Source) -> Submission | Ignored:
    """The lead's ids; a lead that was deleted is no news, nor is what is no lead."""
    document = documents.read(request)
    response = documents.text(document.get("leadGenFormResponse"))
    if not response or document.get("leadAction") == "DELETED":
        return Ignored(documents.text(document.get("leadAction")) or "no lead")
    at = documents.time(document.get("occurredAt"))
    return documents.submission(flatten(document), document, response, submitted_at=at)


def _client_secrets(secrets: Sequence[str]) -> list[str]:
    return [secret for secret in secrets if not secret.startswith(ACCESS_TOKEN)]


LINKEDIN = Sender(
    read=read,
    verify=verify,
    challenge=challenge,
    marks=(ACCESS_TOKEN,),
    setup="Subscribe with the Lead Notification Subscriptions API, webhook {url}.\n"
    'Secrets of this source: the app\'s client secret, and "access:<a token that may read leads>".',
)
