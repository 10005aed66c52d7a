"""XML from anybody, bounded before it is parsed: its elements become objects like those of JSON."""

import html
import re
from typing import TYPE_CHECKING, Any

from leadrelay.errors import Rejected
from leadrelay.intake.body.members import merge_members
from leadrelay.intake.body.text import clean
from leadrelay.intake.limits import Limits, too_large

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_TOKENS_PER_FIELD = 20
_TOKENS = '<=&"'
_DECLARATION = re.compile(r"<\?xml[^>]{0,200}\?>")
_CHARSET = re.compile(rb"""\s*<\?xml[^>]{0,200}encoding=["']([\w.:-]{1,40})["']""")
_REFERENCE = re.compile(r"&(#?\w{1,40};)?")
_PREDEFINED = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})


def is_xml(body: bytes, media_type: str) -> bool:
    """By its type (RFC 7303), or its declaration, whatever it is sent as."""
    start = body[:100].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"<?xml") or (start[:1] == b"<" and media_type.endswith("xml"))


def declared_charset(body: bytes) -> str:
    """The label in its declaration; "" if there is none."""
    found = _CHARSET.match(body[:300].removeprefix(b"\xef\xbb\xbf"))
    return found[1].decode() if found else ""


def read_elements(text: str, limits: Limits) -> list[dict[str, Any]]:
    """What its root holds, or each of several records that it holds.

    An element of text alone is that text, and one that is repeated a list; attributes are members
    beside the elements, and the text beside those is called `value`. An envelope of SOAP (w3.org,
    SOAP 1.1, section 4) is taken off. Namespaces are left out. Signs that should have been escaped,
    and HTML's names of them, are read as they were meant.

    Raises Rejected: 400 malformed, or with entities of its own, 413 too deep or too many elements.
    """
    text = text.removeprefix("\ufeff").strip()
    if declared := _DECLARATION.match(text):  # as what it says of the charset is past
        text = text[declared.end() :]
    text = clean(text)
    if any(text.count(token) > limits.fields * _TOKENS_PER_FIELD for token in _TOKENS):
        raise too_large(f"The XML may hold at most {limits.fields} values.")
    root = _parse(text)
    found = _value(_without_envelope(root), limits, depth=0)
    if not isinstance(found, dict):
        return [{_name(root.tag): found}]
    (only,) = found.values() if len(found) == 1 else (None,)
    if isinstance(only, list) and all(isinstance(one, dict) for one in only):
        return only
    return [found]


def _parse(text: str) -> "Element":
    # Imported here because hardly anybody sends XML.
    from xml.etree.ElementTree import ParseError  # noqa: PLC0415 - see above

    from defusedxml import DefusedXmlException  # noqa: PLC0415 - see above
    from defusedxml.ElementTree import fromstring  # noqa: PLC0415 - see above

    try:
        try:
            root: Element = fromstring(text)
        except ParseError:
            root = fromstring(_REFERENCE.sub(_mended, text))
    except ParseError as error:
        line, column = error.position
        told = f"It can't be read from line {line}, column {column + 1}."
        raise Rejected(400, "Malformed XML", told) from error
    except DefusedXmlException as error:
        raise Rejected(400, "Malformed XML", "Send it without a DOCTYPE.") from error
    return root


def _mended(found: re.Match[str]) -> str:
    """A reference that XML knows as it is; else the character that HTML means, or an ampersand."""
    name = found[1] or ""
    if name in _PREDEFINED:
        return found[0]
    meant = html.unescape(found[0])
    return f"&#{ord(meant)};" if len(meant) == 1 else f"&amp;{name}"


def _without_envelope(root: "Element") -> "Element":
    if _name(root.tag) != "Envelope":
        return root
    bodies = [one for one in root if _name(one.tag) == "Body"]
    return bodies[0][0] if bodies and len(bodies[0]) else root


def _value(element: "Element", limits: Limits, depth: int) -> Any:
    """An object, a text, or None of an element without anything."""
    if depth > limits.depth:
        raise too_large(f"The XML may be nested {limits.depth} deep at most.")
    members = [(_name(name), value) for name, value in element.items() if "}" not in name]
    members += [(_name(one.tag), _value(one, limits, depth + 1)) for one in element]
    text = "".join([element.text or "", *(one.tail or "" for one in element)]).strip()
    if not members:
        return text or None
    if text:
        members.append(("value", text))
    return merge_members(members)


def _name(tag: str) -> str:
    """Without its namespace, which the parser puts in front, in braces."""
    return tag.rpartition("}")[2]
