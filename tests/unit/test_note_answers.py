"""What somebody answered, as it stands in a note: nothing lost, and what belongs together in one
place."""

from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from leadrelay.crm.mapping import note
from leadrelay.narrator.style import Style
from leadrelay.plumbing import is_plumbing
from leadrelay.signing.samples import Sample
from leadrelay.sources import Source
from leadrelay.values import Language
from leadrelay_ops.reading import leads_of
from tests.unit.test_note import LONDON, RECEIVED, lead

BERLIN = Style(language="de", region="DE", zone="Europe/Berlin")
paths = st.lists(
    st.sampled_from(["employers", "0", "1", "name", "city", "from", "text", "item", "Monday"]),
    min_size=1,
    max_size=4,
).map(".".join)
answers = st.sampled_from(["B", "York", "Hello", "Jane", "-1", "0", "12:30", "a, b", "<p>x</p>"])

QUESTIONS = {
    "budget": "Budget:",
    "availability": "Availability:",
    "question_1": "Question 1:",
    "question_2": "Question 2:",
    "Which shift?": "Which shift?",
    "referee.city": "Referee city:",
}
same = st.sampled_from(["B", "Jane Sample", "yes", "12", "York", "12:30", "a b c"])
SOURCE = Source(name="contact-us", kind="form", sender="html", deliver=("trackerrms",))


def answered(extra: dict[str, str], style: Style = LONDON, /, **fields: Any) -> list[str]:
    """The lines between the sentence and the reference."""
    _, *lines, _, _ = note(lead(extra=extra, **fields), style).split("\n")
    return [line for line in lines if line]


@given(st.dictionaries(paths, answers, min_size=1, max_size=8))
@example({"transcript.0.from": "Bot", "transcript.0.text": "B", "transcript.1.from": "Bot"})
@example({"a.0": "B", "a.0.city": "York", "a.1.0.name": "Jane"})
def test_each_answer_stands_below_the_message_whatever_that_says(extra: dict[str, str]) -> None:
    message, *lines = answered(extra, message="Hello")
    assert message == "Hello"
    for asked, value in extra.items():
        told = value in "\n".join(lines) or value == "<p>x</p>"
        assert told or is_plumbing(asked, value), (asked, lines)


@given(
    st.dictionaries(st.sampled_from(["name", "message", "city", "consent", "company"]), same),
    st.dictionaries(st.sampled_from(sorted(QUESTIONS)), same, min_size=1),
)
@example({"message": "B"}, {"question_2": "B", "budget": "B"})
@example({"name": "Jane Sample"}, {"budget": "Jane Sample"})
def test_of_a_form_each_question_has_its_answer_in_the_note(
    person: dict[str, str], asked: dict[str, str]
) -> None:
    body = urlencode({"email": "j@example.com", **person, **asked}).encode()
    headers = [("Content-Type", "application/x-www-form-urlencoded")]
    (one,) = leads_of(Sample("POST", "/forms/contact-us", headers, body), SOURCE, RECEIVED)
    lines = note(one, LONDON).split("\n")
    for question, value in asked.items():
        assert f"{QUESTIONS[question]} {value}" in lines


@pytest.mark.parametrize(
    "fields", [{"message": "B"}, {"full_name": "B"}, {"form": "B"}, {"message": "Yes", "form": "B"}]
)
def test_the_same_word_answers_another_question_too(fields: dict[str, str]) -> None:
    assert "Question 5: B" in answered({"question_5": "B"}, **fields)


def test_a_name_is_told_again_where_it_answers_something_else() -> None:
    extra = {"Account holder": "Jane Doe", "What's your full name?": "Jane Doe"}
    assert answered(extra, full_name="Jane Doe") == ["Name: Jane Doe", "Account holder: Jane Doe"]


def test_a_message_under_its_question_is_told_once() -> None:
    text = "Please call me back tomorrow"
    assert answered({"How can we help?": text}, message=text) == [text]


@pytest.mark.parametrize(
    ("extra", "lines"),
    [
        ({"data.tags.0.name": "Hot", "data.tags.1.name": "Callback"}, ["Tags: Hot, Callback"]),
        (
            {
                "employers.0.name": "Acme Ltd",
                "employers.0.city": "London",
                "employers.1.name": "Bolt plc",
                "employers.1.city": "Leeds",
            },
            ["Employers:", "– Acme Ltd, City: London", "– Bolt plc, City: Leeds"],
        ),
        ({"jobs[0][company]": "Acme", "jobs[0][years]": "3"}, ["Jobs: Company: Acme, Years: 3"]),
        (
            {
                "transcript.0.from": "Visitor",
                "transcript.0.text": "Hi, I need work",
                "transcript.1.from": "Bot",
                "transcript.1.text": "OK",
                "transcript.2.from": "Visitor",
                "transcript.2.text": "OK",
            },
            ["Transcript:", "– Visitor: Hi, I need work", "– Bot: OK", "– Visitor: OK"],
        ),
        ({"about_you": "First\nSecond"}, ["About you:", "First", "Second"]),
        ({"Why us?": "First\nSecond"}, ["Why us?", "First", "Second"]),
    ],
)
def test_the_parts_of_one_thing_stand_together(extra: dict[str, str], lines: list[str]) -> None:
    assert answered(extra) == lines


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("referee.telephone", "Referee telephone"),
        ("consent.newsletter", "Newsletter"),
        ("data.missed_call_reason", "Why it was missed"),
        ("availability.Monday", "Availability Monday"),
        ("Führerschein", "Führerschein"),
        ("ÉcoleSupérieure", "École supérieure"),
        ("nhs_number", "NHS number"),
        ("q3", "Q3"),
        ("acf[shift]", "Shift"),
        ("Notice period *", "Notice period"),
        ("Notice period (required):", "Notice period"),
        ("<b>Notice</b> &amp; terms", "Notice & terms"),
    ],
)
def test_a_label_says_whose_it_is_and_is_written_as_words_are(name: str, label: str) -> None:
    assert answered({name: "5"}) == [f"{label}: 5"]


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("gewünschtes_gehalt", "Gewünschtes Gehalt"),
        ("name_der_firma", "Name der Firma"),
        ("wie_haben_sie_uns_gefunden", "Wie haben sie uns gefunden"),
    ],
)
def test_a_german_noun_has_its_capital(name: str, label: str) -> None:
    assert answered({name: "5"}, BERLIN) == [f"{label}: 5"]


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("contract_type", "full_time", "Contract type: full time"),
        ("slack_name", "jane_s", "Slack name: jane_s"),
        ("username", "jane_sample", "Username: jane_sample"),
        ("temperatures", '{"lowest": -1}', "Temperatures: Lowest: -1"),
        ("about", "<p>Nurse <b>since</b> 2018 &amp; happy</p>", "About: Nurse since 2018 & happy"),
        ("cv", '<p><a href="https://f.example.com/1">My CV</a></p>', None),
        ("sign", "<3 you", "Sign: <3 you"),
        ("code", "<b>", "Code: <b>"),
    ],
)
def test_an_answer_is_told_as_it_was_meant(name: str, value: str, told: str | None) -> None:
    assert answered({name: value}) == [told or "CV: My CV (https://f.example.com/1)"]


def test_a_list_that_an_editor_wrote_has_a_line_for_each_point() -> None:
    html = "<p>I can:</p><ul><li>weld</li><li>paint</li></ul><script>1</script>"
    assert answered({"skills": html}) == ["Skills:", "I can:", "– weld", "– paint"]


def test_what_an_editor_or_a_page_marks_up_is_told_as_text() -> None:
    assert answered({}, message="<p>Hello <b>there</b></p><p>Bye</p>") == ["Hello there", "Bye"]
    wording = 'I agree to the <a href="https://www.example.com/">policy</a>.'
    agreed = answered({}, consent="on", consent_wording=wording)
    assert agreed == ["Agreed to be contacted: yes (“I agree to the policy.”)"]
    assert answered({}, message="if x <3 & y> 2") == ["if x <3 & y> 2"]


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", ["Tags: hot, new", "Note: nurse", "Transcript: Call me"]),
        ("fr", ["Étiquettes : hot, new", "Note : nurse", "Transcription : Call me"]),
        ("de", ["Stichworte: hot, new", "Notiz: nurse", "Abschrift: Call me"]),
        ("es", ["Etiquetas: hot, new", "Nota: nurse", "Transcripción: Call me"]),
    ],
)
def test_what_exchanges_add_to_a_call_is_labelled_in_the_reader_s_language(
    language: Language, lines: list[str]
) -> None:
    extra = {"data.tags.0.name": "hot", "data.tags.1.name": "new", "note": "nurse"}
    extra |= {"transcription_text": "Call me"}
    told = answered(extra, LONDON.model_copy(update={"language": language}))
    assert sorted(told) == sorted(lines)


def test_an_address_s_second_line_stands_behind_the_first() -> None:
    street = {"address1": "1 Sample Plaza", "address2": "Suite 5"}
    assert answered({}, **street) == ["Address: 1 Sample Plaza, Suite 5"]
    assert answered({}, address2="Suite 5") == ["Address, second line: Suite 5"]
