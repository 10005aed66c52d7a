"""Of all leads and secrets that the twin has, nothing is in its logs, messages or settings."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from leadrelay.lead import Lead
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.search import Found, search
from leadrelay.signing.samples import read_sample
from leadrelay_ops.send import send, signed_anew
from leadrelay_ops.stack import Stack
from leadrelay_sandbox.home import ROOT
from tests.handlers.leaks import leaks

type Eventually = Callable[[Callable[[], bool]], None]

# What a person says of themselves, as opposed to what a form is called.
CONTACT = (
    "first_name",
    "last_name",
    "full_name",
    "email",
    "phone",
    "company",
    "address1",
    "address2",
    "city",
    "postal_code",
    "linkedin",
    "message",
)
AT_REST = {"delivered", "parked", "quarantined"}
EVENTS = [read_sample(path) for path in sorted((ROOT / "events").glob("*.http"))]
SAMPLED = {event.source for event in EVENTS}
SHORTEST = 6  # what is shorter may well be part of a word or an id


def contacts(lead: Lead) -> Iterator[str]:
    values = [getattr(lead, name) for name in CONTACT]
    values += [lead.call.caller, lead.call.called] if lead.call else []
    values += [file.filename for file in (lead.resume, *lead.attachments) if file]
    return (str(value) for value in values if value and len(str(value)) >= SHORTEST)


def texts(value: Any) -> Iterator[str]:
    """All texts in a secret."""
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts(one)
    elif isinstance(value, str):
        yield value


@pytest.fixture(scope="module")
def secrets(stack: Stack) -> set[str]:
    client = stack.client("secretsmanager")
    found: set[str] = set()
    for one in client.list_secrets()["SecretList"]:
        given = json.loads(client.get_secret_value(SecretId=one["ARN"])["SecretString"])
        given.pop("base_url", None)
        found |= {text for text in texts(given) if len(text) >= SHORTEST}
    assert len(found) > 30
    return found


@pytest.fixture(scope="module")
def leads(stack: Stack, eventually: Eventually) -> list[Lead]:
    """Every sample's, at rest, and those of whatever tests came before."""
    for event in EVENTS:
        answer = send(stack.api_url, signed_anew(event, stack.api_url))
        assert not answer.is_error or answer.status_code == 409  # sent already, says Indeed

    def mine() -> list[Found]:
        return [one for one in search(stack.table, Filter()) if one.lead.source in SAMPLED]

    eventually(
        lambda: (
            {delivery.state for one in mine() for delivery in one.deliveries.values()} <= AT_REST
        )
    )
    assert len(mine()) > 50
    return [one.lead for one in search(stack.table, Filter())]


def logs(stack: Stack) -> str:
    """Everything that the functions have logged, their metrics too."""
    client = stack.client("logs")
    return "\n".join(
        event["message"]
        for group in client.describe_log_groups()["logGroups"]
        for page in client.get_paginator("filter_log_events").paginate(
            logGroupName=group["logGroupName"]
        )
        for event in page["events"]
    )


def messages(stack: Stack) -> str:
    """What is in any queue just now, dead letters too."""
    sqs = stack.client("sqs")
    found = [
        sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=0,
            MessageAttributeNames=["All"],
        ).get("Messages", [])
        for url in sqs.list_queues()["QueueUrls"]
    ]
    return json.dumps(found)


def settings(stack: Stack) -> str:
    """The functions' configuration, the stack's parameters and outputs, and its template."""
    functions = stack.client("lambda").list_functions()["Functions"]
    cloudformation = stack.client("cloudformation")
    stacks = cloudformation.describe_stacks(StackName=stack.name)["Stacks"]
    template = cloudformation.get_template(StackName=stack.name)["TemplateBody"]
    return json.dumps([functions, stacks, template], default=str)


def test_no_log_or_message_holds_anything_of_a_person(stack: Stack, leads: list[Lead]) -> None:
    known = {contact for lead in leads for contact in contacts(lead)}
    assert len(known) > 100
    text = logs(stack)
    assert "lead.accepted" in text
    assert "delivery.done" in text
    assert leaks(text + messages(stack), known) == []


def test_no_log_or_message_holds_a_secret(
    stack: Stack, leads: list[Lead], secrets: set[str]
) -> None:
    assert leaks(logs(stack) + messages(stack), secrets) == []


def test_no_setting_holds_a_secret(stack: Stack, secrets: set[str]) -> None:
    text = settings(stack)
    assert "TABLE_NAME" in text
    assert leaks(text, secrets) == []
