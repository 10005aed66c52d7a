"""Applications: first their files are kept, then the lead that names them."""

import base64
import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from functions.receive_resume import app
from leadrelay.claim import Busy, Claim
from leadrelay.lead import Lead
from leadrelay.ledger.deliveries import Deliveries
from leadrelay.ledger.search import Found, read
from leadrelay.ledger.table import Table
from leadrelay.narrator.note import parts
from leadrelay.narrator.style import Style
from leadrelay_sandbox.environment import ENVIRONMENT
from tests.handlers.applying import (
    NOW,
    PERSON,
    SOURCES,
    announce,
    application,
    apply,
    content,
    intake,
    stored,
    uploads,
)
from tests.handlers.aws import Context, Queue, aws
from tests.handlers.conftest import Ledger
from tests.senders.documents import DOCUMENTS, MACROS, pdf

CV, LETTER = pdf("A Curriculum Vitae"), DOCUMENTS["docx"]
FORM = [("letter", "Letter.docx", LETTER), ("cv", "Kim's CV.pdf", CV)]
FILE_WAIT, SECOND = SOURCES["careers"].file_wait, timedelta(seconds=1)


def found(table: Table, lead_id: str) -> Found:
    one = read(table, lead_id)
    assert one
    return one


def lead(table: Table, told: dict[str, Any]) -> Lead:
    return found(table, told["id"]).lead


def break_the_bucket() -> None:
    bucket = ENVIRONMENT["FILES_BUCKET"]
    for key in stored():
        aws("s3").delete_object(Bucket=bucket, Key=key)
    aws("s3").delete_bucket(Bucket=bucket)


# -- files that come with the form ------------------------------------------------------------


def test_the_files_of_a_form_are_kept_byte_for_byte(table: Table) -> None:
    kept = lead(table, apply(FORM))
    assert kept.resume
    assert kept.resume.filename == "Kim's CV.pdf"
    assert kept.resume.sha256 == hashlib.sha256(CV).hexdigest()
    assert [one.filename for one in kept.attachments] == ["Letter.docx"]
    assert (content(kept.resume), content(kept.attachments[0])) == (CV, LETTER)


def test_a_files_key_is_made_of_nothing_that_the_sender_says(table: Table) -> None:
    kept = lead(table, apply([("cv", "../../Kim Example.pdf", CV)]))
    assert kept.resume
    assert kept.resume.key.startswith("leads/")
    assert kept.resume.key.endswith(f"/{kept.resume.sha256}")
    assert "Kim" not in kept.resume.key


def test_an_application_is_kept_whole_and_queued_for_each_of_its_crms(
    ledger: Ledger, queues: dict[str, Queue]
) -> None:
    told = apply(FORM)
    assert sorted(item["sk"] for item in ledger.items()) == [
        *("crm#initiative", "crm#trackerrms", "key", "lead")
    ]
    for crm in SOURCES["careers"].deliver:
        assert [json.loads(body)["lead_id"] for body in queues[crm].bodies()] == [told["id"]]


def test_without_a_place_for_the_files_nothing_is_kept(ledger: Ledger) -> None:
    break_the_bucket()
    answer = intake().receive(application(FORM), kind="resume")
    assert answer["statusCode"] == 503
    assert "Retry-After" in str(answer["headers"])
    assert ledger.items("lead") == []


def test_a_double_click_keeps_one_lead_and_each_file_once(ledger: Ledger, queue: Queue) -> None:
    first, again = apply(FORM), apply(FORM)
    assert again == {"id": first["id"], "duplicate": True}
    assert (len(stored()), len(queue.bodies()), len(ledger.items("lead"))) == (2, 1, 1)


def test_a_corrected_cv_is_another_application(table: Table) -> None:
    """The first may be in the CRMs already, and only the person knows which one counts: both are
    kept, and recruiters see the later one. Nothing a stranger sends replaces somebody's CV."""
    corrected = [("cv", "Kim's CV.pdf", pdf("A better Curriculum Vitae"))]
    first, second = apply(FORM[1:]), apply(corrected)
    assert second["duplicate"] is False
    assert content(lead(table, first).resume) == CV
    assert content(lead(table, second).resume) == corrected[0][2]


@pytest.mark.parametrize(("file", "status"), [(MACROS["docm"], 415), (b"", 400)])
def test_a_person_is_told_that_their_file_will_not_do(
    ledger: Ledger, file: bytes, status: int
) -> None:
    answer = intake().receive(application([("cv", "cv.docx", file)]), kind="resume")
    assert answer["statusCode"] == status
    assert ledger.items("lead") == []
    assert [key for key in stored() if not key.startswith("refused/")] == []


def test_the_function_itself_knows_its_bucket_and_its_sources() -> None:
    answer = app.handler(application(path="/resumes/nowhere"), Context())
    assert answer["statusCode"] == 404
    assert app.files.bucket == ENVIRONMENT["FILES_BUCKET"]


# -- files that come later --------------------------------------------------------------------


def test_who_announces_a_file_is_kept_at_once_and_told_where_to_put_it(
    table: Table, ledger: Ledger, queue: Queue
) -> None:
    told = announce()
    assert told["fields"]["key"].startswith(f"uploads/careers/{told['id']}/1/")
    assert told["url"].startswith("https://")
    assert lead(table, told).email == PERSON["email"]
    assert queue.bodies() == []
    assert ledger.delivery(told["id"])["held"] is True


def test_an_upload_may_have_one_key_and_the_source_s_size() -> None:
    by = intake()
    sources = {"careers": SOURCES["careers"].model_copy(update={"max_file_bytes": 20_000_000})}
    told = announce(replace(by, sources=sources))
    conditions = json.loads(base64.b64decode(told["fields"]["policy"]))["conditions"]
    assert ["content-length-range", 1, 20_000_000] in conditions
    assert {"key": told["fields"]["key"]} in conditions


def test_announcing_twice_is_one_lead_with_two_places_for_its_file(ledger: Ledger) -> None:
    first, again = announce(), announce()
    assert first["id"] == again["id"]
    assert first["fields"]["key"] != again["fields"]["key"]
    assert len(ledger.items("lead")) == 1


def announce_files(query: str) -> dict[str, Any]:
    event = application(path=f"/resumes/careers/uploads?{query}")
    return intake().receive(event, kind="resume")


def test_several_files_are_announced_together_and_the_resume_is_the_first_of_its_lead(
    table: Table,
) -> None:
    answer = announce_files("file=letter:900000&file=cv:5300000&file=photo:200000")
    told = json.loads(str(answer["body"]))
    keys = [place["fields"]["key"] for place in (told, *told["others"])]
    assert [key.split("/")[3] for key in keys] == ["2", "1", "3"]
    assert lead(table, told).awaits == (1, 2, 3)


def test_a_file_that_is_too_large_is_told_before_anybody_sends_it(ledger: Ledger) -> None:
    answer = announce_files("file=cv:10000001")
    assert (answer["statusCode"], json.loads(str(answer["body"]))["field"]) == (413, "cv")
    assert announce_files("file=cv")["statusCode"] == 400
    assert announce_files("&".join(["file=cv:1"] * 11))["statusCode"] == 413
    assert ledger.items("lead") == []


def test_nobody_is_offered_a_place_at_somebody_else_s_lead(ledger: Ledger) -> None:
    """Whose Idempotency-Key is known, or guessed."""

    def offered(person: dict[str, str]) -> str:
        event = application((), person, "/resumes/careers/uploads")
        event["headers"]["idempotency-key"] = "k-1"
        answer = json.loads(str(intake().receive(event, kind="resume")["body"]))
        return str(answer["id"])

    assert offered(PERSON) == offered(PERSON)
    assert offered({"first_name": "Mallory", "email": "m@example.net"}) != offered(PERSON)
    assert len(ledger.items("lead")) == 2


def test_without_its_file_a_lead_goes_on_when_the_wait_is_over_and_says_so(table: Table) -> None:
    told, deliveries = announce(), Deliveries(table)
    over = NOW + FILE_WAIT
    assert list(deliveries.overdue("trackerrms", before=over)) == []  # what the sweep asks for
    (overdue,) = deliveries.overdue("trackerrms", before=over + SECOND)
    assert overdue.lead_id == told["id"]
    early = deliveries.claim(told["id"], "trackerrms", now=over - SECOND, until=over)
    assert early == Busy(over)
    claim = deliveries.claim(told["id"], "trackerrms", now=over, until=over + SECOND)
    assert isinstance(claim, Claim)
    assert claim.lead.awaits == (1,)
    assert "had not arrived" in parts(claim.lead, Style()).files


def test_a_sender_s_own_words_hold_nothing_back_and_stay(table: Table, queue: Queue) -> None:
    words = "announced, but it had not arrived when this was sent on"
    fields = {**PERSON, "budget": words, "resume_upload": "https://example.com/my-cv.pdf"}
    told = apply(fields=fields)
    assert len(queue.bodies()) == 1
    kept = lead(table, told)
    assert (kept.awaits, kept.extra["budget"]) == ((), words)
    announced = apply(fields={**fields, "message": "again"}, path="/resumes/careers/uploads")
    assert lead(table, announced).extra["resume_upload"] == "https://example.com/my-cv.pdf"


def test_a_bot_is_offered_a_place_too_and_put_aside(table: Table, queue: Queue) -> None:
    filled_in = {**PERSON, "website_url": "spam"}
    told = apply(fields=filled_in, path="/resumes/careers/uploads")
    assert {"url", "fields", "id", "others"} == told.keys()
    assert found(table, told["id"]).deliveries["trackerrms"].state == "quarantined"
    assert queue.bodies() == []


# -- files that are scanned -------------------------------------------------------------------


def test_files_to_be_scanned_wait_apart_and_hold_their_lead(
    table: Table, ledger: Ledger, queue: Queue
) -> None:
    told = apply(FORM, by=intake(scan=True))
    assert [stored()[key] for key in uploads()] == [CV, LETTER]
    assert len(stored()) == len(FORM)
    kept = lead(table, told)
    assert (kept.resume, kept.attachments) == (None, ())
    assert kept.awaits == (1, 2)
    assert ledger.delivery(told["id"])["held"] is True
    assert queue.bodies() == []


def test_a_form_without_files_waits_for_no_scan(queue: Queue) -> None:
    apply(by=intake(scan=True))
    assert len(queue.bodies()) == 1
