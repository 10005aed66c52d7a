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
    "heyform": (
        {
            "formName": "Contact",
            "answers": [
                {"id": "a", "title": "Name?", "value": {"firstName": "Jane", "lastName": "Doe"}},
                {"id": "b", "title": "Email", "kind": "email", "value": "jane@example.com"},
                {"id": "c", "title": "Phone", "kind": "tel", "value": "+44 20 7946 0958"},
            ],
        },
        SPLIT,
    ),
    "snap": (
        {
            "lead_id": "1",
            "fields": [
                {"field_type": "FIRST_NAME", "value": "Jane"},
                {"field_type": "LAST_NAME", "value": "Doe"},
                {"field_type": "EMAIL", "value": "jane@example.com"},
                {"field_type": "PHONE_NUMBER", "value": "+442079460958"},
            ],
        },
        SPLIT,
    ),
    "Google's columns": (
        {
            "user_column_data": [
                {"column_id": "FULL_NAME", "column_name": "Name", "string_value": "Jane Doe"},
                {"column_id": "EMAIL", "string_value": "jane@example.com"},
                {"column_id": "PHONE_NUMBER", "string_value": "+442079460958"},
            ]
        },
        JANE,
    ),
    "LinkedIn's answers": (
        {
            "answers": [
                {"name": name, "answerDetails": {"textQuestionAnswer": {"answer": value}}}
                for name, value in (
                    *(("firstName", "Jane"), ("lastName", "Doe")),
                    *(("emailAddress", "jane@example.com"), ("phone", "+442079460958")),
                )
            ]
        },
        SPLIT,
    ),
    "basin": (
        {"form_id": 2, "payload_params": {"name": "Jane Doe", "phone": "+442079460958"}},
        {"full_name": "Jane Doe", "phone": "+442079460958"},
    ),
    "a page builder's prefix": (
        {
            "et_pb_contact_name_0": "Jane Doe",
            "et_pb_contact_email_0": "jane@example.com",
            "et_pb_contact_message_0": "Hi",
            "et_pb_contactform_submit_0": "et_contact_proccess",
        },
        {"full_name": "Jane Doe", "email": "jane@example.com", "message": "Hi"},
    ),
    "another's": (
        {"uabb-first-name": "Jane", "uabb-last-name": "Doe", "uabb-mail": "jane@example.com"},
        {"first_name": "Jane", "last_name": "Doe", "email": "jane@example.com"},
    ),
    "a group of somebody else's": (
        {"name": "Jane Doe", "zeuge_name": "Bob Roe", "zeuge_city": "Leeds"},
        {"full_name": "Jane Doe"},
    ),
    "ashby": (
        {
            "data": {
                "application": {
                    "candidate": {
                        "name": "Jane Doe",
                        "primaryEmailAddress": {"value": "jane@example.com"},
                        "primaryPhoneNumber": {"value": "+442079460958"},
                    },
                    "job": {"id": "j", "title": "Nurse"},
                    "hiringTeam": [{"firstName": "Bob", "email": "bob@example.org"}],
                }
            }
        },
        {**JANE, "job": "Nurse"},
    ),
    "breezy": (
        {
            "object": {
                "position": {"_id": "p", "name": "Nurse"},
                "candidate": {"name": "Jane Doe", "email_address": "jane@example.com"},
            }
        },
        {"full_name": "Jane Doe", "email": "jane@example.com", "job": "Nurse"},
    ),
    "greenhouse": (
        {
            "payload": {
                "application": {
                    "jobs": [{"id": 1, "name": "Nurse"}],
                    "candidate": {
                        "first_name": "Jane",
                        "last_name": "Doe",
                        "email_addresses": [{"value": "jane@example.com", "type": "personal"}],
                        "recruiter": {"name": "Bob", "email": "bob@example.org"},
                    },
                }
            }
        },
        {"first_name": "Jane", "last_name": "Doe", "email": "jane@example.com", "job": "Nurse"},
    ),
    "hasura": (
        {
            "event": {"data": {"old": None, "new": {"id": 1, **JANE}}},
            "table": {"schema": "public", "name": "leads"},
        },
        JANE,
    ),
    "stripe": (
        {
            "data": {
                "object": {"customer_details": {"name": "Jane Doe", "email": "jane@example.com"}}
            }
        },
        {"full_name": "Jane Doe", "email": "jane@example.com"},
    ),
    "zendesk": (
        {
            "ticket": {
                "requester": {"name": "Jane Doe", "email": "jane@example.com"},
                "assignee": {"name": "Bob", "email": "bob@example.org"},
            }
        },
        {"full_name": "Jane Doe", "email": "jane@example.com"},
    ),
    "Graph": (
        {"from": {"emailAddress": {"name": "Jane Doe", "address": "jane@example.com"}}},
        {"full_name": "Jane Doe", "email": "jane@example.com"},
    ),
    "notion": (
        {
            "properties": {
                "Name": {"id": "t", "type": "title", "title": [{"plain_text": "Jane Doe"}]},
                "Email": {"id": "a", "type": "email", "email": "jane@example.com"},
                "Phone": {"id": "b", "type": "phone_number", "phone_number": "020 7946 0958"},
            }
        },
        JANE,
    ),
    "WhatsApp": (  # developers.facebook.com, Cloud API, "Webhooks", text messages
        {
            "entry": [
                {
                    "changes": [
                        {
                            "field": "messages",
                            "value": {
                                "contacts": [
                                    {"profile": {"name": "Jane Doe"}, "wa_id": "442079460958"}
                                ],
                                "messages": [{"type": "text", "text": {"body": "Hi there"}}],
                            },
                        }
                    ]
                }
            ]
        },
        {"full_name": "Jane Doe", "phone": "+442079460958", "message": "Hi there"},
    ),
    "bricks": ({"form-field-cd9a2f": "jane@example.com"}, {"email": "jane@example.com"}),
    "a list with a cover": ({"items": [{"name": "Jane Doe"}]}, {"full_name": "Jane Doe"}),
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
