"""`leadrelay trace`: the whole story of a lead, in order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Annotated, Any

import typer

from leadrelay.durations import ago
from leadrelay.ledger.history import Event, read_history
from leadrelay.ledger.life import OUTCOMES
from leadrelay.ledger.search import Found
from leadrelay.ledger.standing import Pause
from leadrelay_ops import finding, pauses, screen, times
from leadrelay_ops.filtering import read_filter
from leadrelay_ops.folding import folded
from leadrelay_ops.options import AsJson, StackName, stack_of
from leadrelay_ops.pauses import paused_now
from leadrelay_ops.screen import Cell
from leadrelay_ops.stack import Stack
from leadrelay_ops.states import COLOURS

# What is said of an event; its facts stand in braces.
_TOLD = {
    "received": "received from {source} ({sender}), {verified}",
    "duplicate": "the same came once more, and was recognised",
    "news": "more became known of it: {known}",
    "queued": "queued",
    "held": "waits for what is still to come, until {until} at the latest",
    "quarantined": "put aside: {doubt}",
    "released": "released, and queued",
    "noticed": "told of news while an attempt was under way",
    "requeued": "queued again by the sweep: it was {after}, and nobody was at work on it",
    "replayed": "replayed by {who}{was}: {why}",
    "started": "an attempt begins",
    "abandoned": "an attempt began, and never came to an end",
    "retry": "attempt {attempt} came to nothing{took}: {message} ({error}); again from {until}",
    "unknown": "attempt {attempt} ended in doubt{took}: {message} ({error}); the next, from {until}"
    " on, looks in the CRM first",
    "parked": "attempt {attempt} was the last{took}: {message} ({error}){words};"
    " it waits for a person",
    "ended": "not tried: its lead is being erased",
    "delivered": "attempt {attempt} delivered it{took}: record {record_id}",
}

_VERIFIED = {
    "": "no signature is used by this sender",
    "not at all": "no signature is used by this sender",
}
_MOST = 20  # stories; a list is better for more


@dataclass(frozen=True)
class Story:
    """A lead, and what happened to it; `took` is how long the attempt took that an event ended."""

    found: Found
    correlation_id: str
    erasing: bool
    events: Sequence[tuple[Event, timedelta | None]]

    def as_json(self) -> dict[str, Any]:
        return {
            **self.found.as_json(),
            "correlation_id": self.correlation_id,
            "history": [
                event.as_json() | ({"took_ms": took // timedelta(milliseconds=1)} if took else {})
                for event, took in self.events
            ],
        }


def trace(
    context: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="REF|ID|E-MAIL|PHONE|NAME", help="what is known of it")
    ],
    *,
    stack_name: StackName = None,
    since: Annotated[str | None, typer.Option(help="how far back to look for a name")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell the whole story of a lead, or of every lead of a person."""
    stack, word = stack_of(context, stack_name), " ".join(words)
    found, paused = finding.find(stack, word, read_filter(since=since)), paused_now(stack)
    for one in islice(found, _MOST):
        story = read_story(stack, one)
        if as_json:
            screen.say_json(story.as_json())
        else:
            screen.say(*told(story, datetime.now(UTC), paused))
    if next(found, None):
        screen.say(f"… and more than these {_MOST}: `leadrelay leads {word}`", err=True)


def read_story(stack: Stack, found: Found) -> Story:
    """Raises Unavailable."""
    items = list(stack.table.query("pk = :pk", {"pk": f"lead#{found.lead.id}"}))
    lead = next((item for item in items if item["sk"] == "lead"), {})
    events = [pair for item in items for pair in _timed(read_history(item))]
    return Story(
        found=found,
        correlation_id=lead.get("correlation_id", ""),
        erasing="erasing" in lead,
        events=sorted(events, key=lambda pair: (pair[0].at, pair[0].crm or "")),
    )


def _timed(events: Iterator[Event]) -> Iterator[tuple[Event, timedelta | None]]:
    """The events of one delivery; an attempt that ended is told by its end alone."""
    started: Event | None = None
    for event in events:
        ended = event.name in OUTCOMES
        if started and not ended and event.name == "started":
            yield replace(started, name="abandoned"), None
        if event.name == "started":
            started = event
            continue
        yield event, event.at - started.at if started and ended else None
        started = None if ended else started
    if started:
        yield started, None


def told(story: Story, now: datetime, paused: Mapping[str, Pause]) -> Iterator[str]:
    """The story for a person to read: a line an event."""
    lead = story.found.lead
    yield f"{lead.ref}  {lead.label}"
    age = ago(now - lead.received_at)
    correlation = f", correlation id {story.correlation_id}" if story.correlation_id else ""
    received = f"{times.when(lead.received_at)} {times.zone()}"
    yield f"{lead.source}, {received}, {age} ago; id {lead.id}{correlation}"
    for event, who, took in folded(story.events):
        yield _line(event, who, took, lead.received_at)
    for crm, delivery in sorted(story.found.deliveries.items()):
        state = pauses.state(crm, delivery, paused)
        if state == "paused":
            yield Cell(f"  now: {crm} waits: {pauses.why(paused[crm])}", COLOURS[state])
        else:
            record = f", record {delivery.record_id}" if delivery.record_id else ""
            yield Cell(f"  now: {crm} is {state}{record}", COLOURS.get(state))
        if delivery.link:
            yield f"       {delivery.link}"
        if delivery.reason:
            yield f"       {delivery.reason}"
    if story.erasing:
        yield "  it is being erased: run `leadrelay erase` again if that was stopped"


def _line(event: Event, who: str, took: timedelta | None, begin: datetime) -> str:
    facts = _Facts({name: str(fact) for name, fact in event.facts.items()})
    if until := facts["until"]:
        facts["until"] = _clock(datetime.fromisoformat(until))
    facts["took"] = f" after {_seconds(took)}" if took is not None else ""
    facts["was"] = _was(event.facts.get("was", {}))
    facts["words"] = f': "{facts["words"]}"' if facts["words"] else ""
    facts["verified"] = _VERIFIED.get(facts["verified"], f"verified by {facts['verified']}")
    phrase = _TOLD.get(event.name, event.name).format_map(facts).rstrip(": ")
    since = "" if event.at <= begin else f"+{ago(event.at - begin)}"
    at = _clock(event.at, date=event.at.astimezone().date() != begin.astimezone().date())
    name = f"{who}: " if who else ""
    return Cell(f"  {at}  {since:>7}  {name}{phrase}", COLOURS.get(event.name))


def _was(old: Mapping[str, str]) -> str:
    """What a replay's edits replaced."""
    return "".join(f", {name} was {value or 'empty'}" for name, value in sorted(old.items()))


class _Facts(dict[str, str]):
    """What isn't known is left out."""

    def __missing__(self, name: str) -> str:
        return ""


def _clock(at: datetime, *, date: bool = False) -> str:
    local = at.astimezone()
    return local.strftime("%e %b %H:%M:%S" if date else "%H:%M:%S").strip() + f".{local:%f}"[:4]


def _seconds(took: timedelta) -> str:
    return f"{took.total_seconds():.1f} s"
