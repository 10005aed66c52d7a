"""Finding one's way in a vendor's JSON, of which nothing is certain but its good intentions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from leadrelay.errors import Rejected
from leadrelay.intake.body.content import finish
from leadrelay.intake.body.json_fields import flatten, read_json
from leadrelay.intake.body.read import read_document, read_documents
from leadrelay.intake.calls.times import moment
from leadrelay.intake.limits import Limits, too_large
from leadrelay.intake.meaning.field_names import is_exact, meaning
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Submission

# Vendors send the form's definition along with the answers, which is many times larger.
LIMITS = Limits(fields=2500)
_MOST = 500  # in a list; HubSpot's have at most 100 (developers.hubspot.com, "Webhooks")


def read(request: Request) -> dict[str, Any]:
    """The body as JSON. Raises Rejected."""
    return read_document(request, LIMITS)


def read_all(request: Request) -> list[dict[str, Any]]:
    """The same for a sender that puts several into a list. Raises Rejected (413) of too many."""
    found = read_documents(request, LIMITS)
    if len(found) > _MOST:
        raise too_large(f"A request may have at most {_MOST} leads.")
    return found


def embedded(value: Any) -> dict[str, Any]:
    """JSON that came as a string inside other JSON or a form; {} for "". Raises Rejected."""
    if isinstance(value, dict):
        return value
    return read_json(value, LIMITS) if isinstance(value, str) and value.strip() else {}


def table(value: Any, *path: str) -> dict[str, Any]:
    """The object at this path; {} where there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def rows(value: Any) -> list[dict[str, Any]]:
    """The objects in a list; [] where there is none."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def text(value: Any) -> str:
    """A value as one line of text: what a list or an object holds is joined, null is ""."""
    return ", ".join(part for _, part in flatten(value))


def pairs(value: dict[str, Any], *names: str) -> list[tuple[str, str]]:
    """(name, text) of these members, of all when none is named; absent and null ones are left
    out."""
    wanted = names or tuple(value)
    return [(name, text(value[name])) for name in wanted if value.get(name) is not None]


def by_type(
    found: list[tuple[str, str]], typed: Iterable[tuple[str, str]]
) -> list[tuple[str, str]]:
    """`found`, then the first answer of each type in `typed`, (lead field, value) pairs, for
    where no question's own words tell which one it is: "Where can we reach you?"."""
    first: dict[str, str] = {}
    for field, value in typed:
        if value:
            first.setdefault(field, value)
    return [*found, *first.items()]


def called(words: Any, *names: Any) -> str:
    """A question's own words; if only one of its names for programs is understood, that one; and
    where it has no words, its name."""
    asked, *given = (text(name).strip() for name in (words, *names))
    known = () if meaning(asked) else filter(is_exact, given)
    return next(filter(None, (*known, asked, *given)), "")


def submission(
    found: Iterable[tuple[str, str]],
    document: Any,
    *key: Any,
    about: Iterable[tuple[str, str]] = (),
    test: bool = False,
    **lead: Any,
) -> Submission:
    """A submission with clean fields. The key is made of all of `key`, or there is none when one
    of them is missing; `lead` are fields of it that the format names for certain."""
    parts = [text(part) for part in key]
    known = ":".join(parts) if parts and all(parts) else None
    certain = {name: value for name, value in lead.items() if value}
    fields, plumbing = finish(found), finish(about)
    return Submission(fields, document, known, about=plumbing, test=test, lead=certain)


def time(value: Any) -> datetime | None:
    """When something was done: ISO 8601 with a zone, or Unix seconds or milliseconds."""
    return moment(text(value))


def unlike(what: str) -> Rejected:
    return Rejected(400, "Unknown format", f"This is not {what}.")
