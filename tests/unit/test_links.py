"""Links in what a CRM is told: without what opens them to anybody, and else as they were given."""

from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.narrator.links import without_secrets
from leadrelay.nobody import words as listed

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJqYW5lIn0.c2lnbmF0dXJl"
SECRET = "opensesame"
KEYS = sorted(
    listed(
        """
    token access_token accessToken authtoken userToken id_token X-Token sig Signature hmac apikey
    api_key api-key key access_key AWSAccessKeyId accesskeyid secret client_secret clientSecret
    password passwd pwd passcode auth authorization Policy Key-Pair-Id session_id sessionid sid jwt
    X-Amz-Credential X-Amz-Security-Token X-Amz-Signature X-Goog-Signature X-Goog-Credential
    private_key bearer otp hdnea
        """
    )
)
plain = st.text("bcdfghmnprst", min_size=1, max_size=6)
harmless = st.tuples(st.sampled_from(["id", "page", "q", "lang", "author", "keywords"]), plain)
secret = st.tuples(st.sampled_from(KEYS), st.just(SECRET))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        # Azure's: of no use without its signature, and sip is an address of a network
        (
            "https://a.blob.example.com/c/cv.pdf?sv=2024-11-04&sr=b&sip=203.0.113.7&sig=abc%3D",
            "https://a.blob.example.com/c/cv.pdf",
        ),
        (
            "https://s.example.com/b/cv.pdf?GoogleAccessId=x@example.com&Expires=17&Signature=y",
            "https://s.example.com/b/cv.pdf",
        ),
        (
            "https://d1.example.com/cv.pdf?v=2&Expires=17&Signature=y&Key-Pair-Id=K1",
            "https://d1.example.com/cv.pdf?v=2",
        ),
        (
            "https://cdn.example.com/a.mp3?hdnea=exp=17~acl=/*~hmac=ab",
            "https://cdn.example.com/a.mp3",
        ),
        (f"https://h.example.com/get/{JWT}/cv.pdf", "https://h.example.com/get/…/cv.pdf"),
        (f"https://h.example.com/get?t={JWT}", "https://h.example.com/get"),
        ("https://h.example.com/token=abc/cv.pdf", "https://h.example.com/…/cv.pdf"),
        ("https://h.example.com/cv;jsessionid=AB12?x=1", "https://h.example.com/cv?x=1"),
        ("www.example.com/cv?token=abc&x=1", "www.example.com/cv?x=1"),
        ("sftp://jane:pw@h.example.com/cv.pdf", "sftp://h.example.com/cv.pdf"),
        ("https://AC1:pw@api.example.com/R/RE1.mp3", "https://api.example.com/R/RE1.mp3"),
        ("https://x.example.com/#access_token=abc&state=1", "https://x.example.com/#state=1"),
    ],
)
def test_a_link_is_told_without_what_opens_it(given: str, told: str) -> None:
    assert without_secrets(f"See {given}, please") == f"See {told}, please"


@given(
    st.lists(harmless, max_size=3),
    st.lists(secret, min_size=1, max_size=3),
    st.permutations(range(6)),
    st.sampled_from(["https://", "HTTP://", "www."]),
    st.sampled_from("?#"),
    st.integers(0, 3),
)
def test_no_secret_stays_in_any_link(
    kept: list[tuple[str, str]],
    secrets: list[tuple[str, str]],
    order: list[int],
    start: str,
    mark: str,
    nested: int,
) -> None:
    both = [*kept, *secrets]
    pairs = [both[place] for place in order if place < len(both)]
    url = f"{start}h.example.com/a{mark}" + "&".join(f"{name}={value}" for name, value in pairs)
    for _ in range(nested):
        url = f"https://out.example.com/go?to={quote(url, safe='')}"
    told = without_secrets(f"({url}).")
    assert SECRET not in unquote(unquote(unquote(told)))
    if not nested:
        assert all(f"{name}={value}" in told for name, value in kept)


@given(st.lists(harmless, max_size=4), st.sampled_from(["", "/jobs/4", "/a;b/c=d/"]))
def test_any_other_link_stays_as_it_was_given(pairs: list[tuple[str, str]], path: str) -> None:
    query = "&".join(f"{name}={value}" for name, value in pairs)
    url = f"https://www.example.com{path}{'?' if query else ''}{query}"
    assert without_secrets(url) == url


def test_an_address_that_begins_like_a_host_is_no_link() -> None:
    assert without_secrets("write to www.jane@example.com") == "write to www.jane@example.com"
