"""A value is what it is, whatever its field is called: an address, a number, a name, or nothing."""

import re
import unicodedata
from typing import Any

import pytest
from email_validator import validate_email
from hypothesis import example, given
from hypothesis import strategies as st

from leadrelay.intake.body.text import clean
from leadrelay.intake.meaning.emails import emails_in
from leadrelay.intake.meaning.fields import to_lead_fields
from leadrelay.intake.meaning.phones import number_of
from leadrelay.intake.senders import Submission
from leadrelay.sources import Source


def lead_fields(*pairs: tuple[str, str], **keys: Any) -> dict[str, Any]:
    given = {"name": "contact-us", "kind": "form", "sender": "html", "deliver": ["trackerrms"]}
    return to_lead_fields(Submission(pairs), Source.model_validate(given | keys))


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("jane@example.com.", ["jane@example.com"]),
        ("jane@example.com\u200b", ["jane@example.com"]),
        ("Jane.Doe@EXAMPLE.Com", ["Jane.Doe@example.com"]),
        ("jane@example.com / jd@example.org", ["jane@example.com", "jd@example.org"]),
        ("Jane Doe <jane@example.com>", ["jane@example.com"]),
        ("mailto:jane@example.com?subject=x", ["jane@example.com"]),
        ("'jane@example.com'", ["jane@example.com"]),
        ("o'brien+jobs@example.com", ["o'brien+jobs@example.com"]),
        ("jane @ example.com", ["jane@example.com"]),
        ("jane (at) example [dot] com", ["jane@example.com"]),
        ("jane%40example.com", ["jane@example.com"]),
        ("ｊａｎｅ＠ｅｘａｍｐｌｅ．ｃｏｍ", ["jane@example.com"]),
        ("jane@exämple.com", ["jane@exämple.com"]),
        ("eve@example.com\nBcc: all@example.net", ["eve@example.com", "all@example.net"]),
        ("n/a", []),
        ("me @ the office", []),
        ("jane@localhost", []),
        ("jane@example..com", []),
        ("noemail@example.com", []),
        ("no-reply@example.com", []),
        ("sip:anonymous@anonymous.invalid", []),
        ("+442079460958@pbx.example.com", []),
        ("x" * 65 + "@example.com", []),
    ],
)
def test_addresses_are_found_in_a_text(text: str, addresses: list[str]) -> None:
    assert list(emails_in(text)) == addresses


LOCALS = st.text("aB0._+-'", min_size=1, max_size=66) | st.sampled_from(["INFO", "Postmaster"])
HOSTS = st.text("aZ0-.", min_size=1, max_size=66) | st.sampled_from(["example", "xn--a", "a_b"])
ENDS = st.sampled_from(["com", "TEST", "invalid", "local", "c", "c0", "museum", "arpa", "1"])


@given(LOCALS, HOSTS, ENDS)
def test_the_address_found_is_what_the_library_makes_of_it(local: str, host: str, end: str) -> None:
    for found in emails_in(f"{local}@{host}.{end}"):
        assert validate_email(found, check_deliverability=False).normalized == found


@pytest.mark.parametrize(
    "text", ["n/a", "N / A", "none", "-", "+", "undefined", "{gclid}", "[your-email]", "unbekannt"]
)
@pytest.mark.parametrize("field", ["email", "phone", "name", "company"])
def test_what_stands_for_nothing_is_no_value_of_a_field(field: str, text: str) -> None:
    assert lead_fields((field, text)) == {"extra": {field: text}}


def test_a_message_may_be_a_question_mark() -> None:
    assert lead_fields(("message", "?")) == {"message": "?"}
    assert lead_fields(("message", "undefined")) == {"extra": {"message": "undefined"}}


@pytest.mark.parametrize("text", ["+39", "0000000000", "1234567890", "n/a", "192.0.2.48", "5"])
def test_what_is_no_number_is_no_phone(text: str) -> None:
    found = lead_fields(("phone", text), ("mobile", "07400 123456"), default_region="GB")
    assert found == {"phone": "+447400123456", "extra": {"phone": text}}


def test_people_may_be_called_null() -> None:
    assert lead_fields(("last name", "Null")) == {"last_name": "Null"}
    assert lead_fields(("last name", "null")) == {"extra": {"last name": "null"}}


def test_of_several_values_the_first_that_is_such_a_thing_counts() -> None:
    found = lead_fields(
        ("email", "none"), ("Work email", "jane@example.com"), ("email 3", "jd@example.org")
    )
    assert found == {
        "email": "jane@example.com",
        "extra": {"email": "none", "email 3": "jd@example.org"},
    }


@pytest.mark.parametrize("text", ["07400 123456 (mobile)", "07400 123456 / 020 7946 0958"])
def test_a_text_that_says_more_than_its_number_is_kept_too(text: str) -> None:
    found = lead_fields(("phone", text), default_region="GB")
    assert found == {"phone": "+447400123456", "extra": {"phone": text}}


def test_a_text_that_says_more_than_its_address_is_kept_too() -> None:
    text = "jane@example.com / jd@example.org"
    assert lead_fields(("email", text)) == {"email": "jane@example.com", "extra": {"email": text}}


def test_what_is_said_twice_is_kept_once() -> None:
    pairs = ("email", "jane@example.com"), ("Confirm email", "Jane@Example.com")
    assert lead_fields(*pairs, *pairs) == {"email": "jane@example.com"}


@pytest.mark.parametrize("values", [("0", "1"), ("1", "0"), ("off", "on"), ("false", "true")])
def test_a_ticked_box_outweighs_its_hidden_twin(values: tuple[str, str]) -> None:
    (ticked,) = {"1", "on", "true"} & {*values}
    assert lead_fields(*(("terms", value) for value in values)) == {"consent": ticked}


@pytest.mark.parametrize("name", ["responder", "r1a2b3c4d5e6f", "Where shall we write?", "phone"])
def test_the_only_value_that_is_an_address_needs_no_name(name: str) -> None:
    assert lead_fields((name, "jane@example.com")) == {"email": "jane@example.com"}


def test_the_only_value_that_is_a_number_with_its_country_code_needs_no_name() -> None:
    assert lead_fields(("r2b3", "+442079460958")) == {"phone": "+442079460958"}
    assert lead_fields(("form_id", "442079460958")) == {"extra": {"form_id": "442079460958"}}


@pytest.mark.parametrize(
    ("pairs", "number"),
    [
        ({"phone": "07400 123456", "full_phone": "+447400123456"}, "+447400123456"),
        ({"full_phone": "+447400123456", "phone": "07400 123456"}, "+447400123456"),
        ({"phone": "312 345 6789", "country_dial_code": "+39"}, "+393123456789"),
        ({"country_code": "+49", "phone": "030 23125999"}, "+493023125999"),
        ({"phone": "030 23125999", "Phone Country": "Germany (+49)"}, "+493023125999"),
        ({"phone": "030 23125999", "country": "DE"}, "+493023125999"),
        ({"phone": "07400 123456 (mobile)"}, "+447400123456"),
        ({"phone": "07400 123456 or 020 7946 0958"}, "+447400123456"),
    ],
)
def test_a_number_belongs_where_what_stands_beside_it_says(
    pairs: dict[str, str], number: str
) -> None:
    """jackocnr/intl-tel-input #176, #779, #1146"""
    assert lead_fields(*pairs.items(), default_region="GB")["phone"] == number


def test_an_address_of_somebody_else_is_not_taken_for_theirs() -> None:
    for pairs in (
        [("owner_email", "host@example.com")],
        [("a", "jane@example.com"), ("b", "jd@example.org")],
    ):
        assert lead_fields(*pairs) == {"extra": dict(pairs)}


@pytest.mark.parametrize("field", ["name", "email", "phone", "company", "city"])
def test_line_breaks_stay_in_texts_only(field: str) -> None:
    value = {"email": "eve@example.com", "phone": "+1 415\r\n555-0134"}.get(field, "Eve")
    found = lead_fields((field, f"{value}\r\nBcc: all@example.net"), ("message", "two\nlines"))
    kept = {name: text for name, text in found.items() if name not in {"extra", "message"}}
    assert "\n" not in str(kept.values())
    assert "\r" not in str(kept.values())
    assert found["message"] == "two\nlines"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("\u200bJane Doe\u200b", "Jane Doe"),
        ("Sean O\\'Brien", "Sean O'Brien"),
        ("Sean O&#039;Brien", "Sean O'Brien"),
        (" Jane \t Doe", "Jane Doe"),
        ('"Jane Doe"', "Jane Doe"),
        ("“Jane Doe”", "Jane Doe"),
        ('Jane "JD" Doe', 'Jane "JD" Doe'),
        ("Jane Doe 🌸", "Jane Doe 🌸"),
    ],
)
def test_what_a_page_did_to_a_name_is_undone(text: str, name: str) -> None:
    assert lead_fields(("name", text)) == {"full_name": name}


def test_two_surnames_are_one_last_name() -> None:
    found = lead_fields(("Nombre", "Ana"), ("Primer apellido", "Ruiz"), ("Segundo apellido", "Gil"))
    assert found == {"first_name": "Ana", "last_name": "Ruiz Gil"}


@pytest.mark.parametrize(
    ("label", "name", "parts"),
    [
        ("Nombre y apellidos", "Ana Ruiz Gil", ("Ana", "Ruiz Gil")),
        ("Nombre y apellidos", "José Luis Ruiz Gil", ("José Luis", "Ruiz Gil")),
        ("Nombre y apellidos", "Sra. Ana Ruiz", ("Ana", "Ruiz")),
        ("Nombre y apellidos", "Ana", None),
        ("Nombre y apellidos", "Ruiz Gil, Ana", None),
        ("Apellidos y nombre", "Ruiz Gil Ana", None),
        ("Nombre completo", "Ana Ruiz Gil", None),
        ("Full name", "Mary Ann Smith", None),
    ],
)
def test_a_label_tells_of_two_surnames(
    label: str, name: str, parts: tuple[str, str] | None
) -> None:
    found = lead_fields((label, name))
    assert found.pop("full_name") == name
    assert found == ({"first_name": parts[0], "last_name": parts[1]} if parts else {})


@pytest.mark.parametrize("keys", [{"language": "es"}, {"default_region": "MX"}])
def test_so_does_the_language_of_a_source(keys: dict[str, str]) -> None:
    found = lead_fields(("name", "Ana Ruiz Gil"), **keys)
    assert (found["first_name"], found["last_name"]) == ("Ana", "Ruiz Gil")


NAMES = ["name", "first name", "tel", "mobile", "email", "x", "x[]", "call", "extra", "id", ""]
TEXTS = st.sampled_from(
    ["n/a", "none", "jane@example.com", "07400 123456", "+39", "1", "0", "x@y", "a@b.co c@d.co"]
)


def bare(text: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).casefold()


@example([("tel", "n/a"), ("tel", "07400 123456")])
@example([("tel", "not before six: 07400 123456")])
@example([("tel", "jane@example.com 07400 123456")])
@example([("mobile", "07400 123456"), ("mobile", "x@y")])
@example([("mobile", "07400 123456" + 400 * " " + "after six")])
@example([("email", "ring 07400 123456")])
@given(
    st.lists(
        st.tuples(st.sampled_from(NAMES) | st.text(max_size=9), TEXTS | st.text(max_size=30)),
        max_size=9,
    )
)
def test_any_text_in_any_field_is_kept_and_none_is_taken_for_what_it_isn_t(
    pairs: list[tuple[str, str]],
) -> None:
    found = lead_fields(*pairs, default_region="GB")
    if email := found.get("email"):
        assert validate_email(email, check_deliverability=False).normalized == email
    if phone := found.get("phone"):
        assert number_of(phone, None) == phone or re.fullmatch(r"[\d\s\-./()]{7,}", phone)
    kept = [*found.pop("tracking", {}).values(), *found.pop("extra", {}).values(), *found.values()]
    everything = "\n".join(map(bare, kept))
    for name, value in pairs:
        number = "" if any(map(str.isalpha, value)) else number_of(value, "GB")
        said = bare(value) in everything or (number and number.partition(";")[0] == phone)
        assert said or {value, *[other for of, other in pairs if of == name]} & {"0", "1"}


@pytest.mark.parametrize(
    ("text", "region", "number", "extension"),
    [
        ("12 345 67 80 wew. 5", "PL", "+48123456780", "5"),
        ("030 23125999 Durchwahl 12", "DE", "+493023125999", "12"),
        ("01 42 68 53 00 poste 31", "FR", "+33142685300", "31"),
    ],
)
def test_an_extension_by_any_name(text: str, region: str, number: str, extension: str) -> None:
    found = lead_fields(("phone", text), default_region=region)
    assert found == {"phone": number, "extra": {"phone_extension": extension}}


def test_of_two_numbers_a_line_each_the_first_counts() -> None:
    text = "020 7946 0958\n07400 123456"
    found = lead_fields(("phone", text), default_region="GB")
    assert found == {"phone": "+442079460958", "extra": {"phone": text}}
    broken = lead_fields(("phone", "020\n7946 0958"), default_region="GB")
    assert broken == {"phone": "+442079460958"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("J\\u00f6rg M\\u00fcller", "Jörg Müller"),
        ("\\ud83c\\udf38 Jane", "🌸 Jane"),
        ("=?utf-8?Q?J=C3=B6rg_M=C3=BCller?=", "Jörg Müller"),
        ("=?iso-8859-2?B?o3VrYXN6?=", "Łukasz"),
        ("Jo\u0308rg Mu\u0308ller", "Jörg Müller"),
        ("C:\\users\\u0041", "C:\\users\\u0041"),
    ],
)
def test_letters_are_what_they_were_however_they_came(text: str, name: str) -> None:
    assert lead_fields(("company", clean(text))) == {"company": name}


@pytest.mark.parametrize(
    "text",
    ["Visitor 12345", "Guest", "guest-4f2a9", "Gast", "Invité", "Website visitor", "User #8"],
)
def test_who_gave_a_chat_no_name_has_none(text: str) -> None:
    assert lead_fields(("name", text)) == {"extra": {"name": text}}
    assert lead_fields(("first_name", "Jane"), ("last_name", "Guest"))["last_name"] == "Guest"


@pytest.mark.parametrize("text", ["Jane Guest", "Guest Smith", "Visitor Relations Ltd", "Gastón"])
def test_a_name_that_only_begins_like_a_visitor_s_is_one(text: str) -> None:
    assert lead_fields(("name", text)) == {"full_name": text}


def test_the_full_stop_of_chinese_is_one_in_an_address() -> None:  # RFC 3490, 3.1
    assert lead_fields(("email", "jane@example。com"))["email"] == "jane@example.com"


def test_a_mail_s_words_are_decoded_where_they_may_be_a_header_s() -> None:
    word = "=?utf-8?q?J=C3=B6rg?= "
    assert clean(word * 2).strip() == "JörgJörg"
    assert clean(word * 50) == word * 50


def test_a_text_of_endless_accents_is_left_as_it_is() -> None:
    """Composing it takes time that grows with the square of its length."""
    endless = "a" + "\u0308\u0323" * 400
    assert lead_fields(("company", endless)) == {"company": endless}
    assert lead_fields(("note", f"{endless} jane@example.com"))["message"].endswith(".com")
