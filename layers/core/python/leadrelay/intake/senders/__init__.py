"""Every sender Leadrelay understands: a table of names, and what there is to know of each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from typing import Any

from leadrelay.intake.answer import Answer
from leadrelay.intake.request import Request
from leadrelay.sources import Source

# Strings, so that a function loads the module of the sender it is asked for and no other.
SENDERS = {
    "html": "leadrelay.intake.senders.web:HTML",
    "json": "leadrelay.intake.senders.web:JSON",
}


@dataclass(frozen=True, slots=True)
class Submission:
    """What a sender sent, unpacked but not yet understood.

    `fields` are (name, value) pairs in the sender's order, names as the sender wrote them;
    `document` is the parsed JSON they came from, for expressions in sources.toml; `key` is the
    sender's own id, by which a repeat is known; `lead` holds the fields of a Lead that the
    sender's format names for certain: they are taken as they are.
    """

    fields: tuple[tuple[str, str], ...]
    document: Any = None
    key: str | None = None
    lead: Mapping[str, Any] = field(default_factory=dict)


type Verify = Callable[[Mapping[str, str], bytes, str, Sequence[str], datetime], None]
"""(headers, raw body, public URL, secrets, now): raises Rejected (401) unless one of the secrets
proves that the sender sent this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """One kind of sender."""

    read: Callable[[Request, Source], Submission | tuple[Submission, ...]]
    """Unpack the request: one submission, or several, or none. Raises Rejected."""

    setup: str
    """How the other side is set up, in two lines: {url} stands for the source's URL."""

    verify: Verify | None = None
    """None for a sender that doesn't sign."""

    challenge: Callable[[Request, Sequence[str]], Answer | None] | None = None
    """The answer to a request that only asks whether this URL is ours; None for any other."""

    answer: Callable[[Request, Source], Answer] | None = None
    """What this sender must be told when its request was accepted, where {"id": …} won't do."""


def sender(name: str) -> Sender:
    """A sender in `SENDERS`, imported now."""
    module, _, attribute = SENDERS[name].partition(":")
    found: Sender = getattr(import_module(module), attribute)
    return found
