"""Form vendors' signatures: the published vectors verify, and nothing else does."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from leadrelay.errors import Rejected
from leadrelay.intake.request import Headers, from_event
from leadrelay.intake.senders import sender
from leadrelay.signing.samples import Sample
from leadrelay_sandbox.gateway import proxy_event
from tests.senders import form_samples as forms

SIGNED = {
    "typeform": "Typeform-Signature",
    "tally": "Tally-Signature",
    "webflow": "X-Webflow-Signature",
    "hubspot": "X-HubSpot-Signature-v3",
    "hubspot-v2": "X-HubSpot-Signature",
    "hubspot-v1": "X-HubSpot-Signature",
    "netlify": "X-Webhook-Signature",
    "meta": "X-Hub-Signature-256",
    "linkedin": "X-LI-Signature",
    "standard_webhooks": "webhook-signature",
}
TIMED = ["webflow", "hubspot", "standard_webhooks", "wix"]
IN_THE_BODY = ["google_ads", "formstack", "wufoo"]  # the secret itself, in place of a signature
EVERY = [*SIGNED, "wix", *IN_THE_BODY]

refused = pytest.raises(Rejected, match=r"^401 ")


def another(secret: str) -> str:
    """A secret of the same kind that is somebody else's."""
    if secret.startswith("whsec_"):
        return "whsec_" + base64.b64encode(b"a secret that is somebody else's").decode()
    if secret.startswith("-----BEGIN PUBLIC KEY"):
        return another_rsa_key()
    return "another" + secret


@cache
def another_rsa_key() -> str:
    public = rsa.generate_private_key(65537, 2048).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def verify_published(name: str, headers: dict[str, str], body: bytes, **given: Any) -> None:
    check = sender(name).verify
    assert check is not None
    url, secret, now = given.get("url", ""), given["secret"], given.get("now", forms.NOW)
    check(Headers(headers.items()), body, url, [secret], now)


def test_standard_webhooks_published_vector_verifies() -> None:
    # standard-webhooks/standard-webhooks, spec/standard-webhooks.md
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    verify_published(
        "standard_webhooks",
        headers,
        b'{"test": 2432232314}',
        secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        now=datetime.fromtimestamp(1614265330, UTC),
    )


@pytest.mark.parametrize(
    "headers",
    [
        {
            "X-HubSpot-Signature-Version": "v1",
            "X-HubSpot-Signature": (
                "69fc6631a867edd4f9e9e627fc5c1148e3fbdd8b21837b6d2b8901c1fa57f750"
            ),
        },
        {
            "X-HubSpot-Signature-Version": "v2",
            "X-HubSpot-Signature": (
                "4fe4e3a7d3cf09db53be39d0a58130e2aaba074ec123a9e355b876a689a1c383"
            ),
        },
        {
            "X-HubSpot-Request-Timestamp": "15000000",
            "X-HubSpot-Signature-v3": "HPW73RUtKmcYoEDADG0s6MmGFWUzWJKAW07r8RDgcQw=",
        },
    ],
    ids=["v1", "v2", "v3"],
)
def test_hubspots_published_vectors_verify(headers: dict[str, str]) -> None:
    # HubSpot/hubspot-api-python, tests/spec/utils/test_signature.py
    verify_published(
        "hubspot",
        headers,
        b"{'example_field':'example_value'}",
        secret="yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy",
        url="https://www.example.com/webhook_uri",
        now=datetime.fromtimestamp(15000, UTC),
    )


@pytest.mark.parametrize("name", EVERY)
def test_a_sample_is_verified(name: str) -> None:
    forms.verify(forms.load(name))


@pytest.mark.parametrize("name", EVERY)
def test_a_sample_signed_anew_for_another_url_and_time_is_verified(name: str) -> None:
    sample = forms.load(name)
    url, now = "http://127.0.0.1:4700/stage", forms.NOW + timedelta(days=300)
    anew = forms.signed_anew(sample, forms.private_key(sample), url, now)
    forms.verify(anew, url=url, now=now)


@pytest.mark.parametrize(
    "base",
    [
        "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com",
        "https://leads.example.com",  # a domain of one's own
        "https://leads.example.com:8443",
    ],
)
@pytest.mark.parametrize("query", ["?to=a%2Bb%40example.com&name=A%20B", "?to=a%2Bb@example.com"])
@pytest.mark.parametrize("name", ["hubspot", "hubspot-v2"])
def test_a_signed_url_is_recognised_behind_api_gateway(name: str, query: str, base: str) -> None:
    path = "/forms/hubspot"
    sample = replace(forms.load(name), path=path + query)
    signed = forms.signed_anew(sample, forms.secrets(sample)[0], base)
    event = proxy_event("POST", path + query, {"Host": urlsplit(base).netloc}.items())
    check = forms.known(sample).verify
    assert check is not None
    url = from_event(event).url
    check(Headers(signed.headers), signed.body, url, forms.secrets(sample), forms.NOW)
    with refused:
        check(Headers(signed.headers), signed.body, url + "x", forms.secrets(sample), forms.NOW)


@pytest.mark.parametrize("name", SIGNED)
@pytest.mark.parametrize("change", [lambda _: 0, lambda n: n // 2, lambda n: n - 1])
def test_one_changed_byte_of_the_body_is_refused(name: str, change: Callable[[int], int]) -> None:
    sample = forms.load(name)
    body = bytearray(sample.body)
    body[change(len(body))] ^= 1
    with refused:
        forms.verify(replace(sample, body=bytes(body)))


@pytest.mark.parametrize("part", [0, 1, 2])
def test_one_changed_byte_of_a_wix_token_is_refused(part: int) -> None:
    sample = forms.load("wix")
    parts = [bytearray(one) for one in sample.body.split(b".")]
    parts[part][10] = ord("A") if parts[part][10] != ord("A") else ord("B")
    with refused:
        forms.verify(replace(sample, body=b".".join(map(bytes, parts))))


def test_a_wix_token_of_another_kind_is_refused() -> None:
    """However well it is signed: by whom is for the header to say, and "crit" names what we don't
    know (RFC 7515, 4.1.11)."""
    sample = forms.load("wix")
    forms.verify(replace(sample, body=wix_token(sample, {"alg": "RS256"})))
    for alg in ("none", "HS256", "RS512", None):
        with refused:
            forms.verify(replace(sample, body=wix_token(sample, {"alg": alg})))
    with refused:
        forms.verify(replace(sample, body=wix_token(sample, {"alg": "RS256", "crit": ["exp"]})))


def wix_token(sample: Sample, header: dict[str, object]) -> bytes:
    """The sample's claims under another header, signed with Wix's key."""
    key = load_pem_private_key(forms.private_key(sample).encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    first = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=")
    signing = b".".join([first, sample.body.split(b".")[1]])
    signature = base64.urlsafe_b64encode(key.sign(signing, PKCS1v15(), SHA256())).rstrip(b"=")
    return b".".join([signing, signature])


@pytest.mark.parametrize("name", IN_THE_BODY)
def test_one_changed_byte_of_a_secret_in_the_body_is_refused(name: str) -> None:
    sample = forms.load(name)
    secret = forms.secrets(sample)[0].encode()
    assert secret in sample.body
    with refused:
        forms.verify(replace(sample, body=sample.body.replace(secret, secret[:-1] + b"!")))


@pytest.mark.parametrize("name", EVERY)
def test_another_secret_is_refused(name: str) -> None:
    sample = forms.load(name)
    with refused:
        forms.verify(sample, [another(secret) for secret in forms.secrets(sample)[:1]])


@pytest.mark.parametrize("name", EVERY)
def test_no_secret_is_refused(name: str) -> None:
    with refused:
        forms.verify(forms.load(name), [])


@pytest.mark.parametrize("name", IN_THE_BODY)
def test_an_empty_secret_matches_nothing(name: str) -> None:
    sample = forms.load(name)
    secret = forms.secrets(sample)[0].encode()
    with refused:
        forms.verify(replace(sample, body=sample.body.replace(secret, b"")), [""])


@pytest.mark.parametrize(("name", "header"), SIGNED.items())
def test_a_missing_header_is_refused(name: str, header: str) -> None:
    sample = forms.load(name)
    rest = [pair for pair in sample.headers if pair[0] != header]
    assert len(rest) < len(sample.headers)
    with refused:
        forms.verify(replace(sample, headers=rest))


@pytest.mark.parametrize("header", ["webhook-id", "webhook-timestamp", "X-Webflow-Timestamp"])
def test_a_missing_part_of_what_is_signed_is_refused(header: str) -> None:
    sample = forms.load("webflow" if "flow" in header else "standard_webhooks")
    with refused:
        forms.verify(
            replace(sample, headers=[pair for pair in sample.headers if pair[0] != header])
        )


@pytest.mark.parametrize("name", TIMED)
@pytest.mark.parametrize("minutes", [6, 60 * 24])
def test_a_stale_signature_is_refused(name: str, minutes: int) -> None:
    with refused:
        forms.verify(forms.load(name), now=forms.NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize("name", ["webflow", "hubspot", "standard_webhooks"])
def test_a_time_to_come_is_refused(name: str) -> None:
    with refused:
        forms.verify(forms.load(name), now=forms.NOW - timedelta(minutes=6))


@pytest.mark.parametrize("name", EVERY)
def test_both_secrets_are_accepted_while_one_is_rotated(name: str) -> None:
    sample = forms.load(name)
    old = forms.secrets(sample)[0]
    forms.verify(sample, [another(old), old])
    forms.verify(sample, [old, another(old)])


def from_both(sample: Sample, *keys: str) -> Sample:
    """A Standard Webhooks sample with a signature by each of the keys."""
    signatures = [dict(forms.signed_anew(sample, key).headers)["webhook-signature"] for key in keys]
    signed = dict(forms.signed_anew(sample, keys[0]).headers)
    return replace(sample, headers=[*{**signed, "webhook-signature": " ".join(signatures)}.items()])


def key_pair(seed: int) -> tuple[str, str]:
    """(whsk_…, whpk_…)"""
    raw = bytes([seed]) * 32
    public = Ed25519PrivateKey.from_private_bytes(raw).public_key().public_bytes_raw()
    return f"whsk_{base64.b64encode(raw).decode()}", f"whpk_{base64.b64encode(public).decode()}"


def test_a_standard_webhooks_public_key_verifies_only_its_own_signature() -> None:
    (private, public), (others, _) = key_pair(1), key_pair(2)
    sample = forms.load("standard_webhooks")
    forms.verify(from_both(sample, private), [public])
    forms.verify(from_both(sample, others, private), [public])
    with refused:
        forms.verify(from_both(sample, others), [public])


def test_one_of_several_standard_webhooks_signatures_is_enough() -> None:
    sample = forms.load("standard_webhooks")
    ours, theirs = forms.secrets(sample)[0], another("whsec_")
    forms.verify(from_both(sample, theirs, ours))
    forms.verify(from_both(sample, key_pair(2)[0], ours))
    with refused:
        forms.verify(from_both(sample, theirs, theirs))


def test_svixs_names_of_the_headers_are_understood() -> None:
    sample = forms.load("standard_webhooks")
    renamed = [(name.replace("webhook-", "svix-"), value) for name, value in sample.headers]
    forms.verify(replace(sample, headers=renamed))
    (submission,) = forms.submissions(replace(sample, headers=renamed))
    assert submission.key == "msg_2example0000000000000000001"


def test_a_token_cannot_choose_to_be_unsigned() -> None:
    sample = forms.load("netlify")
    header = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    claims = dict(sample.headers)["X-Webhook-Signature"].split(".")[1]
    for token in (f"{header}.{claims}.", f"{header}.{claims}", "", "..", "a.b.c"):
        with refused:
            forms.verify(replace(sample, headers=[("X-Webhook-Signature", token)]))


@pytest.mark.parametrize("prefix", ["", "hmacsha256="])
def test_each_reading_of_linkedins_signature_is_accepted(prefix: str) -> None:
    sample = forms.load("linkedin")
    signature = dict(sample.headers)["X-LI-Signature"]
    forms.verify(replace(sample, headers=[("X-LI-Signature", prefix + signature)]))


@pytest.mark.parametrize("secret", ["verify:sandbox-meta-verify-token", "page:sandbox"])
def test_metas_other_secrets_sign_nothing(secret: str) -> None:
    sample = forms.signed_anew(forms.load("meta"), secret)
    with refused:
        forms.verify(sample, [secret])
