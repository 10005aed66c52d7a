"""`leadrelay replay`: a plan first, then with --yes parked deliveries go on their way again."""

import getpass
import hashlib
import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from leadrelay.crm.base import Crm
from leadrelay.delivery.options import OptionsBySource
from leadrelay.delivery.replay import Order, Plan, Replayer
from leadrelay.errors import DeliveryError
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.parked import Parked
from leadrelay.sources import Source, read_sources
from leadrelay_ops import parked
from leadrelay_ops.arguments import WrongWord
from leadrelay_ops.crm import account
from leadrelay_ops.filtering import filtered, told
from leadrelay_ops.options import StackName, Yes, stack_of
from leadrelay_ops.stack import Stack

LOOKS = 100  # a plan costs a CRM no more calls than this

Edits = Annotated[
    list[str] | None, typer.Option("--edit", help="field=value: correct this field of each lead")
]


@filtered(without="state")
def replay(  # noqa: PLR0913  # one parameter an option
    context: typer.Context,
    *,
    wanted: Filter,
    stack_name: StackName = None,
    yes: Yes = False,
    rate: Annotated[float, typer.Option(help="deliveries a second")] = 10.0,
    reason: Annotated[str, typer.Option(help="why: goes to each delivery's audit line")] = "",
    edit: Edits = None,
    look: Annotated[
        bool, typer.Option("--look", help=f"ask the CRM first (the plan: for {LOOKS} of them)")
    ] = False,
    redo: Annotated[
        bool, typer.Option("--redo", help="of what can't be decided, I looked: it isn't there")
    ] = False,
) -> None:
    """Plan, and with --yes send, what is parked once more. Safe to stop, and to repeat."""
    order = _order(
        filter=wanted,
        yes=yes,
        rate=rate,
        reason=reason,
        edit=_edits(edit or ()),
        look=look,
        redo=redo,
    )
    stack = stack_of(context, stack_name)
    replayer, console = parked.replayer(stack), Console()
    plan = _plan(stack, replayer, order, console)
    if not order.yes:
        console.print("Nothing was done. Add --yes to go.")
    elif plan.planned or not plan.total:  # with nothing parked, stale dead letters still go
        _go(replayer, order, plan, who(stack))


def _order(**given: object) -> Order:
    try:
        return Order.model_validate(given)
    except ValidationError as error:
        raise WrongWord(told(error)) from error


def _edits(words: Sequence[str]) -> dict[str, str]:
    pairs = [word.partition("=") for word in words]
    for name, equals, _ in pairs:
        if not equals:
            raise WrongWord(f"--edit {name}: write field=value")
    return {name: value for name, _, value in pairs}


# -- the plan -----------------------------------------------------------------------------


def _plan(stack: Stack, replayer: Replayer, order: Order, console: Console) -> Plan:
    sources = read_sources(stack.sources.read_text("utf-8"))
    plan, looks = Plan(order), _Looks(stack, sources)
    with looks, console.status("planning …"):
        for one in replayer.find(order.filter):
            plan.add(one)
            if order.look and order.takes(one):
                looks.ask(one)
    if plan.total:
        console.print(parked.counts(plan))
    for line in _lines(plan, sources, looks):
        console.print(line, markup=False, highlight=False)
    return plan


def _lines(plan: Plan, sources: Mapping[str, Source], looks: "_Looks") -> list[str]:
    lines = [f"{plan.planned} deliveries to replay at {plan.order.rate:g}/s"]
    lines += [
        f"  {count} from {source} to {crm}, by {mapping_version(sources.get(source))}"
        for (source, crm), count in plan.mappings.most_common()
    ]
    if plan.left:
        lines.append(f"{plan.left} can't be decided: look in the CRM, then replay with --redo")
    if plan.order.edit:
        lines.append(f"set in each lead before: {', '.join(sorted(plan.order.edit))}")
    if plan.order.look:
        lines.append(looks.told())
    elif plan.planned:
        lines.append("whether the CRM has them already wasn't asked: --look asks")
    return lines


def mapping_version(source: Source | None) -> str:
    """A source's table in sources.toml by a short hash: what its leads would be delivered with."""
    if source is None:
        return "the built-in mapping, as sources.toml has this source no more"
    table = source.model_dump(mode="json", exclude_defaults=True)
    digest = hashlib.sha256(json.dumps(table, sort_keys=True).encode()).hexdigest()
    return f"mapping {digest[:8]}"


class _Looks:
    """Asks the CRMs for leads, for the first `LOOKS` of them."""

    def __init__(self, stack: Stack, sources: Mapping[str, Source]) -> None:
        self._stack = stack
        self._sources = sources
        self._crms: dict[str, Crm] = {}
        self._ends = ExitStack()
        self._asked = self._found = self._failed = self._not_asked = 0

    def __enter__(self) -> None:
        self._ends.__enter__()

    def __exit__(self, *_: object) -> None:
        self._ends.close()

    def ask(self, one: Parked) -> None:
        if self._asked >= LOOKS:
            self._not_asked += 1
            return
        self._asked += 1
        if one.crm not in self._crms:
            self._crms[one.crm] = self._ends.enter_context(account(self._stack, one.crm))
        crm = self._crms[one.crm]
        try:
            options = OptionsBySource(type(crm), one.crm, self._sources)(one.lead.source)
            self._found += crm.find(one.lead, options) is not None
        except DeliveryError:
            self._failed += 1

    def told(self) -> str:
        line = f"{self._found} of {self._asked} asked for are in the CRM already"
        failed = f"{self._failed} could not be asked for" if self._failed else ""
        rest = f"{self._not_asked} were not asked for" if self._not_asked else ""
        return "; ".join(filter(None, (line, failed, rest)))


# -- the run ------------------------------------------------------------------------------


def _go(replayer: Replayer, order: Order, plan: Plan, who: str) -> None:
    done = 0
    columns = (TextColumn("replaying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=Console(stderr=True)) as progress:
            bar = progress.add_task("replay", total=plan.planned)
            for _ in replayer.replay(order, who):
                done += 1
                progress.update(bar, completed=done)
    except KeyboardInterrupt:
        typer.echo(f"Stopped after {done}. Run it again to go on.", err=True)
        raise typer.Exit(130) from None
    typer.echo(f"Replayed {done} of {plan.planned}.")


def who(stack: Stack) -> str:
    """The caller as AWS knows them; of the twin, the user of this machine."""
    if stack.is_twin:
        return getpass.getuser()
    return str(stack.client("sts").get_caller_identity()["Arn"])
