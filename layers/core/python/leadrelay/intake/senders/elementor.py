"""Elementor Pro forms: a form post, simple or with "Advanced Data"."""

import re
from collections.abc import Iterator

from leadrelay.intake.body.read import read_body
from leadrelay.intake.request import Request
from leadrelay.intake.senders import PROGRAMS_WINDOW, Sender, Submission
from leadrelay.sources import Source

_PART = re.compile(r"(form|fields|meta)\[([^\]]*)\](?:\[(\w+)\](?:\[\d*\])?)?")


def read(request: Request, _source: Source) -> Submission:
    """Simple: the labels name the answers. Advanced: so do the titles, or the ids of fields that
    have none; what Elementor adds of the page is called by its id (page_url)."""
    body = read_body(request)
    parts = [(_PART.fullmatch(name), name, value) for name, value in body.fields]
    advanced = {
        (part[1], part[2], part[3] or ""): value for part, _, value in parts if part is not None
    }
    if not any(group == "fields" for group, _, _ in advanced):
        return Submission(body.fields)
    rest = [(name, value) for part, name, value in parts if part is None]
    return Submission((*_named(advanced), *rest))


def _named(advanced: dict[tuple[str, str, str], str]) -> Iterator[tuple[str, str]]:
    for (group, name, part), value in advanced.items():
        if group == "form":
            yield f"form_{name}", value
        elif part == "value" and group == "fields":
            yield advanced.get((group, name, "title"), "").strip() or name, value
        elif part == "value":
            yield name, value


ELEMENTOR = Sender(
    read=read,
    window=PROGRAMS_WINDOW,
    setup="In the form widget: Actions After Submit > Webhook: {url}?k=<the source's secret>\n"
    'Elementor signs nothing: set token = "query:k".',
)
