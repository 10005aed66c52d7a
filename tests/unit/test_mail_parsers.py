"""Mails that a service parsed and sends on are leads: who wrote, and what."""

import json
from typing import Any

import pytest

from leadrelay.intake.body.read import read_bodies
from leadrelay.intake.meaning.emails import display_name
from tests.unit.test_as_it_was_meant import lead_of
from tests.unit.test_inflate import JSON, posted

MAILS: dict[str, Any] = {
    "Postmark": {  # postmarkapp.com/developer/webhooks/inbound-webhook
        "FromName": "Jane Doe",
        "From": "jane@example.com",
        "FromFull": {"Email": "jane@example.com", "Name": "Jane Doe", "MailboxHash": ""},
        "To": "sales@agency.example",
        "ToFull": [{"Email": "sales@agency.example", "Name": "Sales"}],
        "Subject": "Enquiry",
        "TextBody": "Hello there",
        "HtmlBody": "<p>Hello there</p>",
        "Headers": [{"Name": "X-Spam-Status", "Value": "No"}],
    },
    "Mailgun": {  # documentation.mailgun.com, "Receiving, forwarding and storing messages"
        "recipient": "sales@agency.example",
        "sender": "jane@example.com",
        "from": "Jane Doe <jane@example.com>",
        "subject": "Enquiry",
        "body-plain": "Hello there",
        "stripped-text": "Hello there",
    },
    "SendGrid": {  # sendgrid.com/docs/API_Reference/Webhooks/parse.html
        "headers": "Received: by mx\nFrom: Jane Doe <jane@example.com>",
        "from": '"Jane Doe" <jane@example.com>',
        "to": "Sales <sales@agency.example>",
        "subject": "Enquiry",
        "text": "Hello there",
        "envelope": '{"to":["sales@agency.example"],"from":"jane@example.com"}',
        "charsets": '{"to":"UTF-8"}',
    },
    "Brevo": {  # developers.brevo.com/docs/inbound-parse-webhooks
        "items": [
            {
                "Uuid": ["x"],
                "From": {"Name": "Jane Doe", "Address": "jane@example.com"},
                "To": [{"Name": None, "Address": "sales@agency.example"}],
                "Subject": "Enquiry",
                "RawTextBody": "Hello there",
            }
        ]
    },
}


@pytest.mark.parametrize("service", MAILS)
def test_a_mail_is_a_lead_of_who_wrote_it(service: str) -> None:
    lead = lead_of(json.dumps(MAILS[service]).encode(), JSON)
    assert (lead.name, lead.email) == ("Jane Doe", "jane@example.com")
    assert (lead.subject, lead.message) == ("Enquiry", "Hello there")


def test_mails_in_one_list_are_a_lead_each() -> None:
    (mail,) = MAILS["Brevo"]["items"]
    body = json.dumps({"items": [mail, {**mail, "RawTextBody": "And more"}]}).encode()
    assert len(read_bodies(posted(body, JSON))) == 2


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Jane Doe <jane@example.com>", "Jane Doe"),
        ('"Doe, Jane" <Jane@Example.com>', "Doe, Jane"),
        ("<jane@example.com>", ""),
        ("jane@example.com", ""),
        ("Jane Doe <other@example.com>", ""),
        ("From: Jane Doe <jane@example.com>", ""),
        ("Jane Doe <jane@example.com>, Bob <bob@example.com>", ""),
    ],
)
def test_a_name_beside_an_address_is_its_owner_s(text: str, name: str) -> None:
    assert display_name(text, "jane@example.com") == name
