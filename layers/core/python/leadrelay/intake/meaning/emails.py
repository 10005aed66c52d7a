"""E-mail addresses in what people typed: found in a text, and told from what is none."""

import re
import unicodedata
from collections.abc import Iterator

from leadrelay.intake.meaning.values import ONE_LINE, visible
from leadrelay.nobody import says_nobody

_LONGEST_LOCAL = 64  # RFC 5321 4.5.3.1.1
_MOST = 60  # signs of one text
_LOCAL = re.compile(r"[^\s<>()\[\]{},;:\"|\\/=@]{1,65}\Z")  # in front of an @
_DOMAIN = re.compile(r"[\w.\-]{1,254}")  # behind it
# Almost all addresses: what the library says of these is known, and a test holds it to that.
_PLAIN = re.compile(
    r"(?=[^@]{1,64}@[^@]{4,63}\Z)[\w+\-]++(?:\.[\w+\-]++)*+"
    r"@(?:[a-z0-9]++(?:-[a-z0-9]++)*+\.)++([a-z]{2,20})",
    re.ASCII | re.IGNORECASE,
)
_NUMBER = re.compile(r"\+\d{7,15}")  # +442079460958@pbx.example.com is a telephone's, by SIP
_NAMED = re.compile(r""""?([^"<>@:;\n]{1,200}?)"? *<([^<>\s]{3,254})>""")
_SPECIAL = {"test", "invalid", "local", "localhost", "onion", "arpa", "alt"}  # RFC 6761
_WIDE = str.maketrans("＠．。｡", "@...")  # RFC 3490, 3.1
_AT = re.compile(r" ?(?:@|[\[({] ?at ?[\])}]) ?", re.IGNORECASE)  # jane (at) example.com
_DOT = re.compile(r" ?[\[({] ?(?:dot|punkt|point|punto) ?[\])}] ?", re.IGNORECASE)


def email_in(text: str) -> str:
    """The first address in a text, as it can be written to, its domain in lower case; "" when it
    holds none."""
    return next(emails_in(text), "")


def display_name(text: str, address: str) -> str:
    """Jane Doe in `"Jane Doe" <jane@example.com>` (RFC 5322, 3.4), if that is the address and all
    that the text says; "" for any other."""
    found = _NAMED.fullmatch(text.strip()) if address and len(text) < ONE_LINE else None
    return found[1].strip() if found and found[2].lower() == address.lower() else ""


def emails_in(text: str) -> Iterator[str]:
    """Every address in a text, but no end of them, whatever stands around it."""
    if "@" in (spelled := _spelled(text)):
        yield from _found(spelled)


def _spelled(text: str) -> str:
    """The text with signs that can't be seen left out, and the ways people write an @ undone."""
    if not text.isascii() and ("@" in text or "＠" in text):
        text = visible(text).translate(_WIDE)
    if len(text) > ONE_LINE:
        return text
    text = unicodedata.normalize("NFKC", text)  # in time that grows with the square of a text
    if "@" not in text:
        text = text.replace("%40", "@")
    return _DOT.sub(".", _AT.sub("@", " ".join(text.split())))


def _found(text: str) -> Iterator[str]:
    end = 0
    for at in list(_ats(text))[:_MOST]:
        local = _LOCAL.search(text, max(end, at - 65), at)
        domain = _DOMAIN.match(text, at + 1)
        if local and domain:
            end = domain.end()
            if address := _address(local[0].strip(".'`*-"), domain[0].strip(".-_")):
                yield address


def _ats(text: str) -> Iterator[int]:
    at = text.find("@")
    while at >= 0:
        yield at
        at = text.find("@", at + 1)


def _address(local: str, domain: str) -> str:
    # noemail@example.com: two people must never be one because both typed the same of these
    if len(local) > _LONGEST_LOCAL or says_nobody(local) or _NUMBER.fullmatch(local):
        return ""
    plain = _PLAIN.fullmatch(f"{local}@{domain}")
    # INFO@ is info@ (RFC 2142)
    if plain and plain[1].lower() not in _SPECIAL and (local.islower() or not local.isalpha()):
        return f"{local}@{domain.lower()}"
    # Imported here because it takes 30 ms, and few addresses need its knowledge.
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - see above

    try:
        found = validate_email(f"{local}@{domain}", check_deliverability=False)
    except EmailNotValidError:
        return ""
    return found.normalized
