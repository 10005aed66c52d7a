"""Jotform: a multipart form whose part `rawRequest` holds the answers as JSON."""

import re
from collections.abc import Iterator
from typing import Any

from leadrelay.intake.body import documents
from leadrelay.intake.body.read import read_body
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Sender, Submission
from leadrelay.sources import Source

_QUESTION = re.compile(r"q\d+_(.+)", re.DOTALL)  # q3_fullName
_ABOUT = ("formTitle", "formID", "submissionID", "ip")

# What rawRequest says of the page and of the upload, not of the person.
_NOISE = {
    *("slug", "path", "buildDate", "submitSource", "submitDate", "timeToSubmit", "event_id"),
    *("jsExecutionTracker", "eventObserver", "uploadServerUrl", "temp_upload", "file_server"),
    *("target_env", "visitedPages", "validatedNewRequiredFieldIDs"),
}
_TIGHT = {"area", "country", "phone", "full"}  # the parts of a telephone number


def read(request: Request, _source: Source) -> Submission:
    """Questions are named after their unique names, less the number in front. `pretty` can't be
    split safely, so it only serves where there is no rawRequest."""
    outer = dict(read_body(request).fields)
    raw = documents.embedded(outer.get("rawRequest", ""))
    found = list(_answers(raw)) if raw else [("pretty", outer.get("pretty", ""))]
    if not any(value for _, value in found):
        raise documents.unlike("a Jotform submission")
    about = [(name, outer[name]) for name in _ABOUT if outer.get(name)]
    return documents.submission(
        found, raw, outer.get("submissionID"), about=about, form=outer.get("formTitle")
    )


def _answers(raw: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in raw.items():
        question = _QUESTION.fullmatch(name)
        label = question[1] if question else name
        if not isinstance(value, dict):
            if question or name not in _NOISE:
                yield label, documents.text(value)
        elif value.keys() <= _TIGHT:
            parts = (documents.text(value.get(part)) for part in ("country", "area", "phone"))
            yield label, documents.text(value.get("full")) or " ".join(filter(None, parts))
        elif question or name not in _NOISE:
            for part, inner in value.items():
                yield f"{label}.{part}", documents.text(inner)


JOTFORM = Sender(
    read=read,
    setup="In the form builder: Settings > Integrations > WebHooks: {url}?k=<the source's secret>\n"
    'Jotform signs nothing: set token = "query:k".',
)
