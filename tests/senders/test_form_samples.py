"""Every form vendor's sample becomes the lead that a person would make of it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from leadrelay.intake.proofs.token import check_token
from leadrelay.intake.senders import SENDERS
from tests.senders import form_samples as forms

GB = "+4420794601"
SENT = datetime(2026, 3, 2, 9, 29, 57, tzinfo=UTC)
LEADS: dict[str, tuple[str | None, dict[str, Any]]] = {
    # sample: the sender's own id, and the lead's fields
    "typeform": (
        "a3a12ec67a1365927098a606107example",
        {
            "full_name": "Noor Beispiel-Muster",
            "email": "noor@example.com",
            "phone": GB + "01",
            "company": "Beispiel Größe GmbH",
            "consent": "true",
            "tracking": {"utm_source": "linkedin", "utm_campaign": "interim-2026"},
            "extra": {
                "Which kind of role is it?": "Interim",
                "Which skills?": "Python, AWS, Terraform",
                "Start date": "2026-04-01",
                "How many people?": "3",
                "variables.score": "2",
            },
            "form": "Brief us",
            "submitted_at": SENT.replace(second=58),
            "technical": {"form_id": "lT4Z3jEx", "submitted_at": "2026-03-02T09:29:58Z"},
        },
    ),
    "tally": (
        "Ex4mpl1",
        {
            "first_name": "Jörg",
            "last_name": "Platzhalter",
            "email": "joerg@example.com",
            "phone": GB + "02",
            "tracking": {"utm_source": "xing"},
            "extra": {
                "Wie erreichen wir Sie am besten?": "joerg@example.com",
                "Anstellungsart": "Auf Zeit",
                "Sprachen": "Deutsch, Französisch",
                "Lebenslauf": "https://storage.example.com/f1/lebenslauf.pdf",
                "Verfügbarkeit": "Montag: Nachmittag; Dienstag: Vormittag, Nachmittag",
            },
            "form": "Call me back",
            "technical": {
                "formId": "mExAm1",
                "formName": "Call me back",
                "createdAt": "2026-03-02T09:29:58.000Z",
            },
        },
    ),
    "jotform": (
        "6161000000000000001",
        {
            "first_name": "Robin",
            "last_name": "Stand-In",
            "email": "robin@example.com",
            "phone": "+12025550177",
            "address1": "1 Sample Plaza",
            "address2": "Suite 5",
            "city": "Washington",
            "postal_code": "20001",
            "message": "Two lines,\nand a slash: a/b.",
        },
    ),
    "webflow": (
        "6321ca84df3949bfc6750001",
        {
            "first_name": "Ana",
            "last_name": "Ficticia Muñoz",
            "full_name": None,
            "phone": GB + "03",
            "tracking": {"utm_medium": "cpc"},
        },
    ),
    "webflow-v1": (
        "6321ca84df3949bfc6750002",
        {"full_name": "Kim Testcase", "email": "kim@example.com", "website": None},
    ),
    "cf7": (
        None,
        {
            "full_name": "Zoë Placeholder",
            "email": "zoe@example.com",
            "phone": GB + "04",
            "subject": "Interim CFO",
            "message": "Please call.\nBest after 5 pm.",
            "consent": "1",
            "extra": {"menu-12": "Interim, Permanent"},
        },
    ),
    "cf7-text": (
        None,
        {
            "full_name": "Zoë Placeholder",
            "email": "zoe@example.com",
            "message": "A template that is no JSON.",
        },
    ),
    "elementor": (
        None,
        {
            "full_name": "Lou Sample",
            "email": "lou@example.com",
            "phone": GB + "05",
            "message": "Hello & good day",
            "tracking": {"page": "https://www.example.com/contact"},
        },
    ),
    "elementor-advanced": (
        None,
        {
            "full_name": "Max Mustermann",
            "email": "max@example.com",
            "phone": GB + "06",
            "message": "Bitte melden.",
            "tracking": {"page": "https://www.example.com/kontakt"},
            "form": "Contact",
            "extra": {},
            "technical": {
                "form_id": "1a2b3c4",
                "form_name": "Contact",
                "date": "March 2, 2026",
                "time": "9:29 am",
                "user_agent": "Mozilla/5.0 (X11; Linux x86_64)",
                "remote_ip": "203.0.113.26",
                "credit": "Elementor",
            },
        },
    ),
    "gravityforms": (
        "4:1107",
        {
            "first_name": "Grace",
            "last_name": "O’Sample",
            "email": "grace@example.com",
            "phone": GB + "07",
            "message": "Three roles in Leeds.",
            "tracking": {"page": "https://www.example.com/brief-us/"},
        },
    ),
    "wpforms": (
        None,
        {"first_name": "Sam", "last_name": "Testcase", "phone": GB + "08", "extra": {}},
    ),
    "ninjaforms": (None, {"first_name": "Toni", "email": "toni@example.com", "extra": {}}),
    "formstack": (
        "4170001:905000001",
        {
            "first_name": "Chris",
            "last_name": "Stand-In",
            "phone": "+12025550109",
            "city": "Washington",
            "postal_code": "20001",
            "message": "Two lines\nof text",
        },
    ),
    "wufoo": (
        "z1exampl0abcde:17",
        {
            "first_name": "Alex",
            "last_name": "Muster",
            "email": "alex@example.com",
            "phone": "+12025550110",
            "message": "From Wufoo.",
            "extra": {"Which roles? Permanent": "Permanent"},
            "technical": {
                "CreatedBy": "public",
                "DateCreated": "2026-03-02 01:29:57",
                "EntryId": "17",
                "IP": "203.0.113.28",
            },
        },
    ),
    "hubspot": (
        "3234501:00000000-0000-4000-8000-00000000c0de",
        {
            "first_name": "Jamie",
            "last_name": "Placeholder",
            "email": "jamie@example.com",
            "phone": GB + "11",
            "job_title": "Head of People",
            "message": "Call me.",
        },
    ),
    "hubspot-v2": (None, {"first_name": "Dana", "phone": GB + "12"}),
    "hubspot-v1": (None, {"last_name": "Testcase", "technical": {"objectId": "3234503"}}),
    "netlify": (
        "69a55a0500000000000000e1",
        {
            "full_name": "Mia Muster",
            "email": "mia@example.com",
            "phone": GB + "13",
            "website": None,
            "tracking": {"referrer": "https://www.example.com/contact"},
        },
    ),
    "google_ads": (
        "TeSter-0001-example-0000000000",
        {
            "full_name": "Uli Platzhalter",
            "email": "uli@example.com",
            "phone": GB + "14",
            "postal_code": "SW1A 1AA",
            "company": "Platzhalter plc",
            "tracking": {
                "gclid": "EAIaIQobChMI-example-gclid",
                "utm_campaign": "12000000001",
            },
            "extra": {"What role do you need to fill?": "Controller"},
            "technical": {
                "lead_id": "TeSter-0001-example-0000000000",
                "api_version": "1.0",
                "form_id": "40000000001",
                "campaign_id": "12000000001",
                "adgroup_id": "20000000001",
                "creative_id": "30000000001",
            },
        },
    ),
    "linkedin": (
        "urn:li:leadGenFormResponse:00000000-0000-4000-8000-000000000001-1",
        {"full_name": None, "company": None},
    ),
    "wix": (
        "00000000-0000-4000-8000-0000000000a1",
        {
            "first_name": "Ida",
            "last_name": "Ejemplo",
            "email": "ida@example.com",
            "phone": GB + "15",
            "message": "¿Pueden llamarme?",
            "extra": {},
            "submitted_at": SENT.replace(microsecond=482000),
            "technical": {
                "formId": "00000000-0000-4000-8000-0000000000b1",
                "createdDate": "2026-03-02T09:29:57.482Z",
            },
        },
    ),
    "unbounce": (
        None,
        {
            "first_name": "Kai",
            "last_name": "Sample",
            "phone": GB + "16",
            "tracking": {"page": "http://www.example.com/brief/"},
        },
    ),
    "squarespace": (None, {"full_name": "Ari Stand-In", "extra": {"Form Name": "Contact"}}),
    "zapier": (None, {"full_name": "Bo Testcase", "job": "Recruiter", "extra": {}}),
    "make": (None, {"first_name": "Cleo", "phone": GB + "17", "extra": {"tags": "inbound, web"}}),
    "standard_webhooks": (
        "msg_2example0000000000000000001",
        {"first_name": "Eli", "phone": GB + "18", "company": "Sample Ltd"},
    ),
}


@pytest.mark.parametrize("name", LEADS)
def test_a_sample_becomes_the_right_lead(name: str) -> None:
    sample = forms.load(name)
    _, fields = LEADS[name]
    found = forms.lead(sample).model_dump()
    assert {field: found[field] for field in fields} == fields


@pytest.mark.parametrize("name", LEADS)
def test_a_sample_has_its_senders_own_id(name: str) -> None:
    (submission,) = forms.submissions(forms.load(name))
    assert submission.key == LEADS[name][0]


@pytest.mark.parametrize("name", [*LEADS, "google_ads-test", "meta"])
def test_no_secret_is_kept_with_the_lead(name: str) -> None:
    sample = forms.load(name)
    found = str([submission.fields for submission in forms.submissions(sample)])
    assert not any(secret in found for secret in forms.secrets(sample))


@pytest.mark.parametrize("name", LEADS)
def test_a_sample_carries_the_token_its_source_asks_for(name: str) -> None:
    sample = forms.load(name)
    source = forms.source(sample)
    check_token(source, forms.request(sample), forms.secrets(sample))


def test_every_source_of_the_sandbox_has_a_known_sender_and_a_secret() -> None:
    assert {source.sender for source in forms.SOURCES.values()} <= SENDERS.keys()
    assert forms.SOURCES.keys() == forms.SECRETS.keys()
