"""A file too big for one request, from a browser's upload to the CRMs, byte for byte."""

import hashlib
import json
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx

from leadrelay.ledger.search import Found, read
from leadrelay_ops.stack import Stack
from tests.senders.documents import MACROS, pdf
from tests.stack.web import web

type Eventually = Callable[[Callable[[], bool]], None]

MB = 1_000_000
ORIGIN = {"Origin": "https://www.example.com"}


def big_pdf(size: int) -> bytes:
    """A PDF with so much in it that no reader looks at: what follows the last object counts."""
    start, _, end = pdf().partition(b"xref\n")
    filler = random.Random(7).randbytes(size - len(start) - len(end) - 16)  # noqa: S311  # any bytes
    return start + b"%" + filler.translate(None, b"\r\n") + b"\nxref\n" + end


def announce(stack: Stack, **fields: str) -> dict[str, Any]:
    """Post the form without its file; {url, fields, id}."""
    url = f"{stack.api_url}/resumes/careers/uploads"
    answer = web.post(url, data=fields, headers=ORIGIN)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def upload(place: dict[str, Any], filename: str, content: bytes) -> httpx.Response:
    """As a form's script does it."""
    fields = {**place["fields"], "x-amz-meta-filename": quote(filename)}
    return web.post(place["url"], data=fields, files={"file": content})


def found(stack: Stack, lead_id: str) -> Found:
    one = read(stack.table, lead_id)
    assert one
    return one


def delivered(stack: Stack, lead_id: str) -> bool:
    states = {one.state for one in found(stack, lead_id).deliveries.values()}
    assert "parked" not in states, found(stack, lead_id).deliveries
    return states == {"delivered"}


def records(stack: Stack, crm: str, mark: str) -> dict[str, dict[str, Any]]:
    """What a CRM has with this in it, by how it was made."""
    answer = web.get(f"{stack.crms[crm]}/_sandbox/records")
    return {
        record["operation"]: record
        for record in answer.json()["records"]
        if mark in json.dumps(record)
    }


def files(stack: Stack, crm: str, digest: str) -> dict[str, dict[str, Any]]:
    """The records that hold a file of this SHA-256, as the simulator took it of what it was sent;
    a text that tells of the file has its quotes escaped here."""
    return records(stack, crm, f'"sha256": "{digest}"')


def test_a_pdf_of_15_mb_reaches_every_crm_that_takes_files_as_it_is(
    stack: Stack, eventually: Eventually
) -> None:
    file = big_pdf(15 * MB)
    digest = hashlib.sha256(file).hexdigest()
    name = f"Person{uuid4().hex[:8]}"
    place = announce(stack, first_name="Jo", last_name=name, email=f"{name}@example.com")
    assert {one.state for one in found(stack, place["id"]).deliveries.values()} == {"queued"}
    assert upload(place, "Jo’s CV.pdf", file).is_success
    eventually(lambda: delivered(stack, place["id"]))

    lead = found(stack, place["id"]).lead
    assert lead.resume
    assert (lead.resume.filename, lead.resume.sha256) == ("Jo’s CV.pdf", digest)
    assert lead.extra == {}
    assert files(stack, "trackerrms", digest).keys() == {"createResourceFromResume"}
    (document,) = files(stack, "initiative", digest).values()
    assert str(found(stack, place["id"]).deliveries["initiative"].record_id) in json.dumps(document)
    assert files(stack, "collect", digest).keys() == {"upload:debtor"}
    # centiaCRM has no place for files: the person is there, and the file stays with Leadrelay.
    assert records(stack, "centia", lead.ref)
    assert files(stack, "centia", digest) == {}


def test_a_document_with_macros_costs_the_file_and_not_the_person(
    stack: Stack, eventually: Eventually
) -> None:
    name = f"Person{uuid4().hex[:8]}"
    place = announce(stack, first_name="Jo", last_name=name, email=f"{name}@example.com")
    assert upload(place, "cv.docx", MACROS["docm"]).is_success
    eventually(lambda: delivered(stack, place["id"]))
    lead = found(stack, place["id"]).lead
    assert lead.resume is None
    assert "cv.docx" in lead.extra["resume_refused"]
    assert records(stack, "trackerrms", name).keys() >= {"createResource"}
