"""What a sender's name for a field means: one of a lead's fields, or nothing that is known."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from leadrelay.intake.meaning.label_words import (
    AGREED_TO,
    AGREES,
    BESIDE,
    CLICK_IDS,
    NOBODYS,
    NUMBERS,
    REACH,
)
from leadrelay.intake.meaning.vocabulary import (
    AREA_CODE,
    DIAL_CODE,
    NAME,
    NAMES,
    SECOND_SURNAME,
    SURNAME_PREFIX,
)
from leadrelay.intake.meaning.whose import (
    LONGEST,
    bare,
    is_of_others,
    is_of_programs,
    plain,
    split,
)
from leadrelay.nobody import words

__all__ = [
    "AREA_CODE",
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
_TAG = re.compile(r"<[^<>]{0,80}>|&\w{1,8};")
_HINT = re.compile(r"\(([^()]*)\)|（([^（）]*)）")
_OR = re.compile(r"[/|;,、／]| or | oder | ou | o | of ", re.IGNORECASE)
_VACANCY = re.compile(
    r"\b(?:jobs?|vacancy|vacancies|positions?|postings?|requisition|opening)[.\[\]]+(?:\d+[.\[\]]+)?"
    r"(?:title|name)\]?$"
)
_PERSONS = words("""
    candidate applicant contact lead customer client visitor subscriber invitee person requester
    prospect respondent emailaddress from profile
""")
# What builders count, whatever is asked for: text-123, question_1.
_COUNTED = {"text", "question"}
# What somebody writes to somebody.
_LETTERS_OF = words("ticket conversation enquiry inquiry submission content mail email letter")
_CLAUSE = re.compile(r"[?:–—\n]| - ")


@lru_cache(maxsize=1024)
def meaning(name: str) -> str | None:
    """The lead field (or "tracking.x", NAME, DIAL_CODE) that a sender's field name stands for."""
    if len(name) > LONGEST or is_of_programs(name):
        return None
    label = plain(_TAG.sub(" ", _ONE_OF.sub(r"\1.", bare(name))))
    said, hints = _HINT.sub(" ", label), " ".join(map("".join, _HINT.findall(label)))
    found = _hinted(_of_label(said), said, hints) if hints else _of_label(label)
    is_anythings = found in _VAGUE and _IN_A_LIST.search(label) and not _VACANCY.search(label)
    return None if is_anythings else found


def is_exact(name: str) -> bool:
    """Whether it is what a lead's field is called, and nothing more: not `question_a5`. A `role`
    may be one that is looked for."""
    found = _MEANINGS.get("".join(split(plain(name[:LONGEST]))))
    return found is not None and found not in {"job", "job_title"}


def _hinted(found: str | None, said: str, hints: str) -> str | None:
    """What stands in brackets behind a name says which one: Name (First), Address (City); or
    whose: Email (of your manager)."""
    if with_hint := _of_words(split(f"{said} {hints}")):
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
        _of_words(split(label))
        or _of_alternatives(label)
        or _of_clause(label)
        or _of_path(label)
        or _of_reach(label)
        or _of_consent(label)
    )


def _of_reach(label: str) -> str | None:
    """A question on which number somebody can be reached, in its own words."""
    told = set(split(label))
    return "phone" if told & NUMBERS and told & REACH and not is_of_others(label) else None


def _of_consent(label: str) -> str | None:
    """A sentence that agrees to how data are used, in its own words."""
    told = set(split(label))
    return "consent" if told & AGREES and told & AGREED_TO else None


def _of_alternatives(label: str) -> str | None:
    parts = _OR.split(label)
    if len(parts) < 2:
        return None
    found = {_of_words(split(part)) for part in parts} - {None}
    return found.pop() if len(found) == 1 and not is_of_others(label) else None


def _of_clause(label: str) -> str | None:
    first, *rest = _CLAUSE.split(label, maxsplit=1)
    return _of_words(split(first)) if rest and not is_of_others(label) else None


def _of_path(label: str) -> str | None:
    """job_application[first_name], sectionB.email: the last part tells, unless a part before it
    says that it is about somebody or something else; a bare name could be anything's, unless that
    part is a person."""
    *before, last = re.split(r"[.\[\]]+", label.rstrip("]"))
    if not before or any(part.isdigit() for part in before):
        return None
    found = _of_words(split(last)) or _of_words(split(f"{before[-1]} {last}"))
    if not found or is_of_others(".".join((*before, ""))):
        return None
    theirs = found in {NAME, "message"} and _is_person(before[-1])
    theirs |= found in {"message", "subject"} and before[-1].lower() in _LETTERS_OF
    return found if theirs or found not in _VAGUE else None


def _is_person(part: str) -> bool:
    """customer, customerDetails; but no customer's bank."""
    told = split(part)
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
        if joined in NOBODYS or (joined in _COUNTED and any(map(str.isdigit, told))):
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
        if _MEANINGS.keys().isdisjoint(told):
            return


_MEANINGS = {
    "".join(split(plain(name))): field for field, names in NAMES.items() for name in names.split()
}
