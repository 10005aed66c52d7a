"""Unbounce: a form post whose field `data.json` holds the answers, each in a list of one."""

from leadrelay.intake.body import documents
from leadrelay.intake.body.read import read_body
from leadrelay.intake.request import Request
from leadrelay.intake.senders import PROGRAMS_WINDOW, Sender, Submission
from leadrelay.sources import Source

_TWICE = {"data.json", "data.xml"}


def read(request: Request, _source: Source) -> Submission:
    """The page's field names name the answers; what the post says beside them comes last."""
    outer = dict(read_body(request).fields)
    answers = documents.embedded(outer.get("data.json", ""))
    about = [(k, v) for k, v in outer.items() if k not in _TWICE and k not in answers]
    return documents.submission([*documents.pairs(answers), *about], answers)


UNBOUNCE = Sender(
    read=read,
    window=PROGRAMS_WINDOW,
    setup="In the page: Integrations > Webhooks > Add: {url}?k=<the source's secret>\n"
    'Unbounce signs nothing: set token = "query:k".',
)
