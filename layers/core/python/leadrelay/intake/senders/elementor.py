"""Elementor Pro forms: a form post, simple or with "Advanced Data"."""

import re
from collections.abc import Iterator

from leadrelay.intake.body.read import read_body
from leadrelay.intake.request import Request
from leadrelay.intake.senders import PROGRAMS_WINDOW, Sender, Submission
from leadrelay.sources import Source

# What the widget's "Meta Data" adds to the simple form, in English and in the sender's names.
_META = frozenset({"Date", "Time", "Page URL", "User Agent", "Remote IP", "Powered by"})
_META |= {"form_id", "form_name"}
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
        said = tuple(pair for pair in body.fields if pair[0] not in _META)
        about = tuple(pair for pair in body.fields if pair[0] in _META)
        return Submission(said, about=about, lead=_form(dict(about).get("form_name", "")))
    rest = [(name, value) for part, name, value in parts if part is None]
    about = tuple(_about(advanced))
    form = advanced.get(("form", "name", ""), "")
    return Submission((*_answers(advanced), *rest), about=about, lead=_form(form))


def _form(name: str) -> dict[str, str]:
    return {"form": name} if name else {}


def _answers(advanced: dict[tuple[str, str, str], str]) -> Iterator[tuple[str, str]]:
    for (group, name, part), value in advanced.items():
        if part == "value" and group == "fields":
            yield advanced.get((group, name, "title"), "").strip() or name, value


def _about(advanced: dict[tuple[str, str, str], str]) -> Iterator[tuple[str, str]]:
    for (group, name, part), value in advanced.items():
        if group == "form":
            yield f"form_{name}", value
        elif group == "meta" and part == "value":
            yield name, value


ELEMENTOR = Sender(
    read=read,
    window=PROGRAMS_WINDOW,
    setup="In the form widget: Actions After Submit > Webhook: {url}?k=<the source's secret>\n"
    'Elementor signs nothing: set token = "query:k".',
)
