"""What somebody can make who has no secret, be it of requests that they have seen."""

import hmac
import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.errors import Rejected
from leadrelay.intake.proofs.url_signatures import form_fields
from leadrelay.intake.request import Headers, Request
from leadrelay.intake.senders import SENDERS, sender
from leadrelay.signing.samples import Sample
from tests.senders import call_samples as calls
from tests.senders import form_samples as forms

refused = pytest.raises(Rejected, match=r"^(401|400) ")
# The bodies that are signed as a whole; a token as the body may be written in more than one way.
OF_FORMS = [
    "typeform",
    "tally",
    "webflow",
    "hubspot",
    "hubspot-v2",
    "hubspot-v1",
    "netlify",
    "meta",
]
OF_FORMS += ["linkedin", "standard_webhooks"]
OF_CALLS = ["twilio-1-incoming", "vonage-2-completed", "plivo-2-hangup", "telnyx-1-initiated"]
OF_CALLS += ["zoom_phone-1-ringing", "callrail-post-call", "ctm-end"]
COVERED: dict[str, SimpleNamespace] = {
    **{name: SimpleNamespace(load=forms.load, verify=forms.verify) for name in OF_FORMS},
    **{name: SimpleNamespace(load=calls.load, verify=calls.verify) for name in OF_CALLS},
}


PROOFS = re.compile(r".*(?:signature(?!-v(?:2|er))|authorization|time)", re.IGNORECASE)


def verify(name: str, sample: Sample) -> None:
    COVERED[name].verify(sample)


def same(sample: Sample, body: bytes) -> bool:
    """Whether it says the same: of a form its fields are signed, however they are written."""
    headers = Headers(sample.headers)
    try:
        signed = [form_fields(headers, one) for one in (sample.body, body)]
    except Rejected:
        return False
    return sample.body == body or bool(signed[0] and {*signed[0]} == {*signed[1]})


@pytest.mark.parametrize("name", COVERED)
@given(body=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_no_other_body_goes_with_a_signature(name: str, body: bytes) -> None:
    sample = COVERED[name].load(name)
    for forged in (body, sample.body + body, body + sample.body):
        if not same(sample, forged):
            with refused:
                verify(name, replace(sample, body=forged))


@pytest.mark.parametrize("name", COVERED)
@given(data=st.data())
def test_no_header_that_says_something_else_verifies(name: str, data: st.DataObject) -> None:
    """Nor with the right one beside it, but in Plivo's list of them."""
    sample = COVERED[name].load(name)
    proofs = [n for n, (key, _) in enumerate(sample.headers) if PROOFS.match(key)]
    at = data.draw(st.sampled_from(proofs))
    key, value = sample.headers[at]
    said = data.draw(st.text(st.characters(codec="ascii"), max_size=80))
    if said.strip() == value or (key.startswith("X-Plivo") and value in said):
        return
    headers = [*sample.headers]
    headers[at] = (key, said)
    with pytest.raises(Rejected, match=r"^(401|503) "):
        verify(name, replace(sample, headers=headers))


def padding(length: int) -> bytes:
    """What SHA-256 puts behind so many bytes before it is done (FIPS 180-4, 5.1.1)."""
    zeros = b"\0" * ((55 - length) % 64)
    return b"\x80" + zeros + (length * 8).to_bytes(8)


@pytest.mark.parametrize("name", ["hubspot-v1", "hubspot-v2"])
def test_hubspots_hash_can_not_be_continued_behind_a_body_that_was_seen(name: str) -> None:
    """Its first two versions hash the secret with the body, and a hash can be continued by who
    doesn't know what it began with."""
    sample = forms.load(name)
    secret = forms.secrets(sample)[0].encode()
    method = b"POST" + (forms.HOST + sample.path).encode() if name == "hubspot-v2" else b""
    seen = secret + method + sample.body
    more = padding(len(seen)) + b'\n{"vid": 666, "email": "mallory@example.com"}'
    headers = [pair for pair in sample.headers if pair[0].lower() != "x-hubspot-signature"]
    headers.append(("X-HubSpot-Signature", sha256(seen + more).hexdigest()))
    with refused:
        forms.verify(replace(sample, body=sample.body + more, headers=headers))


def test_vonages_token_for_a_body_opens_no_request_without_one() -> None:
    """Such a request says what it says in its URL, which the token doesn't cover."""
    sample = calls.load("vonage-2-completed")
    calls.verify(sample)
    with refused:
        calls.verify(replace(sample, method="GET", body=b"", path=sample.path + "?from=4477"))


@pytest.mark.parametrize("name", [name for name in SENDERS if sender(name).challenge])
@given(asked=st.text(max_size=60) | st.text('v0:1.{}"[]a9/+=-_ \n', max_size=120))
def test_no_challenge_signs_a_text_that_could_be_a_message(name: str, asked: str) -> None:
    """All that is signed as a message has a colon, a full stop or a brace in it, or is a form."""
    challenge = sender(name).challenge
    assert challenge
    query = (("challengeCode", asked), ("hub.mode", "subscribe"), ("hub.verify_token", "w"))
    event = {"event": "endpoint.url_validation", "payload": {"plainToken": asked}}
    told = ""
    for method, body in (("GET", b""), ("POST", b""), ("POST", json.dumps(event).encode())):
        headers = Headers([("Validation-Token", asked)])
        pairs = (*query, ("hub.challenge", asked))
        try:
            told += str(
                challenge(Request(method, "/x", headers, pairs, "", body), ["s", "verify:w"])
            )
        except Rejected as rejected:
            told += str(rejected)
    ours = hmac.digest(b"s", asked.encode(errors="replace"), "sha256")
    if ours.hex() in told or b64encode(ours).decode() in told:
        assert not set(asked) & set(":.{}[]&\"' \n")
