"""What a sender's program adds to what somebody says, told apart from it."""

import re
from collections.abc import Iterable, Mapping, Sequence

from leadrelay.intake.meaning.field_names import meaning
from leadrelay.intake.meaning.readings import Offer
from leadrelay.intake.senders import Submission

_FORM_NAMES = ("formname", "formtitle")
_AN_ACCOUNT = {"location.name", "location.fullAddress"}


def bare(name: str) -> str:
    """PHP's `name[]` is only a way to send several values; and a field must be called something."""
    return name.strip().removesuffix("[]") or "unnamed"


def not_theirs(submission: Submission) -> dict[str, None]:
    """A program's own description or subject is no message of the person's."""
    answered = {bare(name) for name, _ in submission.fields}
    about = {bare(name) for name, _ in submission.about} - answered
    return {name: None for name in about if meaning(name) in {"message", "subject", "job"}}


def of_account(names: Iterable[str]) -> list[str]:
    """What GoHighLevel's workflows tell of the agency's own account: its `location`, which has a
    name and an address, and its `user`, who is to see to the lead (seen in public code)."""
    given = list(names)
    if not _AN_ACCOUNT.issubset(given):
        return []
    return [name for name in given if name.startswith(("location.", "user."))]


def technical_of(extra: dict[str, str], submission: Submission) -> dict[str, dict[str, str]]:
    """What of the rest nobody answered, taken out of it."""
    answered, about = (
        {bare(name) for name, _ in pairs} for pairs in (submission.fields, submission.about)
    )
    technical = {name: extra.pop(name) for name in list(extra) if name in about - answered}
    return {"technical": technical} if technical else {}


def wording(offers: Sequence[Offer]) -> dict[str, str]:
    """What was agreed to, where the field is called by its words."""
    named = [offer.name for offer in offers[:1] if len(offer.name.split()) > 2]
    return {"consent_wording": named[0]} if named else {}


def form_name(extra: Mapping[str, str]) -> dict[str, str]:
    """What a builder or a program calls the form, among its answers."""
    named = [
        value for name, value in extra.items() if re.sub(r"[\W_]", "", name.lower()) in _FORM_NAMES
    ]
    return {"form": named[0]} if named else {}
