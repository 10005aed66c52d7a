"""`leadrelay parked` and `leadrelay replay`: what waits, what would be done, and doing it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from typer.testing import Result

from leadrelay.claim import Claim
from leadrelay.crms import CRMS
from leadrelay.delivery.steps import DeliverySteps
from leadrelay.lead import Guard, Lead, lead_id, lead_ref
from leadrelay.ledger.acceptance import accept
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.outcome import Outcome
from leadrelay.ledger.search import read
from leadrelay.sources import Source
from leadrelay.sources_file import read_sources
from leadrelay_config import SOURCES_TOML
from leadrelay_ops.account import account
from leadrelay_ops.replay import LOOKS, mapping_version
from leadrelay_sandbox.environment import ENVIRONMENT
from leadrelay_sandbox.ledger import copy_lead, create_ledger
from tests.ops.conftest import Deployed

SOURCE = Source(name="contact-us", kind="form", sender="html", deliver=("trackerrms",))
WORDS = "no such [department]"  # brackets must not be taken for a colour


@dataclass
class Office:
    """A stack with a ledger and queues, and somebody who works there."""

    deployed: Deployed

    def park(self, number: int = 1, reason_class: str = "Refused") -> str:
        """A lead that was parked; its reference."""
        own_id, now = lead_id("contact-us", str(number)), datetime.now(UTC)
        lead = Lead(
            id=own_id,
            ref=lead_ref(own_id),
            source="contact-us",
            received_at=now,
            full_name="Jane Doe",
            email=f"jane{number}@example.com",
        )
        table = self.deployed.stack.table
        accept(table, lead, SOURCE, guard=Guard(key=own_id, window=None))
        claim = Deliveries(table).claim(own_id, "trackerrms", now=now, until=now)
        assert isinstance(claim, Claim)
        parked = Outcome(
            state="parked", steps={}, attempts=1, reason=WORDS, reason_class=reason_class
        )
        Deliveries(table).settle(claim, parked, now=now)
        self.deployed.stack.queues.send_dead(own_id, "trackerrms", reason_class)
        return lead.ref

    def run(self, *words: str) -> Result:
        ran = self.deployed.run(*words)
        assert ran.exit_code == 0, ran.output
        return ran

    def parked(self, *words: str) -> list[dict[str, Any]]:
        return [
            json.loads(line) for line in self.run("parked", "--json", *words).stdout.splitlines()
        ]


@pytest.fixture
def office(deployed: Deployed) -> Iterator[Office]:
    dynamodb, sqs = boto3.client("dynamodb"), boto3.client("sqs")
    create_ledger(dynamodb, "ledger")
    names = [f"leadrelay-{crm}{suffix}" for crm in CRMS for suffix in ("", "-dead")]
    urls = [sqs.create_queue(QueueName=name)["QueueUrl"] for name in names]
    outputs = {"TableName": "ledger"}
    outputs["QueueUrlPrefix"] = ENVIRONMENT["QUEUE_URL_PREFIX"]
    yield Office(replace(deployed, stack=replace(deployed.stack, outputs=outputs)))
    dynamodb.delete_table(TableName="ledger")
    for url in urls:
        sqs.delete_queue(QueueUrl=url)


# -- parked -------------------------------------------------------------------------------


def test_nothing_parked_is_said_so(office: Office) -> None:
    assert office.run("parked").stdout == "Nothing is parked.\n"


def test_what_is_parked_is_counted_by_reason_and_listed(office: Office) -> None:
    refs = [office.park(1), office.park(2), office.park(3, "Unknown")]
    told = office.run("parked").stdout
    assert told.index("count") < told.index(refs[0][:4])
    assert re.search(rf"2 +Refused +{re.escape(WORDS)}\n", told)
    assert re.search(rf"1 +Unknown +{re.escape(WORDS)}\n", told)


def test_json_has_a_line_for_each(office: Office) -> None:
    ref = office.park()
    (one,) = office.parked()
    assert (one["ref"], one["crm"], one["name"]) == (ref, "trackerrms", "Jane Doe")
    assert (one["reason_class"], one["reason"], one["replays"]) == ("Refused", WORDS, [])


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (("--crm", "trackerrms"), 2),
        (("--crm", "centia"), 0),
        (("--class", "unknown"), 1),
        (("--text", "DEPARTMENT"), 2),
        (("--source", "contact-fr"), 0),
        (("--email", "jane1@example.com"), 1),
        (("--since", "2099-01-01"), 0),
        (("--until", "2099-01-01"), 2),
    ],
)
def test_a_filter_narrows_it_down(office: Office, words: tuple[str, ...], count: int) -> None:
    office.park(1)
    office.park(2, "Unknown")
    assert len(office.parked(*words)) == count


# -- replay -------------------------------------------------------------------------------


def test_a_plan_says_what_would_be_done_and_does_nothing(office: Office) -> None:
    office.park(1)
    office.park(2, "Undecidable")
    told = office.run("replay", "--edit", "company=Example Ltd").stdout
    source = read_sources(SOURCES_TOML.read_text("utf-8"))["contact-us"]
    for line in (
        "1 delivery to replay at 10/s",
        f"1 from contact-us to trackerrms, by {mapping_version(source)}",
        "1 can't be decided: look in the CRM, then replay with --redo",
        "company: … → Example Ltd, before it goes",
        "wasn't asked: --look asks",
        "Nothing was done. Add --yes to go.",
    ):
        assert line in told
    assert len(office.parked()) == 2


def test_with_yes_they_go_and_it_is_written_down_who_sent_them(office: Office) -> None:
    office.park(1)
    office.park(2, "Unknown")
    ran = office.run(
        "replay", "--class", "Refused", "--yes", "--rate", "500", "--reason", "mended",
        "--edit", "company=Example Ltd",
    )  # fmt: skip
    assert "Replayed 1 of 1." in ran.stdout
    stack = office.deployed.stack
    found = read(stack.table, lead_id("contact-us", "1"))
    assert found
    assert found.deliveries["trackerrms"].state == "queued"
    assert found.lead.company == "Example Ltd"
    item = stack.table.get({"pk": f"lead#{found.lead.id}", "sk": "crm#trackerrms"})
    assert item
    (audit,) = item["replays"]
    assert (audit["why"], audit["edited"], audit["was"]) == ("mended", ["company"], {"company": ""})
    assert audit["who"].startswith("arn:aws:")
    assert [one["reason_class"] for one in office.parked()] == ["Unknown"]


def test_looking_tells_how_many_are_there_already_and_how_many_were_not_asked(
    office: Office,
) -> None:
    office.park(1)
    own_id, stack = lead_id("contact-us", "1"), office.deployed.stack
    found = read(stack.table, own_id)
    assert found
    with account(stack, "trackerrms") as crm:
        steps = DeliverySteps({}, save=lambda *_: None)
        crm.create(found.lead, crm.Options(), steps, lambda _: b"")
    assert "1 of 1 asked for are in the CRM already" in office.run("replay", "--look").stdout
    copies = [*copy_lead(boto3.client("dynamodb"), "ledger", own_id, LOOKS + 2)]
    told = office.run("replay", "--look").stdout
    assert f"of {LOOKS} asked for are in the CRM already" in told
    assert f"{1 + len(copies) - LOOKS} were not asked for" in told


def test_a_run_leaves_nothing_for_the_next(office: Office) -> None:
    office.park()
    assert "Replayed 1 of 1." in office.run("replay", "--yes").stdout
    assert "Replayed 0 of 0." in office.run("replay", "--yes").stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--edit", "company"), "--edit company: write field=value"),
        (("--edit", "emial=x"), "there is no field 'emial'; did you mean email?"),
        (("--edit", "ref=LR-1"), "there is no field 'ref'; there are address1, "),
        (("--rate", "0"), "--rate: Input should be greater than 0"),
        (("--crm", "salesforce"), "there is no CRM 'salesforce'; there are trackerrms"),
    ],
)
def test_what_makes_no_sense_is_told_in_one_line(
    office: Office, words: tuple[str, ...], told: str
) -> None:
    ran = office.deployed.run("replay", *words)
    assert ran.exit_code == 1
    assert ran.stderr.startswith(told)
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ("email=jane at example", "edit email: write one e-mail address"),
        ("phone=n/a", "edit phone: write one telephone number"),
    ],
)
def test_what_the_intake_would_not_take_is_no_correction(
    office: Office, edit: str, told: str
) -> None:
    ref = office.park()
    ran = office.deployed.run("replay", "--ref", ref, "--edit", edit, "--yes")
    assert ran.exit_code == 1
    assert told in ran.stderr
    assert len(office.parked()) == 1


def test_a_person_s_field_is_one_lead_s(office: Office) -> None:
    office.park(1)
    office.park(2)
    ran = office.deployed.run("replay", "--edit", "email=jo@example.com", "--yes")
    assert ran.exit_code == 1
    assert "2 leads" in ran.stderr
    assert len(office.parked()) == 2
    told = office.run("replay", "--edit", "company=Acme").stdout
    assert "company: … → Acme" in told


def test_a_correction_says_what_it_was_and_who_has_that(office: Office) -> None:
    ref = office.park()
    told = office.run("replay", "--ref", ref, "--edit", "email=jo@example.com").stdout
    assert "email: jane1@example.com → jo@example.com, before it goes" in told


def test_a_mapping_has_a_new_version_when_the_sources_table_changes() -> None:
    changed = SOURCE.model_copy(update={"crms": {"trackerrms": {"department": "Sales"}}})
    versions = {mapping_version(one) for one in (SOURCE, changed, None)}
    assert len(versions) == 3
    assert mapping_version(SOURCE) == mapping_version(SOURCE.model_copy())
