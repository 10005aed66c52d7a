"""The same content has the same fingerprint, however the page sends it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.errors import Rejected
from leadrelay.intake.keeping.fingerprint import fingerprint, sender_key
from leadrelay.intake.request import Headers, Request
from leadrelay.sources import Source

SOURCE = Source(
    name="contact-us",
    kind="form",
    sender="html",
    deliver=("trackerrms",),
    honeypot="website_url",
    token="body:key",
)
FIELDS = [("name", "Sam"), ("email", "sam@example.com"), ("interest", "a"), ("interest", "b")]


@given(st.permutations(FIELDS))
def test_the_order_of_fields_does_not_matter(fields: list[tuple[str, str]]) -> None:
    assert fingerprint(fields, SOURCE) == fingerprint(FIELDS, SOURCE)


@pytest.mark.parametrize(
    "name",
    [
        "g-recaptcha-response",
        "cf-turnstile-response",
        "h-captcha-response",
        "_charset_",
        "_wpnonce",
        "_wp_nonce",
        "csrf_token",
        "csrfmiddlewaretoken",
        "__RequestVerificationToken",
        "authenticity_token",
        "timestamp",
        "submittedAt",
        "website_url",
        "key",
    ],
)
def test_what_the_page_adds_by_itself_does_not_matter(name: str) -> None:
    assert fingerprint([*FIELDS, (name, "anything")], SOURCE) == fingerprint(FIELDS, SOURCE)


def test_empty_fields_and_outer_spaces_do_not_matter() -> None:
    fields = [("name", " Sam "), *FIELDS[1:], ("fax", " ")]
    assert fingerprint(fields, SOURCE) == fingerprint(FIELDS, SOURCE)


PAIRS = st.lists(
    st.tuples(st.sampled_from(["a", "ab", "name"]), st.sampled_from(["1", "b1", "12"])), max_size=4
)


@given(PAIRS, PAIRS)
def test_different_content_differs(one: list[tuple[str, str]], two: list[tuple[str, str]]) -> None:
    same = fingerprint(one, SOURCE) == fingerprint(two, SOURCE)
    assert same == (sorted(one) == sorted(two))


def key_of(*pairs: tuple[str, str]) -> str | None:
    return sender_key(Request("POST", "/", Headers(pairs), (), "", b""))


def test_an_idempotency_key_is_the_senders_own_id() -> None:
    assert key_of(("Idempotency-Key", " 8e03978e-40d5 ")) == "8e03978e-40d5"
    assert key_of() is None
    assert key_of(("Idempotency-Key", " ")) is None


@pytest.mark.parametrize("key", ["x" * 256, "a\x00b", "clé"])
def test_an_unusable_key_is_a_bad_request(key: str) -> None:
    with pytest.raises(Rejected, match="400"):
        key_of(("Idempotency-Key", key))
