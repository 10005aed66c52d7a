"""`leadrelay cost`: what a stack costs in a month, idle and by its leads, item by item."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from leadrelay.crms import CRMS
from leadrelay_ops import screen
from leadrelay_ops.deep.deployment import Deployment, crm_of
from leadrelay_ops.deep.facts import known
from leadrelay_ops.deep.from_template import Parts, read_deployment
from leadrelay_ops.deep.given import Parameters, read_given, refuse_unknown
from leadrelay_ops.options import AsJson
from leadrelay_ops.screen import Column
from leadrelay_sandbox.ledger import read_template

_PRICES = Path(__file__).with_name("prices.toml")
_HOURS, _MINUTES = 730, 43_800  # of a month
_KB, _GB = 1_000, 1_000_000_000


class Item(NamedTuple):
    """So many of something at a price each; `part` is "idle" or "leads"."""

    part: str
    what: str
    number: float
    each: float

    @property
    def month(self) -> float:
        return self.number * self.each


class Stack(NamedTuple):
    """What the template makes of its parameters, as far as it costs something."""

    deployment: Deployment
    dashboards: int

    @property
    def crms(self) -> int:
        return len(self.deployment.crms)

    @property
    def canaries(self) -> float:
        """In a month."""
        sent = (one for one in self.deployment.schedules if known(one.function) == "Canary")
        minutes = [int(known(one.expression).removeprefix("rate(").split()[0]) for one in sent]
        return sum(_MINUTES / each for each in minutes)

    def gb(self, *names: str) -> float:
        """The memory of functions, by their logical ids: the largest."""
        found = (one for one in self.deployment.functions if one.name in names)
        return max((known(one.memory) / 1024 for one in found), default=0.0)

    @property
    def deliverers(self) -> Sequence[str]:
        return [one.name for one in self.deployment.functions if crm_of(one)]


def cost(
    *,
    leads: Annotated[int, typer.Option(min=0, help="leads in the month")] = 1000,
    crms: Annotated[int, typer.Option(min=0, max=len(CRMS), help="how many CRMs")] = len(CRMS),
    parameters: Parameters = None,
    as_json: AsJson = False,
) -> None:
    """Tell what a stack costs in a month, idle and by its leads, item by item.

    By AWS's list prices, without free tiers. Alarms, secrets, queues and memory are counted in
    template.yaml.
    """
    table = tomllib.loads(_PRICES.read_text("utf-8"))
    found = [*bill(read_stack(crms, read_given(parameters or ())), table, leads)]
    if as_json:
        for one in found:
            screen.say_json({**one._asdict(), "month": round(one.month, 4)})
    else:
        _show(found, table, leads)


def read_stack(crms: int, given: Mapping[str, str]) -> Stack:
    """template.yaml with the first so many CRMs, unless it is given which."""
    template = read_template()
    refuse_unknown(template, given)
    named = {name.lower(): name for name in template["Parameters"]}
    chosen = {named[crm]: "yes" if place < crms else "no" for place, crm in enumerate(CRMS)}
    given = {**chosen, **given}
    parts = Parts(template, given, {})
    return Stack(
        deployment=read_deployment(template, {}, given),
        dashboards=len([*parts.of_type("AWS::CloudWatch::Dashboard")]),
    )


def bill(stack: Stack, table: Mapping[str, Any], leads: int) -> Iterator[Item]:
    """Every item of a month's bill that isn't nothing."""
    for one in (*_idle(stack, table), *_of_leads(stack, table, leads)):
        if one.month:
            yield one


def _idle(stack: Stack, table: Mapping[str, Any]) -> Iterator[Item]:
    price, does, made = table["price"], table["idle"], stack.deployment
    polls = len(made.event_sources) * does["polls_minute"] * _MINUTES
    sweep = (
        price["run"] + price["schedule"] + does["sweep_s"] * stack.gb("Sweep") * price["gb_second"]
    )
    reads = _MINUTES * (stack.crms * does["sweep_reads_crm"] + does["sweep_reads_sources"])
    writes = _MINUTES * does["sweep_writes_sources"]
    yield Item("idle", "alarms", len(made.alarms), price["alarm_month"])
    yield Item("idle", "dashboards", stack.dashboards, price["dashboard_month"])
    yield Item("idle", "secrets", len(made.secrets), price["secret_month"])
    yield Item("idle", "asking the queues", polls, price["message"])
    yield Item("idle", "runs of the sweep", _MINUTES, sweep)
    yield Item("idle", "what it reads", reads, price["read"])
    yield Item("idle", "what it writes (KB)", writes, price["write"])
    yield Item("idle", "its logs (GB)", _MINUTES * does["sweep_log_bytes"] / _GB, price["log_gb"])
    yield Item("idle", "canaries", stack.canaries, _canary(stack, table))


def _canary(stack: Stack, table: Mapping[str, Any]) -> float:
    """Of one."""
    price, does, crms = table["price"], table["canary"], stack.crms
    seconds = (
        does["run_s"] * stack.gb("Canary")
        + does["requests"] * does["request_s"] * stack.gb("ReceiveForm")
        + crms * does["crm_run_s"] * stack.gb(*stack.deliverers)
    )
    return float(
        (1 + does["requests"] + crms) * price["run"]
        + seconds * price["gb_second"]
        + price["schedule"]
        + does["requests"] * price["api_request"]
        + (does["writes"] + crms) * price["write"]
        + does["reads"] * price["read"]
        + crms * does["messages"] * price["message"]
        + does["log_bytes"] / _GB * price["log_gb"]
    )


def _of_leads(stack: Stack, table: Mapping[str, Any], leads: int) -> Iterator[Item]:
    price, lead, delivery, crms = table["price"], table["lead"], table["delivery"], stack.crms

    def each(key: str) -> float:
        """Of a lead and its deliveries together."""
        return float(lead.get(key, 0) + crms * delivery.get(key, 0))

    accept = price["run"] + lead["run_s"] * stack.gb("ReceiveForm") * price["gb_second"]
    deliver = price["run"] + delivery["run_s"] * stack.gb(*stack.deliverers) * price["gb_second"]
    busy = min(leads, _HOURS) / _HOURS  # at most one hour for each lead
    stored = leads * each("kept_kb") * _KB / _GB
    yield Item("leads", "API requests", leads * lead["requests"], price["api_request"])
    yield Item("leads", "runs that take them", leads * lead["requests"], accept)
    yield Item("leads", "runs that deliver them", leads * crms, deliver)
    yield Item("leads", "messages", leads * each("messages"), price["message"])
    yield Item("leads", "written (KB)", leads * each("writes"), price["write"])
    yield Item("leads", "read (4 KB)", leads * each("reads"), price["read"])
    yield Item("leads", "kept (GB)", stored, price["storage_gb_month"])
    yield Item("leads", "logs (GB)", leads * each("log_bytes") / _GB, price["log_gb"])
    yield Item("leads", "figures", each("metrics") * busy, price["metric_month"])


def _show(found: Sequence[Item], table: Mapping[str, Any], leads: int) -> None:
    columns = [Column(title=title, least=least) for title, least in _COLUMNS]
    idle, by_leads = (sum(one.month for one in found if one.part == part) for part in _PARTS)
    rows = [[_PARTS[one.part], one.what, _number(one.number), _money(one.month)] for one in found]
    screen.show_table(columns, rows)
    many = f"{leads:,} leads" if leads != 1 else "1 lead"
    screen.say(
        f"Idle {idle:.2f}, {many} {by_leads:.2f}, together {idle + by_leads:.2f} dollars a month",
        f"by AWS's list prices of {table['region']}, {table['as_of']}, without free tiers.",
    )


def _number(count: float) -> str:
    return f"{count:,.0f}" if count >= 1 else f"{count:.2g}"


def _money(dollars: float) -> str:
    return f"{dollars:9.2f}" if dollars >= 0.01 else "   < 0.01"


_PARTS = {"idle": "idle", "leads": "by leads"}
_COLUMNS = (("when", 8), ("what", 23), ("how many", 12), ("$ a month", 9))
