"""Indeed Apply: signed, read in all its versions, and answered with the codes it knows."""

import json
from base64 import b64encode
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.errors import Rejected
from leadrelay.intake.meaning.fields import to_lead_fields
from leadrelay.intake.request import Headers, Request
from leadrelay.intake.senders import Submission
from leadrelay.intake.senders.indeed import INDEED, answer, read, verify
from leadrelay.lead import Accepted, Station
from leadrelay.signing.resumes import indeed as sign
from leadrelay.signing.samples import read_sample
from leadrelay.sources_file import read_sources
from leadrelay_sandbox.senders import text_of
from tests.senders.documents import MACROS, pdf

ROOT = Path(__file__).parents[2]
SOURCE = read_sources(text_of("resumes"))["indeed-apply"]
SECRET = json.loads((ROOT / "leadrelay_sandbox" / "sources" / "resumes.json").read_text())[
    "indeed-apply"
]
SAMPLE = read_sample(ROOT / "events" / "indeed.http")
DOCUMENT: dict[str, Any] = json.loads(SAMPLE.body)
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)


def request(body: bytes) -> Request:
    return Request("POST", "/resumes/indeed-apply", Headers(SAMPLE.headers), (), "", body)


def application(**changes: object) -> Submission:
    """The sample, with other members: `applicant__email` is the member of a member."""
    document = deepcopy(DOCUMENT)
    for path, value in changes.items():
        *parents, last = path.split("__")
        place = document
        for parent in parents:
            place = place[parent]
        place[last] = value
    return read(request(json.dumps(document).encode()), SOURCE)


def refusal(body: object) -> Rejected:
    with pytest.raises(Rejected) as caught:
        read(request(json.dumps(body).encode()), SOURCE)
    return caught.value


def extra(submission: Submission) -> dict[str, str]:
    found = to_lead_fields(submission, SOURCE)
    return {**found["extra"], **found.get("technical", {})}


def check(body: bytes = SAMPLE.body, secrets: tuple[str, ...] = (SECRET,), **headers: str) -> None:
    verify(Headers([*SAMPLE.headers, *headers.items()]), body, "", secrets, NOW)


def test_the_sample_is_signed_as_indeed_does() -> None:
    check()
    check(secrets=("another", SECRET))
    assert sign(SAMPLE, SECRET, "", NOW) == SAMPLE
    again = sign(SAMPLE, "other", "", NOW)
    verify(Headers(again.headers), again.body, "", ["other"], NOW)


def test_a_signature_of_known_value() -> None:
    """RFC 2202, test case 2 for HMAC-SHA1."""
    headers = Headers([("X-Indeed-Signature", "7/zfauXrL6LSdBbV8YTfnCWafHk=")])
    verify(headers, b"what do ya want for nothing?", "", ["Jefe"], NOW)


@pytest.mark.parametrize("at", range(0, len(SAMPLE.body), 331))
def test_one_byte_changed_is_refused(at: int) -> None:
    changed = bytearray(SAMPLE.body)
    changed[at] ^= 1
    with pytest.raises(Rejected) as caught:
        check(bytes(changed))
    assert caught.value.status == 401


def test_a_missing_header_another_secret_and_no_secret_are_refused() -> None:
    unsigned = Headers((name, value) for name, value in SAMPLE.headers if "Signature" not in name)
    for headers, secrets in (
        (unsigned, [SECRET]),
        (Headers(SAMPLE.headers), ["another"]),
        (Headers(SAMPLE.headers), []),
        (Headers([("X-Indeed-Signature", "é")]), [SECRET]),
    ):
        with pytest.raises(Rejected) as caught:
            verify(headers, SAMPLE.body, "", secrets, NOW)
        assert caught.value.status == 401


def test_an_application_becomes_a_person_with_a_resume() -> None:
    found = read(request(SAMPLE.body), SOURCE)
    assert found.key == DOCUMENT["id"]
    (resume,) = found.files
    assert (resume.filename, resume.media_type) == ("Kim_Placeholder.pdf", "application/pdf")
    lead = to_lead_fields(found, SOURCE)
    kept, technical, career = (lead.pop(name) for name in ("extra", "technical", "career"))
    assert lead == {
        "submitted_at": datetime(2026, 1, 5, 9, tzinfo=UTC),
        "full_name": "Kim Placeholder",
        "first_name": "Kim",
        "last_name": "Placeholder",
        "email": "kim.placeholder@example.com",
        "phone": "+442079460147",
        "job": "Night Shift Nurse",
        "message": "I have worked nights since 2018 – and liked it.",
        "tracking": {"referrer": "https://www.example.com/jobs/ex-311"},
    }
    assert technical["job.jobId"] == "EX-311"
    assert kept["job.jobUrl"] == "https://www.example.com/jobs/ex-311"
    assert technical["applicant.verified"] == "true"
    assert technical["appliedOnMillis"] == "1767603600000"
    assert {name: text for name, text in kept.items() if name.startswith("resume.")} == {
        "resume.headline": "Registered Nurse",
        "resume.skills": "Triage, ICU",
    }
    nurse, degree = (Station.model_validate(one) for one in career)
    assert (nurse.section, nurse.title, nurse.at) == (
        "positions",
        "Staff Nurse",
        "Example Hospital",
    )
    assert (nurse.begun, nurse.ended, nurse.lasts) == ("2018-04", "", True)
    assert (degree.title, degree.at) == ("BSc Nursing", "Example University")
    assert (degree.begun, degree.ended, degree.lasts) == ("2014", "2017", False)


def test_questions_stand_with_their_answers_in_indeeds_order() -> None:
    names = [name for name, _ in read(request(SAMPLE.body), SOURCE).fields]
    asked = [
        "Are you registered with the Nursing Council?",
        "Which shifts suit you?",
        "When could you start?",
    ]
    assert list(dict.fromkeys(name for name in names if name in asked)) == asked
    kept = extra(read(request(SAMPLE.body), SOURCE))
    assert [kept[question] for question in asked] == ["Yes", "Nights, Weekends", "2026-03-01"]


def test_a_day_that_is_not_written_as_asked_for_stays_as_it_is() -> None:
    rows = [{"question": {"question": "When?", "format": "dd/MM/yyyy"}, "answer": "soon"}]
    assert extra(application(questionsAndAnswers=rows))["When?"] == "soon"


@pytest.mark.parametrize(
    ("entry", "station"),
    [
        ({"title": "Cook", "startDate": "2019", "endCurrent": True}, ("Cook", "2019", "", True)),
        ({"title": "Cook", "startDateYear": "2019"}, ("Cook", "2019", "", True)),
        (
            {"title": "Cook", "startDateYear": 2019, "endCurrent": False},
            ("Cook", "2019", "", False),
        ),
        (
            {"title": "Cook", "startDateYear": "2019", "startDateMonth": 3, "endDateYear": "2020"},
            ("Cook", "2019-03", "2020", False),
        ),
        ({"title": "Cook", "grade": "A"}, ("Cook, A", "", "", False)),
        ({"endDateYear": "-1", "description": None}, None),
    ],
)
def test_an_entry_of_a_resume_is_read_in_its_parts(
    entry: dict[str, object], station: tuple[object, ...] | None
) -> None:
    resume = {"json": {"positions": {"_total": 1, "values": [entry]}}}
    found = [
        (one["title"], one["begun"], one["ended"], one["lasts"])
        for one in application(applicant__resume=resume).lead.get("career", ())
    ]
    assert found == ([station] if station else [])


def test_a_resume_too_long_for_a_lead_is_kept_as_text() -> None:
    entries = [{"title": "Cook", "description": "word " * 2_000}] * 9
    found = application(applicant__resume={"json": {"positions": entries}})
    assert "career" not in found.lead
    assert "Cook" in dict(found.fields)["resume.positions"]


@pytest.mark.parametrize(
    ("place", "section"),
    [
        ("questionsAndAnswers", [{"question": "Q?", "answer": "A"}]),
        ("questionsAndAnswers", {"questionsAndAnswers": [{"question": "Q?", "answer": ["A"]}]}),
        (
            "demographicQuestionsAndAnswers",
            {"questionsAndAnswers": [{"question": {"text": "Q?"}, "answer": {"label": "A"}}]},
        ),
        (
            "questions",
            {"questions": [{"id": "q", "question": "Q?"}], "answers": [{"id": "q", "value": "A"}]},
        ),
        (
            "questions",
            {
                "questions": [{"id": "q", "question": "Q?"}],
                "answers": [{"id": "q", "values": ["A"]}],
            },
        ),
    ],
)
def test_answers_are_found_wherever_a_version_keeps_them(place: str, section: object) -> None:
    assert extra(application(**{place: section}))["Q?"] == "A"


def test_answers_in_a_shape_of_their_own_are_kept_as_they_are() -> None:
    kept = extra(application(questionsAndAnswers={"new": {"shape": "kept"}}))
    assert kept["questionsAndAnswers.new.shape"] == "kept"


def test_a_file_among_the_answers_is_an_attachment() -> None:
    file = {"contentType": "x", "fileName": "licence.pdf", "data": b64encode(pdf()).decode()}
    rows = [{"question": {"id": "l", "question": "Your licence?"}, "answer": file}]
    found = application(screenerQuestionsAndAnswers={"questionsAndAnswers": rows})
    assert [one.filename for one in found.files] == ["Kim_Placeholder.pdf", "licence.pdf"]


def test_an_over_padded_resume_is_read() -> None:
    """The sample data of Indeed's own documentation."""
    file = {"contentType": "application/octet-stream", "data": "SGVsbG8h=", "fileName": "J.txt"}
    found = application(applicant__resume={"file": file})
    assert found.files[0].content == b"Hello!"


def test_a_resume_written_on_indeed_is_kept_as_text() -> None:
    (resume,) = application(applicant__resume={"text": "Nurse since 2018", "html": "<p>"}).files
    assert (resume.filename, resume.content) == ("Indeed resume.txt", b"Nurse since 2018")


@pytest.mark.parametrize("content", [b64encode(MACROS["docm"]).decode(), "", "no base64!"])
def test_a_person_is_kept_without_a_file_that_cannot_be(content: str) -> None:
    found = application(applicant__resume__file={"fileName": "Kim.docm", "data": content})
    assert found.files == ()
    assert extra(found)["resume_refused"].startswith("Kim.docm: ")


def test_an_application_without_a_resume_is_taken() -> None:
    assert application(applicant__resume=None).files == ()
    assert extra(application(applicant__resume="here"))["applicant.resume"] == "here"


def test_a_job_without_a_title_is_known_by_its_id() -> None:
    assert to_lead_fields(application(job={"jobId": "EX-311"}), SOURCE)["job"] == "EX-311"


def test_an_older_version_has_no_id() -> None:
    assert application(id=None).key is None


def test_each_refusal_has_the_code_indeed_knows() -> None:
    without = {name: value for name, value in DOCUMENT.items() if name != "applicant"}
    assert refusal(without).status == 400
    assert refusal(DOCUMENT | {"job": None}).status == 400
    assert refusal(DOCUMENT | {"applicant": {}}).status == 400
    assert refusal(DOCUMENT | {"applicant": "Kim"}).status == 422
    assert refusal(DOCUMENT | {"more": "x" * 5_900_000}).status == 413
    assert refusal(["an array"]).status == 400


def test_a_duplicate_is_a_conflict_and_a_new_one_is_fine() -> None:
    new, known = (Accepted(lead_id="A", duplicate=duplicate) for duplicate in (False, True))
    assert answer(request(b""), SOURCE, [new]).status == 200
    assert answer(request(b""), SOURCE, [known]).status == 409
    assert INDEED.answer is answer


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["question", "answer", "questionsAndAnswers", "questions", "answers"])
            | st.sampled_from(
                ["id", "value", "label", "data", "fileName", "file", "resume", "text"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(
    st.fixed_dictionaries(
        {
            "job": VALUES,
            "applicant": VALUES | st.fixed_dictionaries({"email": VALUES, "resume": VALUES}),
        },
        optional=dict.fromkeys(("id", "questions", "questionsAndAnswers", "analytics"), VALUES),
    )
)
def test_no_document_raises_anything_but_rejected(document: dict[str, object]) -> None:
    with suppress(Rejected):
        found = read(request(json.dumps(document).encode()), SOURCE)
        to_lead_fields(found, SOURCE)


@given(st.binary())
def test_no_bytes_raise_anything_but_rejected(body: bytes) -> None:
    with suppress(Rejected):
        read(request(body), SOURCE)
