"""Contact Form 7 with "CF7 to Webhook": JSON of form tags, or a text of the agency's own making."""

from typing import Any

from leadrelay.errors import Rejected
from leadrelay.intake.body import documents
from leadrelay.intake.body.content import TRUNCATED
from leadrelay.intake.body.json_fields import flatten
from leadrelay.intake.body.text import decode
from leadrelay.intake.meaning.field_names import meaning
from leadrelay.intake.request import Request
from leadrelay.intake.senders import PROGRAMS_WINDOW, Sender, Submission
from leadrelay.sources import Source

_LINES = 500  # that are looked at; a template has fewer
_LABEL = 40  # characters; a longer one is a sentence with a colon


def read(request: Request, _source: Source) -> Submission:
    """The form's tags name the answers (plugin source, mariovalney/cf7-to-zapier). A template
    that isn't JSON is read by its lines, for the plugin sends nothing twice."""
    try:
        document = documents.read(request)
    except Rejected as rejected:
        sent_as = request.headers.get("content-type", "").strip().lower()
        if rejected.status != 400 or not sent_as.startswith("text/plain") or not request.body:
            raise
        return documents.submission(_lines(decode(request.body)), None)
    found = [pair for name, value in document.items() for pair in _answer(name, value)]
    return documents.submission(found, document)


def _lines(text: str) -> list[tuple[str, str]]:
    """A template of lines such as "Name: Jane"; what is no such line, or means no field of a
    lead, is the message."""
    told: list[tuple[str, str]] = []
    rest: list[str] = []
    for number, line in enumerate(text.splitlines()):
        label, colon, value = line.partition(":")
        known = (
            number < _LINES
            and colon
            and value.strip()
            and len(label) <= _LABEL
            and meaning(label.strip())
        )
        if known:
            told.append((label.strip(), value.strip()))
        else:
            rest.append(line)
    message = "\n".join(rest).strip("\n")
    return [*told, ("message", message)] if message else told


def _answer(name: str, value: Any) -> list[tuple[str, str]]:
    """A file comes as its URL, or whole, as {filename, content}: then only its name is kept."""
    files = [value] if isinstance(value, dict) else documents.rows(value)
    if files and all({"filename", "content"} <= file.keys() for file in files):
        names = documents.text([documents.text(file["filename"]) for file in files])
        return [(name, names), (TRUNCATED, f"the file {names}: post it to /resumes")]
    return list(flatten(value, name))


CF7 = Sender(
    read=read,
    window=PROGRAMS_WINDOW,
    setup="In the form's Webhook tab: {url}, method POST; the answer's text is not shown.\n"
    'Nothing is signed: add a header line such as "X-Token: <the source\'s secret>" there, and '
    'set token = "header:X-Token".',
)
