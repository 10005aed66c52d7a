"""functions/digest: what is mailed of a ledger that holds leads in every state."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.digest import app
from leadrelay.claim import Claim
from leadrelay.errors import Unavailable
from leadrelay.lead import Guard, Lead, lead_id, lead_ref
from leadrelay.ledger.acceptance import accept
from leadrelay.ledger.canaries import Broken, Canaries
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.erasure import mark
from leadrelay.ledger.items import lead_key
from leadrelay.ledger.outcome import End, Outcome
from leadrelay.ledger.pauses import Pauses
from leadrelay.ledger.standing import Pause
from leadrelay.ledger.table import Table
from leadrelay.sources import Source
from leadrelay_sandbox.environment import ENVIRONMENT
from leadrelay_sandbox.ledger import copy_lead
from tests.handlers.aws import ROOT, Context, Queue, aws
from tests.handlers.conftest import Ledger, Printed

HOUR = timedelta(hours=1)
NOW = datetime.now(UTC)
WITHIN, BEFORE, AFTER = NOW - 3 * HOUR, NOW - 48 * HOUR, NOW + HOUR
WORDS = "jane.doe@example.com is no department"  # a CRM may say anything

READ = "provide-client-params.dynamodb.BatchGetItem"
QUERY = "provide-client-params.dynamodb.Query"


@pytest.fixture
def inbox(queues: dict[str, Queue]) -> Queue:
    """Where the topic's mails arrive."""
    inbox, topic = Queue("inbox"), aws("sns").create_topic(Name="alarms")["TopicArn"]
    assert topic == ENVIRONMENT["TOPIC_ARN"]
    arn = f"arn:aws:sqs:eu-west-1:123456789012:{inbox.name}"
    aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return inbox


@dataclass
class Leads:
    """Puts leads there that came and were worked on at a given time."""

    table: Table

    def add(
        self,
        number: int,
        at: datetime,
        ended: End | None = None,
        reason_class: str | None = None,
        *,
        doubtful: bool = False,
        took: timedelta = timedelta(0),
    ) -> str:
        """A lead of contact-us for TrackerRMS, of careers for Collect! where it is doubtful."""
        source = Source(
            name="careers" if doubtful else "contact-us",
            kind="form",
            sender="html",
            deliver=("collect",) if doubtful else ("trackerrms",),
        )
        own_id = lead_id(source.name, str(number))
        lead = Lead(
            id=own_id,
            ref=lead_ref(own_id),
            source=source.name,
            received_at=at,
            full_name="Jane Doe",
            email="jane.doe@example.com",
        )
        doubt = "the honeypot was filled in" if doubtful else None
        accept(self.table, lead, source, guard=Guard(key=own_id, window=None), doubt=doubt)
        if ended:
            ledger = Deliveries(self.table)
            claim = ledger.claim(own_id, "trackerrms", now=at, until=at)
            assert isinstance(claim, Claim)
            outcome = Outcome(
                state=ended, steps={}, attempts=1, reason=WORDS, reason_class=reason_class
            )
            ledger.settle(claim, outcome, now=at + took)
        return own_id

    def copy(self, original: str, count: int) -> None:
        for _ in copy_lead(aws("dynamodb"), ENVIRONMENT["TABLE_NAME"], original, count):
            pass


@pytest.fixture
def leads(table: Table) -> Leads:
    return Leads(table)


@pytest.fixture
def asked() -> Iterator[list[set[str]]]:
    """The attributes that each batch of items is asked for; queries answer in pages of 30."""
    asked: list[set[str]] = []

    def note(params: dict[str, Any], **_: object) -> None:
        for request in params["RequestItems"].values():
            names = request["ExpressionAttributeNames"]
            asked.append({names[mark] for mark in request["ProjectionExpression"].split(", ")})

    def in_pages(params: dict[str, Any], **_: object) -> None:
        params["Limit"] = 30

    client = app.table._db.meta.events
    client.register(READ, note)
    client.register(QUERY, in_pages)
    yield asked
    client.unregister(READ, note)
    client.unregister(QUERY, in_pages)


def mailed(inbox: Queue) -> tuple[str, str]:
    """(subject, text) of the one mail."""
    (body,) = inbox.bodies()
    mail = json.loads(body)
    return mail["Subject"], mail["Message"]


def paragraph(text: str, beginning: str) -> list[str]:
    (found,) = (one for one in text.split("\n\n") if one.startswith(beginning))
    return found.splitlines()


@pytest.mark.long
def test_a_ledger_of_many_pages_is_mailed_in_few_words(
    inbox: Queue, leads: Leads, asked: list[set[str]], printed: Printed
) -> None:
    leads.copy(leads.add(1, WITHIN, "delivered"), 250)
    leads.copy(leads.add(2, WITHIN), 120)
    leads.copy(leads.add(3, BEFORE, "parked", "Refused"), 130)
    oldest = leads.add(4, BEFORE - 24 * HOUR, "unknown")
    leads.add(5, WITHIN, "parked", "Undecidable")
    leads.add(6, WITHIN, doubtful=True)
    leads.add(7, BEFORE, doubtful=True)
    leads.add(8, BEFORE, "delivered")
    leads.add(9, AFTER)
    printed()
    event = json.loads((ROOT / "events" / "digest.json").read_text("utf-8"))
    answer = app.handler(event, Context())
    subject, text = mailed(inbox)
    assert subject == answer["subject"]
    assert subject == (
        "Leadrelay: 374 accepted, 132 parked (1 new), 123 waiting (up to 3 d), 1 put aside"
    )
    assert paragraph(text, "Accepted") == [
        "Accepted: 374 leads",
        "  contact-us: 373",
        "  careers: 1",
    ]
    *tracker, oldest_parked = paragraph(text, "trackerrms")
    assert tracker == [
        "trackerrms: 251 delivered, 123 waiting, 132 parked",
        "  from arrival to record: 0.0 s for half of them, 0.0 s for 95 %, 0.0 s for 99 %",
        f"  oldest undelivered: {lead_ref(oldest)}, accepted 3 d ago",
        "  parked, Refused: 131",
        "  parked, Undecidable: 1",
    ]
    assert re.fullmatch(r"  1 of them new; the oldest LR-\w{8}, 2 d ago", oldest_parked)
    assert paragraph(text, "collect")[1:] == ["  put aside as doubtful: 2, 1 of them new"]
    assert paragraph(text, "initiative") == ["initiative: 0 delivered, 0 waiting, 0 parked"]
    assert "leadrelay parked --stack leadrelay --crm trackerrms" in text
    assert len(asked) >= 6
    assert set().union(*asked) == {"pk", "source", "received_at", "reason_class"}
    (line, *_) = printed()
    assert (line["message"], line["subject"]) == ("digest.sent", subject)


def test_a_mail_holds_nothing_of_a_person_and_no_words_of_a_crm(
    inbox: Queue, leads: Leads, table: Table
) -> None:
    leads.add(1, WITHIN, "parked", "Refused")
    Pauses(table).begin(Pause(crm="trackerrms", kind="misconfigured", since=WITHIN, reason=WORDS))
    app.handler({}, Context())
    subject, text = mailed(inbox)
    assert subject == "Leadrelay: 1 accepted, trackerrms paused, 1 parked (1 new)"
    assert f"  paused since {WITHIN:%Y-%m-%d %H:%M} UTC, misconfigured\n" in text
    for word in ("jane", "doe", "example.com", "department", "honeypot"):
        assert word not in (subject + text).lower()


def test_a_pause_that_is_over_is_none(inbox: Queue, table: Table) -> None:
    pause = Pause(crm="trackerrms", kind="down", since=WITHIN, reason="HTTP 503")
    Pauses(table).begin(pause)
    Pauses(table).lift(pause, at=NOW)
    app.handler({}, Context())
    assert mailed(inbox)[0] == "Leadrelay: 0 accepted, all delivered"


def test_an_erased_lead_counts_no_more(inbox: Queue, leads: Leads, ledger: Ledger) -> None:
    leads.add(1, WITHIN)
    ledger.erase(leads.add(2, WITHIN))
    app.handler({}, Context())
    assert mailed(inbox)[0] == "Leadrelay: 1 accepted, 1 waiting (up to 3 h)"


def test_a_lead_that_is_being_erased_waits_for_nothing(
    inbox: Queue, leads: Leads, table: Table
) -> None:
    for own_id in (
        leads.add(1, WITHIN),
        leads.add(2, WITHIN, "parked", "Refused"),
        leads.add(3, WITHIN, "delivered"),
        leads.add(4, WITHIN, doubtful=True),
    ):
        table.update(lead_key(own_id), mark(NOW), condition="attribute_exists(pk)")
    app.handler({}, Context())
    subject, text = mailed(inbox)
    assert subject == "Leadrelay: 4 accepted, 4 being erased"
    assert paragraph(text, "trackerrms")[0] == "trackerrms: 1 delivered, 0 waiting, 0 parked"
    assert paragraph(text, "collect") == ["collect: 0 delivered, 0 waiting, 0 parked"]


def test_a_canary_that_does_not_get_through_is_mailed(inbox: Queue, table: Table) -> None:
    Canaries(table).begin(Broken(WITHIN, "ledger"))
    app.handler({}, Context())
    assert mailed(inbox)[0] == "Leadrelay: 0 accepted, canary broken, all delivered"


def test_without_a_ledger_the_function_fails_and_mails_nothing(inbox: Queue) -> None:
    aws("dynamodb").delete_table(TableName=ENVIRONMENT["TABLE_NAME"])
    with pytest.raises(Unavailable, match="ledger: ResourceNotFoundException"):
        app.handler({}, Context())
    assert inbox.bodies() == []


def test_without_a_topic_the_function_fails() -> None:
    with pytest.raises(Unavailable, match="topic: NotFound"):
        app.handler({}, Context())


def test_it_tells_how_long_leads_took_from_their_arrival_to_their_record(
    inbox: Queue, leads: Leads
) -> None:
    for number, seconds in enumerate([*range(19), 7200]):
        leads.add(number, WITHIN, "delivered", took=timedelta(seconds=seconds))
    app.handler({}, Context())
    _, text = mailed(inbox)
    assert paragraph(text, "trackerrms")[1:] == [
        "  from arrival to record: 9.0 s for half of them, 18 s for 95 %, 2 h for 99 %"
    ]
