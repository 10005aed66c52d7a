"""Rules of what has to be there, and of what runs by itself and mends what went wrong."""

from collections.abc import Iterable
from dataclasses import fields
from itertools import zip_longest
from typing import NamedTuple

from leadrelay_ops.deep.deployment import Deployment, Function
from leadrelay_ops.deep.facts import Unread, known
from leadrelay_ops.deep.judge import Flaw, Rule

_GONE = {  # AWS's words for it
    "AWS.SimpleQueueService.NonExistentQueue",
    "QueueDoesNotExist",
    "ResourceNotFoundException",
    "NoSuchBucket",
}


class _Part(NamedTuple):
    name: str
    gone: Unread | None


def _parts(deployment: Deployment) -> Iterable[_Part]:
    for parts in (
        deployment.queues,
        deployment.functions,
        deployment.event_sources,
        deployment.schedules,
        deployment.tables,
        deployment.buckets,
    ):
        for one in parts:
            values = (getattr(one, field.name) for field in fields(one))
            unread = (value for value in values if isinstance(value, Unread))
            yield _Part(one.name, next((why for why in unread if why.why in _GONE), None))


def _gone(_: Deployment, part: _Part) -> Flaw | None:
    return Flaw(f"deleted ({part.gone.why})", "as in the template") if part.gone else None


def _sweeps(deployment: Deployment) -> Iterable[Function]:
    return (one for one in deployment.functions if "MAPPINGS" in known(one.environment))


def _tidies(deployment: Deployment) -> Iterable[Function]:
    return (one for one in deployment.functions if one.name == "Tidy")


def _off(deployment: Deployment, function: Function) -> Flaw | None:
    for schedule in deployment.schedules:
        if known(schedule.function) == function.name and known(schedule.enabled):
            return None
    return Flaw("never started", "a schedule that is on")


def _sweep_slow(deployment: Deployment, sweep: Function) -> Flaw | None:
    for schedule in deployment.schedules:
        if known(schedule.function) == sweep.name:
            expression = known(schedule.expression)
            if expression != "rate(1 minute)":
                return Flaw(expression, "rate(1 minute)", schedule.name)
    return None


def _swept(deployment: Deployment, sweep: Function) -> Flaw | None:
    is_ = dict(zip_longest(_listed(sweep, "CRMS"), _listed(sweep, "MAPPINGS"), fillvalue=""))
    should = {crm: flow.source.name for crm, flow in deployment.flow_of.items()}
    wrong = sorted(crm for crm in is_.keys() | should if is_.get(crm) != should.get(crm))
    told = f"wrong for {', '.join(filter(None, wrong))}"
    return Flaw(told, "each CRM, and its mapping") if wrong else None


def _listed(function: Function, name: str) -> list[str]:
    return [*filter(None, known(function.environment).get(name, "").split(","))]


SWEEP_RULES = (
    Rule(
        name="gone",
        severity="loses",
        subjects=_parts,
        flaw=_gone,
        why="it belongs to the stack, and AWS doesn't have it",
        mend="deploy it under another logical id, or the stack anew",
    ),
    Rule(
        name="sweep-off",
        severity="loses",
        subjects=_sweeps,
        flaw=_off,
        why="a lost message stays lost, and a paused CRM stays paused",
        mend="enable the sweep's schedule",
    ),
    Rule(
        name="tidy-off",
        severity="loses",
        subjects=_tidies,
        flaw=_off,
        why="a lead that still waits is forgotten when a delivered one would be",
        mend="enable the schedule of Tidy",
    ),
    Rule(
        name="swept",
        severity="loses",
        subjects=_sweeps,
        flaw=_swept,
        why="the sweep queues no lost message again of a CRM that it doesn't know",
        mend="set CRMS and MAPPINGS of the sweep as template.yaml does",
    ),
    Rule(
        name="sweep-slow",
        severity="delays",
        subjects=_sweeps,
        flaw=_sweep_slow,
        why="a lost message is late by so much, and a pause's alarm would end between two sweeps",
        mend="set the schedule to rate(1 minute)",
    ),
)
