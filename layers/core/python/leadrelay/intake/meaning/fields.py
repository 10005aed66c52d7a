"""From what a sender calls its fields to the fields of a lead, and `extra` for all the rest."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from leadrelay.intake.body.json_fields import flatten
from leadrelay.intake.body.text import clean
from leadrelay.intake.keeping.unsaid import is_said
from leadrelay.intake.meaning.by_value import find_by_value, find_name
from leadrelay.intake.meaning.envelope import (
    bare,
    form_name,
    not_theirs,
    of_account,
    technical_of,
    wording,
)
from leadrelay.intake.meaning.field_names import (
    AREA_CODE,
    DIAL_CODE,
    SECOND_SURNAME,
    SURNAME_PREFIX,
)
from leadrelay.intake.meaning.phones import split_extension
from leadrelay.intake.meaning.readings import Countries, Offer, choose
from leadrelay.intake.meaning.together import meanings
from leadrelay.intake.meaning.values import is_nothing
from leadrelay.intake.meaning.whole_name import parts_of
from leadrelay.intake.senders import Submission
from leadrelay.sources import Source

_OF_NUMBERS = {DIAL_CODE, AREA_CODE}
_UNTICKED = {"0", "false", "off", "no", "n"}
_TICKED = {"1", "true", "on", "yes", "y"}

_IN_QUOTES = re.compile(r"'([^']+)'|\"([^\"]+)\"")

type _Offers = dict[str, list[Offer]]  # of each lead field, the surest first


def to_lead_fields(submission: Submission, source: Source) -> dict[str, Any]:
    """The lead's fields, as `Lead` takes them; {} when nothing was filled in.

    What the sender's format names for certain comes first, then what the source's `fields` table
    says, then the names everybody uses. Of several values for one field the first counts that is
    such a thing, an address for `email`, a number for `phone`; all else goes to `extra` under the
    sender's own name. Only what `is_said` excludes is left out.
    """
    given = _given([*submission.fields, *submission.about], source)
    offers, used = _known(given, submission, source)
    names = [name for name in given if name not in used] if submission.guess else []
    told = meanings(names, offers.keys()) | not_theirs(submission)
    account = of_account(given)
    told |= dict.fromkeys(account)
    extra: dict[str, str] = {}
    for name in given:
        value, field = given[name], told.get(name)
        if value and field and field not in _OF_NUMBERS:
            offers.setdefault(field, []).append(Offer(name, value))
        elif value and name not in used:
            extra[name] = value
    countries = _countries(offers, given, told, source)
    found: dict[str, str] = {}
    labels: dict[str, str] = {}
    for field, offered in offers.items():
        chosen, rest = choose(field, offered, countries)
        if chosen:
            found[field], labels[field] = chosen.value, chosen.offer.name
        for offer in rest:
            _put(extra, offer, field)
    extra = {name: extra[name] for name in (*given, *extra) if name in extra}  # as it was asked
    of_nobody = {name: extra.pop(name) for name in account if name in extra}
    find_name(found, extra)
    if submission.guess:
        find_by_value(found, extra, told, source)
    extra |= of_nobody
    found |= parts_of(found, labels.get("full_name", ""), source)
    found |= wording(offers.get("consent", ())) | form_name(extra)
    technical = technical_of(extra, submission)
    return _shape(found, extra, submission.lead) | technical


def _known(
    given: Mapping[str, str], submission: Submission, source: Source
) -> tuple[_Offers, set[str]]:
    """What the sender's format and the source's own table say, and the names used up by it."""
    offers: _Offers = {
        field: [Offer(field, value)]
        for field, value in submission.lead.items()
        if isinstance(value, str)
    }
    used: set[str] = set()
    for field, wanted in source.fields.items():
        name = bare(wanted)
        if name in given:
            used.add(name)
            offer = Offer(name, given[name])
        else:
            offer = Offer(field, _search(wanted, submission.document))
            used |= {name for name in _quoted(wanted) if given.get(name) == offer.value != ""}
        if offer.value:
            offers.setdefault(field, []).append(offer)
    return offers, used


def _quoted(expression: str) -> set[str]:
    """The names that an expression asks for: [?question=='Which role?']."""
    return {one or other for one, other in _IN_QUOTES.findall(expression)}


def _countries(
    offers: _Offers, given: Mapping[str, str], told: Mapping[str, str | None], source: Source
) -> Countries:
    """Codes given beside the number; then the country the person lives in; then the source's."""
    codes = {field: given[name] for name, field in [*told.items()][::-1] if given[name]}
    own = [offer.value.upper() for offer in offers.get("country", []) if len(offer.value) == 2]
    regions = dict.fromkeys([*own[:1], source.default_region])
    return Countries(codes.get(DIAL_CODE, ""), tuple(regions), codes.get(AREA_CODE, ""))


def _put(extra: dict[str, str], offer: Offer, field: str) -> None:
    """Under its own name, beside what may stand there already; a link's tag that says "(none)" is
    nobody's answer."""
    if field.startswith("tracking.") and is_nothing(offer.value):
        return
    known = extra.get(offer.name)
    extra[offer.name] = f"{known}, {offer.value}" if known else offer.value


def _given(fields: Iterable[tuple[str, str]], source: Source) -> dict[str, str]:
    """Every field once, its values stripped and joined; empty ones too, for what their names
    tell about the others."""
    values: dict[str, list[str]] = {}
    for name, value in fields:
        if is_said(name, value, source):
            values.setdefault(bare(name), []).append(value.strip())
    return {name: ", ".join(_distinct(all_of_it)) for name, all_of_it in values.items()}


def _distinct(values: Iterable[str]) -> list[str]:
    """A page may hold a form twice, for two widths of screen, and a box has a hidden twin that
    says it isn't ticked: where it is, that one says nothing."""
    distinct = [value for value in dict.fromkeys(values) if value]
    ticked = [value for value in distinct if value.lower() not in _UNTICKED]
    is_box = len(distinct) == 2 and len(ticked) == 1 and ticked[0].lower() in _TICKED
    return ticked if is_box else distinct


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
    return clean(text).strip()


def _shape(
    found: dict[str, str], extra: dict[str, str], certain: Mapping[str, Any]
) -> dict[str, Any]:
    if number := certain.get("phone"):  # an exchange doesn't make numbers up, as people do
        found["phone"] = number
        extra.pop("phone", None)
    if "phone" in found:
        found["phone"], extension = split_extension(found["phone"])
        if extension:
            extra.setdefault("phone_extension", extension)
    surnames = [found.pop(part, "") for part in (SURNAME_PREFIX, "last_name", SECOND_SURNAME)]
    if any(surnames):
        found["last_name"] = " ".join(filter(None, surnames))
    tracked = [name for name in found if name.startswith("tracking.")]
    tracking = {name.removeprefix("tracking."): found.pop(name) for name in tracked}
    open_fields = {"tracking": {**tracking, **certain.get("tracking", {})}, "extra": extra}
    structured = {name: value for name, value in certain.items() if not isinstance(value, str)}
    return structured | found | {name: values for name, values in open_fields.items() if values}
