"""`leadrelay status`, `pause` and `resume`: whether the CRMs get their leads, and a say in it."""

from collections.abc import Iterator, Set
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from leadrelay.aws.functions import Functions
from leadrelay.errors import Unavailable
from leadrelay.lead import State, timestamp
from leadrelay.ledger.arrivals import look
from leadrelay.ledger.canaries import Canaries
from leadrelay.ledger.indexes import EARLIEST, LATEST, being_erased, in_state
from leadrelay.ledger.life import WAITING
from leadrelay.ledger.pauses import Pauses
from leadrelay.ledger.standing import Pause
from leadrelay_ops import heard_sources, pauses, screen, times
from leadrelay_ops.failures import choose
from leadrelay_ops.options import AsJson, CrmName, StackName, stack_of
from leadrelay_ops.screen import Cell, Column
from leadrelay_ops.stack import Stack


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How one CRM is doing. `waiting_since` is when the delivery that is due for longest was."""

    crm: str
    pause: Pause | None  # None while it runs
    waiting: int
    waiting_since: datetime | None
    delivered_today: int  # since midnight here
    parked: int
    queue: int
    dead_letters: int

    def as_json(self) -> dict[str, Any]:
        """The fields, times as text; of a pause those that are set."""
        pause = self.pause and {
            name: timestamp(value) if isinstance(value, datetime) else value
            for name, value in asdict(self.pause).items()
            if value is not None
        }
        since = self.waiting_since and timestamp(self.waiting_since)
        state = "paused" if pause else "running"
        return {**asdict(self), "state": state, "pause": pause, "waiting_since": since}


def status(
    context: typer.Context,
    *,
    stack_name: StackName = None,
    as_json: AsJson = False,
) -> None:
    """Show which CRMs get their leads, what waits for them, and when each source sent last."""
    stack = stack_of(context, stack_name)
    erasing = {one.lead_id for one in being_erased(stack.table)}
    found, heard = statuses(stack, erasing), look(stack.table, datetime.now(UTC)).heard
    lost = Canaries(stack.table).broken()
    if as_json:
        for line in (*(one.as_json() for one in found), *heard_sources.as_json(heard)):
            screen.say_json(line)
        if lost:
            screen.say_json({"canary": lost.part, "since": timestamp(lost.since)})
        if erasing:
            screen.say_json({"erasing": len(erasing)})
    else:
        _show([*found])
        heard_sources.show(heard)
        if lost:
            told = f"No canary has got through since {times.in_words(lost.since)}"
            screen.say("", f"{told}; it stopped at {lost.part}: `leadrelay canary SOURCE`")
        if erasing:
            told = f"Leads being erased: {len(erasing)}; erase them again if that was stopped"
            screen.say("", f"{told}: `leadrelay leads --state erasing`")


def pause(
    context: typer.Context,
    crm: CrmName,
    *,
    stack_name: StackName = None,
    reason: Annotated[str, typer.Option(help="for whoever asks why")] = "",
) -> None:
    """Bring no lead to a CRM until somebody says resume.

    They wait, such as during its maintenance, and no attempt counts.
    """
    stack = stack_of(context, stack_name)
    crm = choose("CRM", crm, stack.deployed_crms)
    by_hand = Pause(crm=crm, kind="by hand", since=datetime.now(UTC), reason=reason)
    if not Pauses(stack.table).begin(by_hand):
        screen.say(f"{crm} is paused by hand already")
        return
    _start_sweep(stack)
    screen.say(f"{crm} is paused; its leads wait until `leadrelay resume {crm}`")


def resume(context: typer.Context, crm: CrmName, *, stack_name: StackName = None) -> None:
    """Go on bringing leads to a CRM now, whoever paused it.

    It waits for no probe.
    """
    stack = stack_of(context, stack_name)
    crm = choose("CRM", crm, stack.deployed_crms)
    kept = Pauses(stack.table)
    last = kept.read(crm)
    if last is None or not last.is_on or not kept.lift(last, at=datetime.now(UTC)):
        screen.say(f"{crm} is not paused")
        return
    _start_sweep(stack)
    screen.say(f"{crm} goes on")


def statuses(stack: Stack, erasing: Set[str]) -> Iterator[Status]:
    """Every CRM that the stack has; no delivery of a lead that is being erased counts. Raises
    Unavailable."""
    for crm in stack.deployed_crms:
        yield _status(stack, crm, datetime.now(UTC), erasing)


def _show(found: list[Status]) -> None:
    """One row a CRM, and below them why one is paused."""
    columns = [Column(title=title, least=least) for title, least in _COLUMNS]
    screen.show_table(columns, map(_row, found))
    for one in found:
        if one.pause:
            screen.say(_why(one.pause))


_COLUMNS = (
    ("CRM", 10), ("state", 7), ("waiting", 7), ("due since", 12), ("today", 5), ("parked", 6),
    ("queue", 5), ("dead", 4),
)  # fmt: skip


def _row(one: Status) -> list[str]:
    state = Cell("paused", "red") if one.pause else Cell("running", "green")
    since = times.when(one.waiting_since) if one.waiting_since else ""
    counts = (one.delivered_today, one.parked, one.queue, one.dead_letters)
    return [one.crm, state, str(one.waiting), since, *map(str, counts)]


def _start_sweep(stack: Stack) -> None:
    """Have the queue stopped or started now; the sweep does it within a minute anyway."""
    with suppress(Unavailable):
        Functions(lambda: stack.client("lambda"), f"{stack.name}-").start("sweep", {})


def _status(stack: Stack, crm: str, now: datetime, erasing: Set[str]) -> Status:
    def counted(state: State, since: datetime = EARLIEST) -> tuple[int, datetime | None]:
        """How many deliveries are in a state, and when the first of them was due, or done."""
        found = in_state(stack.table, crm, state, span=(since, LATEST))
        at = (one.at for one in found if one.lead_id not in erasing)
        first = next(at, None)
        return sum(1 for _ in at) + bool(first), first

    last = Pauses(stack.table).read(crm)
    due = [counted(state) for state in WAITING]
    midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    return Status(
        crm=crm,
        pause=last if last and last.is_on else None,
        waiting=sum(count for count, _ in due),
        waiting_since=min((first for _, first in due if first and first <= now), default=None),
        delivered_today=counted("delivered", midnight)[0],
        parked=counted("parked")[0],
        queue=stack.queues.depth(crm),
        dead_letters=stack.queues.depth(f"{crm}-dead"),
    )


def _why(pause: Pause) -> str:
    told = f"{pause.crm} is {pauses.why(pause)}"
    if pause.next_probe_at is None:
        return f"{told}. Go on with `leadrelay resume {pause.crm}`"
    wait = max(pause.next_probe_at - datetime.now(UTC), timedelta(0))
    return f"{told}. {pause.probes} probes failed, the next is in {wait.total_seconds():.0f} s"
