"""`leadrelay trace`: the whole story of a lead, in order."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from leadrelay.durations import ago
from leadrelay.ledger.history import Event, read_history
from leadrelay.ledger.search import Found
from leadrelay_ops import people
from leadrelay_ops.arguments import WrongWord
from leadrelay_ops.options import StackName, stack_of
from leadrelay_ops.stack import Stack

_OUTCOMES = frozenset({"delivered", "retry", "unknown", "parked"})

# What is said of an event; its facts stand in braces.
_TOLD = {
    "received": "received from {source} ({sender}), its sender verified: {verified}",
    "duplicate": "the same came once more, and was recognised",
    "news": "more became known of it",
    "queued": "queued",
    "held": "waits for what is still to come, until {until} at the latest",
    "quarantined": "put aside: {doubt}",
    "released": "released, and queued",
    "noticed": "told of news while an attempt was under way",
    "requeued": "queued again by the sweep: it was {after}, and nobody was at work on it",
    "replayed": "replayed by {who}: {why}",
    "started": "an attempt begins",
    "abandoned": "an attempt began, and never came to an end",
    "retry": "attempt {attempt} came to nothing{took}: {message} ({error}); again from {until}",
    "unknown": "attempt {attempt} ended in doubt{took}: {message} ({error}); the next, from {until}"
    " on, looks in the CRM first",
    "parked": "attempt {attempt} was the last{took}: {message} ({error}); it waits for a person",
    "delivered": "attempt {attempt} delivered it{took}: record {record_id} {link}",
}
_COLOURS = {"delivered": "green", "parked": "red", "unknown": "yellow", "retry": "yellow"}


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
    word: Annotated[
        str, typer.Argument(metavar="REF|ID|E-MAIL|PHONE", help="what is known of the lead")
    ],
    *,
    stack_name: StackName = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a lead")] = False,
) -> None:
    """Tell the whole story of a lead, or of every lead of a person."""
    stack = stack_of(context, stack_name)
    stories = [read_story(stack, found) for found in people.find(stack, word)]
    if not stories:
        raise WrongWord(f"there is no lead {word}")
    for story in stories:
        if as_json:
            typer.echo(json.dumps(story.as_json(), ensure_ascii=False))
        else:
            Console(highlight=False, soft_wrap=True).print(told(story, datetime.now(UTC)))


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
        ended = event.name in _OUTCOMES
        if started and not ended and event.name == "started":
            yield replace(started, name="abandoned"), None
        if event.name == "started":
            started = event
            continue
        yield event, event.at - started.at if started and ended else None
        started = None if ended else started
    if started:
        yield started, None


def told(story: Story, now: datetime) -> Text:
    """The story for a person to read: a line an event."""
    lead = story.found.lead
    text = Text(f"{lead.ref}  {lead.label}\n", style="bold")
    age = ago(now - lead.received_at)
    text.append(f"{lead.source}, {_clock(lead.received_at, date=True)}, {age} ago; id {lead.id}")
    text.append(f", correlation id {story.correlation_id}\n" if story.correlation_id else "\n")
    for event, took in story.events:
        text.append_text(_line(event, took, lead.received_at))
    for crm, delivery in sorted(story.found.deliveries.items()):
        record = f", record {delivery.record_id}" if delivery.record_id else ""
        text.append(f"  now: {crm} is {delivery.state}{record}\n")
        if delivery.reason and delivery.state != "delivered":
            text.append(f"       {delivery.reason}\n", style="dim")
    if story.erasing:
        text.append("  it is being erased: run `leadrelay erase` again if that was stopped\n")
    return text


def _line(event: Event, took: timedelta | None, begin: datetime) -> Text:
    facts = _Facts({name: str(fact) for name, fact in event.facts.items()})
    if until := facts["until"]:
        facts["until"] = _clock(datetime.fromisoformat(until))
    facts["took"] = f" after {_seconds(took)}" if took is not None else ""
    phrase = _TOLD.get(event.name, event.name).format_map(facts).rstrip(": ")
    who = f"{event.crm}: " if event.crm else ""
    since = "" if event.at <= begin else f"+{ago(event.at - begin)}"
    text = Text(f"  {_clock(event.at, date=event.at.date() != begin.date())}  {since:>7}  ")
    return text.append(f"{who}{phrase}\n", style=_COLOURS.get(event.name, ""))


class _Facts(dict[str, str]):
    """What isn't known is left out."""

    def __missing__(self, name: str) -> str:
        return ""


def _clock(at: datetime, *, date: bool = False) -> str:
    local = at.astimezone()
    return local.strftime("%Y-%m-%d %H:%M:%S" if date else "%H:%M:%S") + f".{local:%f}"[:4]


def _seconds(took: timedelta) -> str:
    return f"{took.total_seconds():.1f} s"
