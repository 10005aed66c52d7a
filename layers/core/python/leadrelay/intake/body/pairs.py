"""Lists of questions with their answers, in any JSON: what was asked is the name of the answer.

Fillout, HubSpot's forms, Meta's field_data, Calendly's questions_and_answers and many others send
`[{"name": "email", "value": "…"}]`, or such as the members of an object.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from leadrelay.intake.body.json_fields import members, read_objects, scalar
from leadrelay.intake.body.lenient_json import is_wrapped
from leadrelay.intake.body.members import merge_members
from leadrelay.intake.body.printed import is_printed, read_printed
from leadrelay.intake.body.xml_fields import read_elements
from leadrelay.intake.limits import Limits, too_large
from leadrelay.intake.meaning.field_names import NAME, meaning

# For people first; without case and marks.
_ASKED = [
    *("label", "title", "question", "heading", "name", "key", "slug", "field"),
    *("fieldlabel", "fieldname", "fieldtype", "columnname", "columnid", "questiontext"),
    *("attribute", "attributename", "property", "propertyname"),
]
_ANSWERED = [
    *("value", "values", "answer", "answers", "content", "response"),
    *("stringvalue", "textvalue", "fieldvalue", "answertext", "answerdetails"),
]
_PLACES = {"fields", "answers", "questions", "responses", "values", "items", "form_fields"}
# What stands beside a name in a person, and beside none of a question.
_OF_A_PERSON = {"email", "phone", "message", "firstname", "lastname", "fullname"}
_WHO = {NAME, "full_name", "first_name", "last_name", "email", "phone"}
_NUMBERED = re.compile(r"\.\d+$")
_PLACED = re.compile(r"([^\[\].]{1,60})[.\[](\d{1,4})(?:\.|\]\[|\]\.)([A-Za-z_-]{1,20})\]?")
_TOLD = {"value", "answer", "text", "label"}  # the one member of an answer that is an object


def is_written(text: str) -> bool:
    """Whether a text looks like one that `read_submissions` reads."""
    start = text[:1_000].lstrip()
    return start.startswith(("{", "[", "<?xml")) or is_wrapped(start) or is_printed(start)


def read_submissions(text: str, limits: Limits) -> list[dict[str, Any]]:
    """What `read_objects` reads of JSON, `read_elements` of XML, or `read_printed`: each is a
    submission. But a list of fields, as jQuery's serializeArray makes it, is one. Raises
    Rejected."""
    if is_printed(text):
        return [read_printed(text, limits)]
    read = read_elements if text.lstrip("\ufeff \t\r\n")[:1] == "<" else read_objects
    found = _without_cover(read(text, limits))
    return [{"fields": found}] if len(found) > 1 and are_pairs(found) else found


def _without_cover(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """{"items": [{…}, {…}]} with nothing beside the list is that list, if each is of a person."""
    (only,) = found[0].values() if len(found) == len(found[0]) == 1 else (None,)
    if not isinstance(only, list) or not only or are_pairs(only):
        return found
    return only if all(isinstance(one, dict) and _is_person(one) for one in only) else found


def _is_person(document: Mapping[str, Any]) -> bool:
    return any(meaning(name) in _WHO for name in document)


def read_fields(document: dict[str, Any], limits: Limits) -> list[tuple[str, str]]:
    """The fields of a JSON document. Raises Rejected (413) when it has too many."""
    found = list(islice(named(document), limits.fields + 1))
    if len(found) > limits.fields:
        raise too_large(f"The JSON may hold at most {limits.fields} values.")
    return found


def named(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """As `flatten`, but every answer has its question for a name. What else is told of a question
    has its path for a name, as everything else has."""
    if not isinstance(value, dict | list):
        yield from scalar(value, name)
        return
    place = name.rpartition(".")[2]
    if isinstance(value, dict) and sorted(value) in (["part", "value"], ["type", "value"]):
        yield from _qualified(value, name)
        return
    if isinstance(value, dict) and _is_union(value):  # developers.notion.com, "Page properties"
        value = {key: _bare(one) for key, one in value.items()}
        yield from named(value.pop(value["type"]), name)
    asked = are_pairs(value, place)
    for part, member in members(value):
        path = ".".join(filter(None, (name, part)))
        if not asked:
            yield from named(member, path)
            continue
        question, answer = _question(member, place, part), _first(member)
        yield from named(_bare(member.get(answer)), question)
        rest = {key: one for key, one in member.items() if key != answer and one != question}
        yield from named(rest, path)


def _is_union(value: dict[str, Any]) -> bool:
    """{"id": "a", "type": "email", "email": "jane@example.com"}, and nothing more."""
    kind = value.get("type")
    return isinstance(kind, str) and value.keys() - {"id", "type"} == {kind}


def _qualified(value: Mapping[str, Any], name: str) -> Iterator[tuple[str, str]]:
    """`<name part="first">Jane</name>`, as ADF has it (adfxml.info), and a type beside a number."""
    plain = _NUMBERED.sub("", name)
    (kind,) = value.keys() - {"value"}
    whose = f"{plain.rpartition('.')[2]} {value[kind]}"
    is_told = isinstance(value[kind], str) and meaning(whose)
    yield from named(value["value"], whose if is_told else plain)
    if not is_told:
        yield from named(value[kind], f"{name}.{kind}")


def paired(fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The same of a form, as PHP and jQuery write it: `fields[0][name]` and `fields[0][value]`."""
    lists: dict[str, dict[str, list[tuple[str, Any]]]] = {}
    for name, value in fields:
        if place := _PLACED.fullmatch(name):
            lists.setdefault(place[1], {}).setdefault(place[2], []).append((place[3], value))
    asked = {name: list(map(merge_members, items.values())) for name, items in lists.items()}
    asked = {name: items for name, items in asked.items() if are_pairs(items)}
    if not asked:
        return fields
    placed = ((_PLACED.fullmatch(name), (name, value)) for name, value in fields)
    rest = [pair for place, pair in placed if place is None or place[1] not in asked]
    return [*rest, *(pair for name, items in asked.items() for pair in named(items, name))]


def are_pairs(value: Any, place: str = "") -> bool:
    """Whether these are questions with their answers: all of a list, or of an object that has
    several, or stands where such an object stands."""
    found = list(value.values()) if isinstance(value, dict) else value
    if not all(isinstance(one, dict) and _is_question(one) for one in found):
        return False
    answered = any(map(_first, found))
    return answered and (isinstance(value, list) or len(found) > 1 or place in _PLACES)


def _is_question(value: Mapping[str, Any]) -> bool:
    beside = _plain(value).keys() - {*_ASKED, *_ANSWERED}
    return bool(_words(value)) and beside.isdisjoint(_OF_A_PERSON)


def _plain(value: Mapping[str, Any]) -> dict[str, str]:
    """The names of its members, by what they are without case and marks."""
    return {re.sub(r"[-_]", "", name.lower()): name for name in value}


def _bare(answer: Any) -> Any:
    """[{"text": "Jane"}] is just Jane, and so is {"textQuestionAnswer": {"answer": "Jane"}}."""
    while isinstance(answer, dict) and len(answer) == 1 and not meaning(next(iter(answer))):
        (answer,) = answer.values()
    if not isinstance(answer, list):
        return answer
    if answer and all(isinstance(one, dict) and "plain_text" in one for one in answer):
        return "".join(str(one["plain_text"]) for one in answer)
    alone = all(isinstance(one, dict) and len(one) == 1 and one.keys() <= _TOLD for one in answer)
    return [next(iter(one.values())) for one in answer] if alone else answer


def _question(value: Mapping[str, Any], place: str, part: str) -> str:
    """What it is called for people, or for programs, whichever is understood: `{"label": "work"}`
    among `emails` is one of them."""
    words = _words(value)
    ways = *words, f"{place} {words[0]}", "" if part.isdigit() else part
    return next(filter(meaning, ways), words[0])


def _words(value: Mapping[str, Any]) -> list[str]:
    names = _plain(value)
    given = (value[names[name]] for name in _ASKED if name in names)
    return [text for text in given if isinstance(text, str) and text.strip()]


def _first(value: Mapping[str, Any]) -> str:
    """The name of the member that is the answer; "" if none is."""
    names = _plain(value)
    return next((names[name] for name in _ANSWERED if name in names), "")
