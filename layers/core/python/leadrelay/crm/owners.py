"""Whose a record is to be, by what a lead tells of them: the agent of a call, say."""

from collections.abc import Iterable, Iterator
from typing import Any

from leadrelay.came_by import plain
from leadrelay.crm.base import Advice
from leadrelay.crm.mapping import is_constant


def the_user[Id](told: str, users: Iterable[tuple[Id, Iterable[str]]]) -> Id | None:
    """The one user of the CRM with such an e-mail address, user name, extension or name; `users`
    are each an id, and texts that tell the user. None if there is none, or no telling which."""
    wanted = plain(told)
    found = {user for user, texts in users if wanted and wanted in _told(texts)}
    return found.pop() if len(found) == 1 else None


def advise(told: str, users: Iterable[tuple[Any, Iterable[str]]]) -> Iterator[Advice]:
    """Of an owner who is the same for every lead."""
    if told and is_constant(told) and the_user(told, users) is None:
        yield Advice("owner", f"the CRM shows no user {told!r}, or more than one")


def _told(texts: Iterable[str]) -> Iterator[str]:
    """ "Alex Agent" is also alex.agent@example.com."""
    for text in texts:
        yield plain(text)
        if "@" in text:
            yield plain(text.partition("@")[0])
