"""What visitors see: in their language, with a way back, and the details for who made the form."""

import gzip
import json
from typing import Any, get_args

import pytest

from leadrelay.errors import Rejected
from leadrelay.intake.pages.script import SCRIPT, script
from leadrelay.intake.pages.visitors import language_asked_for, thanks, turned_away
from leadrelay.intake.pages.words import WORDS
from leadrelay.intake.request import Headers, Request
from leadrelay.lead import Accepted
from leadrelay.sources import Source
from leadrelay.values import Language
from leadrelay_sandbox.form_script import TOLD, integrity, render

KEPT = [Accepted(lead_id="7Q2KX9BD", duplicate=False)]
BROWSER = {"Accept": "text/html"}
FROM = {**BROWSER, "Referer": "https://www.example.com/contact?a=1&b=<2>"}
PAGE = {"Origin": "https://www.example.com"}  # its script


def request(headers: dict[str, str]) -> Request:
    return Request("POST", "/forms/contact", Headers(headers.items()), (), "", b"")


def source(**keys: Any) -> Source:
    given = {"name": "contact", "kind": "form", "sender": "html", "deliver": ("trackerrms",)}
    return Source.model_validate({**given, **keys})


def test_every_language_has_all_its_words() -> None:
    assert set(WORDS) == set(get_args(Language.__value__))
    for words in WORDS.values():
        assert all(words)
        assert len(set(words)) == len(words)


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize("kind", ["form", "resume"])
def test_thanks_are_in_the_source_s_language(language: Language, kind: str) -> None:
    sender = "html" if kind == "form" else "multipart"
    body = str(
        thanks(request(FROM), source(language=language, kind=kind, sender=sender), KEPT).body
    )
    words = WORDS[language]
    assert f'<html lang="{language}">' in body
    assert f"<h1>{words.thanks}</h1>" in body
    assert (words.message_arrived if kind == "form" else words.application_arrived) in body


def test_the_way_back_is_where_the_visitor_came_from() -> None:
    body = str(thanks(request(FROM), source(), KEPT).body)
    assert 'href="https://www.example.com/contact?a=1&amp;b=&lt;2&gt;"' in body
    for lie in ("javascript:alert(1)", "//evil.example", "https://a b", ""):
        assert "<a" not in str(thanks(request({**BROWSER, "Referer": lie}), source(), KEPT).body)


@pytest.mark.parametrize(
    ("status", "field", "word"),
    [
        (400, "", "check"),
        (413, "", "too_large"),
        (429, "", "too_often"),
        (503, "", "not_now"),
        (401, "", "broken"),
        (404, "", "broken"),
        (413, "cv", "file_too_large"),
        (415, "cv", "file_type"),
        (400, "cv", "file_unreadable"),
    ],
)
def test_an_error_speaks_to_the_visitor_and_apart_to_who_made_the_form(
    status: int, field: str, word: str
) -> None:
    rejected = Rejected(status, "Title", "Mend <this>.", field=field)
    text = getattr(WORDS["es"], word)
    answer = turned_away(request(FROM), "es", rejected)
    assert answer.status == status
    assert f"<p>{text}</p>" in str(answer.body)
    assert '<p lang="en">Title: Mend &lt;this&gt;.</p></details>' in str(answer.body)
    told = json.loads(turned_away(request(PAGE), "es", rejected).body)
    assert (told["message"], told.get("field", "")) == (text, field)
    assert told["detail"] == "Mend <this>."


def test_a_program_is_told_what_it_can_act_on_alone() -> None:
    told = json.loads(turned_away(request({}), "fr", Rejected(400, "T", "D")).body)
    assert told == {"title": "T", "status": 400, "detail": "D"}


@pytest.mark.parametrize(
    ("asked", "language"),
    [("de-CH,de;q=0.9,en;q=0.8", "de"), ("it, FR;q=0.5", "fr"), ("", "en"), ("pl", "en")],
)
def test_where_no_source_says_it_the_browser_does(asked: str, language: str) -> None:
    assert language_asked_for(request({"Accept-Language": asked})) == language


# -- the script -------------------------------------------------------------------------------


def test_the_script_is_what_its_source_makes() -> None:
    answer = script(SCRIPT)
    assert answer
    assert answer.body == render(), "run `make form-script`"
    assert f'integrity="{integrity()}"' in TOLD.read_text("utf-8"), "run `make form-script`"


def test_the_script_is_small_and_for_ever() -> None:
    answer = script(SCRIPT)
    assert answer
    assert len(gzip.compress(str(answer.body).encode(), 9)) <= 4096
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.to_event()["headers"]["Cache-Control"] == answer.headers["Cache-Control"]


def test_no_source_can_have_the_script_s_name() -> None:
    with pytest.raises(ValueError, match="a source's name"):
        source(name=SCRIPT)
    assert script("leadrelay-form-0.js") is None
