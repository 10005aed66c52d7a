"""The URL that a sender signed is among the spellings of what API Gateway makes of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.intake.proofs.spellings import spellings
from leadrelay.intake.request import from_event


def as_called(query: dict[str, str], host: str = "api.example.com") -> str:
    """The URL as it is put together from API Gateway's decoded query."""
    event = {
        "path": "/calls/x",
        "headers": {"Host": host, "X-Forwarded-Proto": "https"},
        "queryStringParameters": query,
    }
    return from_event(event).url


@pytest.mark.parametrize(
    "signed",
    [
        "?from=%2B12025550100&name=A%20B",  # every escape
        "?from=%2B12025550100&name=A+B",  # as a form
        "?to=https://www.example.com/a?b@c:d&list=a,b;c",  # no needless escape
        "?name=O'Neil%20(x)!*%2F%3A",  # encodeURIComponent
        "?from=+12025550100&name=A B",  # as it was typed
        "?empty=&name=%C3%A9",
    ],
)
def test_a_sender_may_escape_as_it_likes(signed: str) -> None:
    decoded = {
        "?from=%2B12025550100&name=A%20B": {"from": "+12025550100", "name": "A B"},
        "?from=%2B12025550100&name=A+B": {"from": "+12025550100", "name": "A B"},
        "?to=https://www.example.com/a?b@c:d&list=a,b;c": {
            "to": "https://www.example.com/a?b@c:d",
            "list": "a,b;c",
        },
        "?name=O'Neil%20(x)!*%2F%3A": {"name": "O'Neil (x)!*/:"},
        "?from=+12025550100&name=A B": {"from": "+12025550100", "name": "A B"},
        "?empty=&name=%C3%A9": {"empty": "", "name": "é"},
    }[signed]
    assert "https://api.example.com/calls/x" + signed in spellings(as_called(decoded))


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
    assert signed in spellings(as_called({}, host))


def test_the_url_as_given_comes_first_and_none_twice() -> None:
    url = as_called({"a": "b c"})
    found = spellings(url)
    assert found[0] == url
    assert len(set(found)) == len(found)


@given(st.permutations(["a=1", "b=2", "a=3", "c=4", "d=5"]))
def test_the_order_of_a_few_parameters_may_be_any(signed: list[str]) -> None:
    """API Gateway puts equal names together, and all of them in an order of its own."""
    event = {
        "path": "/calls/x",
        "multiValueHeaders": {"Host": ["api.example.com"], "X-Forwarded-Proto": ["https"]},
        "multiValueQueryStringParameters": {"d": ["5"], "a": ["1", "3"], "c": ["4"], "b": ["2"]},
    }
    url = from_event(event).url
    assert "https://api.example.com/calls/x?" + "&".join(signed) in spellings(url)


def test_no_order_is_tried_where_that_takes_long() -> None:
    many = "https://api.example.com/x?" + "&".join(f"{name}=1" for name in "abcdef")
    assert len(spellings(many)) < 10
    few = "https://api.example.com/x?a=1&b=2"
    assert len(spellings(few, beside=100_000)) < len(spellings(few))
    long = "https://api.example.com/x?a=1&b=" + "2" * 20_000
    assert len(spellings(long)) < 10


def test_no_query_is_made_up() -> None:
    assert all("?" not in one for one in spellings("https://api.example.com/calls/x"))


@given(st.text())
def test_any_text_is_spelled_without_fail(text: str) -> None:
    assert spellings(text)[0] == text
