"""A form or a script on a web page: nothing is signed, and the body says itself what it is."""

from leadrelay.intake.body.read import read_body
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Sender, Submission
from leadrelay.sources import Source


def read(request: Request, _source: Source) -> Submission:
    """One submission: a form's post, or JSON sent by fetch or sendBeacon."""
    body = read_body(request)
    return Submission(body.fields, body.document)


HTML = Sender(
    read=read,
    setup='Set the form\'s tag to <form method="post" action="{url}">.\n'
    "Add the page's origin to `origins` if a script sends the form.",
)
JSON = Sender(
    read=read,
    setup='Send JSON: fetch("{url}", {method: "POST", body: JSON.stringify(fields)}).\n'
    "Add the page's origin to `origins`; without a Content-Type there is no preflight.",
)
