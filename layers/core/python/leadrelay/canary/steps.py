"""What each part that a canary passes did, judged by what was answered and written. Pure."""

import json
from dataclasses import dataclass
from typing import Literal

from leadrelay.canaries import MARK, canary_id
from leadrelay.canary.line import Answer
from leadrelay.ledger.canaries import At, Trail
from leadrelay.ledger.standing import Pause
from leadrelay.signing import can_prove
from leadrelay.sources import Source

type State = Literal["works", "paused", "broken"]

_NO_LEDGER = "the intake can't reach it"


@dataclass(frozen=True, slots=True)
class Step:
    """What one part did: "ledger", "secret", "API", "intake", "sample", or a CRM by its name."""

    part: str
    state: State
    told: str


def secret_step(source: Source, secret: str | None, *, needed: bool) -> Step:
    """By the secret that the source's requests would be proved with."""
    if needed and not secret:
        told = f"there is none of {source.name}: `leadrelay secrets set source {source.name}`"
        return Step("secret", "broken", told)
    if secret and not can_prove(source, secret):
        told = f"{source.sender} signs with a key that only it has: choose another source"
        return Step("secret", "broken", told)
    return Step("secret", "works", "there is one" if secret else f"{source.sender} needs none")


def mark_step(answer: Answer, mark: str, door: str) -> Step:
    """By what an empty request was answered that bore the mark."""
    if answer.status == 200 and _is_heard(answer, mark):
        return Step("API", "works", f"the mark gets through {door}")
    if _has_no_ledger(answer):
        return Step("ledger", "broken", _NO_LEDGER)
    if answer.status == 429 or answer.status >= 500:
        return Step("API", "broken", f"answers {answer.status}")
    why = " it doesn't know the source," if answer.status == 404 else ""
    told = f"answers {answer.status}: what is before it drops the header {MARK},{why} or it runs"
    return Step("API", "broken", f"{told} an older version")


def intake_step(answer: Answer, trail: Trail, source: Source) -> Step:
    """By what the sample was answered, and what the intake wrote of it."""
    if trail.stopped:
        return _stopped_step(answer, *trail.stopped, source)
    if answer.status >= 400:
        if _has_no_ledger(answer):
            return Step("ledger", "broken", _NO_LEDGER)
        return Step("API", "broken", f"answers {answer.status}")
    if trail.kept is None:
        told = f"it was answered {answer.status}, but nobody wrote that it was taken in"
        return Step("ledger", "broken", told)
    return Step("intake", "works", f"took it in as {source.sender} sends it")


def _stopped_step(answer: Answer, outcome: str, more: str, source: Source) -> Step:
    if outcome == "source.unverifiable":
        return Step("secret", "broken", "the intake has none to check the request with")
    if outcome == "lead.rejected" and answer.status in {401, 403}:
        return Step("secret", "broken", f"the intake refuses what it signs: {more}")
    if outcome == "intake.unavailable":
        return Step("intake", "broken", more)
    return Step("sample", "broken", f"the intake takes none of {source.sender}'s: {more}")


def crm_step(crm: str, at: At, pause: Pause | None) -> Step:
    """By how far the canary came to a CRM."""
    if at == "arrived":
        return Step(crm, "works", "its function got it from the queue")
    if at == "unqueued":
        return Step(crm, "broken", "its queue doesn't take messages from the intake")
    return paused_step(crm, pause)


def paused_step(crm: str, pause: Pause | None) -> Step:
    since = f" since {pause.since:%d %b %H:%M} UTC, {pause.kind}" if pause else ""
    return Step(crm, "paused", f"is paused{since}: its leads wait")


def _has_no_ledger(answer: Answer) -> bool:
    return answer.status == 503 and answer.is_problem


def _is_heard(answer: Answer, mark: str) -> bool:
    try:
        told = json.loads(answer.body)
    except ValueError:
        return False
    return isinstance(told, dict) and told.get("canary") == canary_id(mark)
