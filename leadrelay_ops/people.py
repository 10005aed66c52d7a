"""Leads by what a person knows of them: a reference, an id, an e-mail address, a number."""

import re
from collections.abc import Iterable

from leadrelay.intake.meaning.phones import e164, in_digits
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.search import Found, search
from leadrelay.sources import read_sources
from leadrelay_ops.stack import Stack

_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}", re.IGNORECASE)


def find(stack: Stack, word: str) -> list[Found]:
    """Every lead that this word is a name of, the oldest first. Raises Unavailable."""
    if "@" in word:
        return by_email(stack, word)
    if word.upper().startswith("LR-"):
        return _sorted(search(stack.table, Filter(ref=word)))
    if _ID.fullmatch(word):
        return _sorted(search(stack.table, Filter(id=word)))
    return by_phone(stack, word)


def by_email(stack: Stack, email: str) -> list[Found]:
    return _sorted(search(stack.table, Filter(email=email)))


def by_phone(stack: Stack, phone: str) -> list[Found]:
    """By a number as it is kept, or as it is written in the country of one of the sources."""
    found = {
        one.lead.id: one
        for number in numbers(stack, phone)
        for one in search(stack.table, Filter(phone=number))
    }
    return _sorted(found.values())


def numbers(stack: Stack, phone: str) -> tuple[str, ...]:
    """The ways in which a number may have been kept: in E.164, else as typed or in digits."""
    sources = read_sources(stack.sources.read_text("utf-8")).values()
    regions = {None: None} | {source.default_region: None for source in sources}
    read = [e164(phone, region).partition(";")[0] for region in regions]
    return tuple(dict.fromkeys((phone.strip(), *read, *map(in_digits, (phone, *read)))))


def _sorted(found: Iterable[Found]) -> list[Found]:
    return sorted(found, key=lambda one: one.lead.received_at)
