"""`leadrelay trace` tells a lead's story; `leadrelay erase` ends it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from typer.testing import Result

from leadrelay.claim import Claim
from leadrelay.durations import ago
from leadrelay.lead import Arrival, Call, Guard, Lead, lead_id, lead_ref
from leadrelay.ledger import items
from leadrelay.ledger.acceptance import accept
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.outcome import Outcome
from leadrelay.sources import Source
from leadrelay_sandbox.ledger import create_ledger
from tests.ops.conftest import Deployed

SOURCE = Source(
    name="contact-us",
    kind="form",
    sender="html",
    deliver=("trackerrms", "initiative"),
    default_region="GB",
)
RECEIVED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)
WORDS = "[department] is no department of jane@example.com"


@dataclass
class Office:
    """A stack with a ledger and files, and somebody who works there."""

    deployed: Deployed

    def accept(self, number: int = 1, **fields: Any) -> Lead:
        own_id = lead_id("contact-us", str(number))
        given = {"full_name": "Jane [Doe]", "email": "Jane@example.com", "phone": "+442079460123"}
        lead = Lead(
            id=own_id,
            ref=lead_ref(own_id),
            source="contact-us",
            received_at=RECEIVED,
            **{**given, **fields},
        )
        accept(
            self.deployed.stack.table,
            lead,
            SOURCE,
            guard=Guard(key=own_id, window=None),
            arrival=Arrival(verified="signature", correlation_id="request-1"),
        )
        return lead

    def attempt(self, lead: Lead, at: timedelta, took: timedelta, **outcome: Any) -> None:
        """One attempt to bring it to TrackerRMS, and how it ended."""
        deliveries = Deliveries(self.deployed.stack.table)
        begun = RECEIVED + at
        claim = deliveries.claim(lead.id, "trackerrms", now=begun, until=begun + 90 * SECOND)
        assert isinstance(claim, Claim)
        if outcome:
            ended = Outcome(steps={}, attempts=claim.attempts, **outcome)
            deliveries.settle(claim, ended, now=begun + took)

    def run(self, *words: str, exit_code: int = 0) -> str:
        ran: Result = self.deployed.run(*words)
        assert ran.exit_code == exit_code, ran.output
        return ran.output

    def traced(self, word: str) -> list[dict[str, Any]]:
        ran = self.deployed.run("trace", "--json", word)
        return [json.loads(line) for line in ran.stdout.splitlines()]


@pytest.fixture
def office(deployed: Deployed) -> Iterator[Office]:
    dynamodb, s3 = boto3.client("dynamodb"), boto3.resource("s3")
    create_ledger(dynamodb, "ledger")
    bucket = s3.create_bucket(
        Bucket="files", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    outputs = {"TableName": "ledger", "FilesBucket": "files"}
    yield Office(replace(deployed, stack=replace(deployed.stack, outputs=outputs)))
    dynamodb.delete_table(TableName="ledger")
    bucket.objects.all().delete()
    bucket.delete()


@pytest.fixture
def unlucky(office: Office) -> Lead:
    """A lead that met three faults on its way."""
    lead = office.accept()
    busy = {"state": "queued", "reason_class": "Retryable", "message": "HTTP 503"}
    office.attempt(lead, SECOND, SECOND, **busy, until=RECEIVED + 20 * SECOND)
    lost = {"state": "unknown", "reason_class": "Unknown", "message": "no answer"}
    office.attempt(lead, 30 * SECOND, 10 * SECOND, **lost, until=RECEIVED + 60 * SECOND)
    office.attempt(lead, 60 * SECOND, SECOND)  # and was killed
    office.attempt(lead, 600 * SECOND, 2 * SECOND, state="delivered", record_id="123")
    return lead


# -- trace ------------------------------------------------------------------------------------


def test_a_lead_that_met_three_faults_reads_like_a_story(office: Office, unlucky: Lead) -> None:
    told = office.run("trace", unlucky.ref)
    passages = [
        unlucky.ref,
        "Jane [Doe]",
        "correlation id request-1",
        "received from contact-us (html), verified by signature",
        "trackerrms: attempt 1 came to nothing after 1.0 s: HTTP 503 (Retryable); again from",
        "trackerrms: attempt 2 ended in doubt after 10.0 s: no answer (Unknown)",
        "trackerrms: an attempt began, and never came to an end",
        "+10 min  trackerrms: attempt 3 delivered it after 2.0 s: record 123",
        "now: initiative is queued",
        "now: trackerrms is delivered, record 123",
    ]
    assert [passage for passage in passages if passage not in told] == []
    places = [told.index(passage) for passage in passages]
    assert places == sorted(places)
    assert told.count("\n") <= 2 + 7 + 2 + 1  # one line an event


def test_of_what_happens_over_and_over_the_first_and_the_last_are_told(office: Office) -> None:
    lead = office.accept()
    busy = {"state": "queued", "reason_class": "Retryable", "message": "HTTP 503"}
    for turn in range(6):
        again = RECEIVED + (turn + 1) * 60 * SECOND
        office.attempt(lead, turn * 60 * SECOND, SECOND, **busy, until=again)
    told = office.run("trace", lead.ref)
    assert told.count("HTTP 503") == 2
    assert "trackerrms: attempt 1 came to nothing" in told
    assert "trackerrms (the last of 6 times): attempt 6 came to nothing" in told
    assert told.count("queued") == told.count("is queued") + 1
    assert "initiative, trackerrms: queued" in told
    (story,) = office.traced(lead.ref)
    assert sum(event["event"] == "retry" for event in story["history"]) == 6


def test_the_crm_s_own_words_stand_under_what_waits_for_a_person(office: Office) -> None:
    lead = office.accept()
    refused = {"reason_class": "Refused", "message": "refused", "reason": WORDS}
    office.attempt(lead, SECOND, SECOND, state="parked", **refused)
    told = office.run("trace", lead.ref)
    assert f'refused (Refused): "{WORDS}"; it waits for a person' in told
    assert told.index("now: trackerrms is parked") < told.rindex(WORDS)


def test_what_an_operator_should_know_of_a_delivery_stands_under_it(office: Office) -> None:
    lead = office.accept()
    remark = "the CRM took no ticket"
    told = {"state": "delivered", "record_id": "123", "reason": remark}
    office.attempt(lead, SECOND, SECOND, **told)
    told_of = office.run("trace", lead.ref)
    assert told_of.index("now: trackerrms is delivered, record 123") < told_of.index(remark)


@pytest.mark.parametrize(
    "word", ["ref", "id", "JANE@example.com", "+442079460123", "020 7946 0123", "+44 20 7946 0123"]
)
def test_a_lead_is_found_by_whatever_is_known_of_it(office: Office, word: str) -> None:
    lead = office.accept()
    known = {"ref": lead.ref.lower(), "id": lead.id.lower()}.get(word, word)
    assert [story["id"] for story in office.traced(known)] == [lead.id]


def test_a_caller_is_found_by_the_number(office: Office) -> None:
    lead = office.accept(phone=None, call=Call(caller="+12025550123"))
    assert [story["id"] for story in office.traced("+12025550123")] == [lead.id]


def test_every_lead_of_a_person_is_told(office: Office) -> None:
    leads = [office.accept(number) for number in range(3)]
    assert {story["ref"] for story in office.traced("jane@example.com")} == {
        lead.ref for lead in leads
    }


def test_json_holds_every_event_with_its_time(office: Office, unlucky: Lead) -> None:
    (story,) = office.traced(unlucky.id)
    assert story["correlation_id"] == "request-1"
    assert story["deliveries"]["trackerrms"]["record_id"] == "123"
    events = [(one["event"], one.get("crm"), one.get("took_ms")) for one in story["history"]]
    assert events == [
        ("received", None, None),
        ("queued", "initiative", None),
        ("queued", "trackerrms", None),
        ("retry", "trackerrms", 1000),
        ("unknown", "trackerrms", 10000),
        ("abandoned", "trackerrms", None),
        ("delivered", "trackerrms", 2000),
    ]
    assert [one["at"] for one in story["history"]] == sorted(one["at"] for one in story["history"])


def test_a_replay_is_told_with_who_and_why(office: Office, unlucky: Lead) -> None:
    replay = {"at": "2026-03-02T10:00:00.000Z", "who": "jo", "why": "mended", "edited": []}
    office.deployed.stack.table.update(
        items.delivery_key(unlucky.id, "trackerrms"),
        {"replays": [replay]},
        condition="attribute_exists(pk)",
    )
    assert "trackerrms: replayed by jo: mended" in office.run("trace", unlucky.ref)


def test_a_lead_from_before_there_were_stories_is_told_as_it_stands(office: Office) -> None:
    lead = office.accept()
    table = office.deployed.stack.table
    for key in (items.lead_key(lead.id), items.delivery_key(lead.id, "trackerrms")):
        gone = {"history": None, "updated_at": "2026-03-02T09:30:00.000Z"}
        table.update(key, gone, condition="attribute_exists(pk)")
    assert "now: trackerrms is queued" in office.run("trace", lead.ref)


@pytest.mark.parametrize("word", ["LR-0", "0" * 26, "nobody@example.com", "+442079460999", "?"])
def test_nobody_is_said_to_be_nobody(office: Office, word: str) -> None:
    assert office.run("trace", word, exit_code=1).splitlines()[-1] == f"there is no lead {word}"


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.24, "0.2 s"), (9.96, "10.0 s"), (59, "59 s"), (60, "1 min"), (7200, "2 h"), (2e5, "2 d")],
)
def test_times_are_told_as_people_do(seconds: float, told: str) -> None:
    assert ago(timedelta(seconds=seconds)) == told


# -- erase ------------------------------------------------------------------------------------


def test_first_it_is_shown_what_would_go(office: Office, unlucky: Lead) -> None:
    told = office.run("erase", "--email", "jane@example.com")
    assert "Leads: 1. Nothing was erased. Add --yes to go." in told
    assert office.traced(unlucky.id)


def test_then_it_goes_and_what_remains_in_the_crm_is_said(office: Office, unlucky: Lead) -> None:
    other = office.accept(2, email="other@example.com", phone="+442079460999")
    boto3.client("s3").put_object(Bucket="files", Key=f"leads/{unlucky.id}/a", Body=b"x")
    told = office.run("erase", "--email", "JANE@example.com", "--yes")
    assert told.splitlines()[-2:] == [
        f"{unlucky.ref}: erased, with 2 deliveries and 1 files",
        "  to delete by hand in trackerrms: record 123",
    ]
    assert office.run("trace", unlucky.ref, exit_code=1)
    assert "Contents" not in boto3.client("s3").list_objects_v2(Bucket="files")
    assert office.traced(other.ref)
    left = str(boto3.client("dynamodb").query(
        TableName="ledger",
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"erased#{unlucky.id}"}},
    )["Items"])  # fmt: skip
    assert "123" in left
    assert "jane" not in left.lower()


def test_each_lead_is_told_as_it_goes(office: Office) -> None:
    """With what remains of it: somebody may end the command in the middle of thousands."""
    for number in (1, 2):
        office.attempt(office.accept(number), SECOND, SECOND)  # and was killed
    told = office.run("erase", "--email", "jane@example.com", "--yes").splitlines()
    assert [line.partition(": ")[2][:6] for line in told] == ["erased", "perhap"] * 2


def test_by_e_mail_and_number_a_lead_is_erased_once(office: Office) -> None:
    office.accept(1)
    office.accept(2, email=None)
    office.accept(3, email=None, phone=None, call=Call(caller="+442079460123"))
    words = ("--email", "jane@example.com", "--phone", "020 7946 0123", "--yes")
    assert office.run("erase", *words).count(": erased") == 3


def test_what_may_be_in_a_crm_is_named_by_the_lead_s_reference(office: Office) -> None:
    lead = office.accept()
    office.attempt(lead, SECOND, SECOND)  # and was killed
    told = office.run("erase", "--phone", "+442079460123", "--yes")
    assert f"to delete by hand in trackerrms: perhaps a record: look for {lead.ref}" in told


def test_later_it_is_known_that_it_was_erased(office: Office, unlucky: Lead) -> None:
    office.run("erase", "--email", "jane@example.com", "--yes")
    for words in (("--email", "Jane@Example.com"), ("--phone", "020 7946 0123")):
        told = office.run("erase", "--proof", *words)
        assert f"{unlucky.ref}: erased on " in told
        assert "in trackerrms: record 123" in told


def test_of_others_it_is_said_that_nothing_was(office: Office) -> None:
    told = office.run("erase", "--proof", "--email", "nobody@example.com", exit_code=1)
    assert told == "Nothing was erased of this person.\n"
    told = office.run("erase", "--email", "nobody@example.com", exit_code=1)
    assert told == "there is no lead nobody@example.com; --proof tells whether there was one\n"


def test_whose_leads_has_to_be_said(office: Office) -> None:
    assert "--email or --phone" in office.run("erase", "--yes", exit_code=1)
