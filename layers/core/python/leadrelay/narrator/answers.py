"""What somebody answered, a line for each question; what belongs together stands together."""

import re
from collections.abc import Iterable, Iterator, Mapping

from leadrelay.lead import Lead
from leadrelay.narrator.labels import is_vague, pair
from leadrelay.narrator.links import without_secrets
from leadrelay.narrator.style import Style
from leadrelay.narrator.values import said
from leadrelay.narrator.words import Words, words
from leadrelay.nobody import words as listed
from leadrelay.plumbing import is_nothing, is_plumbing

OF_JOB = ("job.jobCompany", "job.jobLocation", "job.jobUrl")  # Indeed's names
_FORM_IS_CALLED = listed("form title name")
_NAME = listed("name fullname nom nombre naam nome nachname vorname")
_THEIRS = listed(
    """
    what s is are the your you my full first last whole complete contact and
    wie ist ihr dein lautet ganzer vollständiger und
    quel est votre complet prénom et cuál es su tu completo apellidos y
    """
)
_A_SENTENCE = 4  # words: so many nobody says twice by chance
_PART = re.compile(r"(\d+)\.\d+")
_ITEM = re.compile(
    r"(?P<of>[^.\[\]].*?)[.\[](?P<number>\d+)\]?[.\[](?P<part>[^.\[\]\d][^\[\]]*)\]?"
)
_SPEAKERS = listed("from author sender speaker role user by")


type _Items = dict[str, dict[str, str]]
"""Several things of a kind by their numbers, such as employers, each with its parts."""


def lines(lead: Lead, style: Style) -> Iterator[str]:
    single, several = _apart(_folded(worth_telling(lead)))
    for name in dict.fromkeys((*single, *several)):
        if name in single:
            yield _line(name, said(single[name], style, name), style)
        if name in several:
            yield _items(name, several[name], style)


def worth_telling(lead: Lead) -> Iterator[tuple[str, str]]:
    """The answers that aren't told already: the address under the question that asked for it."""
    same, named = _told_already(lead), (lead.full_name or "").casefold()
    of_job = OF_JOB if lead.job else ()
    for name, value in lead.extra.items():
        if not (
            name in of_job
            or value.strip().casefold() in same
            or (value.strip().casefold() == named and _asks_for_a_name(name))
            or _names_the_form(name, value, lead)
            or is_nothing(value)
            or is_plumbing(name, value)
        ):
            yield name, value


def _told_already(lead: Lead) -> set[str]:
    """What no other answer is by chance: "Yes" may be the message, and answer a question too."""
    told = {lead.email or "", lead.phone or ""}
    if len((lead.message or "").split()) >= _A_SENTENCE:
        told.add((lead.message or "").strip())
    return {text.casefold() for text in told if text}


def _asks_for_a_name(question: str) -> bool:
    """For theirs: whoever is the account's holder, too, is told so."""
    asked = {*re.findall(r"[^\W\d_]+", question.casefold())}
    return bool(asked & _NAME) and asked <= _NAME | _THEIRS


def _names_the_form(name: str, value: str, lead: Lead) -> bool:
    asked = re.findall(r"[a-z]+", name.lower())
    return value == lead.form and not set(asked) - _FORM_IS_CALLED


def _folded(answers: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """A box's own text stands behind its question ("Which roles? Permanent": "Permanent"), and of
    what is only numbered the parts of one answer stand together (4.1 and 4.2)."""
    folded: dict[str, str] = {}
    for name, value in answers:
        asked = name
        if value and name.endswith(f" {value}") and len(name) > len(value) + 1:
            asked = name.removesuffix(value).rstrip()
        elif numbered := _PART.fullmatch(name):
            asked = numbered[1]
        folded[asked] = f"{folded[asked]}, {value}" if asked in folded else value
    return folded


def _apart(answers: Mapping[str, str]) -> tuple[dict[str, str], dict[str, _Items]]:
    """Single answers, and the parts of numbered things: employers.0.name, employers.0.city."""
    single: dict[str, str] = {}
    several: dict[str, _Items] = {}
    for name, value in answers.items():
        found = _ITEM.fullmatch(name)
        if found and not is_vague(found["of"]):
            items = several.setdefault(found["of"], {})
            items.setdefault(found["number"], {})[found["part"]] = value
        else:
            single[name] = value
    return single, several


def _items(name: str, items: _Items, style: Style) -> str:
    """ "Tags: hot, nurse"; what has several parts each below their name."""
    known = words(style.language)
    told = [_item(parts, style, known) for parts in items.values()]
    if len(told) == 1:
        return _line(name, told[0], style)
    if all(len(parts) == 1 for parts in items.values()) and not re.search(r"[,\n]", "".join(told)):
        return _line(name, ", ".join(told), style)
    return _line(name, "\n".join(f"– {one}" for one in told), style)


def _item(parts: Mapping[str, str], style: Style, known: Words) -> str:
    told = {name: said(value, style, name) for name, value in parts.items()}
    speakers = [name for name in told if name.lower() in _SPEAKERS]
    said_by = [name for name in told if is_vague(name)]
    if len(told) == len(speakers) + len(said_by) == 2 and speakers:  # a pair
        return known.pair.format(label=told[speakers[0]], value=told[said_by[0]])
    named = (text if is_vague(name) else pair(name, text, known) for name, text in told.items())
    return ", ".join(named)


def _line(name: str, value: str, style: Style) -> str:
    return pair(name, without_secrets(value), words(style.language))
