"""What stands in front of a value: the form's own question, or a field's name made readable."""

import re

from leadrelay.narrator.words import Words
from leadrelay.nobody import words as listed

_WORD = re.compile(r"[A-Z]+(?![a-z])|[^\W\d_a-z]?[^\W\d_A-Z]+|\d+(?:\.\d+)*|[^\W\d_]+")
_PATH = re.compile(r"[.\[\]]+")
_NUMBERED = re.compile(r"(?:q\d+[_-])+(?=\w)|^\d+[_-](?=[A-Za-z])")  # Jotform's q3_whichRole
_VAGUE = listed("variables fields form value values answer answers text content label data")
# Words that are written in capitals.
_CAPITALS = frozenset(
    {"CV", "ID", "URL", "VAT", "PLZ", "IBAN", "HR", "IT", "UK", "US", "USA", "EU"}
)
_ALWAYS = frozenset({"cv", "id", "url", "vat", "iban"})
_ENDS = ("?", "!", ":", ".", "؟", "？", "：")  # other scripts' marks


def label(name: str, words: Words) -> str:
    """A sender's name for a field as people would write it. A question stays as it is."""
    plain = " ".join(name.split())
    if not plain:
        return words.label["unnamed"]
    if known := words.label.get(plain):
        return known
    if re.fullmatch(r"[\d.]+", plain):
        return words.label["numbered"].format(number=plain)
    return _sentence(plain) if " " in plain else _of_name(plain)


def pair(name: str, value: str, words: Words) -> str:
    """One line: "Which role? Controller", "City: York"."""
    asked = label(name, words)
    if asked.endswith(_ENDS):
        return f"{asked.removesuffix(':')}{':' if asked.endswith(':') else ''} {value}"
    return words.pair.format(label=asked[:1].upper() + asked[1:], value=value)


def _sentence(text: str) -> str:
    """Somebody's own words; only a form builder's path in front of them goes."""
    if "_" in text and "?" not in text and not re.search(r"[.!,;:]", text):
        text = text.replace("_", " ")
    return text[0].upper() + text[1:].replace('"', "")


def _of_name(name: str) -> str:
    tail = "?" if name.endswith("?") else ""
    parts = [part for part in _PATH.split(_NUMBERED.sub("", name)) if part]
    telling = [part for part in parts if not part.isdigit()]
    while len(telling) > 1 and telling[-1].lower() in _VAGUE:
        telling.pop()
    said = _WORD.findall(telling[-1] if telling else name)
    vague = len(telling) < 2 or telling[-2].lower() in _VAGUE
    if len(said) == 1 and not vague and len(said[0]) < len("number"):
        said = [*_WORD.findall(telling[-2]), *said]  # consent.newsletter, job.title
    if not said:
        return name
    first, *rest = (_written(word) for word in said)
    return " ".join([first if first in _CAPITALS else first.capitalize(), *rest]) + tail


def _written(word: str) -> str:
    return word.upper() if word in _CAPITALS or word.lower() in _ALWAYS else word.lower()
