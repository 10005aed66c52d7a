"""Telephony senders' signatures: the published vectors verify, and nothing else does."""

import base64
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

import pytest

from leadrelay.errors import Rejected
from leadrelay.intake.proofs.hs256 import verified_claims
from leadrelay.intake.request import Headers
from leadrelay.intake.senders import sender
from tests.senders import call_samples as calls
from tests.senders.call_vectors import CALLRAIL_BODY, CALLRAIL_KEY, CALLRAIL_SIGNATURE

SIGNED = {
    "twilio-1-incoming": "X-Twilio-Signature",
    "vonage-1-answer": "Authorization",
    "vonage-2-completed": "Authorization",
    "plivo-2-hangup": "X-Plivo-Signature-V3",
    "telnyx-1-initiated": "telnyx-signature-ed25519",
    "telnyx-3-texml-completed": "telnyx-timestamp",
    "ringcentral-1-setup": "Verification-Token",
    "zoom_phone-1-ringing": "x-zm-signature",
    "callrail-post-call": "Signature",
    "ctm-end": "X-CTM-Signature",
}
COVERING_THE_BODY = [
    name for name in SIGNED if name not in {"vonage-1-answer", "ringcentral-1-setup"}
]
TIMED = ["vonage-2-completed", "telnyx-1-initiated", "zoom_phone-1-ringing", "ctm-end"]
IN_THE_BODY = ["aircall-1-answered", "dialpad-hangup"]  # a token, or nothing but a token
EVERY = [*SIGNED, *IN_THE_BODY]

refused = pytest.raises(Rejected, match=r"^401 ")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TWILIO_URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
TWILIO_FORM = {
    "CallSid": "CA1234567890ABCDE",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
    "Caller": "+14158675309",
}
TWILIO_REPEATED = [("Sid", "CA123"), ("SidAccount", "AC123")] + [
    ("Digits", digits) for digits in ("5678", "1234", "1234")
]
PLIVO_URL = "https://plivobin.non-prod.plivops.com/api/v1/validate_signature03.xml"
PLIVO_FORM = {
    "Direction": "outbound",
    "From": "19792014278",
    "ALegUUID": "3e82ae9d-2c78-4d85-b1a4-6eae7dbafb36",
    "CallStatus": "in-progress",
    "BillRate": "0.002",
    "ParentAuthID": "MANWVLYTK4ZWU1YTY4QA",
    "To": "sip:PlivoSignature382029104058171078704104@phone-qa.voice.plivodev.com",
    "ALegRequestUUID": "3e82ae9d-2c78-4d85-b1a4-6eae7dbafb36",
    "CallUUID": "3e82ae9d-2c78-4d85-b1a4-6eae7dbafb36",
    "RequestUUID": "3e82ae9d-2c78-4d85-b1a4-6eae7dbafb36",
    "SIP-H-To": "<sip:PlivoSignature382029104058171078704104@52.9.11.55;transport=udp>;tag=1",
    "SessionStart": "2020-04-08 11:34:33.238707",
    "Event": "StartApp",
}


def check(name: str, headers: dict[str, str], body: str | bytes, url: str, secret: str) -> None:
    verify = sender(name).verify
    assert verify is not None
    raw = body.encode() if isinstance(body, str) else body
    verify(Headers(headers.items()), raw, url, [secret], calls.NOW)


# -- published vectors ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "fields", "signature"),
    [
        (TWILIO_URL, list(TWILIO_FORM.items()), "RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (TWILIO_URL, TWILIO_REPEATED, "IK+Dwps556ElfBT0I3Rgjkr1wJU="),
        (
            TWILIO_URL.replace(".com", ".com:1234"),
            list(TWILIO_FORM.items()),
            "RSOYDt4T1cUTdK1PDd93/VVr8B8=",
        ),
        (TWILIO_URL, list(TWILIO_FORM.items()), "kvajT1Ptam85bY51eRf/AJRuM3w="),
        (
            TWILIO_URL.replace("https", "http"),
            list(TWILIO_FORM.items()),
            "0ZXoZLH/DfblKGATFgpif+LLRf4=",
        ),
    ],
)
def test_twilios_vectors_verify(url: str, fields: list[tuple[str, str]], signature: str) -> None:
    """twilio-python, tests/unit/test_request_validator.py"""
    check("twilio", {**FORM, "X-Twilio-Signature": signature}, urlencode(fields), url, "12345")


def test_twilios_vector_of_a_json_body_verifies_and_is_tied_to_the_body() -> None:
    digest = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
    url, body = f"{TWILIO_URL}&bodySHA256={digest}", '{"property": "value", "boolean": true}'
    headers = {
        "Content-Type": "application/json",
        "X-Twilio-Signature": "a9nBmqA0ju/hNViExpshrM61xv4=",
    }
    check("twilio", headers, body, url, "12345")
    with refused:
        check("twilio", headers, body.replace("true", "false"), url, "12345")


@pytest.mark.parametrize(
    ("query", "method", "signature"),
    [
        ("/?a=b&c=d", "POST", "k7Pusd4OxCIjR5IfA9iedDNu/h/gbdYqdzG/MiYtd1c="),
        ("/?a=b&c=d", "GET", "UBq8jAtd32wR8EK9VgxbBn4n5rpI/l1H9iN4WfSEHFQ="),
        ("", "POST", "iAjE5QqI37mbkYe4w3jTMudqEzbDufdqi7sYwTu64e0="),
        ("", "GET", "i/MQsaQSAd6fiKhOh2qeeeLHZ9faldADSb3/7+Akfbc="),
    ],
)
def test_plivos_third_versions_vectors_verify(query: str, method: str, signature: str) -> None:
    """plivo-go, utils_test.go; a GET has its fields in the query."""
    headers = {
        **FORM,
        "X-Plivo-Signature-V3": f"another=,{signature}",
        "X-Plivo-Signature-V3-Nonce": "31627761595286130198",
    }
    form, secret = urlencode(PLIVO_FORM), "Y2Q2ZDgxZmY5YWRiOTI5YmQ1Njg0MTAxZWIyOTc4"
    url = PLIVO_URL + query
    if method == "POST":
        check("plivo", headers, form, url, secret)
    else:
        check("plivo", headers, "", f"{url}{'&' if query else '?'}{form}", secret)


@pytest.mark.parametrize(
    ("url", "signature"),
    [
        ("https://answer.url", "ehV3IKhLysWBxC1sy8INm0qGoQYdYsHwuoKjsX7FsXc="),
        ("https://answer.url?a=b", "ehV3IKhLysWBxC1sy8INm0qGoQYdYsHwuoKjsX7FsXc="),
        ("https://answer.url/", "do1CXv+k99A6+B+eTcyqbxWlezFIxJ/1vz72787r37g="),
    ],
)
def test_plivos_second_versions_vectors_verify(url: str, signature: str) -> None:
    """plivo-java, UtilsTest.java"""
    headers = {"X-Plivo-Signature-V2": signature, "X-Plivo-Signature-V2-Nonce": "12345"}
    check("plivo", headers, "", url, "my_auth_token")


def test_what_plivos_second_version_does_not_cover_is_put_aside() -> None:
    """It covers the URL and a nonce: with one request that was seen anything could be said."""
    fields = {"CallUUID": "c1", "From": "+12025550144", "To": "+12025550100", "Event": "Ring"}
    second = {"X-Plivo-Signature-V2": "x", "X-Plivo-Signature-V2-Nonce": "12345"}
    third = {"X-Plivo-Signature-V3": "x", "X-Plivo-Signature-V3-Nonce": "1"}
    source = calls.SOURCES["plivo"]
    for headers, doubtful in ((second, True), ({**second, **third}, False), (third, False)):
        request = replace(
            calls.get(""),
            body=urlencode(fields).encode(),
            headers=Headers({**FORM, **headers}.items()),
        )
        assert bool(calls.must_read(request, source).doubt) is doubtful


def test_plivos_second_signature_proves_nothing_beside_a_wrong_one_that_covers_more() -> None:
    signature = "ehV3IKhLysWBxC1sy8INm0qGoQYdYsHwuoKjsX7FsXc="
    second = {"X-Plivo-Signature-V2": signature, "X-Plivo-Signature-V2-Nonce": "12345"}
    for other in (
        {"X-Plivo-Signature-V3": "x", "X-Plivo-Signature-V3-Nonce": "1"},
        {"X-Plivo-Signature": "x"},
    ):
        with refused:
            check("plivo", {**second, **other}, "", "https://answer.url", "my_auth_token")


@pytest.mark.parametrize(
    ("fields", "signature"),
    [
        (
            {"CallUUID": "97ceeb52-58b6-11e1-86da-77300b68f8bb", "Duration": "300"},
            "EJEt0ELanhr8hjMPIJnLNLex0dE=",
        ),
        ({"a": "1 2"}, "n3Xfo4u+vRFyl3gsH8B0qDUIK5g="),
    ],
)
def test_plivos_first_versions_vectors_verify(fields: dict[str, str], signature: str) -> None:
    """plivo-node, test/utils.js"""
    headers, url = {**FORM, "X-Plivo-Signature": signature}, "http://foo.com/answer/"
    check("plivo", headers, urlencode(fields), url, "MAXXXXXXXXXXXXXXXXXX")


def test_vonages_vector_verifies_as_a_token_but_not_as_vonages() -> None:
    """vonage-python-sdk, jwt/tests/test_verify_jwt.py; its issuer is a web page for trying out."""
    secret, token = (
        "qwertyuiopasdfghjklzxcvbnm123456",
        (
            "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJPbmxpbmUgSldUIEJ1aWxkZXIiLCJpYXQiOjE2OTc2"
            "MzQ2ODAsImV4cCI6MzMyNTQ1NDA4MjgsImF1ZCI6IiIsInN1YiI6IiJ9.88vJc3I2HhuqEDixHXVhc9R30tA6U_HQH"
            "ZTC29y6CGM"
        ),
    )
    assert verified_claims(token, [secret], calls.NOW)["iss"] == "Online JWT Builder"
    with refused:
        verified_claims(token, ["asdf"], calls.NOW)
    with refused:
        check("vonage", {"Authorization": f"Bearer {token}"}, "", "", secret)


def test_callrails_vector_verifies() -> None:
    headers = {"Signature": CALLRAIL_SIGNATURE}
    check("callrail", headers, CALLRAIL_BODY, "", CALLRAIL_KEY)
    with refused:
        check("callrail", headers, CALLRAIL_BODY + "\n", "", CALLRAIL_KEY)


def test_zooms_text_is_signed_as_documented() -> None:
    """developers.zoom.us/docs/api/webhooks gives the order of the text, but the secret of none of
    its examples; so this signature was made with OpenSSL's command line."""
    headers = {
        "x-zm-request-timestamp": str(int(calls.NOW.timestamp())),
        "x-zm-signature": "v0=b0ae659c5d1776d8d25a5aaedfbb0fb2ace054e958d4e9de5473717af0300181",
    }
    body = '{"payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"},"event":"phone.callee_missed"}'
    check("zoom_phone", headers, body, "", "zoom secret")


# -- every sender ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", EVERY)
def test_a_sample_verifies_as_it_is_in_the_repository(name: str) -> None:
    calls.verify(calls.load(name))


@pytest.mark.parametrize("name", EVERY)
def test_both_secrets_are_good_while_one_is_rotated(name: str) -> None:
    sample = calls.load(name)
    good = calls.SECRETS[calls.source_of(sample).name]
    for secrets in ([good, another(good)], [another(good), good]):
        calls.verify(sample, secrets)


@pytest.mark.parametrize("name", EVERY)
def test_anothers_secret_is_refused(name: str) -> None:
    sample = calls.load(name)
    with refused:
        calls.verify(sample, [another(calls.SECRETS[calls.source_of(sample).name])])


@pytest.mark.parametrize("name", [*COVERING_THE_BODY, "dialpad-hangup"])
def test_any_byte_changed_is_refused(name: str) -> None:
    sample = calls.load(name)
    for at in range(0, len(sample.body), max(1, len(sample.body) // 12)):
        changed = bytearray(sample.body)
        changed[at] ^= 1
        with refused:
            calls.verify(replace(sample, body=bytes(changed)))


@pytest.mark.parametrize(("name", "header"), SIGNED.items())
def test_a_missing_header_is_refused(name: str, header: str) -> None:
    sample = calls.load(name)
    kept = [one for one in sample.headers if one[0].lower() != header.lower()]
    # Vonage's only: it sends unsigned ones again after a 5xx, signed
    with pytest.raises(Rejected, match=r"^503 " if name.startswith("vonage") else r"^401 "):
        calls.verify(replace(sample, headers=kept))


@pytest.mark.parametrize("minutes", [-6, 6])
@pytest.mark.parametrize("name", TIMED)
def test_a_stale_signature_is_refused(name: str, minutes: int) -> None:
    with refused:
        calls.verify(calls.load(name), now=calls.NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    "name", ["twilio-1-incoming", "zoom_phone-1-ringing", "callrail-post-call"]
)
def test_without_a_secret_nothing_is_good(name: str) -> None:
    sample = calls.load(name)
    verify = sender(calls.source_of(sample).sender).verify
    assert verify is not None
    with refused:
        verify(Headers(sample.headers), sample.body, calls.HOST + sample.path, [], calls.NOW)


@pytest.mark.parametrize("body", [b"{}", b'{"token": 5}', b'{"token": ""}', b'{"token": null}'])
def test_aircall_without_its_token_is_refused(body: bytes) -> None:
    with refused:
        calls.verify(replace(calls.load("aircall-1-answered"), body=body))


# -- the URL ------------------------------------------------------------------------------


URLS = {
    "an API's own": "https://a1b2c3.execute-api.eu-west-1.amazonaws.com/calls/{}",
    "a custom domain": "https://leads.example.com/in/calls/{}",
    "a port": "https://leads.example.com:8443/calls/{}",
    "http": "http://leads.example.com/calls/{}",
}
QUERY = "campaign=a%20b%2Bc&who=Zo%C3%AB&empty=&campaign=2"


@pytest.mark.parametrize("name", ["twilio-1-incoming", "plivo-2-hangup"])
@pytest.mark.parametrize("url", URLS.values(), ids=URLS)
def test_the_url_is_signed_as_the_sender_knows_it(name: str, url: str) -> None:
    sample = calls.load(name)
    public = url.format(calls.source_of(sample).name)
    signed = calls.signed_anew(sample, "s", public)
    calls.verify(signed, ["s"], public)
    with refused:
        calls.verify(signed, ["s"], public.replace("/calls/", "/forms/"))


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("name", ["twilio-1-incoming", "plivo-2-hangup"])
def test_a_query_that_came_decoded_is_still_verified(name: str, method: str) -> None:
    """What API Gateway leaves of the query is its pairs; the escapes are ours then."""
    sample = calls.load(name)
    if method == "GET":
        sample = replace(sample, method="GET", body=b"")
    signed = calls.signed_anew(sample, "s", f"https://leads.example.com/calls/x?{QUERY}")
    rewritten = urlencode(parse_qsl(QUERY, keep_blank_values=True))
    assert rewritten != QUERY
    calls.verify(signed, ["s"], f"https://leads.example.com/calls/x?{rewritten}")
    with refused:
        calls.verify(signed, ["s"], f"https://leads.example.com/calls/x?{rewritten}1")


@pytest.mark.parametrize("name", ["zoom_phone-1-ringing", "telnyx-1-initiated", "ctm-end",
    "vonage-2-completed", "callrail-post-call", "dialpad-hangup"])  # fmt: skip
def test_what_stands_beside_a_signed_body_tells_nothing_of_the_call(name: str) -> None:
    sample = calls.load(name)
    request, source = calls.request(sample), calls.source_of(sample)
    body = calls.must_read(request, source)
    names = ("name", "caller_name", "contact.name", "recording_url", "recording", "event", "office")
    found = calls.must_read(replace(request, query=tuple((one, "x") for one in names)), source)
    assert found.lead == body.lead
    assert ("office", "x") in found.pairs


# -- tokens -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        ({"alg": "none"}, {}),
        ({"alg": "HS512"}, {}),
        ({"alg": "HS256", "crit": ["exp"]}, {}),
        ({"alg": "HS256"}, {"exp": 1}),
        ({"alg": "HS256"}, {"exp": "soon"}),
        ({"alg": "HS256"}, {"nbf": 4102444800}),
    ],
)
def test_a_token_of_another_kind_or_time_is_refused(
    header: dict[str, object], claims: dict[str, object]
) -> None:
    with refused:
        verified_claims(token(header, claims), ["s"], calls.NOW)


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c.d", "..", "é.é.é", "W10.W10.W10"])
def test_what_is_no_token_is_refused(text: str) -> None:
    with refused:
        verified_claims(text, ["s"], calls.NOW)


def test_a_good_token_gives_its_claims() -> None:
    claims = verified_claims(token({"alg": "HS256"}, {"call_id": 2**60}), ["s"], calls.NOW)
    assert claims == {"call_id": str(2**60)}


def another(secret: str) -> str:
    """A secret of the same kind that is somebody else's."""
    return "A" * 43 + "=" if secret == calls.SECRETS["telnyx"] else f"another-{secret}"


def token(header: dict[str, object], claims: dict[str, object]) -> str:
    """A token signed with the secret "s", whatever its header says."""
    parts = (json.dumps(part).encode() for part in (header, claims))
    signing = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = base64.urlsafe_b64encode(hmac.digest(b"s", signing, "sha256")).rstrip(b"=")
    return f"{signing.decode()}.{signature.decode()}"
