"""The note: a lead in words, with all that somebody said and nothing that a machine did."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.crm.mapping import note
from leadrelay.lead import TEXT_FIELDS, Attachment, Call, Lead, Station
from leadrelay.narrator.note import parts
from leadrelay.narrator.style import Style
from leadrelay.narrator.values import country as named
from leadrelay.plumbing import is_nothing, is_plumbing
from leadrelay.values import Language

RECEIVED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FIELDS = sorted(TEXT_FIELDS - {"message", "consent"})
LONDON = Style(region="GB", zone="Europe/London")
PARIS = Style(language="fr", region="FR", zone="Europe/Paris")
words = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1)


def lead(**fields: Any) -> Lead:
    return Lead(id="1" * 26, ref="LR-11111111", source="s", received_at=RECEIVED, **fields)


def call(**told: Any) -> Lead:
    numbers = {"caller": "+12025550147", "called": "+442079460100", "direction": "inbound"}
    return lead(kind="call", call=Call.model_validate({"id": "CA1", **numbers, **told}))


def first_line(one: Lead, style: Style = LONDON) -> str:
    return note(one, style).partition("\n")[0]


leads = st.builds(
    lambda plain, **structured: lead(**plain, **structured),
    st.dictionaries(st.sampled_from(FIELDS), words),
    message=st.none() | words,
    extra=st.dictionaries(words, words.filter(lambda value: value.strip(" ").isalpha())),
    attachments=st.lists(
        st.builds(Attachment, filename=words, media_type=words, size=st.integers(), sha256=words)
    ).map(tuple),
)


@given(leads, st.sets(st.sampled_from(FIELDS)))
def test_the_note_holds_every_answer_that_has_no_place(jane: Lead, placed: set[str]) -> None:
    text = note(jane, LONDON, placed)
    for name in set(FIELDS) - placed:
        told = getattr(jane, name) or ""
        assert (named(told, LONDON) if name == "country" else told) in text
    for name, value in jane.extra.items():
        yes_or_no = value.strip().lower() in {"true", "on", "yes", "false", "off", "no"}
        told = value.casefold() in text.casefold()  # what differs in case alone is told once
        assert told or yes_or_no or is_nothing(value) or is_plumbing(name, value)
    for file in jane.attachments:
        assert file.filename in text
    assert (jane.message or "") in text
    assert text.endswith("\n\nReference: LR-11111111")


def test_a_note_reads_as_people_write() -> None:
    jane = lead(
        form="Contact us",
        message="Hello,\ncall me",
        email="j@example.com",
        city="York",
        consent="on",
        consent_wording="May we write to you?",
        extra={
            "which_role_interests_you?": "Controller",
            "preferredTime": "mornings",
            "Which roles? Permanent": "Permanent",
            "Which roles? Interim": "Interim",
            "startDate": "2026-04-01",
            "newsletter": "false",
            "Where can we reach you?": "j@example.com",
            "form_id": "1a2b3c",
            "remote_ip": "203.0.113.7",
        },
        tracking={
            "utm_source": "google",
            "utm_medium": "cpc",
            "utm_campaign": "spring",
            "gclid": "x",
        },
    )
    assert note(jane, LONDON, {"email"}) == (
        "Enquiry via the form “Contact us”, 2 Mar 2026, 09:30 (London).\n\n"
        "Hello,\ncall me\n\n"
        "City: York\n"
        "Which role interests you? Controller\n"
        "Preferred time: mornings\n"
        "Which roles? Permanent, Interim\n"
        "Start date: 1 Apr 2026\n"
        "Newsletter: no\n"
        "Agreed to be contacted: yes (“May we write to you?”)\n"
        "Came by: Google Ads, campaign “spring”\n\n"
        "Reference: LR-11111111"
    )


@pytest.mark.parametrize(
    ("language", "zone", "told"),
    [
        ("en", "UTC", "Enquiry via the form “s”, 2 Mar 2026, 09:30 (UTC)."),
        ("fr", "Europe/Paris", "Demande via le formulaire « s », 2 mars 2026, 10:30 (Paris)."),
        ("de", "Europe/Berlin", "Anfrage über das Formular „s“, 02.03.2026, 10:30 (Berlin)."),
        (
            "es",
            "Europe/Madrid",
            "Consulta a través del formulario «s», 2 mar 2026, 10:30 (Madrid).",
        ),
    ],
)
def test_a_note_begins_in_its_reader_s_language_and_by_their_clock(
    language: Language, zone: str, told: str
) -> None:
    assert first_line(lead(message="Hi"), Style(language=language, zone=zone)) == told


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"consent": "Oui"}, "Agreed to be contacted: yes"),
        ({"consent": "J'accepte"}, "Agreed to be contacted: J'accepte"),
        ({"extra": {"salary": "85000.50"}}, "Salary: 85,000.50"),
        ({"extra": {"section": "0612.34"}}, "Section: 0612.34"),
        ({"extra": {"4.1": "Permanent", "4.2": "Interim"}}, "Answer 4: Permanent, Interim"),
        (
            {"tracking": {"utm_source": "linkedin", "utm_medium": "cpc"}},
            "Came by: LinkedIn, paid click (cpc)",
        ),
        (
            {"tracking": {"utm_source": "newsletter", "utm_medium": "email"}},
            "Came by: Newsletter",
        ),
        ({"tracking": {"utm_source": "bing", "utm_medium": "cpc"}}, "Came by: Microsoft Ads"),
        (
            {"tracking": {"utm_source": "google", "utm_medium": "organic"}},
            "Came by: Google, organic",
        ),
        ({"tracking": {"source": "Google Organic"}}, "Came by: Google"),
        ({"tracking": {"utm_campaign": "Summer%20sale"}}, "Came by: campaign “Summer sale”"),
        (
            {"tracking": {"utm_source": "(direct)", "utm_campaign": "May"}},
            "Came by: campaign “May”",
        ),
        (
            {"tracking": {"utm_source": "newsletter", "gclid": "x", "utm_campaign": "12"}},
            "Came by: Newsletter, campaign 12, click on an ad (Google Ads)",
        ),
    ],
)
def test_what_a_program_wrote_is_told_as_people_do(given: dict[str, Any], line: str) -> None:
    assert line in note(lead(**given), LONDON).split("\n")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "Contact details left in the form “s”"),
        (
            {"form": "News", "tracking": {"page": "https://www.example.com/"}},
            "Contact details left in the form “News” on www.example.com",
        ),
        ({"sender": "zapier"}, "Contact details via Zapier"),
        ({"sender": "standard_webhooks", "message": "Hi"}, "Enquiry via “s”"),
        ({"sender": "json_resume", "kind": "resume"}, "Application from “s”"),
    ],
)
def test_who_asks_nothing_makes_no_enquiry(given: dict[str, Any], told: str) -> None:
    assert first_line(lead(email="j@example.com", **given)).partition(", ")[0] == told


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("de", "Eingehender Anruf von {} an {}; angenommen von Nebenstelle 204; 34 Sek."),
        ("fr", "Appel entrant du {} pour le {} ; décroché par le poste 204 ; 34\u202fs."),
        ("es", "Llamada entrante del {} al {}; atendida por la extensión 204; 34 s."),
    ],
)
def test_a_call_reads_well_in_other_languages(language: Language, sentence: str) -> None:
    one = call(state="completed", agent="204", duration=34)
    told = first_line(one, Style(language=language))
    moment = {"de": "02.03.2026, 09:30", "fr": "2 mars 2026, 09:30", "es": "2 mar 2026, 9:30"}
    ours = f"+44 20 7946 0100, {moment[language]} (UTC)"
    assert told == sentence.format("+1 202-555-0147", ours)


def test_a_country_that_the_number_tells_is_not_told_of_a_call() -> None:
    for country, told in (("US", False), ("GB", True)):
        one = call(state="missed").model_copy(update={"country": country})
        assert ("Country: " in note(one, LONDON)) is told


def test_labels_and_words_are_in_the_reader_s_language() -> None:
    text = note(lead(company="Modèle", consent="true", extra={"newsletter": "off"}), PARIS)
    assert "Société : Modèle\nNewsletter : non\nAccord pour être contacté : oui" in text


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"state": "ringing", "agent": "Alex"}, "Incoming call from {} to {}."),
        ({"state": "answered", "agent": "Alex"}, "Incoming call from {} to {}."),
        (
            {"state": "completed", "agent": "Alex Agent", "waited": 11, "duration": 170},
            "Incoming call from {} to {}; answered by Alex Agent after 11 secs; 2 mins 50 secs.",
        ),
        (
            {"state": "completed", "agent": "101", "line": "Sales", "duration": 61},
            "Incoming call from {} to “Sales” {}; answered by extension 101; 1 min 1 sec.",
        ),
        (
            {
                "state": "completed",
                "duration": 82,
                "talked": 60,
                "started_at": RECEIVED,
                "answered_at": RECEIVED + timedelta(seconds=8),
                "heard": {"completed": "", "taken": ""},
            },
            "Incoming call from {} to {}; answered after 8 secs; 1 min 22 secs (talked 1 min).",
        ),
        ({"state": "missed"}, "Missed call from {} to {}."),
        (
            {"state": "voicemail", "duration": 34},
            "Voicemail from {} to {}; 34 secs.",
        ),
    ],
)
def test_a_call_is_a_sentence(told: dict[str, Any], sentence: str) -> None:
    who, rest = "+1 202-555-0147", "+44 20 7946 0100, 2 Mar 2026, 09:30 (London)"
    assert first_line(call(**told)) == sentence.format(who, rest)


def test_a_hidden_caller_and_an_outgoing_call_are_told_as_such() -> None:
    assert first_line(call(caller=None, hidden=True)).startswith("Incoming call from a hidden num")
    outgoing = call(direction="outbound", state="completed", agent="Alex")
    assert first_line(outgoing).startswith("Outgoing call to +44 20 7946 0100 from +1 202-555-0147")


def test_a_recording_is_told_without_what_opens_it_to_everybody() -> None:
    url = "https://calls.example.com/1/recording?format=mp3&access_key=aaaa"
    text = note(call(state="completed", recording_url=url), LONDON)
    assert "Recording: https://calls.example.com/1/recording?format=mp3\n" in text


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            "https://s.example.com/a.pdf?id=1&accessToken=x&signature=y",
            "https://s.example.com/a.pdf?id=1",
        ),
        ("https://s3.example.com/a?X-Amz-Date=1&X-Amz-Signature=2", "https://s3.example.com/a"),
        ("https://a.example.com/x?AWSAccessKeyId=1&Signature=2", "https://a.example.com/x"),
        ("https://b.example.com/x?v=1&sig=a%3D#page=2", "https://b.example.com/x?v=1#page=2"),
        ("ask https://u:p@h.example.com/x?token=1, please", "ask https://h.example.com/x, please"),
        ("https://h.example.com/#/route?token=1", "https://h.example.com/#/route"),
        (
            "https://h.example.com/?to=https%3A%2F%2Fy.example%2F%3Fkey%3D1",
            "https://h.example.com/",
        ),
    ],
)
def test_an_answer_s_link_is_told_without_what_opens_it(given: str, told: str) -> None:
    for fields in ({"extra": {"cv": given}}, {"website": given}, {"subject": given}):
        assert f": {told}\n" in note(lead(**fields), LONDON)


@pytest.mark.parametrize(
    "link",
    [
        "https://www.example.com/jobs?q=a%20b&page=2&e",
        "https://www.dropbox.com/s/1/cv.pdf?rlkey=abc&dl=0",  # handed on to be opened
        "https://example.com/?keywords=nurse&author=Bo#token",
    ],
)
def test_a_link_that_opens_nothing_stays_as_it_was_given(link: str) -> None:
    assert f"CV: {link}\n" in note(lead(extra={"cv": link}), LONDON)


def test_technical_details_stand_below_the_reference_where_they_are_asked_for() -> None:
    technical = {"formId": "12", "ip": "203.0.113.7", "blob": '{"a": 1}', "none": "null"}
    technical["resume_upload"] = "uploads/careers/3/1"
    one = lead(message="Hi", technical=technical)
    assert note(one, LONDON).endswith("Hi\n\nReference: LR-11111111")
    told = note(one, LONDON.model_copy(update={"details": "note"}))
    assert told.endswith("Reference: LR-11111111\n\n— Technical details —\nForm ID: 12")


def test_a_resume_in_its_parts_is_told_under_headings() -> None:
    nurse = Station(section="positions", title="Nurse", at="Ward 3", begun="2018-04", lasts=True)
    cook = Station(section="positions", title="Cook", begun="2016", ended="2017-12", about="Fish.")
    school = Station(section="educations", title="BSc", at="Leeds", begun="2014", ended="2014")
    text = note(lead(career=(nurse, cook, school)), LONDON)
    assert "Experience:\n– Nurse, Ward 3, since Apr 2018\n– Cook, 2016 – Dec 2017\nFish.\n" in text
    assert "Education: BSc, Leeds, 2014\n" in text
    assert "seit Apr. 2018" in note(
        lead(career=(nurse,)), LONDON.model_copy(update={"language": "de"})
    )


def test_a_job_board_s_job_stands_in_one_line_and_its_page_once() -> None:
    page = "https://www.example.com/jobs/1"
    told = {"job.jobCompany": "Care Ltd", "job.jobUrl": page}
    one = lead(sender="indeed", job="Nurse", extra=told, tracking={"referrer": page})
    text = note(one, LONDON)
    assert text.endswith(f"\n\nJob: Nurse, Care Ltd, {page}\n\nReference: LR-11111111")


def test_a_template_orders_the_parts_and_the_reference_is_never_missing() -> None:
    style = LONDON.model_copy(update={"note": "{message}\n{files}\n\n{city|nowhere}\n{answers}"})
    text = note(lead(message="Hi", extra={"budget": "5k"}), style)
    assert text == "Hi\n\nnowhere\nBudget: 5k\n\nReference: LR-11111111"


def test_what_has_a_place_of_its_own_is_not_told_again() -> None:
    assert "Hello" not in note(lead(message="Hello", city="York"), LONDON, {"message"})
    assert parts(lead(city="York"), LONDON, {"city"}).answers == ""
