"""`leadrelay digest`: the daily mail, read at the laptop."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from leadrelay.claim import Claim
from leadrelay.lead import Guard, Lead, lead_id, lead_ref
from leadrelay.ledger.acceptance import accept
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.outcome import Outcome
from leadrelay.sources import Source
from leadrelay_ops.cli import app
from leadrelay_ops.stack import Stack
from leadrelay_sandbox.ledger import create_ledger
from tests.ops.conftest import deploy_stack

SOURCE = Source(name="contact-us", kind="form", sender="html", deliver=("trackerrms", "collect"))


class Twin(Stack):
    """Takes itself for one, on moto."""

    @property
    def is_twin(self) -> bool:
        return True


@pytest.fixture
def stack() -> Iterator[Stack]:
    """On AWS, without centiaCRM; a lead of two hours ago is parked for TrackerRMS."""
    with mock_aws():
        deploy_stack("agency", without="centia")
        create_ledger(boto3.client("dynamodb"), "ledger")
        stack = Stack("agency", "", None, {"TableName": "ledger"}, {})
        own_id, at = lead_id("contact-us", "1"), datetime.now(UTC) - timedelta(hours=2)
        lead = Lead(id=own_id, ref=lead_ref(own_id), source="contact-us", received_at=at)
        accept(stack.table, lead, SOURCE, guard=Guard(key=own_id, window=None))
        claim = Deliveries(stack.table).claim(own_id, "trackerrms", now=at, until=at)
        assert isinstance(claim, Claim)
        parked = Outcome(state="parked", steps={}, attempts=1, reason_class="Refused")
        Deliveries(stack.table).settle(claim, parked, now=at)
        yield stack


def told(stack: Stack) -> tuple[str, list[str]]:
    """(subject, paragraphs)"""
    ran = CliRunner().invoke(app, ["digest"], obj=lambda _: stack)
    assert ran.exit_code == 0, ran.output
    subject, *paragraphs = ran.stdout.rstrip("\n").split("\n\n")
    return subject, paragraphs


def test_the_digest_is_shown_as_it_would_be_mailed(stack: Stack) -> None:
    subject, paragraphs = told(stack)
    assert subject == "Leadrelay agency: 1 accepted, 1 parked (1 new), 1 waiting (up to 2 h)"
    assert "Accepted: 1 lead\n  contact-us: 1" in paragraphs
    assert "initiative: 0 delivered, 0 waiting, 0 parked" in paragraphs
    assert not [one for one in paragraphs if "centia" in one]
    assert "  leadrelay parked --stack agency --crm trackerrms" in paragraphs[-1].splitlines()


def test_on_the_twin_its_commands_name_no_stack(stack: Stack) -> None:
    _, paragraphs = told(Twin(stack.name, "", None, stack.outputs, {}))
    assert "--stack" not in paragraphs[-1]
