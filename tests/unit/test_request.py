"""An event of API Gateway becomes a request, whatever is missing in it."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.errors import Rejected
from leadrelay.intake.request import Headers, from_event, route
from leadrelay_sandbox.gateway import proxy_event

QUERY = "k=1%20%2B&%C3%A9=&k=2"
EVENT: dict[str, Any] = {
    "version": "2.0",
    "routeKey": "POST /calls/{source}",
    "rawPath": "/calls/switchboard",
    "rawQueryString": QUERY,
    "headers": {"host": "api.example.com", "x-two": "a,b"},
    "queryStringParameters": {"é": "", "k": "1 +,2"},
    "body": "a=1",
    "isBase64Encoded": False,
    "requestContext": {
        "domainName": "abc.execute-api.example.com",
        "http": {"method": "POST", "path": "/calls/switchboard", "sourceIp": "192.0.2.7"},
        "requestId": "r-1",
        "stage": "$default",
    },
}


def test_an_event_becomes_a_request() -> None:
    request = from_event(EVENT)
    assert (request.method, request.path, request.body) == ("POST", "/calls/switchboard", b"a=1")
    assert (request.client_ip, request.request_id) == ("192.0.2.7", "r-1")
    assert request.query == (("k", "1 +"), ("é", ""), ("k", "2"))
    assert request.headers["X-Two"] == "a,b"
    assert route(EVENT) == "POST /calls/{source}"


def test_the_url_has_the_host_and_the_query_as_the_sender_wrote_them() -> None:
    assert from_event(EVENT).url == f"https://api.example.com/calls/switchboard?{QUERY}"


def test_without_a_host_header_the_url_has_the_api_s_own_domain() -> None:
    event = {**EVENT, "headers": None}
    assert from_event(event).url.startswith("https://abc.execute-api.example.com/calls/")


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


@given(st.text(), st.text())
def test_any_text_in_an_event_is_taken(body: str, query: str) -> None:
    request = from_event({"body": body, "rawQueryString": query})
    assert request.url == "https://localhost/" + (f"?{query}" if query else "")


# -- as the sandbox makes events --------------------------------------------------------------


@given(st.binary(min_size=1), st.sampled_from(["", "multipart/form-data; boundary=b", "a/b"]))
def test_what_is_no_text_is_handed_over_as_its_bytes(body: bytes, media_type: str) -> None:
    """A form's charset is its page's, and not always UTF-8."""
    for given_type in (media_type, "application/x-www-form-urlencoded"):
        event = proxy_event("POST", "/forms/x", [("Content-Type", given_type)], body)
        assert event["isBase64Encoded"]
        assert from_event(event).body == body


@pytest.mark.parametrize("media_type", ["application/json", "text/plain;charset=UTF-8", "text/xml"])
def test_json_and_texts_are_handed_over_as_text(media_type: str) -> None:
    event = proxy_event("POST", "/forms/x", [("Content-Type", media_type)], '{"a": "é"}'.encode())
    assert (event["body"], event["isBase64Encoded"]) == ('{"a": "é"}', False)


@given(st.permutations(["a=1", "b=%20", "a=3", "c", "d=+"]))
def test_the_query_is_the_sender_s_whatever_order_its_parameters_are_given_in(
    written: list[str],
) -> None:
    query = "&".join(written)
    event = proxy_event("GET", f"/calls/x?{query}", [("Host", "api.example.com")])
    assert from_event(event).url == f"https://api.example.com/calls/x?{query}"
