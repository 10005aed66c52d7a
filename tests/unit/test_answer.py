"""Answers as API Gateway, browsers and programs need them."""

import base64
import json

import pytest

from leadrelay.errors import Rejected
from leadrelay.intake.answer import (
    Answer,
    as_json,
    problem,
    see_other,
    wants_page,
)
from leadrelay.intake.pages.page import page
from leadrelay.intake.request import Headers, Request

REJECTED = Rejected(413, "Too large", "Send less.")


def request(**headers: str) -> Request:
    pairs = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Request("POST", "/forms/x", Headers(pairs), (), "", b"")


def test_a_problem_is_rfc_9457() -> None:
    answer = problem(REJECTED)
    assert answer.headers["Content-Type"] == "application/problem+json"
    members = {"title": "Too large", "status": 413, "detail": "Send less."}
    assert (answer.status, json.loads(answer.body)) == (413, members)


@pytest.mark.parametrize(
    "answer", [as_json({"id": "1"}), problem(REJECTED), page("a", ["b"]), see_other("https://x")]
)
def test_nothing_is_cached(answer: Answer) -> None:
    assert answer.to_event()["headers"]["Cache-Control"] == "no-store"


def test_bytes_travel_as_base64_and_text_as_text() -> None:
    event = Answer(200, b"\xff").to_event()
    assert event["isBase64Encoded"]
    assert base64.b64decode(event["body"]) == b"\xff"
    assert as_json({"id": "1"}).to_event()["body"] == '{"id": "1"}'
    assert not as_json({}).to_event()["isBase64Encoded"]


def test_a_page_is_accessible_and_escapes_its_text() -> None:
    body = page("Thanks <you>", ["a & b"], lang="de").body
    assert isinstance(body, str)
    assert '<html lang="de">' in body
    assert "<title>Thanks &lt;you&gt;</title>" in body
    assert body.count("<h1>Thanks &lt;you&gt;</h1>") == body.count("<h1") == 1
    assert body.count("<p>a &amp; b</p>") == body.count("<p>") == 1
    assert "<script" not in body


def test_see_other_points_there() -> None:
    answer = see_other("https://www.example.com/thanks")
    assert (answer.status, answer.headers["Location"]) == (303, "https://www.example.com/thanks")


@pytest.mark.parametrize(
    ("headers", "wanted"),
    [
        ({"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}, True),
        ({"sec_fetch_mode": "navigate"}, True),
        ({"accept": "*/*"}, False),
        ({}, False),
        ({"accept": "text/html", "sec_fetch_mode": "cors"}, False),
        ({"accept": "text/html", "x_requested_with": "XMLHttpRequest"}, False),
        ({"sec_fetch_mode": "navigate", "x_requested_with": "fetch"}, False),
    ],
)
def test_only_a_person_who_navigates_gets_a_page(headers: dict[str, str], *, wanted: bool) -> None:
    assert wants_page(request(**headers)) is wanted
