"""Keys of a source that are each right but don't fit together are told with their lines."""

import pytest

from leadrelay.intake.soundness import read_sound_sources
from leadrelay.sources_file import SourcesError
from leadrelay_config import SOURCES_TOML
from leadrelay_sandbox.senders import sources_text

HEADS = {
    "form": '[web]\nkind = "form"\nsender = "html"\ndeliver = ["centia"]\n',
    "call": '[web]\nkind = "call"\nsender = "twilio"\ndeliver = ["centia"]\n',
    "resume": '[web]\nkind = "resume"\nsender = "multipart"\ndeliver = ["centia"]\n',
}


def test_the_sources_that_come_along_are_sound() -> None:
    for text in (SOURCES_TOML.read_text("utf-8"), sources_text()):
        assert read_sound_sources(text)


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("call", 'answer = "forward:+442079460000"'),
        ("call", 'answer = "twiml"'),
        ("call", 'on = "ringing"'),
        ("call", 'lookup = "centia"'),
        ("call", 'public_url = "https://hooks.example.com:8443/calls/web"'),
        ("resume", 'accept = ["pdf", "docx"]'),
        ("resume", "max_file_bytes = 25000000"),
        ("form", 'min_fill = "3s"'),
        ("form", 'fields = {full_name = "What is your name (first, last)?"}'),
        ("form", 'fields = {full_name = "contact[name]", email = "items[]"}'),
        ("resume", 'file_wait = "2h"'),
    ],
)
def test_what_fits_is_taken(kind: str, line: str) -> None:
    assert "web" in read_sound_sources(HEADS[kind] + line)


@pytest.mark.parametrize(
    ("kind", "line", "mistake"),
    [
        ("form", 'on = "ringing"', 'on: this is for kind = "call" only'),
        ("form", 'lookup = "centia"', 'lookup: this is for kind = "call" only'),
        ("call", 'accept = ["pdf"]', 'accept: this is for kind = "resume" only'),
        ("form", "max_file_bytes = 9000", 'max_file_bytes: this is for kind = "resume" only'),
        ("form", 'file_wait = "1h"', 'file_wait: this is for kind = "resume" only'),
        ("form", 'answer = "twiml"', "answer: html asks for no instructions"),
        ("call", 'answer = "ncco"', 'answer: twilio understands "twiml" or "forward:'),
        ("resume", 'accept = ["pdf", "exe"]', "accept: there is no type 'exe'; there are pdf, doc"),
        ("call", 'lookup = "collect"', "lookup: `deliver` doesn't name collect"),
        ("call", 'fields.call.caller = "von"', "fields: call.… is for asterisk, 3cx, invoca"),
        ("form", 'fields.call.caller = "von"', "fields: call.… is for asterisk, 3cx, invoca"),
        ("call", 'public_url = "https://x.example/?k=1"', "public_url: leave the query out"),
        ("call", 'public_url = "https://x.example"', "public_url: write the whole URL"),
        ("resume", "max_file_bytes = 10", "max_file_bytes: write a number from 1000 to 25000000"),
        ("call", 'captcha = "turnstile"', "captcha: twilio can't have it: it is for html, json"),
        ("form", 'captcha_url = "https://x.example/"', "captcha_url: `captcha` doesn't say whose"),
        ("form", 'default_region = "UK"', """default_region: there is no country 'UK' (did you"""),
        ("form", 'default_region = "XX"', "default_region: there is no country 'XX': write ISO"),
        ("form", 'fields.job = "answers[?q==`x`]"', "fields.job: html sends no JSON"),
    ],
)
def test_what_does_not_fit_is_told_with_its_line(kind: str, line: str, mistake: str) -> None:
    with pytest.raises(SourcesError) as caught:
        read_sound_sources(HEADS[kind] + line)
    (told,) = caught.value.mistakes
    assert told.startswith(f"line 5: web.{mistake}")


@pytest.mark.parametrize(("kind", "other"), [("form", "twilio"), ("call", "html"), ("call", "fax")])
def test_a_sender_of_another_kind_is_told_which_there_are(kind: str, other: str) -> None:
    head = HEADS[kind].replace("html", other).replace("twilio", other)
    with pytest.raises(SourcesError, match=f"line 3: web.sender: '{other}' is no sender for"):
        read_sound_sources(head)


@pytest.mark.parametrize(
    ("expression", "mistake"),
    [
        ("answers[?q='x'].a", "this JMESPath can't be read at character 11"),
        ("answers[?q=='x'", "this JMESPath can't be read at character 16"),
        ("answers[0.a", "this JMESPath can't be read"),
        ("joinn(' ', [a])", "JMESPath has no function 'joinn' (did you mean 'join'?)"),
        ("join(' ')", "JMESPath's join doesn't take 1 values"),
        ("a | [0].max_by(@, &b, c)", "JMESPath's max_by doesn't take 3 values"),
    ],
)
def test_a_jmespath_that_never_finds_anything_is_a_mistake(expression: str, mistake: str) -> None:
    text = HEADS["form"].replace("html", "json") + f'fields.job = """{expression}"""'
    with pytest.raises(SourcesError) as caught:
        read_sound_sources(text)
    (told,) = caught.value.mistakes
    assert told.startswith(f"line 5: web.fields.job: {mistake}")


@pytest.mark.parametrize(
    "expression",
    [
        "answers[?question=='Which role?'].answer | [0]",
        "join(', ', skills[*].name)",
        'not_null(a, b, `"none"`)',
        "rows[0:5:2].a",
        "E-Mail",
        "Your name? (required)",
        "a & b",
    ],
)
def test_one_that_may_find_something_is_taken_and_so_is_a_plain_name(expression: str) -> None:
    text = HEADS["form"].replace("html", "json") + f'fields.job = """{expression}"""'
    assert read_sound_sources(text)["web"].fields == {"job": expression}


def test_what_is_wrong_together_is_told_beside_what_cannot_be_read() -> None:
    text = '[web]\nkind = "form"\nsender = "htm"\norgins = []\ncountry = "GB"\ndeliver = "centia"\n'
    with pytest.raises(SourcesError) as caught:
        read_sound_sources(text)
    told = [line.split(": ")[1] for line in caught.value.mistakes]
    assert sorted(told) == ["web.country", "web.deliver", "web.orgins", "web.sender"]


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(SourcesError) as caught:
        read_sound_sources(HEADS["form"] + 'on = "ringing"\naccept = ["exe", "pdf", "com"]\n')
    assert len(caught.value.mistakes) == 4
