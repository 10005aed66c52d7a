"""Indeed Apply: an application as signed JSON, its files as base64.

Format: docs.indeed.com/indeed-apply/application-data; answers: …/application-delivery; signature:
…/message-signature-generation. The answers to screener questions have moved from version to
version; every place is read.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from leadrelay.errors import Rejected
from leadrelay.intake.answer import Answer, as_json, problem
from leadrelay.intake.body.content import finish, set_aside
from leadrelay.intake.body.documents import rows, table, text
from leadrelay.intake.body.json_fields import flatten
from leadrelay.intake.body.read import read_document
from leadrelay.intake.calls.times import moment
from leadrelay.intake.files.accept import Upload, keep_files
from leadrelay.intake.limits import Limits
from leadrelay.intake.proofs.signatures import check_signature, hmac_base64, signed
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Sender, Submission, indeed_resume
from leadrelay.lead import Accepted
from leadrelay.sources import Source

# The questions come along with all the answers that could have been chosen.
_LIMITS = Limits(body_bytes=5_900_000, fields=2_500)

_ANSWERS = (
    "screenerQuestionsAndAnswers",
    "demographicQuestionsAndAnswers",
    "questionsAndAnswers",
    "questions",
)
_PLUMBING = {"job.jobId", "job.jobKey", "job.jobMeta", "applicant.verified"}
_RENDERINGS = ("text", "html", "hrXml")  # of the same résumé, where it was written on Indeed

type Pairs = Iterator[tuple[str, str | Upload]]


def verify(
    headers: Mapping[str, str], body: bytes, _url: str, secrets: Sequence[str], _now: datetime
) -> None:
    """X-Indeed-Signature is base64 HMAC-SHA1 of the body. There is no time in it."""
    given = signed(headers, "x-indeed-signature")
    check_signature([given], [hmac_base64(secret, body, "sha1") for secret in secrets])


def read(request: Request, source: Source) -> Submission:
    """One application. Indeed would send the same file again, so that of a file that can't be
    taken only a note is kept.

    Raises Rejected: 400 malformed or incomplete, 413 too large, 422 not as documented.
    """
    document = read_document(request, _LIMITS)
    applicant, job = _part(document, "applicant"), _part(document, "job")
    if not any(applicant.get(name) for name in ("fullName", "firstName", "lastName", "email")):
        raise _incomplete("applicant.fullName")
    stations, written = indeed_resume.read(table(applicant, "resume", "json"))
    found = [*_job(job), *_applicant(applicant), *_answers(document), *written]
    uploads = [value for _, value in found if isinstance(value, Upload)]
    files, missing = keep_files(uploads, source)
    fields = [(name, value) for name, value in found if isinstance(value, str)]
    key = text(document.get("id"))
    said = [pair for pair in fields if pair[0] not in _PLUMBING]
    kept, texts = set_aside([*said, *missing], _LIMITS)
    about = finish([*(pair for pair in fields if pair[0] in _PLUMBING), *_rest(document)])
    at = moment(text(document.get("appliedOnMillis")))
    certain = {"submitted_at": at, "career": stations}
    lead = {name: value for name, value in certain.items() if value}
    return Submission(kept, about=about, key=key or None, lead=lead, files=files + texts)


def answer(_request: Request, _source: Source, kept: Sequence[Accepted]) -> Answer:
    """409 for what is here already: Indeed then stops sending it."""
    if any(one.duplicate for one in kept):
        return problem(Rejected(409, "Duplicate application", "It is in the system already."))
    return as_json({"id": kept[0].lead_id})


def _part(document: dict[str, Any], name: str) -> dict[str, Any]:
    if document.get(name) is None:
        raise _incomplete(name)
    found = document[name]
    if not isinstance(found, dict):
        raise Rejected(422, "Unable to save application", f"`{name}` is not an object.")
    return found


def _incomplete(key: str) -> Rejected:
    return Rejected(400, "Missing key", f"The application has no `{key}`.")


def _job(job: dict[str, Any]) -> Pairs:
    """Its title, or else the best there is, is what the lead applies for."""
    named = next((name for name in ("jobTitle", "jobId", "jobKey") if job.get(name)), "")
    if named:
        yield "job", text(job[named])
    yield from flatten({name: value for name, value in job.items() if name != named}, "job")


def _applicant(applicant: dict[str, Any]) -> Pairs:
    resume = table(applicant, "resume")
    rest = applicant if not resume else {k: v for k, v in applicant.items() if k != "resume"}
    yield from flatten(rest, "applicant")
    file = table(resume, "file")
    if upload := _upload("resume", file):
        yield "resume", upload
    else:
        yield from _rendering(resume)
    for name, value in resume.items():
        is_told = name in {*_RENDERINGS, "file"} or (name == "json" and isinstance(value, dict))
        if value and not is_told:
            yield f"resume.{name}", text(value)


def _rendering(resume: dict[str, Any]) -> Pairs:
    """A résumé without a file, as one."""
    for name in _RENDERINGS:
        if isinstance(resume.get(name), str) and resume[name].strip():
            content = resume[name].encode("utf-8", "replace")
            yield "resume", Upload("resume", "Indeed resume.txt", content)
            return


def _upload(field: str, value: Any) -> Upload | None:
    """The file that {"contentType", "data", "fileName"} is."""
    if not isinstance(value, dict) or not isinstance(value.get("data"), str):
        return None
    return Upload(field, text(value.get("fileName")), value["data"])


def _answers(document: dict[str, Any]) -> Pairs:
    """Questions with their answers, in Indeed's order, wherever this version keeps them."""
    for place in _ANSWERS:
        section = document.get(place)
        yield from list(_section(section)) or flatten(section, place)


def _section(section: Any) -> Pairs:
    asked = table(section)
    for row in rows(section) or rows(asked.get("questionsAndAnswers")):
        written = table(row, "question").get("format")
        yield from _answer(_wording(row.get("question")), _dated(row.get("answer"), written))
    wordings = {text(one.get("id")): _wording(one) for one in rows(asked.get("questions"))}
    for row in rows(asked.get("answers")):
        known = text(row.get("id"))
        yield from _answer(wordings.get(known) or known, row.get("value", row.get("values")))


def _dated(answer: Any, written: Any) -> Any:
    """A day as ISO 8601 writes it, where the question says how it is written: dd/MM/yyyy."""
    if not (isinstance(answer, str) and isinstance(written, str)):
        return answer
    pattern = written.replace("yyyy", "%Y").replace("MM", "%m").replace("dd", "%d")
    try:
        return datetime.strptime(answer.strip(), pattern).date().isoformat()  # noqa: DTZ007
    except ValueError:
        return answer


def _wording(question: Any) -> str:
    """The question's words; its id where it has none."""
    if not isinstance(question, dict):
        return text(question)
    return text(question.get("question") or question.get("text") or question.get("id"))


def _answer(question: str, given: Any) -> Pairs:
    """One pair, or several where several answers were chosen. A choice has a value for programs
    and a label for people."""
    name = question or "question"
    for one in given if isinstance(given, list) else [given]:
        if upload := _upload(name, one):
            yield name, upload
        elif isinstance(one, dict):
            yield name, text(one.get("label") or one.get("value") or one)
        elif one is not None:
            yield name, text(one)


def _rest(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    told = {"applicant", "job", "id", *_ANSWERS}
    yield from flatten({name: value for name, value in document.items() if name not in told})


INDEED = Sender(
    read=read,
    verify=verify,
    answer=answer,
    setup="Give Indeed {url} as the jobs' indeed-apply-postUrl.\n"
    "This source's secret is the API secret that belongs to the indeed-apply-apiToken.",
)
