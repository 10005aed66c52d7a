"""A deployment, as far as it decides what becomes of a lead; read from a template or a stack.

Everything is named by its logical id in the template, in whichever way it was read, so that two
descriptions can be compared. Times are in seconds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from leadrelay.sources import Source
from leadrelay_ops.deep.facts import Fact, Unread, known


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    name: str
    visibility: Fact[int]
    retention: Fact[int]
    delay: Fact[int]
    max_bytes: Fact[int]
    key: Fact[str | None]  # "sqs" for SQS's own; None for no encryption
    dead_queue: Fact[str | None]
    max_receives: Fact[int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    name: str
    timeout: Fact[int]
    memory: Fact[int]  # MB
    reserved: Fact[int | None]  # concurrency; None shares the account's
    environment: Fact[Mapping[str, str]]

    def number(self, variable: str) -> float:
        """A variable's value, 0 for none. Raises NotRead."""
        return float(known(self.environment).get(variable) or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSource:
    """By which Lambda reads a queue for a function: an event source mapping."""

    name: str
    queue: Fact[str]
    function: Fact[str]
    enabled: Fact[bool]
    batch_size: Fact[int]
    window: Fact[int]
    partial_batch: Fact[bool]  # ReportBatchItemFailures
    max_functions: Fact[int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    name: str
    function: Fact[str]
    enabled: Fact[bool]
    expression: Fact[str]  # "rate(1 minute)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    name: str
    ttl: Fact[str | None]  # the attribute
    backups: Fact[bool]  # point-in-time recovery
    on_demand: Fact[bool]
    kept: Fact[bool]  # when the stack is deleted or replaces it


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    name: str
    private: Fact[bool]  # all public access is blocked
    encrypted: Fact[bool]
    kept: Fact[bool]
    expiry: Fact[Mapping[str, int]]  # prefix → days
    tells: Fact[bool]  # of what arrives below uploads/


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """`watches` are its dimensions: ("QueueName", "TrackerRmsDeadQueue"), …"""

    name: str
    metric: Fact[str | None]
    watches: Fact[frozenset[tuple[str, str]]]
    acts: Fact[bool]  # it has actions, and they are switched on


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    name: str
    key: Fact[str | None]
    subscribers: Fact[int]  # confirmed


@dataclass(frozen=True, slots=True, kw_only=True)
class LogGroup:
    name: str
    days: Fact[int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    name: str
    rate: Fact[float | None]  # requests a second; None for no limit of its own
    burst: Fact[int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """No part of the stack, so that nothing that is done to one destroys it. What kind it is of is
    its name below leadrelay/<stack>/: "sources", "crm/trackerrms"."""

    name: str
    kind: str
    wrong: Fact[str | None]  # why nobody can use its value
    keys: Fact[frozenset[str] | None]  # those that have a value; None if it is wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What all stacks of one account and region share."""

    name: str
    concurrency: Fact[int]  # how many functions run at once


class Flow(NamedTuple):
    """A queue, the function that it goes to, and what brings it there."""

    queue: Queue
    source: EventSource
    function: Function

    @property
    def name(self) -> str:
        return self.source.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    queues: tuple[Queue, ...] = ()
    functions: tuple[Function, ...] = ()
    event_sources: tuple[EventSource, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    tables: tuple[Table, ...] = ()
    buckets: tuple[Bucket, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    topics: tuple[Topic, ...] = ()
    log_groups: tuple[LogGroup, ...] = ()
    apis: tuple[Api, ...] = ()
    secrets: tuple[Secret, ...] = ()
    accounts: tuple[Account, ...] = ()  # none where nothing is limited
    sources: Mapping[str, Source] = field(default_factory=dict)
    paused: Fact[frozenset[str]] = frozenset()  # CRMs

    @property
    def flows(self) -> Iterator[Flow]:
        """All whose ends are known and of this deployment."""
        queues = {queue.name: queue for queue in self.queues}
        functions = {function.name: function for function in self.functions}
        for source in self.event_sources:
            ends = source.queue, source.function
            if not isinstance(ends[0], Unread) and not isinstance(ends[1], Unread):
                queue, function = queues.get(ends[0]), functions.get(ends[1])
                if queue and function:
                    yield Flow(queue, source, function)

    @property
    def flow_of(self) -> Mapping[str, Flow]:
        """CRM → how its leads get to it. Raises NotRead."""
        for source in self.event_sources:  # none may be missing without our knowing
            known(source.queue), known(source.function)
        return {crm: flow for flow in self.flows if (crm := crm_of(flow.function))}

    @property
    def crms(self) -> frozenset[str]:
        """Those that a function delivers to. Raises NotRead."""
        return frozenset(crm for one in self.functions if (crm := crm_of(one)))

    @property
    def dead_queues(self) -> frozenset[str]:
        """Raises NotRead: which queue is a dead-letter queue, only the others tell."""
        dead = {known(queue.dead_queue) for queue in self.queues}
        return frozenset(name for name in dead if name)

    @property
    def working_queues(self) -> list[Queue]:
        """Those that are no dead-letter queues. Raises NotRead."""
        return [queue for queue in self.queues if queue.name not in self.dead_queues]


def crm_of(function: Function) -> str | None:
    """The CRM that a function delivers to. Raises NotRead."""
    return known(function.environment).get("CRM")
