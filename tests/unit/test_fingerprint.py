"""The same content has the same fingerprint, however the page sends it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.errors import Rejected
from leadrelay.intake.keeping.fingerprint import fingerprint, sender_key
from leadrelay.intake.meaning.building import build_lead
from leadrelay.intake.request import Headers, Request
from leadrelay.intake.senders import Submission
from leadrelay.lead import Lead
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
TOKEN = "t1" * 40  # as CAPTCHAs and frameworks make them
UUID = "6f1c2d3e-4b5a-4c6d-8e7f-9a0b1c2d3e4f"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def lead(*fields: tuple[str, str], among: list[tuple[str, str]] = FIELDS) -> Lead:
    return build_lead(Submission((*among, *fields)), SOURCE, NOW, "", "")


def same(one: Lead, other: Lead) -> bool:
    return fingerprint(one) == fingerprint(other)


@given(st.permutations(FIELDS[:3]))
def test_the_order_of_fields_does_not_matter(fields: list[tuple[str, str]]) -> None:
    assert same(lead(among=fields), lead(among=FIELDS[:3]))


MACHINERY = {
    **dict.fromkeys(
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
            "recaptcha_token",
            "cf_turnstile",
            "captcha_token",
            "frc-captcha-solution",
            "form_key",
            "_token",
            "altcha_token",
            "wpforms[recaptcha]",
            "g-recaptcha-response-data[contact]",
            "mcaptcha__token",
            "request_id",
            "session_id",
            "visitor",
            "unheard_of",
        ],
        TOKEN,
    ),
    "submissionGuid": UUID,
    "ajax_nonce": "a1b2c3d4e5",
    "timestamp": "1772443800",
    "submittedAt": "2026-03-02T09:30:00Z",
    "form_loaded_at": "1772443800123",
    "anything": "1772443800123",
    "time_on_page": "31",
    "timeSpent": "31.5",
    "Time": "10:15 am",
    "Date": "March 2, 2026",
    "clicked": "Mon Mar 02 2026 10:15:01 GMT+0000 (Coordinated Universal Time)",
    "opened_from": "https://www.example.com/contact?cb=771",
    "seq": "3",
    "website_url": "",
    "key": "s3cret",
}


@pytest.mark.parametrize(("name", "value"), MACHINERY.items())
def test_what_the_page_adds_by_itself_does_not_matter(name: str, value: str) -> None:
    assert same(lead((name, value)), lead())


SAID = {
    "interest_in": "a flat",
    "Preferred time": "10:30",
    "arrival": "1 May 2026",
    "guests": "4",
    "budget": "250000",
    "VIN": "WVWZZZ1JZXW000001",
    "IBAN": "DE89370400440532013000",
    "special_request": "a cot, please",
    "state_of_the_flat": "new",
    "other number": "07400 123457",
}


@pytest.mark.parametrize(("name", "value"), SAID.items())
def test_what_somebody_may_have_said_does(name: str, value: str) -> None:
    assert not same(lead((name, value)), lead())


@pytest.mark.parametrize(
    "changed",
    [
        {"email": "peter@example.com"},
        {"full_name": "Peter"},
        {"phone": "+442079460958"},
        {"message": "Another"},
        {"job": "JOB-2"},
        {"consent": "yes"},
    ],
)
def test_everything_that_is_understood_matters(changed: dict[str, Any]) -> None:
    assert not same(lead().model_copy(update=changed), lead())


def test_files_matter_in_any_order() -> None:
    assert fingerprint(lead(), ["a", "b"]) == fingerprint(lead(), ["b", "a"]) != fingerprint(lead())


def test_spaces_and_line_ends_do_not_matter() -> None:
    one, other = lead(("message", "Two\r\nlines")), lead(("message", " Two\nlines "))
    assert same(one, other)


def test_where_nothing_else_was_said_all_of_it_counts() -> None:
    one, other = (lead(among=[("id", number)]) for number in ("1", "2"))
    assert not same(one, other)


PAIRS = st.lists(
    st.tuples(st.sampled_from(["a", "ab", "name"]), st.sampled_from(["x", "bx", "xy"])),
    min_size=1,
    max_size=4,
    unique_by=lambda pair: pair[0],
)


@given(PAIRS, PAIRS)
def test_different_content_differs(one: list[tuple[str, str]], two: list[tuple[str, str]]) -> None:
    assert same(lead(among=one), lead(among=two)) == (sorted(one) == sorted(two))


@pytest.mark.parametrize("name", ["_token", "request_id", "form_key", "frc-captcha-solution"])
def test_tokens_do_not_stand_in_the_note(name: str) -> None:
    assert lead((name, TOKEN)).extra == {"interest": "a, b"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("client_id", UUID),
        ("request", "Please call"),
        ("token", "blue"),
        ("captcha", "I can't read it"),
        ("annonce", "Infirmière"),  # no nonce, and what somebody asks is no program's name
        ("Quelle annonce ?", "EX-204"),
        ("Which platform keys do you know?", "Okta"),
        ("Your ABCs RFP", "Yes"),
    ],
)
def test_what_only_looks_like_a_token_does(name: str, value: str) -> None:
    assert lead((name, value)).extra.get(name) == value


def key_of(*pairs: tuple[str, str], fields: tuple[tuple[str, str], ...] = ()) -> str | None:
    return sender_key(Request("POST", "/", Headers(pairs), (), "", b""), Submission(fields))


def test_an_idempotency_key_is_the_senders_own_id() -> None:
    assert key_of(("Idempotency-Key", " 8e03978e-40d5 ")) == "8e03978e-40d5"
    assert key_of() is None
    assert key_of(("Idempotency-Key", " ")) is None


def test_a_form_says_its_key_in_a_field() -> None:
    assert key_of(fields=(("email", "a@example.com"), ("lr_key", " 8e03978e-40d5 "))) == (
        "8e03978e-40d5"
    )
    assert key_of(("Idempotency-Key", "k-1"), fields=(("lr_key", "k-2"),)) == "k-1"
    assert key_of(fields=(("lr_key", "clé"),)) is None
    assert "lr_key" not in lead(("lr_key", "8e03978e-40d5"), ("message", "Hi")).extra


@pytest.mark.parametrize("key", ["x" * 256, "a\x00b", "clé"])
def test_an_unusable_key_is_a_bad_request(key: str) -> None:
    with pytest.raises(Rejected, match="400"):
        key_of(("Idempotency-Key", key))
