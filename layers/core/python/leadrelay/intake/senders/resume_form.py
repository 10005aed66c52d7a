"""An application with files: an apply form's multipart, or JSON that holds them as base64."""

from leadrelay.intake.body.content import Body
from leadrelay.intake.body.read import read_bodies
from leadrelay.intake.files.accept import keep_files, take_files
from leadrelay.intake.limits import WITH_BASE64_FILES, WITH_FILES
from leadrelay.intake.request import Request
from leadrelay.intake.senders import PROGRAMS_WINDOW, Sender, Submission
from leadrelay.sources import Source


def read(request: Request, source: Source) -> tuple[Submission, ...]:
    """One application, or several in a list. A file that can't be taken is refused where somebody
    can choose a better one: in a form, or by a page's script, which has an Origin. From a program,
    which would only give up, the person is kept without it."""
    json = "json" in request.headers.get("content-type", "").lower()
    bodies = read_bodies(request, WITH_BASE64_FILES if json else WITH_FILES)
    return tuple(_read(body, source, told="origin" in request.headers) for body in bodies)


def _read(body: Body, source: Source, *, told: bool) -> Submission:
    look = take_files if told or body.document is None else keep_files
    files, missing = look(body.files, source)
    return Submission(body.fields + missing, body.document, files=files + body.texts)


MULTIPART = Sender(
    read=read,
    setup='Set the form\'s tag to <form method="post" enctype="multipart/form-data" '
    'action="{url}">.\n'
    'Call the file\'s input "resume" or "cv"; docs/website.md has a script for files over 4 MB.',
)
JSON_RESUME = Sender(
    read=read,
    window=PROGRAMS_WINDOW,
    setup='Post JSON to {url}, with the file as {"resume": {"filename": "cv.pdf", '
    '"data": "<base64>"}}.\n'
    "The source's secret goes where its `token` says, for example into a header.",
)
