"""Texts that something on their way has written in its own way are read as they were meant."""

import json
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.errors import Rejected
from leadrelay.intake.body.read import read_bodies, read_body
from leadrelay.intake.meaning.building import build_lead
from leadrelay.intake.senders import Submission
from leadrelay.lead import Lead
from tests.unit.test_fields import NOW, source
from tests.unit.test_inflate import FORM, JSON, posted

ADF = b"""<adf><prospect><customer><contact>
<name part="first">Jane</name><name part="last">Doe</name><email>jane@example.com</email>
</contact></customer></prospect></adf>"""


def name_in(body: bytes, content_type: str = FORM) -> str | None:
    return lead_of(body, content_type).full_name


def lead_of(body: bytes, content_type: str = FORM) -> Lead:
    (found,) = read_bodies(posted(body, content_type))
    submission = Submission(found.fields, found.document)
    return build_lead(submission, source(), NOW, "0" * 26, "LR-00000000")


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1252", '"Latin1"', "CP1252", "us-ascii"])
def test_utf_8_that_is_called_latin_1_is_utf_8(label: str) -> None:
    assert name_in("name=Jörg".encode(), f"{FORM}; charset={label}") == "Jörg"
    assert name_in("name=Jörg".encode("cp1252"), f"{FORM}; charset={label}") == "Jörg"


@pytest.mark.parametrize(
    ("label", "codec"),
    [("CP1251", "cp1251"), ("x-cp1250", "cp1250"), ("windows-1253", "cp1253"), ("sjis", "cp932"),
     ("latin2", "iso8859-2"), ("koi8", "koi8-r"), ("Shift_JIS", "cp932")],
)  # fmt: skip
def test_charsets_are_known_by_their_other_names(label: str, codec: str) -> None:
    name = {"cp1250": "Łukasz", "iso8859-2": "Łukasz", "cp1253": "Γιώργος", "cp932": "山田 太郎"}
    text = name.get(codec, "Иван")
    assert name_in(b"name=" + text.encode(codec), f"{FORM}; charset={label}") == text


@given(st.text("Иванλ🌸Jo ", min_size=1).filter(str.strip))
def test_what_javascript_s_old_escape_made_is_undone(text: str) -> None:
    units = text.encode("utf-16-be").hex()
    escaped = "".join(f"%u{units[at : at + 4]}" for at in range(0, len(units), 4))
    assert read_body(posted(f"message={escaped}".encode())).fields == (("message", text),)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"name=Jane;email=jane%40example.com;message=Hi; there", FORM),
        (b"name=Jane; email=jane@example.com; message=Hi; there;", FORM),
        (b"name=Jane; email=jane@example.com; message=Hi; there", "text/plain"),
        (b"Name: Jane\r\nE-Mail: jane@example.com\r\nMessage: Hi; there\r\n", "text/plain"),
        (b"- Name: Jane\n- Email: jane@example.com\n- Nachricht: Hi; there", ""),
        (b"Name: Jane | Email: jane@example.com | Message: Hi; there", "text/plain"),
        (b"Name: Jane; Email: jane@example.com; Message: Hi; there", FORM),
    ],
)
def test_pairs_are_told_apart_however_they_are_joined(body: bytes, content_type: str) -> None:
    lead = lead_of(body, content_type)
    assert (lead.full_name, lead.email, lead.message) == ("Jane", "jane@example.com", "Hi; there")


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"name=Jane%2520Doe&email=jane%2540example.com", FORM),
        (b"%7B%22name%22:%22Jane%20Doe%22,%22email%22:%22jane%40example.com%22%7D", JSON),
        (b"%7B%22name%22%3A%22Jane+Doe%22%2C%22email%22%3A%22jane%40example.com%22%7D=", FORM),
        (b'{"name":"Jane Doe","email":"jane@example.com"}'.replace(b'"', b"&quot;"), JSON),
        (b'{"name":"Jane Doe","email":"jane@example.com"}\0', JSON),
        (b"f[0][name]=name&f[0][value]=Jane+Doe&f[1][name]=x&f[1][value]=jane@example.com", FORM),
        (b"f.0.label=Name&f.0.answer=Jane+Doe&f.1.label=Email&f.1.answer=jane@example.com", FORM),
        (ADF, "text/xml"),
    ],
)
def test_it_is_read_through_what_was_put_around_it(body: bytes, content_type: str) -> None:
    lead = lead_of(body, content_type)
    assert (lead.name, lead.email) == ("Jane Doe", "jane@example.com")


@pytest.mark.parametrize("value", ["100%25", "50%2525", "a%2540b and c@d.co", "%40jane", "%2540"])
def test_a_percent_sign_may_be_one_that_somebody_typed(value: str) -> None:
    ((_, found),) = read_body(posted(f"message={value}".encode())).fields
    assert found == unquote(value)


@pytest.mark.parametrize("text", ["a=b;c", "a=b;c d=e", "a=%3Bb=c", "a=b&c=d;e=f", "a=;=b"])
def test_a_semicolon_may_be_one_that_somebody_typed(text: str) -> None:
    assert ";" in "".join(value for _, value in read_body(posted(text.encode())).fields)


@pytest.mark.parametrize("text", ["Please: call me", "Hello\nNote: call me", "https://a.b\nc: d"])
def test_a_text_of_words_alone_is_no_form(text: str) -> None:
    with pytest.raises(Rejected, match=r"^415"):
        read_body(posted(text.encode(), "text/plain"))


@pytest.mark.parametrize(
    ("value", "email"),
    [
        ("jane+tag@example.com", "jane+tag@example.com"),
        ("jane%2Btag%40example.com", "jane+tag@example.com"),
        ("jane%2Btag@example.com", "jane+tag@example.com"),
        ("Jane+%3Cjane%40example.com%3E", "jane@example.com"),
    ],
)
def test_a_plus_in_an_address_is_no_space(value: str, email: str) -> None:
    assert lead_of(f"email={value}".encode()).email == email


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("J&#246;rg M&uuml;ller", "Jörg Müller"),
        ("&#321;ukasz &#x141;&oacute;d&zacute;", "Łukasz Łódź"),
        ("Jane&nbsp;Doe", "Jane Doe"),
        ("R&D &lt;b&gt; & Co", "R&D &lt;b&gt; & Co"),
        ("&#60;b&#62;", "&#60;b&#62;"),
        ("Jane &#0; Doe", "Jane \ufffd Doe"),
    ],
)
def test_a_page_s_entities_are_the_letters_they_stand_for(text: str, name: str) -> None:
    assert lead_of(json.dumps({"company": text}).encode(), JSON).company == name


@pytest.mark.parametrize("beside", [{}, {"id": "17", "source": "site"}])
def test_json_within_json_is_read_too(beside: dict[str, str]) -> None:
    inner = json.dumps({"name": "Jane Doe", "email": "jane@example.com"})
    lead = lead_of(json.dumps({**beside, "body": inner}).encode(), JSON)
    assert (lead.full_name, lead.email) == ("Jane Doe", "jane@example.com")


@pytest.mark.parametrize("message", ["[urgent] call me", "{name}", "[1] first, [2] second", "{"])
def test_words_in_brackets_stay_words(message: str) -> None:
    lead = lead_of(json.dumps({"email": "jane@example.com", "message": message}).encode(), JSON)
    assert message in {lead.message, lead.extra.get("message")}


@pytest.mark.parametrize(
    "text", ["<name>", "%name%", "$first_name", "(not set)", "Kein Name", "не указано", "なし"]
)
def test_a_placeholder_in_any_language_is_nobody_s_name(text: str) -> None:
    lead = lead_of(json.dumps({"name": text, "email": "jane@example.com"}).encode(), JSON)
    assert (lead.full_name, lead.extra) == (None, {"name": text})
