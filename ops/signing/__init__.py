"""Signing sample requests anew: a signature holds for one URL and one secret, and not for long."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from importlib import import_module

from ops.samples import Sample

type Sign = Callable[[Sample, str, str, datetime], Sample]
"""(sample, secret, public URL with its query, now): the sample as its sender would send it then.
The secret is the source's; for a sender with a key pair it is the private key (PEM)."""

SIGNERS = {
    # form vendors
    "typeform": "ops.signing.forms:typeform",
    "tally": "ops.signing.forms:tally",
    "webflow": "ops.signing.forms:webflow",
    "formstack": "ops.signing.forms:handshake_key",
    "wufoo": "ops.signing.forms:handshake_key",
    "hubspot": "ops.signing.forms:hubspot",
    "netlify": "ops.signing.forms:netlify",
    "google_ads": "ops.signing.forms:google_ads",
    "meta": "ops.signing.forms:meta",
    "linkedin": "ops.signing.forms:linkedin",
    "wix": "ops.signing.forms:wix",
    "standard_webhooks": "ops.signing.forms:standard_webhooks",
    # telephony
    "twilio": "ops.signing.calls:twilio",
    "vonage": "ops.signing.calls:vonage",
    "plivo": "ops.signing.calls:plivo",
    "telnyx": "ops.signing.calls:telnyx",
    "ringcentral": "ops.signing.calls:ringcentral",
    "aircall": "ops.signing.calls:aircall",
    "dialpad": "ops.signing.calls:dialpad",
    "zoom_phone": "ops.signing.calls:zoom_phone",
    "callrail": "ops.signing.calls:callrail",
    "ctm": "ops.signing.calls:ctm",
    # résumés
    "indeed": "ops.signing.resumes:indeed",
}


def signer(sender: str) -> Sign | None:
    """How this sender signs; None for one that doesn't."""
    if sender not in SIGNERS:
        return None
    module, _, name = SIGNERS[sender].partition(":")
    found: Sign = getattr(import_module(module), name)
    return found


def with_headers(sample: Sample, headers: Mapping[str, str]) -> Sample:
    """The sample with these headers instead of those of the same names."""
    replaced = {name.lower() for name in headers}
    kept = [header for header in sample.headers if header[0].lower() not in replaced]
    return replace(sample, headers=[*kept, *headers.items()])
