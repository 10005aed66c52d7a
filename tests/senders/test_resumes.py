"""An application comes as a form or as JSON, with files; the résumé is found, the rest follows."""

import json
import time
import tracemalloc
from base64 import b64encode
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.errors import Rejected
from leadrelay.intake.meaning.building import build_lead
from leadrelay.intake.meaning.fields import to_lead_fields
from leadrelay.intake.request import Headers, Request
from leadrelay.intake.senders import Submission, sender, submissions
from leadrelay.signing.samples import read_sample
from leadrelay.sources import Source
from leadrelay.sources_file import read_sources
from leadrelay_sandbox.senders import text_of
from tests.senders.documents import MACROS, OTHERS, PROGRAMS, ooxml, pdf

ROOT = Path(__file__).parents[2]
SOURCES = read_sources(text_of("resumes"))
CAREERS, JOB_BOARD = SOURCES["careers"], SOURCES["job-board"]


def request(body: bytes, content_type: str, **headers: str) -> Request:
    pairs = [("content-type", content_type), *headers.items()]
    return Request("POST", "/resumes/x", Headers(pairs), (), "", body)


def read(request: Request, source: Source) -> Submission:
    (found,) = submissions(sender(source.sender).read(request, source))
    return found


def form(*parts: tuple[str, bytes], source: Source = CAREERS) -> Submission:
    head = "--XX\r\nContent-Disposition: form-data; {}\r\nContent-Type: text/plain\r\n\r\n"
    body = b"".join(head.format(part).encode() + value + b"\r\n" for part, value in parts)
    return read(request(body + b"--XX--\r\n", "multipart/form-data; boundary=XX"), source)


def posted(document: object, **headers: str) -> Submission:
    return read(request(json.dumps(document).encode(), "application/json", **headers), JOB_BOARD)


def base64(content: bytes) -> str:
    return b64encode(content).decode()


def sample(name: str) -> Request:
    found = read_sample(ROOT / "events" / name)
    return Request(found.method, found.path, Headers(found.headers), (), "", found.body)


def test_an_apply_forms_post_becomes_a_person_with_a_resume_and_a_reference() -> None:
    found = read(sample("resume-multipart.http"), CAREERS)
    assert to_lead_fields(found, CAREERS) == {
        "first_name": "Nour",
        "last_name": "Exemple",
        "email": "nour.exemple@example.com",
        "phone": "+442079460654",
        "job": "Warehouse Supervisor (ref. EX-204)",
        "message": "Hello,\nplease find my CV and a reference attached.",
        "consent": "on",
        "extra": {"notice_period": "4 weeks"},
    }
    resume, reference = found.files
    assert (resume.filename, resume.media_type) == ("Nour Exemple CV.pdf", "application/pdf")
    assert reference.filename == "Reference – Sample & Sons.docx"
    assert resume.content.startswith(b"%PDF-1.4\n")
    assert resume.content.endswith(b"%%EOF\n")


def test_json_with_base64_becomes_a_person_with_a_resume_and_a_certificate() -> None:
    found = read(sample("resume-json.http"), JOB_BOARD)
    lead = to_lead_fields(found, JOB_BOARD)
    assert lead["email"] == "alva.testcase@example.com"
    assert lead["phone"] == "+12025550175"
    assert lead["job"] == "Payroll Clerk"
    assert lead["message"] == "Dear team,\nI would like to join you."
    assert lead["extra"]["applicationId"] == "A-2026-000417"
    assert [file.filename for file in found.files] == ["Alva Testcase.docx", "certificate.pdf"]
    assert not any("UEsD" in value for value in lead["extra"].values())


@pytest.mark.parametrize(
    "part",
    [
        'name="cv"; filename="r%C3%A9sum%C3%A9.pdf"',
        'name="cv"; filename="x.exe"',
        'name="cv"; filename=""',
        "name=\"cv\"; filename*=UTF-8''J%C3%A9.pdf",
        'name="cv"; filename="a%22b.pdf"',
    ],
)
def test_a_files_bytes_are_untouched_whatever_it_is_called(part: str) -> None:
    content = pdf() + bytes(range(256)) + b"\r\n--X\r\n--XY\r\n\r\n"
    found = form((part, content), ('name="email"', b"a@example.com"))
    assert found.files[0].content == content
    assert found.fields == (("email", "a@example.com"),)


def test_an_extended_name_is_read_as_utf8() -> None:
    found = form(("name=\"cv\"; filename*=UTF-8''R%C3%A9sum%C3%A9%20J.pdf", pdf()))
    assert found.files[0].filename == "Résumé J.pdf"


def test_an_apply_form_without_a_file_is_an_application_too() -> None:
    found = form(('name="cv"; filename=""', b""), ('name="email"', b"a@example.com"))
    assert found.files == ()
    urlencoded = request(b"email=a%40example.com", "application/x-www-form-urlencoded")
    assert read(urlencoded, CAREERS).fields == (("email", "a@example.com"),)


@pytest.mark.parametrize(
    ("content", "status"),
    [(PROGRAMS["Windows"], 415), (MACROS["docm"], 415), (OTHERS["picture"], 415), (b"", 400)],
)
def test_a_person_is_told_to_choose_a_better_file(content: bytes, status: int) -> None:
    with pytest.raises(Rejected) as in_form:
        form(('name="cv"; filename="cv.pdf"', content))
    document = {"resume": {"filename": "cv.pdf", "data": base64(content)}}
    with pytest.raises(Rejected) as by_script:
        posted(document, origin="https://www.example.com")
    assert in_form.value.status == by_script.value.status == status


def test_a_program_that_would_not_try_again_leaves_a_person_without_the_file() -> None:
    bad = {"filename": "cv.docm", "data": base64(MACROS["docm"])}
    found = posted({"email": "a@example.com", "resume": bad})
    assert found.files == ()
    assert ("resume_refused", "cv.docm: Macros refused") in found.fields
    assert to_lead_fields(found, JOB_BOARD)["extra"]["resume_refused"]


@pytest.mark.parametrize(
    "document",
    [
        {"resume": {"filename": "cv.pdf", "data": "<>"}},
        {"resume": {"fileName": "cv.pdf", "contentType": "x", "content": "<>"}},
        {"documents": [{"name": "cv.pdf", "size": 1, "base64": "<>"}]},
        {"applicant": {"files": {"cv": {"filename": "cv.pdf", "data": "<>"}}}},
        {"resume": "<>", "resume_filename": "cv.pdf"},
        {"resume_base64": "<>", "resume_name": "cv.pdf"},
        {"resume": "data:application/pdf;base64,<>", "filename": "cv.pdf"},
        {"files": [{"filename": "cv.pdf", "data": "data:application/pdf;base64,<>"}]},
        {"attachments": [{"name": "cv.pdf", "contentType": "x/y", "contentBytes": "<>"}]},
        {"resume": ["<>"], "filename": "cv.pdf"},
        {"attachments": ["<>"], "filename": "cv.pdf"},
        {"document1": "<>", "document1_filename": "cv.pdf"},
    ],
)
def test_a_file_is_found_in_json_however_it_is_written(document: object) -> None:
    text = json.dumps(document).replace("<>", base64(pdf()))
    found = posted(json.loads(text) | {"email": "a@example.com"})
    assert [file.content for file in found.files] == [pdf()]
    assert found.files[0].filename in {"cv.pdf", "resume.pdf", "attachments.pdf"}
    assert base64(pdf()) not in json.dumps([found.fields, found.document])


@pytest.mark.parametrize("start", ["", "data:application/pdf;base64,"])
@pytest.mark.parametrize("field", ["resume", "cv", "file1"])
def test_a_file_that_a_page_s_widget_put_into_a_field_is_a_file(field: str, start: str) -> None:
    content = pdf("\u0200\u0300 words ???>>>~~~")  # with plus signs in its base64
    text = start + base64(content)
    for written in (quote(text), text):  # a script may have escaped it, or not
        body = f"email=a%40example.com&{field}={written}&{field}_filename=Jane.pdf".encode()
        found = read(request(body, "application/x-www-form-urlencoded"), CAREERS)
        assert [(file.filename, file.content) for file in found.files] == [("Jane.pdf", content)]
        assert found.fields == (("email", "a@example.com"),)
    posted_form = form((f"name={field}", text.encode()), ('name="email"', b"a@example.com"))
    assert [file.content for file in posted_form.files] == [content]


def test_a_drawn_signature_is_no_file_that_could_be_refused() -> None:
    drawn = "data:image/png;base64," + base64(OTHERS["picture"] * 9)
    found = form(('name="email"', b"a@example.com"), ('name="signature"', drawn.encode()))
    assert dict(found.fields)["signature"] == drawn


@pytest.mark.parametrize(
    "document",
    [
        {"resume": "I have worked at Sample & Sons for six years."},
        {"resume": "attached", "cv": "yes"},
        {"resume": None},
        {"answer": {"name": "Which role", "content": "Nurse", "type": "text"}},
        {"note": "data: none"},
        {"cv": "https://www.example.com/" + "x" * 100},
    ],
)
def test_words_are_no_files(document: object) -> None:
    found = posted(document)
    assert found.files == ()
    assert "refused" not in json.dumps(found.fields)


def test_what_is_too_large_goes_to_the_uploads() -> None:
    with pytest.raises(Rejected) as in_form:
        form(('name="cv"; filename="cv.pdf"', pdf() + b" " * 4_400_000))
    with pytest.raises(Rejected) as in_json:
        posted({"resume": {"filename": "cv.pdf", "data": "A" * 5_900_000}})
    for caught in (in_form, in_json):
        assert caught.value.status == 413
        assert "/uploads" in caught.value.detail


@pytest.mark.parametrize("letter", ["x", "é", '"', "\n"])
def test_a_text_that_a_lead_cant_hold_is_whole_in_a_file_beside_it(letter: str) -> None:
    long, fitting = letter * 320_000, "y" * 60_000
    document = {"email": "a@example.com", "cover letter": long, "message": fitting}
    found = read(request(json.dumps(document).encode(), "application/json"), CAREERS)
    given_fields = dict(found.fields)
    assert given_fields["message"] == fitting
    assert given_fields["cover letter"] == letter * 10_000
    assert given_fields["leadrelay_truncated"].startswith("cover letter: ")
    (file,) = found.files
    assert (file.filename, file.content.decode()) == ("cover-letter.txt", long)
    assert not file.is_resume
    build_lead(found, CAREERS, datetime(2026, 3, 2, tzinfo=UTC), "0" * 26, "LR-1")


def test_what_a_lead_can_hold_stays_in_it() -> None:
    document = {"email": "a@example.com", "message": "x" * 290_000}
    assert dict(posted(document).fields) == document
    assert posted(document).files == ()


def test_too_many_files_are_too_many() -> None:
    with pytest.raises(Rejected) as in_form:
        form(*[('name="cv"; filename="cv.pdf"', b"%PDF-")] * 11)
    with pytest.raises(Rejected) as in_json:
        posted({"files": [{"filename": "a.pdf", "data": "JVBERi0="}] * 11})
    assert in_form.value.status == in_json.value.status == 413


def test_a_large_application_takes_little_memory_and_time() -> None:
    content = pdf() + bytes(range(256)) * 17_000
    body = b'--XX\r\nContent-Disposition: form-data; name="cv"; filename="a.pdf"\r\n\r\n' + content
    large = request(body + b"\r\n--XX--\r\n", "multipart/form-data; boundary=XX")
    document = {"resume": {"filename": "a.pdf", "data": base64(content)}}
    as_json = request(json.dumps(document).encode(), "application/json")
    for one, source in ((large, CAREERS), (as_json, JOB_BOARD)):
        tracemalloc.start()
        started = time.process_time()
        assert read(one, source).files[0].content == content
        spent, (_, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 30_000_000
        assert spent < 1


def test_the_setup_says_where_to_post() -> None:
    for source in SOURCES.values():
        setup = sender(source.sender).setup
        assert "{url}" in setup
        assert len(setup.splitlines()) == 2


SYNTAX = st.lists(
    st.sampled_from(
        [
            *('{"resume":', '"data":', '"filename":"a.pdf"', '"data:;base64,', "{", "}", "[", "]"),
            *("--XX", "--", "\r\n", "Content-Disposition: form-data; ", 'name="a"', "; filename="),
            *(";filename*=", "utf-8''%", ":", ",", '"', "JVBERi0=", "%PDF-", "PK\x03\x04", "\x00"),
        ]
    )
).map(lambda parts: "".join(parts).encode())


@given(
    SYNTAX | st.binary() | st.just(ooxml()),
    st.sampled_from(["multipart/form-data; boundary=XX", "application/json", "text/plain", ""]),
)
def test_no_bytes_raise_anything_but_rejected(body: bytes, content_type: str) -> None:
    with suppress(Rejected):
        read(request(body, content_type), CAREERS)
    with suppress(Rejected):
        read(request(body, content_type, origin="https://x"), JOB_BOARD)
