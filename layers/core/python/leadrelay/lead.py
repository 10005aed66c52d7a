"""A lead, its delivery to one CRM, and the ids both are known by."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from leadrelay.names import split
from leadrelay.telephones import spaced

type Kind = Literal["form", "call", "resume"]
type State = Literal[
    "queued", "sending", "unknown", "delivered", "parked", "quarantined", "erasing"
]
type CallState = Literal["ringing", "answered", "completed", "missed", "voicemail"]

# Crockford's base 32: no I, L, O or U, so that a reference can be read out on the telephone.
_CROCKFORD = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)


class _Value(BaseModel):
    # an error's text may end in a log, and the input is somebody's contact data
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Call(_Value):
    """One telephone call. Numbers are E.164 where they can be read as numbers."""

    id: str | None = None
    state: CallState | None = None
    caller: str | None = None
    called: str | None = None
    hidden: bool = Field(default=False, description="whether the caller keeps their number back")
    direction: Literal["inbound", "outbound"] | None = None
    started_at: AwareDatetime | None = None
    waited: int | None = Field(default=None, description="seconds until somebody took it")
    answered_at: AwareDatetime | None = Field(default=None, description="when somebody took it")
    duration: int | None = Field(default=None, description="seconds, as the sender counts them")
    talked: int | None = Field(default=None, description="seconds in which somebody talked")
    agent: str | None = None
    line: str | None = Field(default=None, description="what the number is called that was rung")
    recording_url: str | None = None
    heard: dict[str, str] = Field(
        default_factory=dict,
        description="of a call told of by several events: each state, and the agent named with it",
    )

    @property
    def other(self) -> str | None:
        """The number at the other end; the one that isn't ours."""
        return self.called if self.direction == "outbound" else self.caller

    @property
    def rang(self) -> int | None:
        """Seconds until somebody took it, as told or by when that was."""
        if self.waited is not None or not (self.started_at and self.answered_at):
            return self.waited
        return max(0, round((self.answered_at - self.started_at).total_seconds()))


TEST = "the sender calls it a test"
"""Why a test is put aside."""

TAKEN = "taken"
"""Beside the states in `Call.heard`: somebody took the call, and nobody is named who did."""


class Attachment(_Value):
    """A file that came with a lead; its bytes are kept apart, under `key`."""

    filename: str = Field(description="as the sender named it; for display only")
    media_type: str
    size: int = Field(description="bytes")
    sha256: str = Field(description="hex")
    key: str = Field(default="", description="where it is kept; never made of what a sender says")


class Station(_Value):
    """One entry of a résumé that a sender tells in its parts. Days are ISO 8601, as far as they
    are told: 2018-04, or 2018."""

    section: str = Field(description="as the sender calls it: positions, educations, …")
    title: str = Field(description="what they were, learnt or got")
    at: str = Field(default="", description="the company or the school")
    place: str = ""
    begun: str = ""
    ended: str = ""
    lasts: bool = Field(default=False, description="whether it goes on")
    about: str = Field(default="", description="in their own words")


class Lead(_Value):
    """A person who showed interest, however they came in.

    `email` is one address and `phone` one number, in E.164 where its country is known, else as
    typed. `extra` holds every answer that has no place here, or says more than it holds, under the
    sender's own name; `technical` what its program, its network or the page add, likewise.
    """

    id: str
    ref: str = Field(description="short, e.g. LR-7Q2KX9BD; written into every CRM record")
    source: str
    sender: str = Field(default="", description="the source's, by which it was read: typeform, …")
    received_at: AwareDatetime
    kind: Kind = "form"
    test: bool = Field(default=False, description="whether its sender calls it a test")
    known_by: tuple[str, ...] = Field(
        default=(),
        description="bare and in lower case: the addresses and numbers that it holds beside `email`"
        " and `phone`",
    )

    first_name: str | None = None
    last_name: str | None = None
    full_name: str | None = None
    email: str | None = None
    phone: str | None = None
    company: str | None = None
    job_title: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None
    linkedin: str | None = None
    website: str | None = None
    subject: str | None = None
    message: str | None = None
    job: str | None = Field(default=None, description="what is applied for")
    consent: str | None = None
    call: Call | None = None
    resume: Attachment | None = None
    attachments: tuple[Attachment, ...] = ()
    form: str | None = Field(default=None, description="what the sender calls the form")
    submitted_at: AwareDatetime | None = Field(
        default=None, description="when the person did it, where that is told"
    )
    career: tuple[Station, ...] = Field(default=(), description="a résumé, where one is told so")
    consent_wording: str | None = Field(default=None, description="what was agreed to")
    awaits: tuple[int, ...] = Field(
        default=(), description="the files still to come, by their places: the résumé's is 1"
    )
    tracking: dict[str, str] = Field(default_factory=dict, description="utm_*, gclid, page, …")
    extra: dict[str, str] = Field(default_factory=dict)
    technical: dict[str, str] = Field(default_factory=dict)

    @property
    def name(self) -> str:
        """The person's name in one string; "" when none was given."""
        return self.full_name or " ".join(filter(None, (self.first_name, self.last_name)))

    @property
    def label(self) -> str:
        """How to call this lead where a CRM insists on a name: the name, else what there is."""
        other = self.call.other if self.call else None
        return self.name or self.company or self.email or self.phone or other or "Unknown"

    @property
    def as_person(self) -> str:
        """The same where it stands for a person's name, which no bare number is."""
        is_number = self.call and self.label in {self.phone, self.call.other}
        return f"Caller {spaced(self.label)}" if is_number else self.label

    @property
    def files(self) -> tuple[Attachment, ...]:
        """The résumé, then the attachments."""
        return (*([self.resume] if self.resume else ()), *self.attachments)

    @property
    def first_and_last(self) -> tuple[str, str]:
        """First and last name, the full name taken apart where only that is known."""
        if self.first_name or self.last_name or not self.full_name:
            return self.first_name or "", self.last_name or ""
        return split(self.full_name)


# How Leadrelay keeps the lead, as opposed to what the lead says.
OWN_FIELDS = frozenset(
    {"id", "ref", "source", "sender", "received_at", "kind", "test", "known_by", "awaits"}
    | {"form", "submitted_at", "consent_wording"}
)
# What the lead says in more than one value.
STRUCTURED_FIELDS = frozenset(
    {"call", "resume", "attachments", "career", "tracking", "extra", "technical"}
)
# What it says in one text each.
TEXT_FIELDS = frozenset(Lead.model_fields) - OWN_FIELDS - STRUCTURED_FIELDS


class Guard(_Value):
    """What keeps one lead from being accepted twice: the same `key` within the `window` from its
    first sight is the same lead; for the source's retention where `window` is None, or where it
    came with the same `again`, a second key that says no more than that it is a repeat."""

    key: str
    window: timedelta | None
    again: str | None = None


class Arrival(_Value):
    """How a lead came in: `verified` says how its sender was known, and `correlation_id` is that
    of its request."""

    verified: str = ""
    correlation_id: str = ""


class Accepted(_Value):
    """The lead is in the ledger; `duplicate` when it was there before this request."""

    lead_id: str
    duplicate: bool


class Delivery(_Value):
    """How far one lead has come on its way to one CRM."""

    state: State
    record_id: str | None = None
    link: str | None = Field(default=None, description="to the record in the CRM, where known")
    attempts: int = 0
    reason: str | None = None
    reason_class: str | None = Field(default=None, description="the error's name: Refused, …")
    updated_at: AwareDatetime


def lead_id(source: str, *distinguishing: str) -> str:
    """The id of a lead, derived from what tells it from every other lead of its source.

    26 characters of base 32 (130 bits of SHA-256): the same input gives the same id anywhere.
    Parts are length-prefixed, so ("ab", "c") and ("a", "bc") differ.
    """
    digest = hashlib.sha256()
    for part in (source, *distinguishing):
        raw = part.encode("utf-8", "surrogatepass")
        digest.update(len(raw).to_bytes(8) + raw)
    return base64.b32encode(digest.digest()).translate(_CROCKFORD)[:26].decode()


def lead_ref(lead_id: str) -> str:
    """The short reference of a lead: its id's first 8 characters (40 bits)."""
    return f"LR-{lead_id[:8]}"


def timestamp(moment: datetime) -> str:
    """UTC in ISO 8601 with milliseconds: sorts as text, as the ledger's indexes need."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z"
