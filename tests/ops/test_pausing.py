"""`leadrelay status`, `pause` and `resume`, on a ledger and queues of moto."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner, Result

from leadrelay.claim import Claim
from leadrelay.crms import CRMS
from leadrelay.lead import Guard, Lead, lead_id, lead_ref
from leadrelay.ledger.acceptance import accept
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.erasure import mark
from leadrelay.ledger.items import lead_key
from leadrelay.ledger.outcome import End, Outcome
from leadrelay.ledger.pauses import Pauses
from leadrelay.ledger.standing import Pause
from leadrelay.sources import Source
from leadrelay_ops import times
from leadrelay_ops.cli import app
from leadrelay_ops.stack import Stack
from leadrelay_sandbox.environment import ENVIRONMENT
from leadrelay_sandbox.ledger import create_ledger
from tests.ops.conftest import deploy_stack

SOURCE = Source(name="contact-us", kind="form", sender="html", deliver=("trackerrms",))

type Run = Callable[..., Result]


@pytest.fixture
def deployed() -> Iterator[Stack]:
    """Without centiaCRM."""
    with mock_aws():
        deploy_stack("leadrelay", without="centia")
        create_ledger(boto3.client("dynamodb"), "ledger")
        for crm in CRMS:
            for name in (crm, f"{crm}-dead"):
                boto3.client("sqs").create_queue(QueueName=f"leadrelay-{name}")
        prefix = ENVIRONMENT["QUEUE_URL_PREFIX"]
        outputs = {"TableName": "ledger", "QueueUrlPrefix": prefix}
        yield Stack("leadrelay", "", None, outputs, {})


@pytest.fixture
def run(deployed: Stack) -> Run:
    return lambda *words: CliRunner().invoke(app, words, obj=lambda _: deployed)


@pytest.fixture
def pauses(deployed: Stack) -> Pauses:
    return Pauses(deployed.table)


def lead(stack: Stack, number: int, state: End, at: datetime) -> None:
    own_id = lead_id("contact-us", str(number))
    one = Lead(id=own_id, ref=lead_ref(own_id), source="contact-us", received_at=at)
    accept(stack.table, one, SOURCE, guard=Guard(key=own_id, window=None))
    if state != "queued":
        deliveries = Deliveries(stack.table)
        claim = deliveries.claim(own_id, "trackerrms", now=at, until=at)
        assert isinstance(claim, Claim)
        deliveries.settle(claim, Outcome(state=state, steps={}, attempts=1), now=at)


def test_status_tells_when_a_source_sent_last_and_how_often_it_does(
    deployed: Stack, run: Run
) -> None:
    now = datetime.now(UTC)
    for number, hours in enumerate((9, 6, 4, 1)):
        lead(deployed, number, "queued", now - timedelta(hours=hours))
    assert re.search(r"source +last lead +usually every +silent since", run("status").stdout)
    assert re.search(
        rf"contact-us +{times.when(now - timedelta(hours=1))} +3 h", run("status").stdout
    )
    (told,) = (one for one in map(json.loads, run("status", "--json").stdout.splitlines())
               if "source" in one)  # fmt: skip
    assert (told["usual_gap_s"], told["silent_since"]) == (3 * 3600, None)


def test_status_counts_what_waits_and_what_was_brought_today(deployed: Stack, run: Run) -> None:
    now = datetime.now(UTC)
    oldest = now - timedelta(hours=2)
    lead(deployed, 1, "queued", now)
    lead(deployed, 2, "unknown", oldest)
    lead(deployed, 3, "delivered", now)
    lead(deployed, 4, "delivered", now - timedelta(days=1))
    lead(deployed, 5, "parked", now)
    deployed.queues.send("1", "trackerrms")
    deployed.queues.send_dead("5", "trackerrms", "Refused")
    *found, source = [json.loads(line) for line in run("status", "--json").stdout.splitlines()]
    assert [one["crm"] for one in found] == ["trackerrms", "initiative", "collect"]
    assert source["source"] == "contact-us"
    tracker = found[0]
    since = datetime.fromisoformat(tracker.pop("waiting_since"))
    assert since == pytest.approx(oldest, abs=timedelta(seconds=1))
    assert tracker == {
        "crm": "trackerrms",
        "state": "running",
        "pause": None,
        "waiting": 2,
        "delivered_today": 1,
        "parked": 1,
        "queue": 1,
        "dead_letters": 1,
    }


@pytest.mark.parametrize("state", ["queued", "delivered", "parked"])
def test_an_erasure_that_was_stopped_is_told_by_status_digest_and_leads(
    deployed: Stack, run: Run, state: End
) -> None:
    now = datetime.now(UTC)
    lead(deployed, 1, state, now)
    own_id = lead_id("contact-us", "1")
    deployed.table.update(lead_key(own_id), mark(now), condition="attribute_exists(pk)")
    told = "Leads being erased: 1; erase them again if that was stopped"
    assert f"{told}: `leadrelay leads --state erasing`" in run("status").stdout
    assert json.loads(run("status", "--json").stdout.splitlines()[-1]) == {"erasing": 1}
    assert "being erased: 1, which may have been stopped." in run("digest").stdout
    assert lead_ref(own_id) in run("leads", "--state", "erasing").stdout
    assert "erasing trackerrms" in run("leads").stdout
    assert run("parked").stdout == "Nothing is parked.\n"
    tracker = json.loads(run("status", "--json").stdout.splitlines()[0])
    assert (tracker["waiting"], tracker["waiting_since"], tracker["parked"]) == (0, None, 0)


def test_status_says_since_when_and_why_a_crm_is_paused_and_when_it_is_probed(
    run: Run, pauses: Pauses
) -> None:
    now = datetime.now(UTC)
    pauses.begin(
        Pause(
            crm="collect",
            kind="misconfigured",
            since=now,
            reason="login refused: [who] are you?",
            probes=2,
            next_probe_at=now + timedelta(minutes=4),
        )
    )
    told = run("status").stdout
    assert "running" in told
    assert "collect is paused as misconfigured since" in told
    assert ": login refused: [who] are you?. 2 probes failed" in told
    paused = json.loads(run("status", "--json").stdout.splitlines()[-1])
    assert (paused["state"], paused["pause"]["kind"]) == ("paused", "misconfigured")


def test_a_person_pauses_a_crm_and_goes_on(run: Run, pauses: Pauses) -> None:
    assert "its leads wait" in run("pause", "initiative", "--reason", "moving house").stdout
    pause = pauses.read("initiative")
    assert pause
    assert (pause.is_on, pause.kind, pause.reason) == (True, "by hand", "moving house")
    assert ": moving house. Go on with `leadrelay resume initiative`" in run("status").stdout
    assert "by hand already" in run("pause", "initiative").stdout
    assert "initiative goes on" in run("resume", "initiative").stdout
    after = pauses.read("initiative")
    assert after
    assert not after.is_on
    assert "is not paused" in run("resume", "initiative").stdout


@pytest.mark.parametrize("crm", ["centia", "salesforce"])
@pytest.mark.parametrize("command", ["pause", "resume"])
def test_a_crm_that_the_stack_does_not_have_is_no_crm(
    run: Run, pauses: Pauses, command: str, crm: str
) -> None:
    done = run(command, crm)
    assert done.exit_code == 1
    assert f"there is no CRM '{crm}'; there are trackerrms, initiative, collect" in done.output
    assert pauses.read(crm) is None
