"""What the CRM keeps is what it was sent: stored records compared, and mended in their note. Pure.

MySQL cuts a text at its column's length in silence. On a server with utf8 of three bytes, as
vtiger's installer makes it, a character of four bytes, such as an emoji or a rare Chinese sign in
a name, becomes question marks (observed on vtiger 6.0 and 8.2). create answers with the record as
it is stored, so that both can be seen.
"""

import html
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from leadrelay.crm.initiative.fields import Module
from leadrelay.crm.initiative.payload import bounded, called
from leadrelay.lead import Lead
from leadrelay.narrator.labels import pair
from leadrelay.narrator.note import reference
from leadrelay.narrator.style import Style
from leadrelay.narrator.words import words

_FOUR_BYTES = re.compile(r"[\U00010000-\U0010ffff]")
_CHOSEN = frozenset({"owner", "reference", "picklist", "boolean", "date", "time"})  # no words


def spelled(text: str) -> str:
    """The text with a name for each character of four bytes: "[grinning face]", "[U+20BB7]"."""
    return _FOUR_BYTES.sub(_name, text)


def spelled_lead(lead: Lead) -> Lead:
    """The lead for a server that can't keep such characters."""
    text = lead.model_dump_json()
    return lead if not _FOUR_BYTES.search(text) else Lead.model_validate_json(spelled(text))


def is_narrow(sent: Mapping[str, str], stored: Mapping[str, str]) -> bool:
    """Whether the server has lost characters of four bytes."""
    return any(_lost_signs(text, stored.get(name, "")) for name, text in sent.items())


def description(
    lead: Lead,
    style: Style,
    module: Module,
    sent: Mapping[str, str],
    stored: Mapping[str, str],
) -> str:
    """What the record's description has to be so that all that was sent stands in the record; as
    stored if it does. What people wrote into it stays."""
    text = stored.get("description", "")
    if _lost_signs(sent["description"], text):
        text = spelled(sent["description"])
    lines = [
        pair(called(module, name), spelled(value), words(style.language))
        for name, value in sent.items()
        if name != "description"
        and module.fields[name].type not in _CHOSEN
        and not _holds(stored.get(name, ""), value)
        and spelled(value) not in text
    ]
    return bounded(_with(text, lines, lead), lead, style) if lines else text


def _with(text: str, lines: list[str], lead: Lead) -> str:
    """The lines before the reference."""
    head, ours, rest = text.rpartition(reference(lead))
    return "\n\n".join(filter(None, (head.rstrip(), "\n".join(lines), f"{ours}{rest}")))


def _holds(stored: str, sent: str) -> bool:
    """As sent, but for marks that vtiger encodes, for how a number is written, and for names of
    signs in the place of signs."""
    if stored.strip() in {sent.strip(), spelled(sent).strip()}:
        return True
    if html.unescape(stored).strip() == sent.strip():
        return True
    try:
        return Decimal(stored) == Decimal(sent)
    except InvalidOperation:
        return False


def _lost_signs(sent: str, stored: str) -> bool:
    pieces = _FOUR_BYTES.split(sent)
    if len(pieces) == 1 or stored == sent:
        return False
    return re.fullmatch(r"\?{1,4}".join(map(re.escape, pieces)), stored) is not None


def _name(match: re.Match[str]) -> str:
    name = unicodedata.name(match[0], "")
    coded = not name or "IDEOGRAPH" in name
    return f"[U+{ord(match[0]):X}]" if coded else f"[{name.lower()}]"
