"""The contact plans and reports of this Collect!, and what they ask of the user on their way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from leadrelay_sandbox.collect.forms import FORM_ID


@dataclass(frozen=True, slots=True)
class Step:
    """An event that a plan schedules; `prompt` is what it asks first, as it is sent."""

    event: Mapping[str, str]
    prompt: Mapping[str, Any] = field(default_factory=dict)


_REVIEW = {"co_type": "5", "co_description": "Review file...", "co_priority": "30"}
_PROCEED = {
    "subtype": "button",
    "message": "Do you want to proceed?",
    "buttons": ["Yes", "No"],
}
_CONFIRM = {"subtype": "form", "formid": FORM_ID, "data": _REVIEW}
# "Coming Soon" in the help: the shapes of these two are ours.
_TEXT = {"subtype": "string", "message": "What shall the event say?", "buttons": ["OK", "Cancel"]}
_DATE = {"subtype": "date", "message": "When shall the plan start?", "buttons": ["OK", "Cancel"]}

PLANS: dict[str, tuple[Step, ...]] = {
    "REV": (Step(_REVIEW),),
    "ASK": (Step(_REVIEW), Step(_REVIEW, _PROCEED)),
    "CNF": (Step(_REVIEW, _CONFIRM),),
    "TXT": (Step(_REVIEW, _TEXT),),
    "DAT": (Step(_REVIEW, _DATE),),
    "ALL": (
        Step(_REVIEW, _PROCEED),
        Step(_REVIEW, _CONFIRM),
        Step(_REVIEW, _TEXT),
        Step(_REVIEW, _DATE),
    ),
}
REPORTS: dict[str, tuple[Step, ...]] = {
    "Debtor Listing": (),
    "Confirmed Listing": (Step({}, _PROCEED),),
}
