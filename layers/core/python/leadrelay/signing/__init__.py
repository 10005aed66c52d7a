"""Signing sample requests anew: a signature holds for one URL and one secret, and not for long."""

from collections.abc import Callable
from datetime import datetime
from importlib import import_module

from leadrelay.signing.samples import Sample
from leadrelay.signing.tokens import with_token
from leadrelay.sources import Source

type Sign = Callable[[Sample, str, str, datetime], Sample]
"""(sample, secret, public URL with its query, now): the sample as its sender would send it then.
The secret is the source's; for a sender with a key pair it is the private key (PEM)."""

SIGNERS = {
    # form vendors
    "typeform": "leadrelay.signing.forms:typeform",
    "tally": "leadrelay.signing.forms:tally",
    "webflow": "leadrelay.signing.forms:webflow",
    "formstack": "leadrelay.signing.forms:handshake_key",
    "wufoo": "leadrelay.signing.forms:handshake_key",
    "hubspot": "leadrelay.signing.forms:hubspot",
    "netlify": "leadrelay.signing.forms:netlify",
    "google_ads": "leadrelay.signing.forms:google_ads",
    "meta": "leadrelay.signing.forms:meta",
    "linkedin": "leadrelay.signing.forms:linkedin",
    "wix": "leadrelay.signing.forms:wix",
    "standard_webhooks": "leadrelay.signing.forms:standard_webhooks",
    # telephony
    "twilio": "leadrelay.signing.calls:twilio",
    "vonage": "leadrelay.signing.calls:vonage",
    "plivo": "leadrelay.signing.calls:plivo",
    "telnyx": "leadrelay.signing.calls:telnyx",
    "ringcentral": "leadrelay.signing.calls:ringcentral",
    "aircall": "leadrelay.signing.calls:aircall",
    "dialpad": "leadrelay.signing.calls:dialpad",
    "zoom_phone": "leadrelay.signing.calls:zoom_phone",
    "callrail": "leadrelay.signing.calls:callrail",
    "ctm": "leadrelay.signing.calls:ctm",
    # résumés
    "indeed": "leadrelay.signing.resumes:indeed",
}


_KEY_PAIRS = {"telnyx", "wix"}


def signer(sender: str) -> Sign | None:
    """How this sender signs; None for one that doesn't."""
    if sender not in SIGNERS:
        return None
    module, _, name = SIGNERS[sender].partition(":")
    found: Sign = getattr(import_module(module), name)
    return found


def carries_proof(source: Source) -> bool:
    """Whether a sample for this source can be made to prove who sends it. A secret in the body is
    the sample's own matter."""
    signs = not source.unverified and source.sender in SIGNERS
    return signs or bool(source.token and not source.token.startswith("body:"))


def can_prove(source: Source, secret: str) -> bool:
    """Whether that secret signs: of a sender with a key pair a source has the public key only."""
    if source.unverified or source.sender not in SIGNERS:
        return True
    if source.sender in _KEY_PAIRS:
        return "PRIVATE KEY" in secret
    return not secret.startswith("whpk_")


def proved(sample: Sample, source: Source, secret: str, api_url: str, now: datetime) -> Sample:
    """The sample as the source's sender would send it now, to this API: signed with the secret,
    or with the secret where the source's `token` says."""
    sign = None if source.unverified else signer(source.sender)
    if sign is None:
        return with_token(sample, source.token or "", secret)
    _, mark, query = sample.path.partition("?")
    url = source.public_url + mark + query if source.public_url else api_url + sample.path
    return sign(sample, secret, url, now)
