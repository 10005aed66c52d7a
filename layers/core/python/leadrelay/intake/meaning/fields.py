"""From what a sender calls its fields to the fields of a lead, and `extra` for all the rest."""

from collections.abc import Iterable, Mapping
from typing import Any

from leadrelay.intake.body.json_fields import flatten
from leadrelay.intake.body.text import tidy
from leadrelay.intake.keeping.fingerprint import is_said
from leadrelay.intake.limits import LIMITS
from leadrelay.intake.meaning.field_names import NAME, meaning
from leadrelay.intake.meaning.phones import e164, split_extension
from leadrelay.intake.senders import Submission
from leadrelay.sources import Source


def to_lead_fields(submission: Submission, source: Source) -> dict[str, Any]:
    """The lead's fields, as `Lead` takes them; {} when nothing was filled in.

    What the source's `fields` table says comes first, then the names everybody uses. Of two
    values for one field the first counts, and the other goes to `extra` like all the rest.
    Only what `is_said` excludes is left out.
    """
    given = _given(submission.fields, source)
    found, used = _configured(given, submission.document, source)
    names = [name for name in given if name not in used] if submission.guess else []
    meanings = _meanings(names, found.keys())
    extra: dict[str, str] = {}
    for name, value in given.items():
        if name in used or not value:
            continue
        field = meanings.get(name)
        if field and field not in found:
            found[field] = value
        else:
            extra[name] = value
    return _shape(found, extra, source)


def _given(fields: Iterable[tuple[str, str]], source: Source) -> dict[str, str]:
    """Every field once, its values stripped and joined; empty ones too, for what their names
    tell about the others."""
    values: dict[str, list[str]] = {}
    for name, value in fields:
        if is_said(name, source):
            values.setdefault(_bare(name), []).append(value.strip())
    return {name: ", ".join(filter(None, all_of_it)) for name, all_of_it in values.items()}


def _bare(name: str) -> str:
    """PHP's `name[]` is only a way to send several values; and a field must be called something."""
    return name.strip().removesuffix("[]") or "unnamed"


def _configured(
    given: Mapping[str, str], document: Any, source: Source
) -> tuple[dict[str, str], set[str]]:
    """What the source's own table finds, and the sender's names that are used up by it."""
    found: dict[str, str] = {}
    used: set[str] = set()
    for field, wanted in source.fields.items():
        name = _bare(wanted)
        if name in given:
            used.add(name)
            value = given[name]
        else:
            value = _search(wanted, document)
        if value:
            found[field] = value
    return found, used


def _search(expression: str, document: Any) -> str:
    """What a JMESPath finds in the sender's JSON, as text; "" when it finds nothing."""
    if document is None:
        return ""
    # Imported here because it takes 50 ms, and most sources name their fields plainly.
    import jmespath  # noqa: PLC0415 - see above

    try:
        result = jmespath.search(expression, document)
    except jmespath.exceptions.JMESPathError:
        return ""  # a plain name such as "E-Mail", of a field that was left out this time
    text = ", ".join(value for _, value in flatten(result))
    return tidy(text, LIMITS.field_bytes)[0].strip()


def _meanings(names: list[str], configured: Iterable[str]) -> dict[str, str | None]:
    """What each name stands for; a bare "name" depends on the names around it."""
    meanings = {name: meaning(name) for name in names}
    known = {*meanings.values(), *configured}
    match "first_name" in known, "last_name" in known:
        case True, False:
            whole = "last_name"
        case False, True:
            whole = "first_name"
        case _:
            whole = "full_name"
    return {name: whole if field == NAME else field for name, field in meanings.items()}


def _shape(found: dict[str, str], extra: dict[str, str], source: Source) -> dict[str, Any]:
    if "email" in found:
        mailbox, at, domain = found["email"].rpartition("@")
        found["email"] = mailbox + at + domain.lower() if at else domain
    if "phone" in found:
        number, extension = split_extension(e164(found.pop("phone"), source.default_region))
        if number:
            found["phone"] = number
        if extension:
            extra.setdefault("phone_extension", extension)
    tracked = [name for name in found if name.startswith("tracking.")]
    tracking = {name.removeprefix("tracking."): found.pop(name) for name in tracked}
    open_fields = {"tracking": tracking, "extra": extra}
    return found | {name: values for name, values in open_fields.items() if values}
