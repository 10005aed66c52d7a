"""A card of somebody's (RFC 6350), as address books hand it on."""

import re

from leadrelay.intake.limits import Limits, too_large

_LINES = 5_000  # of a card with a photo
_FOLDED = re.compile(r"\r?\n[ \t]")  # 3.2: one line in two
_LINE = re.compile(
    r"^(?:[\w-]{1,20}\.)?([A-Za-z-]{1,40})(?:;[^:\n]{0,300})?:([^\r\n]*)", re.MULTILINE
)
_ESCAPED = re.compile(r"\\([\\,;:])")  # 3.4
_PARTS = ("last_name", "first_name")  # 6.2.2: those of N, and more that are rarely there
_CALLED = {"ORG": "company", "TEL": "phone", "NOTE": "message", "TITLE": "job_title"}
_OF_THE_CARD = {"BEGIN", "END", "VERSION", "PRODID", "REV", "UID", "PHOTO"}


def is_card(body: bytes) -> bool:
    return body[:20].lstrip(b"\xef\xbb\xbf \t\r\n").upper().startswith(b"BEGIN:VCARD")


def read_card(text: str, limits: Limits) -> list[tuple[str, str]]:
    """Its properties, as a form's fields. Raises Rejected (413) of too many."""
    found = _LINE.findall(_FOLDED.sub("", text)) if text.count("\n") < _LINES else ()
    if not 0 < len(found) <= limits.fields:
        raise too_large(f"A card may have at most {limits.fields} properties.")
    told = [(name.upper(), value) for name, value in found if name.upper() not in _OF_THE_CARD]
    return [pair for name, value in told for pair in _fields(name, value)]


def _fields(name: str, value: str) -> list[tuple[str, str]]:
    if name == "N":
        parts = zip(_PARTS, re.split(r"(?<!\\);", value), strict=False)
        return [(part, _plain(text)) for part, text in parts]
    if name == "ORG":
        value = value.partition(";")[0]  # 6.6.4: then its departments
    return [(_CALLED.get(name, name.lower()), _plain(value.removeprefix("tel:")))]


def _plain(text: str) -> str:
    return _ESCAPED.sub(r"\1", re.sub(r"\\[nN]", "\n", text))
