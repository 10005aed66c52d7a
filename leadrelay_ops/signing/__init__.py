"""Signing sample requests anew: a signature holds for one URL and one secret, and not for long."""

from collections.abc import Callable
from datetime import datetime
from importlib import import_module

from leadrelay.sources import Source
from leadrelay_ops.samples import Sample
from leadrelay_ops.signing.tokens import with_token

type Sign = Callable[[Sample, str, str, datetime], Sample]
"""(sample, secret, public URL with its query, now): the sample as its sender would send it then.
The secret is the source's; for a sender with a key pair it is the private key (PEM)."""

SIGNERS = {
    # form vendors
    "typeform": "leadrelay_ops.signing.forms:typeform",
    "tally": "leadrelay_ops.signing.forms:tally",
    "webflow": "leadrelay_ops.signing.forms:webflow",
    "formstack": "leadrelay_ops.signing.forms:handshake_key",
    "wufoo": "leadrelay_ops.signing.forms:handshake_key",
    "hubspot": "leadrelay_ops.signing.forms:hubspot",
    "netlify": "leadrelay_ops.signing.forms:netlify",
    "google_ads": "leadrelay_ops.signing.forms:google_ads",
    "meta": "leadrelay_ops.signing.forms:meta",
    "linkedin": "leadrelay_ops.signing.forms:linkedin",
    "wix": "leadrelay_ops.signing.forms:wix",
    "standard_webhooks": "leadrelay_ops.signing.forms:standard_webhooks",
    # telephony
    "twilio": "leadrelay_ops.signing.calls:twilio",
    "vonage": "leadrelay_ops.signing.calls:vonage",
    "plivo": "leadrelay_ops.signing.calls:plivo",
    "telnyx": "leadrelay_ops.signing.calls:telnyx",
    "ringcentral": "leadrelay_ops.signing.calls:ringcentral",
    "aircall": "leadrelay_ops.signing.calls:aircall",
    "dialpad": "leadrelay_ops.signing.calls:dialpad",
    "zoom_phone": "leadrelay_ops.signing.calls:zoom_phone",
    "callrail": "leadrelay_ops.signing.calls:callrail",
    "ctm": "leadrelay_ops.signing.calls:ctm",
    # résumés
    "indeed": "leadrelay_ops.signing.resumes:indeed",
}


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


def proved(sample: Sample, source: Source, secret: str, api_url: str, now: datetime) -> Sample:
    """The sample as the source's sender would send it now, to this API: signed with the secret,
    or with the secret where the source's `token` says."""
    sign = None if source.unverified else signer(source.sender)
    if sign is None:
        return with_token(sample, source.token or "", secret)
    _, mark, query = sample.path.partition("?")
    url = source.public_url + mark + query if source.public_url else api_url + sample.path
    return sign(sample, secret, url, now)
