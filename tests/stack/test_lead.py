"""The deployed twin over HTTP: what a sender, a CRM and an operator see of a lead."""

import json
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from leadrelay.lead import Guard, Lead, lead_id, lead_ref
from leadrelay.ledger.acceptance import accept
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.search import Found, read, search
from leadrelay.signing.samples import read_sample
from leadrelay.sources import Source
from leadrelay_ops.send import send
from leadrelay_ops.stack import Stack
from leadrelay_sandbox.home import ROOT
from tests.stack.web import web

type Eventually = Callable[[Callable[[], bool]], None]


class Tracker:
    """The twin's TrackerRMS, seen through its sandbox door."""

    def __init__(self, url: str) -> None:
        self._url = url + "/_sandbox"

    def records(self, ref: str) -> list[dict[str, Any]]:
        records = web.get(f"{self._url}/records").json()["records"]
        return [one for one in records if ref in json.dumps(one["fields"])]

    def fault(self, about: str, **fault: Any) -> None:
        """At this lead's requests alone: other tests' leads may be on their way still."""
        web.post(f"{self._url}/fault", json=fault | {"about": about}).raise_for_status()


@pytest.fixture
def tracker(stack: Stack) -> Tracker:
    return Tracker(stack.crms["trackerrms"])


@pytest.fixture
def fields() -> dict[str, str]:
    """A person nobody else posts."""
    name = f"Person{uuid.uuid4().hex[:8]}"
    return {"first_name": "Jo", "last_name": name, "email": f"{name}@example.com", "message": "Hi"}


def post(stack: Stack, fields: dict[str, str], source: str = "contact-us") -> dict[str, Any]:
    answer = web.post(f"{stack.api_url}/forms/{source}", data=fields)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def found(stack: Stack, lead_id: str) -> Found:
    one = read(stack.table, lead_id)
    assert one is not None
    return one


def state(stack: Stack, lead_id: str) -> str:
    return found(stack, lead_id).deliveries["trackerrms"].state


def test_a_form_becomes_one_createlead_with_the_right_nesting(
    stack: Stack, tracker: Tracker, fields: dict[str, str], eventually: Eventually
) -> None:
    accepted = post(stack, fields)
    eventually(lambda: state(stack, accepted["id"]) == "delivered")
    (one,) = search(stack.table, Filter(email=fields["email"]))
    (record,) = tracker.records(one.lead.ref)
    assert record["operation"] == "createLead"
    assert record["id"] == one.deliveries["trackerrms"].record_id
    assert record["fields"]["lead"]["email"] == fields["email"]
    assert record["fields"]["instructions"]["createpersonifnotexists"] is True
    assert one.as_json()["deliveries"]["trackerrms"]["state"] == "delivered"


def test_twenty_posts_at_once_are_one_lead(
    stack: Stack, tracker: Tracker, fields: dict[str, str], eventually: Eventually
) -> None:
    with ThreadPoolExecutor(8) as pool:  # as many functions as this machine likes to start
        answers = list(pool.map(lambda _: post(stack, fields), range(20)))
    (only,) = {answer["id"] for answer in answers}
    assert [answer["duplicate"] for answer in answers].count(False) == 1
    eventually(lambda: state(stack, only) == "delivered")
    assert len(tracker.records(found(stack, only).lead.ref)) == 1


def test_a_crm_that_is_down_for_a_while_gets_the_lead_once(
    stack: Stack, tracker: Tracker, fields: dict[str, str], eventually: Eventually
) -> None:
    tracker.fault(fields["email"], status=503, times=5, operation="createLead")
    accepted = post(stack, fields)
    eventually(lambda: state(stack, accepted["id"]) == "delivered")
    one = found(stack, accepted["id"])
    assert one.deliveries["trackerrms"].attempts == 6
    assert len(tracker.records(one.lead.ref)) == 1


def test_a_lost_answer_doubles_nothing(
    stack: Stack, tracker: Tracker, fields: dict[str, str], eventually: Eventually
) -> None:
    tracker.fault(fields["email"], reset=True, after_saving=True, operation="createLead")
    accepted = post(stack, fields)
    eventually(lambda: state(stack, accepted["id"]) == "delivered")
    one = found(stack, accepted["id"])
    (record,) = tracker.records(one.lead.ref)
    assert record["id"] == one.deliveries["trackerrms"].record_id


def test_a_refused_lead_is_parked_with_the_crms_words_and_not_tried_again(
    stack: Stack, tracker: Tracker, fields: dict[str, str], eventually: Eventually
) -> None:
    tracker.fault(fields["email"], refuse="leads are closed on Sundays", operation="createLead")
    accepted = post(stack, fields)
    eventually(lambda: state(stack, accepted["id"]) == "parked")
    delivery = found(stack, accepted["id"]).deliveries["trackerrms"]
    assert "leads are closed on Sundays" in (delivery.reason or "")
    assert delivery.attempts == 1
    letters = stack.client("sqs").receive_message(
        QueueUrl=stack.outputs["QueueUrlPrefix"] + "trackerrms-dead",
        MessageAttributeNames=["All"],
        MaxNumberOfMessages=10,
        WaitTimeSeconds=5,
    )["Messages"]
    own = {"lead_id": accepted["id"], "crm": "trackerrms"}
    (letter,) = [letter for letter in letters if json.loads(letter["Body"]) == own]
    assert letter["MessageAttributes"]["reason"]["StringValue"] == "Refused"


def test_a_lead_that_was_kept_but_never_queued_arrives_by_the_sweep(
    stack: Stack, fields: dict[str, str], eventually: Eventually
) -> None:
    own_id = lead_id("contact-us", fields["email"])
    lead = Lead(
        id=own_id,
        ref=lead_ref(own_id),
        source="contact-us",
        received_at=datetime.now(UTC) - timedelta(minutes=5),
        email=fields["email"],
        last_name=fields["last_name"],
    )
    source = Source(name="contact-us", kind="form", sender="html", deliver=("trackerrms",))
    accept(stack.table, lead, source, guard=Guard(key=own_id, window=None))
    stack.client("lambda").invoke(FunctionName=f"{stack.name}-sweep")
    eventually(lambda: state(stack, own_id) == "delivered")


def test_senders_are_told_what_is_wrong(stack: Stack) -> None:
    url = f"{stack.api_url}/forms/contact-us"
    origin = {"Origin": "https://www.example.com"}
    wrong = [
        web.post(url, content=b"{", headers={"Content-Type": "application/json", **origin}),
        web.post(url, content=b"<a/>", headers={"Content-Type": "text/html", **origin}),
        web.post(url, data={"message": "x" * 300_000}, headers=origin),
        web.post(f"{stack.api_url}/forms/nowhere", data={"a": "b"}, headers=origin),
    ]
    assert [answer.status_code for answer in wrong] == [400, 415, 413, 404]
    for answer in wrong:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "retry-after" in answer.headers["access-control-expose-headers"]


def test_a_page_s_script_may_send_json(stack: Stack) -> None:
    """What its browser asks before, it asks of API Gateway."""
    asking = {
        "Origin": "https://www.example.com",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,hx-request,idempotency-key",
    }
    answer = web.options(f"{stack.api_url}/forms/contact-us", headers=asking)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert answer.headers["access-control-allow-headers"] == "*"


def test_a_browser_is_sent_to_the_thank_you_page(stack: Stack) -> None:
    sample = read_sample(ROOT / "events" / "form-html.http")
    answer = send(stack.api_url, replace(sample, body=sample.body.replace(b"grace", b"thanked")))
    assert answer.status_code == 303
    assert answer.headers["location"] == "https://www.example.com/thanks"


def test_health_tells_the_version(stack: Stack) -> None:
    answer = web.get(f"{stack.api_url}/health")
    assert answer.json()["status"] == "ok"


def test_a_lead_reaches_all_four_crms_once(
    stack: Stack, fields: dict[str, str], eventually: Eventually
) -> None:
    accepted = post(stack, fields, "everywhere")
    eventually(
        lambda: (
            {one.state for one in found(stack, accepted["id"]).deliveries.values()} == {"delivered"}
        )
    )
    one = found(stack, accepted["id"])
    for crm, delivery in one.deliveries.items():
        records = web.get(f"{stack.crms[crm]}/_sandbox/records").json()["records"]
        mine = [record for record in records if one.lead.ref in json.dumps(record["fields"])]
        assert delivery.record_id in {record["id"] for record in mine}, crm
        made = [record["operation"] for record in mine]  # centia has a ticket beside its contact
        assert len(set(made)) == len(made), (crm, made)


def logs(stack: Stack) -> str:
    """Everything that the functions have logged."""
    client = stack.client("logs")
    return "\n".join(
        event["message"]
        for group in client.describe_log_groups()["logGroups"]
        for page in client.get_paginator("filter_log_events").paginate(
            logGroupName=group["logGroupName"]
        )
        for event in page["events"]
    )


def test_no_log_holds_anything_of_a_person(
    stack: Stack, tracker: Tracker, eventually: Eventually
) -> None:
    marks = {name: f"canary{uuid.uuid4().hex[:12]}" for name in ("first", "last", "mail", "text")}
    tracker.fault(marks["last"], refuse=f"no {marks['last']} here", operation="createLead")
    fields = {
        "first_name": marks["first"],
        "last_name": marks["last"],
        "email": f"{marks['mail']}@example.com",
        "message": marks["text"],
        "phone": "+442079460987",
    }
    ids = [post(stack, {**fields, "number": str(number)}, "everywhere")["id"] for number in (1, 2)]
    settled = {"parked", "delivered"}
    eventually(
        lambda: all(
            {one.state for one in found(stack, one_id).deliveries.values()} <= settled
            for one_id in ids
        )
    )
    text = logs(stack)
    assert "lead.accepted" in text
    for one_id in ids:
        assert one_id in text
    for mark in (*marks.values(), "2079460987", "sandbox-password", "sandboxAccessKey"):
        assert mark not in text


def mail_of(stack: Stack, event: bytes) -> dict[str, str]:
    """What the digest function mails: {"Subject": …, "Message": …}, as subscribers get it."""
    sqs, sns, topic = stack.client("sqs"), stack.client("sns"), stack.outputs["AlarmTopicArn"]
    url = sqs.create_queue(QueueName=f"inbox-{uuid.uuid4().hex}")["QueueUrl"]
    named = {"QueueUrl": url, "AttributeNames": ["QueueArn"]}
    arn = sqs.get_queue_attributes(**named)["Attributes"]["QueueArn"]
    may = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn}
    policy = {"Statement": [may | {"Principal": {"Service": "sns.amazonaws.com"}}]}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    answer = stack.client("lambda").invoke(FunctionName=f"{stack.name}-digest", Payload=event)
    assert "FunctionError" not in answer, answer["Payload"].read()
    (message,) = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"]
    mail: dict[str, str] = json.loads(message["Body"])
    return mail


def test_the_digest_is_mailed_by_the_topic(stack: Stack) -> None:
    name, came = f"digest-{uuid.uuid4().hex[:8]}", datetime.now(UTC) - timedelta(hours=2)
    own_id = lead_id(name)
    lead = Lead(id=own_id, ref=lead_ref(own_id), source=name, received_at=came, full_name="Jo Mail")
    source = Source(name=name, kind="form", sender="html", deliver=("collect",))
    accept(stack.table, lead, source, guard=Guard(key=own_id, window=None), doubt="too fast")
    mail = mail_of(stack, (ROOT / "events" / "digest.json").read_bytes())
    assert mail["Subject"].startswith(f"Leadrelay {stack.name}: ")
    assert f"\n  {name}: 1\n" in mail["Message"]
    assert "  put aside as doubtful: " in mail["Message"]
    assert "Jo Mail" not in mail["Message"]


def test_the_dashboard_is_there_and_can_be_read(stack: Stack) -> None:
    board = stack.client("cloudwatch").get_dashboard(DashboardName=stack.outputs["DashboardName"])
    titles = [one["properties"]["title"] for one in json.loads(board["DashboardBody"])["widgets"]]
    assert {"Leads", "TrackerRMS", "Collect!"} <= set(titles)
    assert "${" not in board["DashboardBody"]
