"""What is known of a deployment, and what couldn't be read: never taken for sound."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from leadrelay.aws.clients import code

_NOT_SAID = object()


@dataclass(frozen=True, slots=True)
class Unread:
    """`what` couldn't be read ("Files: lifecycle"), and why."""

    what: str
    why: str


type Fact[T] = T | Unread


class NotRead(Exception):
    """A rule asked for a fact that is unread."""

    def __init__(self, unread: Unread) -> None:
        super().__init__(f"{unread.what}: {unread.why}")
        self.unread = unread


def known[T](fact: T | Unread) -> T:
    """The fact's value. Raises NotRead."""
    if isinstance(fact, Unread):
        raise NotRead(fact)
    return fact


@dataclass(frozen=True, slots=True)
class Answer:
    """What AWS says of one thing, or why it says nothing."""

    name: str
    content: Fact[Mapping[str, Any]]

    def fact[T](
        self, key: str, convert: Callable[[Any], T], *, absent: object = _NOT_SAID
    ) -> T | Unread:
        """One of its values. `absent` is converted where AWS leaves out what isn't set; what AWS
        always says, and this answer doesn't have, is unread."""
        if isinstance(self.content, Unread):
            return self.content
        value = self.content.get(key, absent)
        if value is _NOT_SAID:
            return Unread(f"{self.name}: {key}", "not answered")
        return convert(value)


def ask(
    name: str,
    call: Callable[[], Mapping[str, Any]],
    none: Collection[str] = (),
) -> Answer:
    """Call AWS about something; error codes in `none` only say that it isn't set."""
    try:
        return Answer(name, call())
    except (ClientError, BotoCoreError) as error:
        reason = code(error)
        return Answer(name, {} if reason in none else Unread(name, reason))
