"""Whole submissions of form builders, chats and calendars, as they document or send them."""

import json
from typing import Any

import pytest

from leadrelay.intake.body.read import read_body
from leadrelay.intake.meaning.fields import to_lead_fields
from leadrelay.intake.request import Headers, Request
from leadrelay.intake.senders import Submission
from leadrelay.sources import Source

HOST = {"name": "The Host", "email": "host@agency.example"}
JANE = {"full_name": "Jane Doe", "email": "jane@example.com", "phone": "+442079460958"}
SPLIT = {
    "first_name": "Jane",
    "last_name": "Doe",
    "email": "jane@example.com",
    "phone": "+442079460958",
}
BUILDERS: dict[str, Any] = {
    "cal.com": (
        {
            "payload": {
                "title": "Intro between Host and Jane",
                "organizer": HOST,
                "responses": {
                    "name": {"label": "your_name", "value": "Jane Doe"},
                    "email": {"label": "email_address", "value": "jane@example.com"},
                    "attendeePhoneNumber": {"label": "phone_number", "value": "+442079460958"},
                },
            }
        },
        JANE,
    ),
    "paperform": (
        {
            "data": [
                {"title": "What's your full name?", "description": None, "value": "Jane Doe"},
                {"title": "Email", "description": None, "value": "jane@example.com"},
                {"title": "Phone Number", "description": None, "value": "+44 20 7946 0958"},
            ]
        },
        JANE,
    ),
    "tiktok": (
        {
            "form_name": "Apply",
            "campaign_name": "C",
            "answers": [
                {"question_key": "full_name", "question": "Full name", "answer": "Jane Doe"},
                {"question_key": "email", "question": "Email", "answer": "jane@example.com"},
                {"question_key": "p", "question": "Phone number", "answer": "+44-2079460958"},
            ],
        },
        JANE,
    ),
    "surveymonkey": (
        {
            "pages": [
                {
                    "questions": [
                        {"heading": "Name", "answers": [{"text": "Jane Doe"}]},
                        {"heading": "Email", "answers": [{"text": "jane@example.com"}]},
                        {"heading": "Phone", "answers": [{"text": "+442079460958"}]},
                    ]
                }
            ]
        },
        JANE,
    ),
    "a form with a name": (
        {
            "payload": {
                "name": "Email Form",
                "data": {"Name": "Jane Doe", "Email": "jane@example.com", "Tel": "+442079460958"},
            }
        },
        JANE,
    ),
    "teamtailor": (
        {
            "data": {
                "attributes": {
                    "first-name": "Jane",
                    "last-name": "Doe",
                    "email": "jane@example.com",
                    "phone": "+442079460958",
                }
            }
        },
        SPLIT,
    ),
    "workable": (
        {
            "name": "Jane Doe",
            "email": "jane@example.com",
            "phone": "+442079460958",
            "job": {"title": "Nurse"},
            "account": {"name": "Acme"},
            "recruiter": HOST,
        },
        {**JANE, "job": "Nurse"},
    ),
    "lever": (
        {
            "data": {
                "contactName": "Jane Doe",
                "emails": ["jane@example.com"],
                "phones": [{"type": "mobile", "value": "+442079460958"}],
                "owner": HOST,
            }
        },
        JANE,
    ),
    "perspective": (
        {
            "profile": {
                "firstName": {"value": "Jane", "title": "Vorname"},
                "lastName": {"value": "Doe", "title": "Nachname"},
                "email": {"value": "jane@example.com", "title": "E-Mail"},
                "phone": {"value": "+442079460958", "title": "Telefon"},
            },
            "funnelName": "F",
        },
        SPLIT,
    ),
    "mail-like": (
        {
            "to": "sales@agency.example",
            "from": "jane@example.com",
            "name": "Jane Doe",
            "tel": "+442079460958",
        },
        JANE,
    ),
    "swapped": ({"name": "Jane Doe", "email": "020 7946 0958", "phone": "jane@example.com"}, JANE),
    "referees first": (
        {
            "Referee email": "bob@example.org",
            "Emergency contact phone": "+442079460018",
            "Your name": "Jane Doe",
            "E-mail": "jane@example.com",
            "Phone": "+442079460958",
        },
        JANE,
    ),
    "a dial code beside it": (
        {
            **JANE,
            "phone": {"countryCode": "+49", "number": "030 23125999"},
        },
        {**JANE, "phone": "+493023125999"},
    ),
    "a Dutch infix": (
        {"Voornaam": "Jan", "Tussenvoegsel": "van der", "Achternaam": "Berg"},
        {"first_name": "Jan", "last_name": "van der Berg"},
    ),
    "a sentence of consent": (
        {"Name": "Jane Doe", "Ich stimme der Datenschutzerklärung zu": "on"},
        {
            "full_name": "Jane Doe",
            "consent": "on",
            "consent_wording": "Ich stimme der Datenschutzerklärung zu",
        },
    ),
    "Turkish": (
        {"Adınız Soyadınız": "Ayşe Yılmaz", "E-posta adresiniz": "ayse@example.com"},
        {"full_name": "Ayşe Yılmaz", "email": "ayse@example.com"},
    ),
    "Russian": (
        {"Ваше имя": "Иван Петров", "Ваш телефон": "+7 916 123-45-67"},
        {"full_name": "Иван Петров", "phone": "+79161234567"},
    ),
}


@pytest.mark.parametrize("builder", BUILDERS)
def test_the_person_is_who_filled_it_in(builder: str) -> None:
    document, person = BUILDERS[builder]
    request = Request("POST", "/", Headers(), (), "", json.dumps(document).encode())
    body = read_body(request)
    source = Source(
        name="s", kind="form", sender="json", deliver=("trackerrms",), default_region="GB"
    )
    found = to_lead_fields(Submission(body.fields, body.document), source)
    of_form = {"extra", "form"}
    assert {name: text for name, text in found.items() if name not in of_form} == person
