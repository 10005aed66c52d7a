"""A proxy event of API Gateway becomes a request, whatever is missing in it."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.errors import Rejected
from leadrelay.intake.request import Headers, from_event

EVENT: dict[str, Any] = {
    "httpMethod": "POST",
    "path": "/calls/switchboard",
    "headers": {"X-Two": "b"},
    "multiValueHeaders": {"Host": ["api.example.com"], "X-Two": ["a", "b"]},
    "queryStringParameters": {"k": "2"},
    "multiValueQueryStringParameters": {"k": ["1 +", "2"], "é": [""]},
    "body": "a=1",
    "isBase64Encoded": False,
    "requestContext": {
        "path": "/v1/calls/switchboard",
        "stage": "v1",
        "domainName": "abc.execute-api.example.com",
        "requestId": "r-1",
        "identity": {"sourceIp": "192.0.2.7"},
    },
}


def test_an_event_becomes_a_request() -> None:
    request = from_event(EVENT)
    assert (request.method, request.path, request.body) == ("POST", "/calls/switchboard", b"a=1")
    assert (request.client_ip, request.request_id) == ("192.0.2.7", "r-1")
    assert request.query == (("k", "1 +"), ("k", "2"), ("é", ""))
    assert request.headers["x-two"] == "a, b"


def test_the_url_has_the_host_and_the_stage_that_the_sender_called() -> None:
    url = "https://api.example.com/v1/calls/switchboard?k=1%20%2B&k=2&%C3%A9="
    assert from_event(EVENT).url == url


def test_without_a_host_header_the_url_has_the_api_s_own_domain() -> None:
    event = {**EVENT, "multiValueHeaders": None, "headers": None}
    assert from_event(event).url.startswith("https://abc.execute-api.example.com/v1/")


def test_single_values_do_where_there_are_no_lists() -> None:
    event = {**EVENT, "multiValueHeaders": None, "multiValueQueryStringParameters": None}
    request = from_event(event)
    assert (request.headers["X-TWO"], request.query) == ("b", (("k", "2"),))


def test_headers_are_found_in_any_case() -> None:
    headers = Headers([("Content-Type", "text/plain")])
    assert headers["CONTENT-TYPE"] == headers.get("content-type") == "text/plain"
    assert "content-Type" in headers
    assert "accept" not in headers


def test_broken_base64_is_the_senders_fault() -> None:
    with pytest.raises(Rejected, match="400"):
        from_event({"body": "a", "isBase64Encoded": True})


@given(st.binary())
def test_a_base64_body_arrives_byte_for_byte(body: bytes) -> None:
    event = {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}
    assert from_event(event).body == body


@given(
    st.sets(st.sampled_from(sorted(EVENT))),
    st.sets(st.sampled_from(sorted(EVENT["requestContext"]))),
    st.sets(st.sampled_from(sorted(EVENT))),
)
def test_members_may_be_absent_or_null(
    absent: set[str], context_null: set[str], null: set[str]
) -> None:
    context = {**EVENT["requestContext"], **dict.fromkeys(context_null)}
    event = {**EVENT, "requestContext": context, **dict.fromkeys(null)}
    request = from_event({name: member for name, member in event.items() if name not in absent})
    assert request.url.startswith("https://")


@given(st.text(), st.dictionaries(st.text(), st.lists(st.text())))
def test_any_text_in_an_event_is_taken(body: str, query: dict[str, list[str]]) -> None:
    request = from_event({"body": body, "multiValueQueryStringParameters": query})
    assert dict(request.query).keys() == {name for name, values in query.items() if values}
