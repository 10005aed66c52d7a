"""Leads of ads, as their platforms' own webhooks and the programs that pass them on have them."""

import json
from collections.abc import Mapping

import pytest

from leadrelay.intake.meaning.fields import to_lead_fields
from leadrelay.intake.request import Headers, Request
from leadrelay.intake.senders import sender, submissions
from leadrelay.sources import Source

SOURCE = Source(name="s", kind="form", sender="json", deliver=("trackerrms",), default_region="GB")
JANE = {"first_name": "Jane", "last_name": "Doe", "email": "jane@example.com"}
JANE_DOE = {"full_name": "Jane Doe", "email": "jane@example.com"}
PHONE = {"phone": "+442079460958"}
PLATFORMS_OWN = {"extra", "form", "tracking", "technical"}

type Document = Mapping[str, object]


def read(document: Document, name: str = "json") -> tuple[dict[str, object], bool]:
    """What is understood of it, and whether it is a test."""
    request = Request("POST", "/", Headers(), (), "", json.dumps(document).encode())
    (submission,) = submissions(sender(name).read(request, SOURCE))
    found = to_lead_fields(submission, SOURCE)
    return {key: found[key] for key in found.keys() - PLATFORMS_OWN}, submission.test


def answers(key: str, value: str, /, **said: str) -> list[dict[str, str]]:
    return [{key: name, value: text} for name, text in said.items()]


NAMED = {"FIRST_NAME": "Jane", "LAST_NAME": "Doe", "EMAIL": "jane@example.com"}
CALLABLE = {**NAMED, "PHONE_NUMBER": "+442079460958"}
FORWARDED: dict[str, tuple[Document, Document]] = {
    "Snapchat": (
        {"lead_form_id": "f", "form_fields": answers("type", "value", **CALLABLE)},
        JANE | PHONE,
    ),
    "Pinterest": ({"form_fields": answers("field", "answer", **CALLABLE)}, JANE | PHONE),
    "Reddit": ({"lead": {"answers": answers("question", "answer", **CALLABLE)}}, JANE | PHONE),
    "TikTok": (
        {
            "page_name": "Nurses",
            "lead_data": answers(
                "field_name", "field_value", name="Jane Doe", email="jane@example.com"
            ),
        },
        JANE_DOE,
    ),
    "LinkedIn, as a table": (
        {"First Name": "Jane", "Last Name": "Doe", "Email Address": "jane@example.com"}
        | {"Work Email": "", "Campaign Name": "Nurses", "Form Name": "Nurses 2026"},
        JANE,
    ),
    "Meta, as a table": (
        {"id": "l:1", "ad_name": "Ad", "form_name": "Nurses", "platform": "fb"}
        | {"full_name": "Jane Doe", "email": "jane@example.com", "phone_number": "p:+442079460958"},
        JANE_DOE | PHONE,
    ),
    "Meta in German": (
        {"field_data": [
            {"name": "vollständiger_name", "values": ["Jane Doe"]},
            {"name": "e-mail-adresse", "values": ["jane@example.com"]},
            {"name": "plz", "values": ["10115"]},
        ]},
        JANE_DOE | {"postal_code": "10115"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("platform", FORWARDED)
def test_a_lead_that_is_passed_on_is_of_whom_filled_it_in(platform: str) -> None:
    document, person = FORWARDED[platform]
    assert read(document) == (person, False)


DUMMY = "<test lead: dummy data for {}>"


@pytest.mark.parametrize("name", ["json", "zapier", "make", "html"])
def test_metas_test_lead_is_one_whoever_passes_it_on(name: str) -> None:
    fields = {"full_name": DUMMY.format("full_name"), "email": "test@example.com"}
    assert read({**fields}, name)[1]
    assert not read({**fields, "full_name": "Jane <test> Doe"}, name)[1]


AGENCYS: Document = {
    "location": {
        "name": "My Agency", "city": "Austin", "postalCode": "78701", "country": "US",
        "fullAddress": "5 Road Austin", "address": "5 Road",
    },
    "user": {"firstName": "Bob", "lastName": "Smith", "email": "bob@example.org"},
    "workflow": {"id": "w", "name": "New lead"},
}  # fmt: skip


@pytest.mark.parametrize("person", [JANE, PHONE, JANE_DOE | PHONE | {"city": "Leeds"}])
def test_gohighlevels_account_and_its_user_are_not_the_lead(person: Document) -> None:
    assert read({**person, **AGENCYS}) == (person, False)


def test_a_place_without_a_name_is_where_the_person_is() -> None:
    assert read({**JANE, "location": {"city": "Leeds", "country": "GB"}})[0]["city"] == "Leeds"
