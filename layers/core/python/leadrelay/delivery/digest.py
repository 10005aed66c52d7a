"""The daily digest: figures of the ledger as a mail that a person reads.

It names leads by their reference only, and a reason by its class: mail is no place for a person's
data, nor for a CRM's words.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from leadrelay.durations import ago
from leadrelay.ledger.figures import CrmFigures, Figures, Oldest, Span

# So long a delivery may wait before somebody should look; the alarms think so too.
LATE = timedelta(hours=1)

_LONGEST = 99  # of a subject (SNS API reference, Publish)


class Mail(NamedTuple):
    """`subject` is as SNS wants it: ASCII, in one line, and short."""

    subject: str
    text: str


def last_day(now: datetime) -> Span:
    """The 24 hours up to the last full hour: those of daily digests join without a gap."""
    until = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return Span(until - timedelta(days=1), until)


def compose(figures: Figures, *, name: str, stack: str | None, now: datetime) -> Mail:
    """The digest, its times in the zone of `now`; `stack` is what its commands find the stack by,
    None for the twin."""
    title = "Leadrelay" if name == "leadrelay" else f"Leadrelay {name}"
    span, zone = figures.span, now.tzinfo
    paragraphs = [
        [f"{title}, {_clock(span.since, zone)} to {_clock(span.until, zone)} {now.tzname()}"],
        [*_verdict(figures, now)],
        [*_accepted(figures, now)],
        *([*_of_crm(one, now)] for one in figures.crms),
        [*_next_commands(figures, now, f" --stack {stack}" if stack else "")],
    ]
    text = "\n\n".join("\n".join(lines) for lines in paragraphs if lines)
    return Mail(_fitting(f"{title}: ", [*_in_short(figures, now)]), f"{text}\n")


def _fitting(title: str, told: Sequence[str]) -> str:
    """As much of it as fits, the most important first; the text has it all."""
    fits = [
        end for end in range(1, len(told) + 1) if len(title + ", ".join(told[:end])) <= _LONGEST
    ]
    return title + ", ".join(told[: max(fits, default=0)])


def _in_short(figures: Figures, now: datetime) -> Iterator[str]:
    """For the subject: first what came, then whatever didn't simply go its way."""
    crms, accepted = figures.crms, sum(figures.accepted.values())
    paused = [one.crm for one in crms if one.paused]
    parked = sum(sum(one.parked.values()) for one in crms)
    waiting = sum(one.waiting for one in crms)
    aside = sum(one.new_aside for one in crms)
    yield f"{accepted} accepted"
    if figures.canary:
        yield "canary broken"
    yield from _these([*figures.silent], "sources", "silent")
    yield from _these(paused, "CRMs", "paused")
    if parked:
        new = sum(one.new_parked for one in crms)
        yield f"{parked} parked" + (f" ({new} new)" if new else "")
    if waiting:
        late = _latest(figures, now)
        yield f"{waiting} waiting" + (f" (up to {ago(now - late[1].since)})" if late else "")
    if aside:
        yield f"{aside} put aside"
    if figures.erasing:
        yield f"{figures.erasing} being erased"
    if not (paused or parked or waiting or aside or figures.erasing):
        yield "all delivered"


def _these(names: Sequence[str], kind: str, state: str) -> Iterator[str]:
    """ "careers silent", "2 CRMs paused"; nothing of none."""
    if names:
        yield f"{names[0] if len(names) == 1 else f'{len(names)} {kind}'} {state}"


def _verdict(figures: Figures, now: datetime) -> Iterator[str]:
    """Whether a person has something to do."""
    told = []
    if lost := figures.canary:
        since = f"{_clock(lost.since, now.tzinfo)} {now.tzname()}"
        told.append(f"no canary has got through since {since}, it stopped at {lost.part}")
    told += [f"{source} is silent" for source in figures.silent]
    told += [f"{one.crm} is paused" for one in figures.crms if one.paused]
    told += [
        f"{one.crm} has {sum(one.parked.values())} parked" for one in figures.crms if one.parked
    ]
    if late := _latest(figures, now):
        crm, oldest = late
        told.append(f"{oldest.ref} has waited for {crm} for {ago(now - oldest.since)}")
    told += [f"{crms} put aside as doubtful" for crms in _aside(figures, new=True)]
    if figures.erasing:
        told.append(f"leads being erased: {figures.erasing}, which may have been stopped")
    if told:
        yield f"Somebody should look: {'; '.join(told)}."
    elif still := [*_aside(figures, new=False)]:
        yield f"Nothing new needs you; {'; '.join(still)} still put aside as doubtful."
    else:
        yield "Nothing needs you."


def _aside(figures: Figures, *, new: bool) -> Iterator[str]:
    """ "2 for trackerrms, collect": a lead counts for each of its CRMs."""
    counts: dict[int, list[str]] = {}
    for one in figures.crms:
        counts.setdefault(one.new_aside if new else one.aside, []).append(one.crm)
    yield from (f"{count} for {', '.join(crms)}" for count, crms in counts.items() if count)


def _accepted(figures: Figures, now: datetime) -> Iterator[str]:
    yield f"Accepted: {_number(sum(figures.accepted.values()), 'lead')}"
    for source, number in sorted(figures.accepted.items(), key=lambda one: (-one[1], one[0])):
        yield f"  {source}: {number}"
    for source, since in figures.silent.items():
        zone = f"{_clock(since, now.tzinfo)} {now.tzname()}"
        yield f"  {source} has sent fewer than expected since {zone}"


def _of_crm(one: CrmFigures, now: datetime) -> Iterator[str]:
    parked = sum(one.parked.values())
    yield f"{one.crm}: {one.delivered} delivered, {one.waiting} waiting, {parked} parked"
    if one.took:
        yield (
            f"  from arrival to record: {ago(one.took.p50)} for half of them,"
            f" {ago(one.took.p95)} for 95 %, {ago(one.took.p99)} for 99 %"
        )
    if one.paused:
        since = f"{_clock(one.paused.since, now.tzinfo)} {now.tzname()}"
        yield f"  paused since {since}, {one.paused.kind}"
    if one.oldest_waiting:
        age = ago(now - one.oldest_waiting.since)
        yield f"  oldest undelivered: {one.oldest_waiting.ref}, accepted {age} ago"
    for reason, number in sorted(one.parked.items(), key=lambda reason: (-reason[1], reason[0])):
        yield f"  parked, {reason}: {number}"
    if one.oldest_parked:
        age = ago(now - one.oldest_parked.since)
        yield f"  {one.new_parked} of them new; the oldest {one.oldest_parked.ref}, {age} ago"
    if one.aside:
        yield f"  put aside as doubtful: {one.aside}, {one.new_aside} of them new"


def _next_commands(figures: Figures, now: datetime, stack: str) -> Iterator[str]:
    late = _latest(figures, now)
    parked = [one.crm for one in figures.crms if one.parked]
    commands = [f"parked{stack} --crm {crm}" for crm in parked]
    if late or figures.silent or figures.canary or any(one.paused for one in figures.crms):
        commands.append(f"status{stack}")
    if late:
        commands.append(f"trace {late[1].ref}{stack}")
    if any(one.aside for one in figures.crms):
        commands.append(f"leads{stack} --state quarantined")
    if figures.erasing:
        commands.append(f"leads{stack} --state erasing")
    if commands:
        yield "To see more:"
        yield from (f"  leadrelay {command}" for command in commands)


def _latest(figures: Figures, now: datetime) -> tuple[str, Oldest] | None:
    """(CRM, delivery) of the oldest that waits, if it has been waiting for too long."""
    waiting = [(one.crm, one.oldest_waiting) for one in figures.crms if one.oldest_waiting]
    latest = min(waiting, key=lambda one: one[1].since, default=None)
    return latest if latest and now - latest[1].since > LATE else None


def _number(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _clock(moment: datetime, zone: tzinfo | None) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")
