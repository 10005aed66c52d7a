"""A person is erased: nothing of them stays with us, and what stays in the CRMs is known."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.deliver import app as deliver
from leadrelay.aws.files import Files
from leadrelay.claim import Claim
from leadrelay.errors import Unavailable
from leadrelay.lead import Call, Guard, Lead
from leadrelay.ledger import items
from leadrelay.ledger.acceptance import accept
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.erasure import Eraser
from leadrelay.ledger.outcome import Outcome
from leadrelay.ledger.receipts import Remains, hashed
from leadrelay.ledger.table import Table
from leadrelay_sandbox.environment import ENVIRONMENT
from leadrelay_sandbox.simulator import Simulator
from tests.handlers.applying import arrivals
from tests.handlers.aws import Queue, aws
from tests.handlers.conftest import SOURCE, Ledger, Printed, Worker

LEASE = timedelta(seconds=90)


@pytest.fixture
def files() -> Files:
    return Files(aws("s3"), ENVIRONMENT["FILES_BUCKET"])


@pytest.fixture
def eraser(table: Table, files: Files) -> Eraser:
    def sleep(_seconds: float) -> None:
        raise AssertionError("waited for nobody")

    def now() -> datetime:
        return datetime.now(UTC).replace(microsecond=0)  # as it is kept

    return Eraser(table=table, files=files, salt="this stack", sleep=sleep, now=now)


def claimed(table: Table, lead: str, until: timedelta = LEASE) -> Claim:
    now = datetime.now(UTC)
    claim = Deliveries(table).claim(lead, "trackerrms", now=now, until=now + until)
    assert isinstance(claim, Claim)
    return claim


def stored() -> list[str]:
    listed = aws("s3").list_objects_v2(Bucket=ENVIRONMENT["FILES_BUCKET"])
    return [one["Key"] for one in listed.get("Contents", ())]


def left(ledger: Ledger) -> list[dict[str, Any]]:
    """What there is in the table, but for how the CRM stands."""
    return [item for item in ledger.items() if not item["pk"].startswith("pause#")]


# -- what goes --------------------------------------------------------------------------------


def test_nothing_of_the_person_stays(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, eraser: Eraser
) -> None:
    lead = ledger.accept(1)
    queue.nudge(lead)
    queue.deliver_to(deliver.handler)
    erased = eraser.erase(lead, by="jo")
    assert erased
    assert [item["pk"] for item in left(ledger)] == [f"erased#{lead}"]
    for personal in ("jane", "doe", "example.com"):
        assert personal not in str(ledger.items()).lower()
    (record,) = trackerrms.records
    assert erased.remains == (Remains(crm="trackerrms", record_id=record.id),)
    assert (erased.deliveries, erased.erased_by) == (1, "jo")


def test_others_stay(ledger: Ledger, eraser: Eraser) -> None:
    one, other = ledger.accept(1), ledger.accept(2)
    eraser.erase(one, by="jo")
    assert {item["pk"] for item in ledger.items("lead")} == {f"lead#{other}"}
    assert [item["lead_id"] for item in ledger.items("key")] == [other]


def test_what_a_person_is_found_by_is_derived_once_for_all_their_leads(
    table: Table, eraser: Eraser
) -> None:
    """It is slow on purpose, and whoever tests a form has thousands."""
    for number in range(3):
        lead = Lead(
            id=f"LEAD{number}",
            ref=f"LR-{number}",
            source="contact-us",
            received_at=datetime.now(UTC),
            email="the.tester@example.com",
            phone="+442079460123",
        )
        accept(table, lead, SOURCE, guard=Guard(key=lead.id, window=None))
    before = hashed.cache_info().misses
    assert all(eraser.erase(f"LEAD{number}", by="jo") for number in range(3))
    assert hashed.cache_info().misses == before + 2


def test_files_go_with_the_lead_those_on_their_way_too(
    ledger: Ledger, eraser: Eraser, files: Files
) -> None:
    one, other = ledger.accept(1), ledger.accept(2)
    for lead in (one, other):
        key = f"leads/{lead}/aa"
        files.s3.put_object(Bucket=files.bucket, Key=key, Body=b"%PDF-1.7")
        files.upload(SOURCE.name, lead, 1, "cv.pdf", b"%PDF-1.7")
    erased = eraser.erase(one, by="jo")
    assert erased
    assert erased.files == 2
    assert len(stored()) == 2
    assert all(f"/{other}/" in key for key in stored())


def test_a_file_that_arrives_after_its_lead_was_erased_does_not_stay(
    ledger: Ledger, eraser: Eraser, files: Files
) -> None:
    lead = ledger.accept()
    eraser.erase(lead, by="jo")
    files.upload("careers", lead, 1, "cv.pdf", b"%PDF-1.7 too late")
    (key,) = stored()
    event = {"Records": [{"s3": {"object": {"key": key}}}]}
    assert arrivals().take_in({"messageId": "1", "body": json.dumps(event)})
    assert stored() == []


def test_a_later_lead_s_guard_is_left_alone(ledger: Ledger, table: Table, eraser: Eraser) -> None:
    first = ledger.accept()
    (guard,) = ledger.items("key")
    later = Lead(id="LATER", ref="LR-2", source="contact-us", received_at=datetime.now(UTC))
    ledger.forget_guards()
    accept(table, later, SOURCE, guard=Guard(key=guard["pk"].removeprefix("key#"), window=None))
    eraser.erase(first, by="jo")
    assert [item["lead_id"] for item in ledger.items("key")] == ["LATER"]


def test_what_is_not_there_can_t_be_erased(ledger: Ledger, eraser: Eraser) -> None:
    lead = ledger.accept()
    assert eraser.erase(lead, by="jo")
    assert eraser.erase(lead, by="jo") is None
    assert eraser.erase("NOBODY", by="jo") is None
    assert len(left(ledger)) == 1


# -- what is under way ------------------------------------------------------------------------


def test_a_queued_delivery_ends_quietly(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, eraser: Eraser, printed: Printed
) -> None:
    lead = ledger.accept()
    queue.nudge(lead)
    erased = eraser.erase(lead, by="jo")
    assert erased
    assert erased.remains == ()
    assert queue.deliver_to(deliver.handler) == []
    assert (trackerrms.requests, queue.bodies(), printed()) == (0, [], [])
    assert len(left(ledger)) == 1


def test_no_attempt_begins_once_the_erasure_has(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, table: Table
) -> None:
    lead = ledger.accept()
    queue.nudge(lead)
    marked = {"erasing": "2026-03-02"}
    table.update(items.lead_key(lead), marked, condition="attribute_exists(pk)")
    assert queue.deliver_to(deliver.handler) == []
    assert trackerrms.requests == 0
    assert list(Deliveries(table).overdue("trackerrms", before=datetime.now(UTC) + LEASE)) == []


def test_an_attempt_under_way_is_waited_for_and_its_record_told(
    ledger: Ledger, table: Table, eraser: Eraser
) -> None:
    lead = ledger.accept()
    claim = claimed(table, lead)
    done = Outcome(state="delivered", steps={}, attempts=1, record_id="77")
    waited = []

    def meanwhile(seconds: float) -> None:
        waited.append(seconds)
        Deliveries(table).settle(claim, done, now=datetime.now(UTC))

    erased = replace(eraser, sleep=meanwhile).erase(lead, by="jo")
    assert erased
    assert erased.remains == (Remains(crm="trackerrms", record_id="77"),)
    assert len(waited) == 1


def test_an_attempt_that_is_put_off_meanwhile_is_the_last(
    ledger: Ledger, table: Table, queue: Queue, eraser: Eraser
) -> None:
    lead = ledger.accept()
    claim = claimed(table, lead)

    def meanwhile(_seconds: float) -> None:
        now = datetime.now(UTC)
        again = Outcome(state="queued", steps={}, attempts=1, until=now)
        Deliveries(table).settle(claim, again, now=now)
        queue.nudge(lead)
        assert queue.deliver_to(deliver.handler) == []

    erased = replace(eraser, sleep=meanwhile).erase(lead, by="jo")
    assert erased
    assert erased.remains == ()


def test_an_attempt_that_never_ended_may_have_left_a_record(
    ledger: Ledger, table: Table, eraser: Eraser
) -> None:
    lead = ledger.accept()
    claimed(table, lead, until=-timedelta(seconds=5))
    erased = eraser.erase(lead, by="jo")
    assert erased
    assert erased.remains == (Remains(crm="trackerrms", record_id=None),)


@pytest.mark.parametrize(
    ("fault", "in_doubt"),
    [
        ({"status": 429}, False),
        ({"status": 503}, True),  # also a web server's word of a program that died at work
        ({"refuse": "no"}, False),
        ({"reset": True, "after_saving": True}, True),
    ],
)
def test_what_may_be_in_a_crm_is_told_by_how_the_attempts_ended(
    trackerrms: Simulator,
    ledger: Ledger,
    queue: Queue,
    eraser: Eraser,
    fault: dict[str, Any],
    *,
    in_doubt: bool,
) -> None:
    lead = ledger.accept()
    queue.nudge(lead)
    trackerrms.fail_next(**fault)
    queue.deliver_to(deliver.handler)
    erased = eraser.erase(lead, by="jo")
    assert erased
    maybe = Remains(crm="trackerrms", record_id=None)
    assert erased.remains == ((maybe,) if in_doubt else ())


def test_an_attempt_that_loses_its_lead_at_the_last_moment_says_so(
    trackerrms: Simulator, ledger: Ledger, queue: Queue, worker: Worker, printed: Printed
) -> None:
    lead = ledger.accept(at=worker.now)
    queue.nudge(lead)

    def erase_meanwhile(number: Any) -> Any:
        ledger.erase(lead)
        return worker.deliverer.options(number)

    queue.deliver_to(worker.but(options=erase_meanwhile))
    (line,) = [line for line in printed() if line.get("message", "").startswith("delivery.")]
    (record,) = trackerrms.records
    assert (line["message"], line["record_id"]) == ("delivery.lease_lost", record.id)
    assert ledger.items("lead") == []


# -- stopped, and run again -------------------------------------------------------------------


class Gone(Files):
    def delete_below(self, _prefix: str) -> int:
        raise Unavailable("files: SlowDown")


def test_stopped_in_the_middle_it_is_run_again(
    ledger: Ledger, eraser: Eraser, files: Files, table: Table
) -> None:
    lead = ledger.accept()
    claim = claimed(table, lead)
    done = Outcome(state="delivered", steps={}, attempts=1, record_id="77")
    Deliveries(table).settle(claim, done, now=datetime.now(UTC))
    with pytest.raises(Unavailable):
        replace(eraser, files=Gone(files.s3, files.bucket)).erase(lead, by="jo")
    erased = eraser.erase(lead, by="jo")
    assert erased
    assert [one.record_id for one in erased.remains] == ["77"]
    assert len(left(ledger)) == 1


# -- the receipt ------------------------------------------------------------------------------


def test_the_receipt_answers_whether_a_person_was_erased(ledger: Ledger, eraser: Eraser) -> None:
    lead = ledger.accept(1)
    assert list(eraser.proof(email="jane1@example.com")) == []
    erased = eraser.erase(lead, by="jo")
    assert list(eraser.proof(email="Jane1@Example.com")) == [erased]
    assert list(eraser.proof(email="jane2@example.com")) == []
    assert list(replace(eraser, salt="another stack").proof(email="jane1@example.com")) == []


def test_a_caller_is_known_by_the_number(table: Table, eraser: Eraser, ledger: Ledger) -> None:
    call = Call(caller="+12025550123", called="+12025550100")
    lead = Lead(id="C1", ref="LR-C1", source="contact-us", received_at=datetime.now(UTC), call=call)
    accept(table, lead, SOURCE, guard=Guard(key="C1", window=None))
    erased = eraser.erase("C1", by="jo")
    assert list(eraser.proof(phone="+12025550123")) == [erased]
    assert "2025550123" not in str(ledger.items())


def test_who_came_again_and_was_erased_again_loses_no_record_from_the_receipt(
    ledger: Ledger, table: Table, eraser: Eraser
) -> None:
    for record in ("77", "78"):
        lead = ledger.accept()
        claim = claimed(table, lead)
        done = Outcome(state="delivered", steps={}, attempts=1, record_id=record)
        Deliveries(table).settle(claim, done, now=datetime.now(UTC))
        assert eraser.erase(lead, by="jo")
    (receipt,) = eraser.proof(email="jane1@example.com")
    assert [one.record_id for one in receipt.remains] == ["77", "78"]
