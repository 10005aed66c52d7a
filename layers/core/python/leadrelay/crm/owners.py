"""Whose a record is to be, by what a lead tells of them: the agent of a call, say."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from leadrelay.came_by import plain
from leadrelay.crm.base import Advice
from leadrelay.crm.mapping import is_constant

_ADDRESS = re.compile(r"(?<![^\s<>@:])[^\s<>@:]++@[^\s<>@]+")
_EXTENSION = re.compile(r"(?<!\d)\d{2,6}(?!\d)")


def the_user[Id](told: str, users: Iterable[tuple[Id, Iterable[str]]]) -> Id | None:
    """The one user of the CRM with such an e-mail address, user name, extension or name; `users`
    are each an id, and texts that tell the user. None if there is none, or no telling which."""
    known = [(user, {*_told(texts)}) for user, texts in users]
    for wanted in filter(None, map(plain, _meant(told))):
        if found := {user for user, texts in known if wanted in texts}:
            return found.pop() if len(found) == 1 else None
    return None


def advise(told: str, users: Iterable[tuple[Any, Iterable[str]]]) -> Iterator[Advice]:
    """Of an owner who is the same for every lead."""
    if told and is_constant(told) and the_user(told, users) is None:
        yield Advice("owner", f"the CRM shows no user {told!r}, or more than one")


def _meant(told: str) -> Iterator[str]:
    """What exchanges make of a user: "Agent, Alex", "Alex Agent (204)", "PJSIP/204-0000001",
    "sip:204@pbx.example.com"."""
    yield told
    yield from _ADDRESS.findall(told)
    last, comma, first = told.partition(",")
    yield f"{first} {last}" if comma else ""
    yield told.partition("(")[0]
    if not told.strip().startswith("+"):  # a number from outside is nobody's extension
        yield from _EXTENSION.findall(told)[:1]


def _told(texts: Iterable[str]) -> Iterator[str]:
    """ "Alex Agent" is also alex.agent@example.com."""
    for text in texts:
        yield plain(text)
        if "@" in text:
            yield plain(text.partition("@")[0])
