"""`leadrelay replay`: a plan first, then with --yes parked deliveries go on their way again."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Annotated

import typer
from pydantic import ValidationError

from leadrelay.compose.edits import judge
from leadrelay.crm.base import Crm
from leadrelay.delivery.options import OptionsBySource
from leadrelay.delivery.order import Order, Plan
from leadrelay.delivery.replay import Replayer
from leadrelay.errors import DeliveryError
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.parked import Parked
from leadrelay.sources import Source
from leadrelay_ops import edits, finding, parked, screen, which_file
from leadrelay_ops.account import account
from leadrelay_ops.failures import Told, choose
from leadrelay_ops.filtering import filtered, told
from leadrelay_ops.options import StackName, Yes, stack_of
from leadrelay_ops.stack import Stack

LOOKS = 100  # a plan costs a CRM no more calls than this

Edits = Annotated[
    list[str] | None, typer.Option("--edit", help="field=value: correct this field of each lead")
]


@filtered
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
    stack = stack_of(context, stack_name)
    order = _order(
        filter=finding.understood(stack, wanted),
        yes=yes,
        rate=rate,
        reason=reason,
        edit=edits.read(edit or ()),
        look=look,
        redo=redo,
    )
    replayer = parked.replayer(stack)
    plan, sources = _plan(stack, replayer, order)
    settled = judge(plan, sources)
    screen.say(*edits.told(stack, settled, plan))
    if not order.yes:
        screen.say("Nothing was done." + (" Add --yes to go." if plan.planned else ""))
    elif plan.planned or not plan.total:  # with nothing parked, stale dead letters still go
        _go(replayer, settled, plan, stack.who)


def _order(**given: object) -> Order:
    try:
        return Order.model_validate(given)
    except ValidationError as error:
        raise Told(told(error)) from error


# -- the plan -----------------------------------------------------------------------------


def _plan(stack: Stack, replayer: Replayer, order: Order) -> tuple[Plan, Mapping[str, Source]]:
    sources = which_file.choose(stack, None).sound()
    plan, looks = Plan(order), _Looks(stack, sources)
    screen.progress("planning …")
    with looks:
        for one in replayer.find(order.filter):
            plan.add(one)
            if order.look and order.takes(one):
                looks.ask(one)
    screen.progress("")
    if plan.total:
        parked.show_counts(plan)
    elif order.filter.source:
        choose("source", order.filter.source, sources)
    screen.say(*_lines(plan, sources, looks))
    return plan, sources


def _lines(plan: Plan, sources: Mapping[str, Source], looks: "_Looks") -> Iterator[str]:
    yield _what(plan)
    for (source, crm), count in plan.mappings.most_common():
        yield f"  {count} from {source} to {crm}, by {mapping_version(sources.get(source))}"
    if plan.left:
        yield f"{plan.left} can't be decided: look in the CRM, then replay with --redo"
    if plan.order.look:
        yield looks.told()
    elif plan.planned:
        yield "whether the CRM has them already wasn't asked: --look asks"


def _what(plan: Plan) -> str:
    if not plan.total:
        return f"Nothing of {plan.order.filter.ref or 'what you ask for'} is parked."
    things = "delivery" if plan.planned == 1 else "deliveries"
    return f"{plan.planned} {things} to replay at {plan.order.rate:g}/s"


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
    try:
        for _ in replayer.replay(order, who):
            done += 1
            screen.progress(f"replayed {done} of {plan.planned}")
    except KeyboardInterrupt:
        screen.say(f"Replayed {done} of {plan.planned}. Run it again to go on.", err=True)
        raise typer.Exit(130) from None
    screen.progress("")
    screen.say(f"Replayed {done} of {plan.planned}.")
