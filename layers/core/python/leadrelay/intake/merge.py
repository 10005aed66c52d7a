"""News of a lead that is known already: what is new is added, and nothing is taken back."""

from typing import Any

from leadrelay.lead import OWN_FIELDS, Call, CallState, Lead

# A call's events may come in any order; its state only moves on.
_PROGRESS: dict[CallState | None, int] = {
    None: 0,
    "ringing": 1,
    "answered": 2,
    "missed": 3,
    "voicemail": 4,
    "completed": 4,
}


def merge(known: Lead, news: Lead) -> Lead:
    """The known lead with what the news adds: fields it didn't have, and how its call went on."""
    added: dict[str, Any] = {
        name: getattr(news, name)
        for name in Lead.model_fields.keys() - OWN_FIELDS - {"call", "tracking", "extra"}
        if not getattr(known, name) and getattr(news, name)
    }
    return known.model_copy(
        update={
            **added,
            "call": _merge_calls(known.call, news.call),
            "tracking": {**news.tracking, **known.tracking},
            "extra": {**news.extra, **known.extra},
        }
    )


def has_come_to(call: Call | None, state: CallState) -> bool:
    """Whether the call has reached a state, or is past it."""
    return _PROGRESS[call.state if call else None] >= _PROGRESS[state]


def _merge_calls(known: Call | None, news: Call | None) -> Call | None:
    if known is None or news is None:
        return known or news
    # What the further event says counts; of two equally far, what was known first.
    moved_on = _PROGRESS[news.state] > _PROGRESS[known.state]
    earlier, later = (known, news) if moved_on else (news, known)
    return Call(**{**earlier.model_dump(exclude_none=True), **later.model_dump(exclude_none=True)})
