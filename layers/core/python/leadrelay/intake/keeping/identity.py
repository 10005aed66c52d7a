"""Which lead a submission is: by its sender's own id, or by what it says."""

from datetime import timedelta
from typing import NamedTuple

from leadrelay.intake.keeping.fingerprint import fingerprint, sender_key
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Submission, sender
from leadrelay.lead import Guard, Lead, lead_id, lead_ref, timestamp
from leadrelay.sources import Source

# How long an exchange's own number for a call stands for that call; most count anew some day.
_CALLS_NUMBER = timedelta(days=1)


class Identity(NamedTuple):
    """What guards against the same lead coming twice, and the id that a new lead gets."""

    guard: Guard
    lead_id: str

    def named(self, lead: Lead) -> Lead:
        return lead.model_copy(update={"id": self.lead_id, "ref": lead_ref(self.lead_id)})


def identify(
    submission: Submission, lead: Lead, request: Request, source: Source, nth: int
) -> Identity:
    """The identity of a lead that has no id yet.

    An id that a vendor gives out once is enough by itself. Any other key only says that the same
    content is a repeat however late it comes; what is said differently under it is another lead.
    `nth` counts the calls that were found to be others under the same number.
    """
    if submission.key and not submission.reused:
        own_id = lead_id(source.name, "key", submission.key)
        return Identity(Guard(key=own_id, window=None), own_id)
    if submission.key and lead.call:
        return _identity(source, ("key", submission.key), nth, lead, window=_CALLS_NUMBER)
    files = [file.attachment().sha256 for file in submission.files]
    content = submission.content or fingerprint(lead, files)
    window = submission.window or source.window or sender(source.sender).window
    key = submission.key or sender_key(request, submission)
    return _identity(source, (content,), nth, lead, window=window, key=key)


def _identity(
    source: Source,
    parts: tuple[str, ...],
    nth: int,
    lead: Lead,
    *,
    window: timedelta,
    key: str | None = None,
) -> Identity:
    """The same may well come again next year, and is another lead then, but under the same key."""
    parts += (str(nth),) if nth else ()
    again = lead_id(source.name, "key", key, *parts) if key else None
    guard = Guard(key=lead_id(source.name, *parts), window=window, again=again)
    return Identity(guard, again or lead_id(source.name, *parts, timestamp(lead.received_at)))
