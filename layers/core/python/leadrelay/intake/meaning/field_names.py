"""What a sender's name for a field means: one of a lead's fields, or nothing that is known."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from leadrelay.intake.meaning.label_words import (
    AGREED_TO,
    AGREES,
    BESIDE,
    CLICK_IDS,
    NOBODYS,
    OTHERS,
)
from leadrelay.intake.meaning.vocabulary import (
    DIAL_CODE,
    NAME,
    NAMES,
    SECOND_SURNAME,
    SURNAME_PREFIX,
)
from leadrelay.nobody import words

__all__ = [
    "DIAL_CODE",
    "NAME",
    "SECOND_SURNAME",
    "SURNAME_PREFIX",
    "is_of_others",
    "meaning",
]


# What anything may have, not only a person: products.0.name, answers.1.question.
_VAGUE = {NAME, "job", "message", "subject", "state", "address1", "country", "website"}
_ONE_OF = re.compile(r"\b(contact|lead|candidate|customer|attendee|message)s\.0\.")
_IN_A_LIST = re.compile(r"[.\[]\d+[.\]]")
_LONGEST = 120  # a name longer than this is a text
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_TAG = re.compile(r"<[^<>]{0,80}>|&\w{1,8};")
_HINT = re.compile(r"\(([^()]*)\)|（([^（）]*)）")
_OR = re.compile(r"[/|;,、／]| or | oder | ou | o | of ", re.IGNORECASE)
_VACANCY = re.compile(
    r"\b(?:jobs?|vacancy|vacancies|positions?|postings?|requisition|opening)[.\[\]]+(?:\d+[.\[\]]+)?"
    r"(?:title|name)\]?$"
)
_FORM_FIELD = re.compile(r"\bform[-_ ]?fields?\b")
_COVER = re.compile(r"^event\.(?=[^.]+\.[^.]+\.)")  # of what a program tells, far above a person
_PERSONS = words("""
    candidate applicant contact lead customer client visitor subscriber invitee person requester
    prospect respondent emailaddress from profile
""")
_CLAUSE = re.compile(r"[?:–—\n]| - ")


@lru_cache(maxsize=1024)
def meaning(name: str) -> str | None:
    """The lead field (or "tracking.x", NAME, DIAL_CODE) that a sender's field name stands for."""
    if len(name) > _LONGEST:
        return None
    plain = _plain(_TAG.sub(" ", _ONE_OF.sub(r"\1.", name)))
    bare, hints = _HINT.sub(" ", plain), " ".join(map("".join, _HINT.findall(plain)))
    found = _hinted(_of_label(bare), bare, hints) if hints else _of_label(plain)
    return (
        None
        if found in _VAGUE and _IN_A_LIST.search(plain) and not _VACANCY.search(plain)
        else found
    )


def is_exact(name: str) -> bool:
    """Whether it is what a lead's field is called, and nothing more: not `question_a5`. A `role`
    may be one that is looked for."""
    found = _MEANINGS.get("".join(_split(_plain(name[:_LONGEST]))))
    return found is not None and found not in {"job", "job_title"}


def is_of_others(name: str) -> bool:
    """Whether a name says that a value is somebody else's than the person's who is the lead."""
    told = _COVER.sub("", _FORM_FIELD.sub(" ", name[:_LONGEST]))
    return not OTHERS.isdisjoint(_split(_plain(told)))


_LETTERS = str.maketrans({"ß": "ss", "ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})


def _plain(text: str) -> str:
    """Without accents; ß is ss."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(c for c in apart if not unicodedata.combining(c))


def _split(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _hinted(found: str | None, bare: str, hints: str) -> str | None:
    """What stands in brackets behind a name says which one: Name (First), Address (City); or
    whose: Email (of your manager)."""
    if with_hint := _of_words(_split(f"{bare} {hints}")):
        return with_hint
    if is_of_others(hints):
        return None
    hinted = _of_label(hints)
    return hinted if hinted and found in {None, NAME, "address1"} else found


def _of_label(label: str) -> str | None:
    """A whole label, or what its alternatives have in common ("Nachname / Last name"), or its
    first clause ("E-mail: we never share it"), or the last part of its path."""
    if _VACANCY.search(label):
        return "job"
    return (
        _of_words(_split(label))
        or _of_alternatives(label)
        or _of_clause(label)
        or _of_path(label)
        or _of_consent(label)
    )


def _of_consent(label: str) -> str | None:
    """A sentence that agrees to how data are used, in its own words."""
    told = set(_split(label))
    return "consent" if told & AGREES and told & AGREED_TO else None


def _of_alternatives(label: str) -> str | None:
    parts = _OR.split(label)
    if len(parts) < 2:
        return None
    found = {_of_words(_split(part)) for part in parts} - {None}
    return found.pop() if len(found) == 1 and not is_of_others(label) else None


def _of_clause(label: str) -> str | None:
    first, *rest = _CLAUSE.split(label, maxsplit=1)
    return _of_words(_split(first)) if rest and not is_of_others(label) else None


def _of_path(label: str) -> str | None:
    """job_application[first_name], sectionB.email: the last part tells, unless a part before it
    says that it is about somebody or something else; a bare name could be anything's, unless that
    part is a person."""
    *before, last = re.split(r"[.\[\]]+", label.rstrip("]"))
    if not before or any(part.isdigit() for part in before):
        return None
    found = _of_words(_split(last))
    if is_of_others(".".join((*before, ""))):
        return None
    theirs = found in {NAME, "message"} and _is_person(before[-1])
    return found if theirs or found not in _VAGUE else None


def _is_person(part: str) -> bool:
    """customer, customerDetails; but no customer's bank."""
    told = _split(part)
    if "".join(told) in _PERSONS:
        return True
    return bool(_PERSONS & {*told}) and all(word in _PERSONS | BESIDE for word in told)


def _of_words(told: Sequence[str]) -> str | None:
    """The meaning of the words together, or without some at the ends that say nothing. The name
    beside an address is none: from.emailAddress.name."""
    if told[-1:] == ["name"] and {"email", "phone"} & {*told}:
        return None
    for some in _without_ends(told):
        joined = "".join(some)
        if joined in NOBODYS:
            return None
        if found := _MEANINGS.get(joined) or CLICK_IDS.get(joined):
            return found
        if joined.startswith("utm") and joined != "utm":
            return "tracking.utm_" + "_".join(some).removeprefix("utm").lstrip("_")
    return _of_each(told)


def _of_each(told: Sequence[str]) -> str | None:
    """What every word means that says something: "acceptance-gdpr"."""
    found = {_MEANINGS.get(word) for word in told if word not in BESIDE and not word.isdigit()}
    return found.pop() if len(found) == 1 else None


def _without_ends(told: Sequence[str]) -> Iterator[list[str]]:
    """The words, then fewer and fewer of them, as long as those left out are known to say nothing
    more: the first ones first, and then anew those first that mean nothing by themselves, for
    "full name 0" is no "0"."""
    for spared in ((), _MEANINGS):
        some = list(told)
        while some:
            yield some
            ends = [end for end in (0, -1) if some[end] in BESIDE or some[end].isdigit()]
            if not ends:
                break
            del some[next((end for end in ends if some[end] not in spared), ends[0])]


_MEANINGS = {
    "".join(_split(_plain(name))): field for field, names in NAMES.items() for name in names.split()
}
