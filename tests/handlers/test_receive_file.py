"""Files that arrive on their own join their leads, and the leads go to their CRMs."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.receive_file import app
from functions.tidy import app as tidy
from leadrelay.aws.files import Files
from leadrelay.claim import Claim
from leadrelay.errors import Unavailable
from leadrelay.lead import Lead
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.outcome import Outcome
from leadrelay.ledger.search import read
from leadrelay.ledger.table import Table
from leadrelay.ledger.tidying import not_taken_in
from leadrelay_sandbox.environment import ENVIRONMENT
from tests.handlers.applying import (
    NOW,
    PERSON,
    SOURCES,
    announce,
    application,
    apply,
    arrivals,
    content,
    intake,
    s3_event,
    scan_event,
    stored,
    upload,
    uploads,
)
from tests.handlers.aws import Context, Queue, aws
from tests.handlers.conftest import Ledger, Printed
from tests.senders.documents import DOCUMENTS, MACROS, OTHERS, PROGRAMS, pdf

CV, LETTER = pdf("A Curriculum Vitae"), DOCUMENTS["docx"]
SOON = timedelta(minutes=1)


def lead(table: Table, lead_id: str) -> Lead:
    found = read(table, lead_id)
    assert found
    return found.lead


def announced(file: bytes = CV, name: str = "") -> tuple[str, str]:
    """A lead and the key of its file, which is there: (lead id, key)."""
    told = announce()
    upload(told["fields"]["key"], file, name)
    return told["id"], told["fields"]["key"]


def deliver(table: Table, lead_id: str, *, now: datetime) -> None:
    """As the function does it that brings leads to TrackerRMS."""
    deliveries = Deliveries(table)
    claim = deliveries.claim(lead_id, "trackerrms", now=now, until=now + SOON)
    assert isinstance(claim, Claim)
    done = Outcome(state="delivered", steps={"resource": "1"}, attempts=1, record_id="1")
    assert deliveries.settle(claim, done, now=now) == "settled"


@pytest.mark.parametrize("event", [s3_event, scan_event])
def test_a_file_that_arrives_completes_its_lead_and_lets_it_go(
    table: Table, ledger: Ledger, queues: dict[str, Queue], event: Any
) -> None:
    lead_id, key = announced(name="Kim’s CV.pdf")
    assert arrivals().take_in(event(key))
    kept = lead(table, lead_id)
    assert kept.resume
    assert (kept.resume.filename, kept.extra) == ("Kim’s CV.pdf", {})
    assert content(kept.resume) == CV
    assert uploads() == []
    for crm in SOURCES["careers"].deliver:
        assert [json.loads(body)["lead_id"] for body in queues[crm].bodies()] == [lead_id]
        assert "held" not in ledger.delivery(lead_id, crm)


def test_its_lines_have_the_id_of_the_request_that_announced_it(printed: Printed) -> None:
    keys = []
    for number in (1, 2):
        person = {"email": f"kim{number}@example.com"}
        event = application(fields=person, path="/resumes/careers/uploads")
        event["requestContext"]["requestId"] = f"request-{number}"
        offer = json.loads(str(intake().receive(event, kind="resume")["body"]))
        upload(offer["fields"]["key"], CV)
        keys.append(offer["fields"]["key"])
    gone = keys[0].replace("careers", "closed")
    printed()
    for key in (*keys, gone):
        assert arrivals().take_in(s3_event(key))
    lines = [one for one in printed() if one.get("message", "").startswith("file.")]
    assert [one.get("correlation_id") for one in lines] == ["request-1", "request-2"]


def test_the_same_event_twice_does_it_once(table: Table, queue: Queue) -> None:
    lead_id, key = announced()
    assert arrivals().take_in(s3_event(key))
    before = lead(table, lead_id)
    assert arrivals().take_in(s3_event(key))
    assert lead(table, lead_id) == before
    assert len(queue.bodies()) == 1


def test_an_event_that_comes_again_after_a_crash_ends_what_was_begun(
    table: Table, queue: Queue
) -> None:
    lead_id, key = announced()
    assert arrivals().take_in(s3_event(key))
    upload(key, CV)  # as if the function had died before it tidied up
    assert arrivals().take_in(s3_event(key))
    assert lead(table, lead_id).attachments == ()
    assert (uploads(), len(queue.bodies())) == ([], 1)


@pytest.mark.parametrize(
    "file",
    [MACROS["docm"], PROGRAMS["Windows"], OTHERS["noise"], DOCUMENTS["txt"], b""],
    ids=["macros", "program", "noise", "a type not accepted", "empty"],
)
def test_a_file_that_will_not_do_is_not_kept_but_the_person_is(
    table: Table, queue: Queue, file: bytes
) -> None:
    lead_id, key = announced(file, "Kim's CV.docx")
    assert arrivals().take_in(s3_event(key))
    kept = lead(table, lead_id)
    assert kept.resume is None
    assert "Kim's CV.docx" in kept.extra["resume_refused"]
    assert kept.awaits == ()
    assert stored() == {}
    assert len(queue.bodies()) == 1


@pytest.mark.parametrize(("status", "stays"), [("THREATS_FOUND", False), ("UNSUPPORTED", True)])
def test_a_file_that_is_not_found_clean_is_never_read(
    table: Table, queue: Queue, status: str, *, stays: bool
) -> None:
    lead_id, key = announced()
    assert arrivals().take_in(scan_event(key, status))
    kept = lead(table, lead_id)
    assert (kept.resume, kept.email) == (None, PERSON["email"])
    assert status in kept.extra["resume_refused"]
    told = kept.technical.get("resume_upload")
    assert (key in stored(), told == key) == (stays, stays)
    assert key not in kept.extra["resume_refused"]
    assert len(queue.bodies()) == 1


@pytest.mark.parametrize("status", ["FAILED", "ACCESS_DENIED"])
def test_a_scan_that_fails_costs_no_file(
    table: Table, queue: Queue, printed: Printed, status: str
) -> None:
    """GuardDuty user guide, "Monitoring S3 object scans": FAILED is its own error, ACCESS_DENIED
    our role's."""
    lead_id, key = announced()
    assert arrivals().take_in(scan_event(key, status))
    assert (uploads(), queue.bodies()) == ([key], [])
    assert lead(table, lead_id).awaits == (1,)
    (line,) = (one for one in printed() if one.get("message") == "file.unscanned")
    assert (line["level"], line["status"]) == ("WARNING", status)
    assert arrivals().take_in(scan_event(key))  # scanned again, by hand
    assert content(lead(table, lead_id).resume) == CV
    assert len(queue.bodies()) == 1


def test_a_file_of_which_no_word_came_is_told_once_a_day(table: Table, printed: Printed) -> None:
    waiting, key = announced()
    files, later = Files(aws("s3"), ENVIRONMENT["FILES_BUCKET"]), datetime.now(UTC) + SOON
    assert [*not_taken_in(table, files, before=later)] == [waiting]
    printed()
    assert tidy.handler({}, Context())["deleted"] == 0
    assert "file.unscanned" not in str(printed())  # it has just come
    assert arrivals().take_in(scan_event(key, "UNSUPPORTED"))  # and still lies there
    assert [*not_taken_in(table, files, before=later)] == []


def test_what_was_scanned_is_what_is_attached(table: Table, queue: Queue) -> None:
    """An offer is good for 15 minutes, and another file may be put in the first one's place."""
    lead_id, key = announced()
    clean = scan_event(key)
    upload(key, pdf("put there before the result came"), "cv.pdf")
    harmful = scan_event(key, "THREATS_FOUND")
    assert arrivals().take_in(clean)
    assert lead(table, lead_id).resume is None
    assert uploads() == [key]
    assert arrivals().take_in(harmful)
    kept = lead(table, lead_id)
    assert (kept.resume, stored(), len(queue.bodies())) == (None, {}, 1)


def test_a_threat_that_was_replaced_does_not_cost_what_took_its_place(table: Table) -> None:
    lead_id, key = announced()
    harmful = scan_event(key, "THREATS_FOUND")
    upload(key, pdf("a better one"), "cv.pdf")
    assert arrivals().take_in(harmful)
    assert arrivals().take_in(scan_event(key))
    assert content(lead(table, lead_id).resume) == pdf("a better one")


def test_one_offer_takes_ten_files_and_no_more(table: Table) -> None:
    lead_id, key = announced()
    for number in range(12):
        upload(key, pdf(f"file {number}"), f"cv{number}.pdf")
        assert arrivals().take_in(s3_event(key))
    kept = lead(table, lead_id)
    assert len(kept.files) == 10
    assert "10 files" in kept.extra["resume_refused"]
    assert len([name for name in stored() if name.startswith("leads/")]) == 10


def test_of_an_erased_person_no_file_is_kept(ledger: Ledger, queue: Queue) -> None:
    lead_id, key = announced()
    ledger.erase(lead_id)
    assert arrivals().take_in(s3_event(key))
    assert stored() == {}
    assert (ledger.items("lead"), queue.bodies()) == ([], [])


def test_a_file_for_a_source_that_went_is_left_to_the_bucket(queue: Queue) -> None:
    _, key = announced()
    assert replace(arrivals(), sources={}).take_in(s3_event(key))
    assert (uploads(), queue.bodies()) == ([key], [])


def test_two_files_uploaded_for_one_lead_are_a_resume_and_an_attachment(
    table: Table, queue: Queue
) -> None:
    lead_id, first = announced(CV, "cv.pdf")
    _, second = announced(LETTER, "letter.docx")
    for key in (first, second):
        assert arrivals().take_in(s3_event(key))
    kept = lead(table, lead_id)
    assert (content(kept.resume), content(kept.attachments[0])) == (CV, LETTER)
    assert len(queue.bodies()) == 1  # that message brings both


def test_a_file_after_the_wait_is_brought_after_the_lead(table: Table, queue: Queue) -> None:
    lead_id, key = announced()
    late = NOW + SOURCES["careers"].file_wait
    deliver(table, lead_id, now=late)
    assert arrivals(at=late + SOON).take_in(s3_event(key))
    assert len(queue.bodies()) == 1
    claim = Deliveries(table).claim(lead_id, "trackerrms", now=late + SOON, until=late + 2 * SOON)
    assert isinstance(claim, Claim)
    assert content(claim.lead.resume) == CV
    assert claim.steps == {"resource": "1"}


def test_a_bots_file_joins_it_and_goes_nowhere(table: Table, queue: Queue) -> None:
    told = apply(fields={**PERSON, "website_url": "spam"}, path="/resumes/careers/uploads")
    upload(told["fields"]["key"], CV)
    assert arrivals().take_in(s3_event(told["fields"]["key"]))
    assert content(lead(table, told["id"]).resume) == CV
    assert queue.bodies() == []


# -- files that came with the form, and were scanned -------------------------------------------


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_scanned_files_keep_their_places_and_release_the_lead_together(
    table: Table, queue: Queue, order: tuple[int, int]
) -> None:
    form = [("letter", "Letter.docx", LETTER), ("cv", "CV.pdf", CV)]
    told = apply(form, by=intake(scan=True))
    keys = uploads()
    arrivals().take_in(scan_event(keys[order[0]]))
    assert queue.bodies() == []
    arrivals().take_in(scan_event(keys[order[1]]))
    kept = lead(table, told["id"])
    assert kept.resume
    assert [one.filename for one in (kept.resume, *kept.attachments)] == ["CV.pdf", "Letter.docx"]
    assert (kept.extra, len(queue.bodies())) == ({}, 1)


def test_a_harmful_attachment_does_not_cost_the_resume(table: Table, queue: Queue) -> None:
    form = [("letter", "Letter.docx", LETTER), ("cv", "CV.pdf", CV)]
    told = apply(form, by=intake(scan=True))
    clean, harmful = uploads()
    arrivals().take_in(scan_event(harmful, "THREATS_FOUND"))
    arrivals().take_in(scan_event(clean))
    kept = lead(table, told["id"])
    assert content(kept.resume) == CV
    assert kept.attachments == ()
    assert "THREATS_FOUND" in kept.extra["attachment_refused"]
    assert len(queue.bodies()) == 1


# -- the function -----------------------------------------------------------------------------


def test_s3s_own_test_message_is_done_with() -> None:
    body = json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "files"})
    answer = app.handler({"Records": [{"messageId": "1", "body": body}]}, Context())
    assert answer == {"batchItemFailures": []}


def test_an_event_that_can_not_be_worked_on_now_comes_again(
    ledger: Ledger, printed: Printed
) -> None:
    lead_id, key = announced()
    record = {**scan_event(key, "THREATS_FOUND"), "messageId": "message-7"}
    broken = replace(app.arrivals, keeper=replace(app.arrivals.keeper, enrich=_unavailable))
    assert not broken.take_in(record)
    assert "file.unavailable" in [line.get("message") for line in printed()]
    assert uploads() == [key]
    assert app.handler({"Records": [record]}, Context()) == {"batchItemFailures": []}
    assert "held" not in ledger.delivery(lead_id)


def _unavailable(*_: object, **__: object) -> tuple[str, ...]:
    raise Unavailable("ledger: gone")


def test_the_clock_of_the_function_is_the_worlds() -> None:
    assert abs(app.arrivals.now() - datetime.now(UTC)) < SOON


def test_somebody_elses_key_is_offered_a_place_for_a_lead_of_its_own(table: Table) -> None:
    def offered(fields: dict[str, str]) -> str:
        event = application(fields=fields, path="/resumes/careers/uploads")
        event["headers"]["idempotency-key"] = "k-1"
        return str(json.loads(str(intake().receive(event, kind="resume")["body"]))["id"])

    mallory = {"first_name": "Mallory", "email": "mallory@example.net"}
    first, other, again = offered(PERSON), offered(mallory), offered(PERSON)
    assert (first == again, first == other) == (True, False)
    assert lead(table, other).first_name == "Mallory"
