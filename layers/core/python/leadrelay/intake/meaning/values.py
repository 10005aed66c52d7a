"""What a value is, whatever its field is called: something, or only the place where it would be."""

import html
import re
import unicodedata

from leadrelay.intake.body.text import clean
from leadrelay.nobody import NOTHING, plain, words

ONE_LINE = 320
"""Characters: longer than this nobody's name, address or number is."""

# What can't be seen and says nothing: soft hyphens, zero-width spaces, marks of direction, …
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
_JOINERS = "\u200c\u200d"  # which have a meaning inside of emoji and Persian words

_LONGEST = 200  # longer than this it says something
_COMPOSED = 100  # and than this it isn't composed: the library sorts marks in quadratic time
_NOT_APPLICABLE = {"n/a", "n\\a", "n.a.", "#n/a", "n.v.t.", "k.a.", "n/c"}
_TEMPLATE = re.compile(
    r"\{.{0,200}\}|\$\{.{0,200}|%%.{0,200}%%|\[\[?[a-z_\-]{1,60}\]\]?|<%.{0,200}%>"
    r"|<[a-z_\-]{1,60}>|%[a-z_\-]{1,60}%|\$[a-z_]{1,60}"
)
_DUMMY = re.compile(r"<test lead: .{1,200}>")
# What forms are called, and nobody is: "Contact form".
_FORMS = words("form forms formular kontaktformular formulaire formulario formulier modulo")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}\d?|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});")
_OF_MARKUP = frozenset("<>")
_ADDRESS = re.compile(r"\S+@\S+")
_QUOTED = re.compile(r"""["“„«]([^"“„”«»]{1,300})["”“»]""")
_ESCAPED = re.compile(r"(?<!\\)\\++(['\"])")
_UNICODE = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")
# What chats call somebody who gave no name: Visitor 12345, Guest#8.
_VISITOR = re.compile(
    r"(?:unnamed |unknown |anonymous |new |website |web )?(?:visitor|guest|user|besucher|gast"
    r"|visiteur|invité|visitante|invitado|convidado|visitatore|ospite|bezoeker|gość|посетитель|гость)"
    r"[\W_]*(?:[\da-f]*\d[\da-f]*)?",
    re.IGNORECASE,
)


def is_nothing(text: str) -> bool:
    """Whether a value is none: `n/a`, `undefined`, `{gclid}`, `-`, `unbekannt`."""
    said = "".join(text.casefold().split()) if len(text) <= _LONGEST else text
    known = said in _NOT_APPLICABLE or plain(said[:_LONGEST]) in NOTHING
    return known or not any(map(_says, said)) or bool(_TEMPLATE.fullmatch(said))


def _says(character: str) -> bool:
    """Letters and digits say something, and so does a thumb that points up."""
    return character.isalnum() or unicodedata.category(character) == "So"


def visible(text: str) -> str:
    """The text without what can't be seen."""
    return _INVISIBLE.sub("", text).strip(_JOINERS) if not text.isascii() else text


def one_line(text: str) -> str:
    """The text as a field of one line holds it: browsers take line breaks out of such fields
    (html.spec.whatwg.org, "value sanitization algorithm"), and a CRM's e-mail must not get new
    headers from a name. Letters stand in one piece with their accents (NFC,
    unicode.org/reports/tr15), as CRMs compare them."""
    line = " ".join(unescaped(visible(text)).split())
    if len(line) > _COMPOSED or line.isascii():
        return line
    return unicodedata.normalize("NFC", line)


def unquoted(text: str) -> str:
    """Without quotation marks around all of it."""
    found = _QUOTED.fullmatch(text)
    return found[1].strip() if found else text


def unescaped(text: str) -> str:
    """What a page escaped once too often (`O\\'Brien`, `&amp;`, `J\\u00f6rg`) undone, and what a
    browser writes for a letter that the page's charset lacks (`&#321;`; html.spec.whatwg.org, form
    submission). Markup is left alone."""
    text = _ESCAPED.sub(r"\1", text)
    if "\\u" in text:
        text = _UNICODE.sub(_letters, text)
    return _ENTITY.sub(_meant, text) if "&" in text else text


def _letters(escaped: re.Match[str]) -> str:
    units = bytes.fromhex(escaped[0].replace("\\u", ""))
    found = units.decode("utf-16-be", "replace")
    return escaped[0] if found.isascii() else clean(found)


def is_visitor(text: str) -> bool:
    """Whether a whole name is what a program calls those who gave none."""
    return bool(_VISITOR.fullmatch(text.strip()))


def is_dummy(text: str) -> bool:
    """Whether Meta's Lead Ads Testing Tool filled it in (fbsamples/lead-ads-webhook-sample #1)."""
    return bool(_DUMMY.fullmatch(text))


def _meant(entity: re.Match[str]) -> str:
    found = html.unescape(entity[0])
    return entity[0] if found in _OF_MARKUP else clean(found)


def is_name(text: str) -> bool:
    """Whether a text could be what somebody is called: it has letters, it is no address of any
    kind, and it doesn't say that there is none. There are people called Null."""
    if len(text) > ONE_LINE or not any(map(str.isalpha, text)) or "://" in text:
        return False
    if plain(text.rpartition(" ")[2]) in _FORMS:
        return False
    return text == "Null" or not (is_nothing(text) or _ADDRESS.fullmatch(text))
