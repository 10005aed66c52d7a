"""Unbounce: a form post whose field `data.json` holds the answers, each in a list of one."""

from leadrelay.intake.body import documents
from leadrelay.intake.body.read import read_body
from leadrelay.intake.request import Request
from leadrelay.intake.senders import PROGRAMS_WINDOW, Sender, Submission
from leadrelay.sources import Source

_TWICE = {"data.json", "data.xml"}
_OF_PAGES = {"ip_address", "page_uuid", "variant", "time_submitted", "date_submitted", "page_name"}
_OF_PAGES |= {"page_url"}


def read(request: Request, _source: Source) -> Submission:
    """The page's field names name the answers; what the post says beside them comes last."""
    outer = dict(read_body(request).fields)
    answers = documents.embedded(outer.get("data.json", ""))
    said = documents.pairs({k: v for k, v in answers.items() if k not in _OF_PAGES})
    about = [(k, v) for k, v in outer.items() if k not in _TWICE and k not in answers]
    about += documents.pairs({k: v for k, v in answers.items() if k in _OF_PAGES})
    return documents.submission(said, answers, about=about, form=outer.get("page_name"))


UNBOUNCE = Sender(
    read=read,
    window=PROGRAMS_WINDOW,
    setup="In the page: Integrations > Webhooks > Add: {url}?k=<the source's secret>\n"
    'Unbounce signs nothing: set token = "query:k".',
)
