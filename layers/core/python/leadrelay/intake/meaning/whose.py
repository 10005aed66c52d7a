"""Whose a field is, by the words of its name, and what programs put into names."""

import re
import unicodedata

from leadrelay.intake.meaning.label_words import OTHERS

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")
_FORM_FIELD = re.compile(r"\bform[-_ ]?fields?\b")
# Of what a program tells, far above a person, or around what a form sent
_COVER = re.compile(r"^event\.(?=[^.]+\.[^.]+\.|(?:body|data|payload|fields)\.)")
_TYPO3 = re.compile(r"^tx_\w+(?=\[)")  # a plugin's namespace (docs.typo3.org, "TypoScript: plugin")
_SERVER_CONTROLS = re.compile(r"(?<=[\w)])\$(?=\w)")  # ctl00$MainContent$txtEmail, of ASP.NET
# An id in hexadecimal digits, whose letters are no words: r99aa88bb77cc66dd5.
_ID = re.compile(r"(?<![A-Za-z\d])[a-z]?(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{6,64}(?![A-Za-z\d])")
# A framework's: __state, __VIEWSTATE, Gravity Forms' state_3.
_OWN = re.compile(r"(?:^|[.\[])__[a-zA-Z]|^state_\d+$")
_TO_SOMEBODY = re.compile(r"(?:^|[.\[])(?:to|cc|bcc|rcpt|recipients?|delivered)(?:[.\[\]]|$)")
_LETTERS = str.maketrans({"ß": "ss", "ı": "i", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe"})
LONGEST = 120
"""Characters: a name longer than this is a text."""


def is_of_others(name: str) -> bool:
    """Whether a name says that a value is somebody else's than the person's who is the lead."""
    told = _COVER.sub("", _FORM_FIELD.sub(" ", bare(name[:LONGEST])))
    return bool(_TO_SOMEBODY.search(told.lower())) or not OTHERS.isdisjoint(split(plain(told)))


def is_of_programs(name: str) -> bool:
    """Whether it is nobody's answer at all: to whom a mail goes, what a framework keeps."""
    return bool(_TO_SOMEBODY.search(name.lower()) or _OWN.search(name))


def bare(name: str) -> str:
    """Without what programs put into each name."""
    name = _SERVER_CONTROLS.sub(".", name) if "$" in name else _TYPO3.sub("", name)
    return _ID.sub("", name)


def plain(text: str) -> str:
    """Without accents; ß is ss."""
    if text.isascii():
        return text
    apart = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(c for c in apart if not unicodedata.combining(c))


def split(text: str) -> list[str]:
    """The words of a name, in lower case: utm_Source2 are three."""
    return [word.lower() for word in _WORD.findall(text)]
