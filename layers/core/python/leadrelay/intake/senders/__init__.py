"""Every sender Leadrelay understands: a table of names, and what there is to know of each."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from leadrelay.intake.answer import Answer
from leadrelay.intake.files.accept import File
from leadrelay.intake.request import Request
from leadrelay.lead import Accepted, Kind
from leadrelay.sources import Source

_UNPRINTABLE = re.compile(r"[^\w .,:/~-]")

# Name → module and value. Strings, so that a function loads the module of the sender it is asked
# for and no other. CONTRIBUTING.md ("A sender") says what else a new one needs.
BY_KIND: dict[Kind, dict[str, str]] = {
    "form": {
        "html": "web:HTML",
        "json": "web:JSON",
        "typeform": "typeform:TYPEFORM",
        "tally": "tally:TALLY",
        "jotform": "jotform:JOTFORM",
        "webflow": "webflow:WEBFLOW",
        "cf7": "cf7:CF7",
        "elementor": "elementor:ELEMENTOR",
        "gravityforms": "gravityforms:GRAVITYFORMS",
        "wpforms": "free:WPFORMS",
        "ninjaforms": "free:NINJAFORMS",
        "formstack": "formstack:FORMSTACK",
        "wufoo": "wufoo:WUFOO",
        "hubspot": "hubspot:HUBSPOT",
        "netlify": "netlify:NETLIFY",
        "google_ads": "google_ads:GOOGLE_ADS",
        "meta": "meta:META",
        "linkedin": "linkedin:LINKEDIN",
        "wix": "wix:WIX",
        "unbounce": "unbounce:UNBOUNCE",
        "squarespace": "free:SQUARESPACE",
        "zapier": "free:ZAPIER",
        "make": "free:MAKE",
        "standard_webhooks": "standard_webhooks:STANDARD_WEBHOOKS",
    },
    "call": {
        "twilio": "twilio:TWILIO",
        "vonage": "vonage:VONAGE",
        "plivo": "plivo:PLIVO",
        "telnyx": "telnyx:TELNYX",
        "ringcentral": "ringcentral:RINGCENTRAL",
        "aircall": "aircall:AIRCALL",
        "dialpad": "dialpad:DIALPAD",
        "zoom_phone": "zoom_phone:ZOOM_PHONE",
        "callrail": "callrail:CALLRAIL",
        "ctm": "ctm:CTM",
        "invoca": "invoca:INVOCA",
        "exotel": "exotel:EXOTEL",
        "46elks": "elks46:ELKS46",
        "yeastar": "yeastar:YEASTAR",
        "asterisk": "asterisk:ASTERISK",
        "3cx": "threecx:THREECX",
        "screen_pop": "screen_pop:SCREEN_POP",
    },
    "resume": {
        "multipart": "resume_form:MULTIPART",
        "json_resume": "resume_form:JSON_RESUME",
        "indeed": "indeed:INDEED",
    },
}
# A program's last attempt comes hours after its first (Zapier's replay: ten; Make's: seven).
PROGRAMS_WINDOW = timedelta(days=1)

SENDERS = {name: place for senders in BY_KIND.values() for name, place in senders.items()}


@dataclass(frozen=True, slots=True)
class Submission:
    """What a sender sent, unpacked but not yet understood.

    `fields` are (name, value) pairs in the sender's order, names as the sender wrote them: what
    somebody answered. `about` are those that the sender's program adds, of itself, the form and
    the page: what isn't understood of them is technical;
    `document` is the parsed JSON they came from, for expressions in sources.toml; `key` is the
    sender's own id, by which a repeat is known; `reused` says that it isn't given out once for all
    time; `window` is how long the same content is a repeat, where that isn't the source's to say;
    `lead` holds the fields of a Lead that the
    sender's format names for certain: they are taken as they are; `test` says that the sender
    itself calls it a test, which no CRM should get to see; `doubt` says why it may be no lead at
    all, for a person to judge; `content` stands for the content where there is no key and the
    fields tell too much: of a call, who called whom; `guess` says whether `fields` may be
    understood by what they are called; `files` are those that can be taken, the résumé first.
    """

    fields: tuple[tuple[str, str], ...]
    about: tuple[tuple[str, str], ...] = field(default=(), kw_only=True)
    document: Any = None
    key: str | None = None
    reused: bool = False
    window: timedelta | None = None
    lead: Mapping[str, Any] = field(default_factory=dict)
    test: bool = False
    doubt: str | None = None
    content: str | None = None
    guess: bool = True
    files: tuple[File, ...] = ()

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """All of it."""
        return (*self.fields, *self.about)


@dataclass(frozen=True, slots=True)
class Ignored:
    """A request that is no news of a lead: `event` says what it is instead, in the sender's words
    where it has some."""

    event: str

    @property
    def printable(self) -> str:
        """The sender's word, which may be anything, as a log can have it."""
        return _UNPRINTABLE.sub("", self.event)[:80]


type Read = Submission | tuple[Submission, ...] | Ignored
"""What a request holds: one submission, or several, or nothing of ours."""


def submissions(read: Read) -> tuple[Submission, ...]:
    if isinstance(read, Ignored):
        return ()
    return read if isinstance(read, tuple) else (read,)


type Verify = Callable[[Mapping[str, str], bytes, str, Sequence[str], datetime], None]
"""(headers, raw body, public URL, secrets, now): raises Rejected (401) unless one of the secrets
proves that the sender sent this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """One kind of sender."""

    read: Callable[[Request, Source], Read]
    """Unpack the request. Raises Rejected."""

    setup: str
    """How the other side is set up, in two lines: {url} stands for the source's URL."""

    window: timedelta = timedelta(minutes=10)
    """How long the same content is taken for a repeat, unless the source says otherwise: a person
    clicks twice within minutes, a program tries again for hours."""

    verify: Verify | None = None
    """None for a sender that doesn't sign."""

    marks: tuple[str, ...] = ()
    """What those of a source's secrets begin with that don't prove who sent something."""

    methods: tuple[str, ...] = ("POST",)
    """How it sends; what comes in another way is answered 405, unless it is a challenge."""

    challenge: Callable[[Request, Sequence[str]], Answer | None] | None = None
    """The answer to a request that only asks whether this URL is ours; None for any other."""

    answer: Callable[[Request, Source, Sequence[Accepted]], Answer] | None = None
    """What this sender must be told when its request was accepted, where {"id": …} won't do."""


def sender(name: str) -> Sender:
    """A sender in `SENDERS`, imported now."""
    module, _, attribute = SENDERS[name].partition(":")
    found: Sender = getattr(import_module(f"{__name__}.{module}"), attribute)
    return found
