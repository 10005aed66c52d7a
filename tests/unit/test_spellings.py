"""The URL that a sender signed is among the spellings of the one that it called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.intake.proofs.spellings import spellings

CALLED = "https://api.example.com/calls/x"


@pytest.mark.parametrize(
    ("called", "signed"),
    [
        ("?from=%2B12025550100&name=A+B", "?from=%2B12025550100&name=A%20B"),  # every escape
        ("?from=%2B12025550100&name=A%20B", "?from=%2B12025550100&name=A+B"),  # as a form
        ("?a=sip%3Aa%40example.com", "?a=sip:a@example.com"),  # no needless escape
        ("?name=O%27Neil", "?name=O'Neil"),  # encodeURIComponent
        ("?from=%2B12025550100&name=A%20B", "?from=+12025550100&name=A B"),  # as it was typed
        ("?b&a=%c3%a9", "?b&a=%c3%a9"),  # as it was called, however odd
    ],
)
def test_a_sender_may_sign_other_escapes_than_it_sends(called: str, signed: str) -> None:
    assert CALLED + signed in spellings(CALLED + called)


@pytest.mark.parametrize(
    ("host", "signed"),
    [
        ("api.example.com", "https://api.example.com:443/calls/x"),
        ("api.example.com:443", "https://api.example.com/calls/x"),
        ("api.example.com:8443", "https://api.example.com:8443/calls/x"),
        ("[2001:db8::1]", "https://[2001:db8::1]:443/calls/x"),
    ],
)
def test_a_port_may_be_written_or_left_out(host: str, signed: str) -> None:
    assert signed in spellings(f"https://{host}/calls/x")


def test_the_url_as_given_comes_first_and_none_twice() -> None:
    url = f"{CALLED}?a=b%20c"
    found = spellings(url)
    assert found[0] == url
    assert len(set(found)) == len(found)


def test_no_query_is_made_up() -> None:
    assert all("?" not in one for one in spellings("https://api.example.com/calls/x"))


@given(st.text())
def test_any_text_is_spelled_without_fail(text: str) -> None:
    assert spellings(text)[0] == text
