"""`leadrelay leads` and `tail`: leads, one a line, and where they have got to."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Annotated

import typer

from leadrelay.ledger.filter import Filter
from leadrelay.ledger.search import Found, among, received, search
from leadrelay.ledger.standing import Pause
from leadrelay_ops import finding, pauses, screen, states, times
from leadrelay_ops.failures import choose
from leadrelay_ops.filtering import filtered
from leadrelay_ops.options import AsJson, StackName, stack_of
from leadrelay_ops.screen import Column
from leadrelay_ops.stack import Stack

_PAGE = 50
_EVERY_S = 2.0
_STILL = timedelta(minutes=10)  # so long a lead that isn't settled is looked at again

Words = Annotated[
    list[str] | None,
    typer.Argument(help="a name, an e-mail address, a number, a reference, or a part of one"),
]


@filtered
def leads(  # noqa: PLR0913  # one parameter an option
    context: typer.Context,
    words: Words = None,
    *,
    wanted: Filter,
    stack_name: StackName = None,
    state: Annotated[str | None, typer.Option(help=f"one of {', '.join(states.NAMES)}")] = None,
    everything: Annotated[bool, typer.Option("--all", help="not only the newest 50")] = False,
    as_json: AsJson = False,
) -> None:
    """Find leads, the newest first, and where they have got to.

    Of the last 30 days, unless a person, a state or --since is given.
    """
    stack = stack_of(context, stack_name)
    paused = pauses.paused_now(stack)
    wanted = finding.understood(stack, wanted)
    found = _found(stack, " ".join(words or ()), wanted, state, paused)
    first = next(found, None)
    if first is None:
        _say_none(stack, wanted, paused, state)
        return
    if as_json:
        for one in (first, *found):
            screen.say_json(one.as_json() | {"paused": waiting(one, paused)})
        return
    some = found if everything else islice(found, _PAGE - 1)
    show((first, *some) if not everything else _chained(first, found), paused)
    if next(found, None):
        screen.say("… and more: --all shows them, or narrow it down", err=True)


def tail(context: typer.Context, *, stack_name: StackName = None) -> None:
    """Show new leads as they come, until Ctrl-C.

    A lead is shown again when it has got further.
    """
    stack = stack_of(context, stack_name)
    screen.say("waiting for new leads; Ctrl-C ends it", err=True)
    paused = pauses.paused_now(stack)
    show(follow(stack, datetime.now(UTC)), paused)


def follow(
    stack: Stack, since: datetime, wait: Callable[[float], None] = time.sleep
) -> Iterator[Found]:
    """Every lead from that time on as it comes, and again as its deliveries change."""
    shown: dict[str, Found] = {}
    while True:
        # clocks differ, and an index may be a moment behind
        came = [one for _, one in received(stack.table, since - timedelta(minutes=1))]
        open_ = [one for one, found in shown.items() if not _settled(found)]
        looked_at = dict.fromkeys((*reversed(came), *open_))
        for found in among(stack.table, looked_at, Filter(since=since), lambda _: True):
            if shown.get(found.lead.id) != found:
                shown[found.lead.id] = found
                yield found
        since = max(since, datetime.now(UTC) - _STILL)
        shown = {one: found for one, found in shown.items() if found.lead.received_at >= since}
        wait(_EVERY_S)


def show(found: Iterable[Found], paused: Mapping[str, Pause]) -> None:
    """One line a lead; below, why its CRMs are paused."""
    columns = [*_columns()]
    rooms = screen.rooms(columns)
    told: dict[str, str] = {}

    def row(one: Found) -> list[str]:
        told.update(waiting(one, paused))
        cells = {
            _WHEN: times.when(one.lead.received_at),
            "reference": one.lead.ref,
            "source": one.lead.source,
            "who": one.lead.label,
        }
        return [
            *(cells[column.title.partition(",")[0]] for column in columns),
            states.where(one.deliveries, paused, rooms),
        ]

    where = Column(title="where it has got to")
    screen.show_table([*columns, where], map(row, found))
    for crm, why in sorted(told.items()):
        screen.say(f"{crm} waits: {why}", err=True)


def waiting(found: Found, paused: Mapping[str, Pause]) -> dict[str, str]:
    """The CRMs that a lead waits for as they are paused, and why they are."""
    return {
        crm: pauses.why(paused[crm])
        for crm, delivery in found.deliveries.items()
        if pauses.state(crm, delivery, paused) == "paused"
    }


_WHEN = "received"


def _columns() -> Iterator[Column]:
    width = screen.width()
    title = f"{_WHEN}, {times.zone()}"
    yield Column(title=title, least=max(12, len(title)))
    yield Column(title="reference", least=11)
    if width is None or width >= 120:
        yield Column(title="source", least=16, most=16)
    who = 13 if width and width < 100 else 20
    yield Column(title="who", least=who, most=who)


def _found(
    stack: Stack, text: str, wanted: Filter, state: str | None, paused: Mapping[str, Pause]
) -> Iterator[Found]:
    if state is None:
        return finding.find(stack, text, wanted) if text else search(stack.table, wanted)
    named = choose("state", state, states.NAMES)
    if named != "paused":
        fitting = wanted.model_copy(update={"state": named})
        return finding.find(stack, text, fitting) if text else search(stack.table, fitting)
    found = finding.find(stack, text, wanted) if text else search(stack.table, wanted)
    crm = wanted.crm
    return (one for one in found if (names := waiting(one, paused)) and (not crm or crm in names))


def _say_none(stack: Stack, wanted: Filter, paused: Mapping[str, Pause], state: str | None) -> None:
    """Why there is none. Raises Told for a source that there isn't."""
    finding.refuse_unknown(stack, wanted.source)
    if state == "paused" and not paused:
        screen.say("No CRM is paused.")
    else:
        screen.say("There is no such lead." if wanted.model_fields_set else "No lead has come.")


def _chained(first: Found, rest: Iterator[Found]) -> Iterator[Found]:
    yield first
    yield from rest


def _settled(found: Found) -> bool:
    return all(one.state in states.SETTLED for one in found.deliveries.values())
