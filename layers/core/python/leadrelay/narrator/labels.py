"""What stands in front of a value: the form's own question, or a field's name made readable."""

import html
import re

from leadrelay.narrator.words import Words
from leadrelay.nobody import words as listed

_WORD = re.compile(r"[A-Z]+(?![^\W\d_A-Z])|[^\W\d_a-z]?[^\W\d_A-Z]+|\d+(?:\.\d+)*|[^\W\d_]+")
_NUMBER = re.compile(r"^[a-zA-Z]\d+$")  # q3
_PATH = re.compile(r"[.\[\]]+")
_NUMBERED = re.compile(r"(?:q\d+[_-])+(?=\w)|^\d+[_-](?=[A-Za-z])")  # Jotform's q3_whichRole
_VAGUE = listed("variables fields form value values answer answers text content label data")
_SAYS_ITSELF = _VAGUE | listed("name title message body tag")  # of one thing among others
# What a person is called, and what holds all that is said of them.
_HOLDERS = _VAGUE | listed(
    """
    contact person lead candidate applicant customer client visitor user consent consents
    preferences details info information profile personal payload body submission extra custom
    meta questions properties attributes items entry response responses customfields fieldvalues
    acf wpforms form_fields formfields inputs
    """
)
_ADJECTIVES = 3  # words of a German name, of which the last is most likely a noun
# Words that are written in capitals.
_CAPITALS = frozenset(
    {"CV", "ID", "URL", "VAT", "PLZ", "IBAN", "HR", "IT", "UK", "US", "USA", "EU"}
)
_ALWAYS = listed(
    "cv id url vat iban nhs dbs dob ssn nie nif dni gdpr dsgvo rgpd bsn siret hgv pcv lgv cscs"
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
# How forms mark what has to be filled in, and what hasn't.
_MARK = re.compile(
    r"(?<!\s)\s*+(?:(?<!\*)\*++|[(\[](?:required|optional|mandatory|pflichtfeld"
    r"|erforderlich|obligatoire|requis|facultatif|obligatorio|opcional)[)\]])(?=\s*+:?$)",
    re.IGNORECASE,
)
_ENDS = ("?", "!", ":", ".", "؟", "？", "：")  # other scripts' marks


def label(name: str, words: Words) -> str:
    """A sender's name for a field as people would write it. A question stays as it is."""
    plain = _MARK.sub("", " ".join(untagged(name).split())) or name
    if not plain:
        return words.label["unnamed"]
    if known := words.label.get(plain) or words.label.get(_without_holders(plain)):
        return known
    if re.fullmatch(r"[\d.]+", plain):
        return words.label["numbered"].format(number=plain)
    return _sentence(plain) if " " in plain else _of_name(plain, german=words.region == "DE")


def untagged(text: str) -> str:
    """Without the marks of a page around its words."""
    return html.unescape(_TAG.sub("", text)) if "<" in text or "&" in text else text


def is_vague(name: str) -> bool:
    """Whether it says no more of a value than that it is one: a tag's `name`, a field's `value`."""
    return _PATH.split(name)[-1].lower() in _SAYS_ITSELF


def pair(name: str, value: str, words: Words) -> str:
    """One line: "Which role? Controller", "City: York". Several lines stand below their name."""
    asked = label(name, words)
    several = "\n" in value
    if asked.endswith(_ENDS):
        return f"{asked}\n{value}" if several else f"{asked} {value}"
    told = words.pair.format(label=asked[:1].upper() + asked[1:], value="" if several else value)
    return f"{told.rstrip()}\n{value}" if several else told


def _sentence(text: str) -> str:
    """Somebody's own words; only a form builder's path in front of them goes."""
    if "_" in text and "?" not in text and not re.search(r"[.!,;:]", text):
        text = text.replace("_", " ")
    return text[0].upper() + text[1:].replace('"', "")


def _of_name(name: str, *, german: bool) -> str:
    tail = "?" if name.endswith("?") else ""
    parts = [part for part in _PATH.split(_NUMBERED.sub("", name)) if part]
    telling = [part for part in parts if not part.isdigit()]
    while len(telling) > 1 and telling[-1].lower() in _VAGUE:
        telling.pop()
    said = _NUMBER.findall(telling[-1]) or _WORD.findall(telling[-1]) if telling else [name]
    own = said[0] if len(said) == 1 and said[0][0].isupper() else ""
    if len(said) == 1 and len(telling) > 1 and telling[-2].lower() not in _HOLDERS:
        said = [*_WORD.findall(telling[-2]), *said]  # job.title, referee.telephone
    if not said:
        return name
    first, *rest = (word if word == own else _written(word) for word in said)
    if german and rest and len(said) <= _ADJECTIVES:
        rest[-1] = _capital(rest[-1])
    return " ".join([_capital(first), *rest]) + tail


def _without_holders(name: str) -> str:
    """data.missed_call_reason is the missed_call_reason."""
    *before, last = _PATH.split(name)
    return last if all(part.lower() in _HOLDERS for part in before) else name


def _written(word: str) -> str:
    return word.upper() if word in _CAPITALS or word.lower() in _ALWAYS else word.lower()


def _capital(word: str) -> str:
    return word[0].upper() + word[1:]
