"""What a person says of a lead, held against it: a name as anybody may spell it, a company, and
parts of an address, a number or a reference."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence

from leadrelay.crm.names import Word, spellings
from leadrelay.lead import Lead
from leadrelay.nobody import words

type Matches = Callable[[Lead], bool]

NUMBER = re.compile(r"(tel:)?[\s+()\d./\-\u2010-\u2015\u00a0]{6,}", re.IGNORECASE)
_HALF_REF = re.compile(r"[0-9A-Z]{4,8}", re.IGNORECASE)
_MISREAD = str.maketrans("OILU", "011V")  # letters that a reference doesn't have
_WORD = re.compile(r"[^\W_]+")
_OF = re.compile(r"['’ʼ]s\b", re.IGNORECASE)  # "Jane's"
_APOSTROPHES = str.maketrans("", "", "'’ʼ‘`´")
_LEAST = 4  # letters that are looked for across words, or digits within a number
_BESIDE = words(
    "the a an one of by from for to with and is who whose that called named ref reference"
    " lead leads mr mrs ms miss mx dr prof"
)  # words that a question has beside a name


def says(text: str) -> Matches:
    """Whether a lead has each of these words, or all of them however they are parted: as the
    begin of a name, a company or an address, as digits of a number, or a part of its reference."""
    asked = _asked(text)
    joined = {part for part in _joined(asked) if len(part) >= _LEAST}

    def matches(lead: Lead) -> bool:
        names = _words(_said(lead))
        caller = lead.call.caller if lead.call else None
        digits = re.sub(r"\D", "", f"{lead.phone or ''} {caller or ''}")
        return all(
            any(_begins(name, word) for name in names)
            or any(_is_in(one, digits) or _is_of(one, lead.ref) for one in word)
            for word in asked
        ) or any(
            rest.startswith(part)
            for number in range(len(names))
            for rest in _joined(names[number:])
            for part in joined
        )

    return matches if asked else lambda _: False


def has_words(text: str) -> bool:
    """Whether there is anything to look for."""
    return bool(_WORD.search(text))


def as_ref(part: str) -> str:
    """A reference, or a part of one, without what is easily misread."""
    return part.upper().translate(_MISREAD)


def _said(lead: Lead) -> str:
    told = (lead.name, lead.first_name, lead.last_name, lead.company, lead.email)
    return " ".join(filter(None, told))


def _asked(text: str) -> Sequence[Word]:
    """A number in one piece; else the words, without those that stand beside a name."""
    if NUMBER.fullmatch(text.strip()):
        return [frozenset({re.sub(r"\D", "", text)})]
    told = _words(_OF.sub("", text))
    return [word for word in told if not word & _BESIDE] or told


def _words(text: str) -> Sequence[Word]:
    bare = unicodedata.normalize("NFC", text.casefold()).translate(_APOSTROPHES)
    return [spellings(word) for word in _WORD.findall(bare)]


def _joined(told: Iterable[Word]) -> Iterator[str]:
    """All in one, as they are spelled without marks: "muller", and "mueller"."""
    yield "".join(min(word, key=len) for word in told)
    yield "".join(max(word, key=len) for word in told)


def _begins(name: Word, word: Word) -> bool:
    return any(one.startswith(begin) for one in name for begin in word)


def _is_in(word: str, digits: str) -> bool:
    return len(word) >= _LEAST and word.isdecimal() and word.lstrip("0") in digits


def _is_of(word: str, ref: str) -> bool:
    return bool(_HALF_REF.fullmatch(word)) and as_ref(word) in ref
