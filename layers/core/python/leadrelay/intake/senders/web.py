"""A form or a script on a web page: nothing is signed, and the body says itself what it is."""

from leadrelay.intake.body.read import read_bodies
from leadrelay.intake.meaning.values import is_dummy
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Sender, Submission
from leadrelay.sources import Source


def read(request: Request, _source: Source) -> tuple[Submission, ...]:
    """A form's post, or JSON sent by fetch or sendBeacon: one submission, or several in a list."""
    return tuple(
        Submission(
            body.fields, body.document, test=any(is_dummy(value) for _, value in body.fields)
        )
        for body in read_bodies(request)
    )


HTML = Sender(
    read=read,
    setup='Set the form\'s tag to <form method="post" action="{url}">.\n'
    "If it names `origins`, the page's has to be among them. docs/website.md has a script for it.",
)
JSON = Sender(
    read=read,
    setup='Send JSON: fetch("{url}", {method: "POST", body: JSON.stringify(fields)}).\n'
    "If it names `origins`, the page's has to be among them: all else is put aside.",
)
