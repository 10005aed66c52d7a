"""The ledger in numbers: what came and what was delivered in a time, and what still waits.

Of leads and deliveries only keys and a few attributes are read, none of them personal, some at a
time: the function that asks is allowed no more, and a long outage fits into its memory.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched, chain
from math import ceil
from typing import NamedTuple

from leadrelay.lead import State, lead_ref
from leadrelay.ledger import items
from leadrelay.ledger.arrivals import silent
from leadrelay.ledger.canaries import Broken, Canaries
from leadrelay.ledger.indexes import Due, being_erased, in_state, received
from leadrelay.ledger.life import WAITING
from leadrelay.ledger.pauses import Pauses
from leadrelay.ledger.standing import PauseKind
from leadrelay.ledger.table import Table

_TOGETHER = 100  # as many as DynamoDB reads at once
_MOMENT = timedelta(milliseconds=1)  # times in the ledger are no finer


@dataclass(frozen=True, slots=True)
class Span:
    """From `since` on, and before `until`: spans that follow each other share nothing."""

    since: datetime
    until: datetime

    def holds(self, moment: datetime) -> bool:
        return self.since <= moment < self.until


class Oldest(NamedTuple):
    """The delivery that stands still for longest: its lead's reference, and since when."""

    ref: str
    since: datetime


class Paused(NamedTuple):
    """Why a CRM is paused, in our words; the CRM's own are in `leadrelay status` only."""

    kind: PauseKind
    since: datetime


class Took(NamedTuple):
    """From a lead's arrival to its record: half of them took no longer, 95 %, 99 %."""

    p50: timedelta
    p95: timedelta
    p99: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class CrmFigures:
    """One CRM's deliveries. `delivered` and the `new` ones are those of the span; all others are
    counted as they are now. Parked ones are counted by the class of their reason; the oldest that
    waits is so since its lead was accepted, the oldest parked since it was parked."""

    crm: str
    paused: Paused | None = None
    delivered: int = 0
    took: Took | None = None  # of those delivered
    waiting: int = 0
    oldest_waiting: Oldest | None = None
    parked: Mapping[str, int]
    new_parked: int = 0
    oldest_parked: Oldest | None = None
    aside: int = 0
    new_aside: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """`accepted` is source → its leads of the span, with those put aside as doubtful. `silent` is
    source → since when it has been told as silent, `canary` what was told of canaries. `erasing`
    are the leads whose erasure has begun, and hasn't ended: their deliveries wait for nothing."""

    span: Span
    accepted: Mapping[str, int]
    silent: Mapping[str, datetime]
    canary: Broken | None = None  # None while they get through
    erasing: int
    crms: tuple[CrmFigures, ...]


def count(table: Table, crms: Iterable[str], span: Span) -> Figures:
    """Count what the ledger holds of these CRMs. An erased lead counts no more. Raises
    Unavailable."""
    erasing = {one.lead_id for one in being_erased(table)}
    return Figures(
        span=span,
        accepted=_accepted(table, span),
        silent=silent(table),
        canary=Canaries(table).broken(),
        erasing=len(erasing),
        crms=tuple(_of_crm(table, crm, span, erasing) for crm in crms),
    )


def _accepted(table: Table, span: Span) -> Mapping[str, int]:
    counted: Counter[str] = Counter()
    came = received(table, (span.since, span.until - _MOMENT))
    for some in batched((lead_id for _, lead_id in came), _TOGETHER, strict=False):
        keys = [items.lead_key(lead_id) for lead_id in dict.fromkeys(some)]
        counted.update(lead["source"] for lead in table.get_many(keys, only=("source",)))
    return counted


def _of_crm(table: Table, crm: str, span: Span, erasing: Set[str]) -> CrmFigures:
    def standing(state: State) -> Iterator[Due]:
        """Those in a state now, but for the leads that are being erased."""
        return (one for one in in_state(table, crm, state) if one.lead_id not in erasing)

    pause = Pauses(table).read(crm)
    waiting, oldest_waiting = _waiting(table, chain.from_iterable(map(standing, WAITING)))
    parked, new_parked, oldest_parked = _parked(table, crm, standing("parked"), span)
    took = sorted(_took_s(table, crm, span))
    aside = Counter(span.holds(one.at) for one in standing("quarantined"))
    return CrmFigures(
        crm=crm,
        paused=Paused(pause.kind, pause.since) if pause and pause.is_on else None,
        delivered=len(took),
        took=_percentiles(took),
        waiting=waiting,
        oldest_waiting=oldest_waiting,
        parked=parked,
        new_parked=new_parked,
        oldest_parked=oldest_parked,
        aside=aside.total(),
        new_aside=aside[True],
    )


def _took_s(table: Table, crm: str, span: Span) -> Iterator[float]:
    """Of each that was delivered in the span: seconds from its lead's arrival."""
    delivered = in_state(table, crm, "delivered", span=(span.since, span.until - _MOMENT))
    for some in batched(delivered, _TOGETHER, strict=False):
        done_at = dict(some)
        keys = [items.lead_key(lead_id) for lead_id in done_at]
        for lead in table.get_many(keys, only=("pk", "received_at")):
            came = datetime.fromisoformat(lead["received_at"])
            yield (done_at[lead["pk"].removeprefix("lead#")] - came).total_seconds()


def _percentiles(took_s: Sequence[float]) -> Took | None:
    if not took_s:
        return None
    at = (ceil(len(took_s) * part) - 1 for part in (0.5, 0.95, 0.99))
    return Took(*(timedelta(seconds=took_s[place]) for place in at))


def _waiting(table: Table, found: Iterable[Due]) -> tuple[int, Oldest | None]:
    """How many, and the oldest: when a delivery is due says nothing of when its lead came."""
    number, oldest = 0, None
    for some in batched(found, _TOGETHER, strict=False):
        keys = [items.lead_key(lead_id) for lead_id in dict(some)]
        for lead in table.get_many(keys, only=("pk", "received_at")):
            number += 1
            oldest = _older(oldest, lead["pk"], datetime.fromisoformat(lead["received_at"]))
    return number, oldest


def _parked(
    table: Table, crm: str, found: Iterable[Due], span: Span
) -> tuple[Mapping[str, int], int, Oldest | None]:
    """How many of each class, how many of them of the span, and the oldest."""
    counted: Counter[str] = Counter()
    new, oldest = 0, None
    for some in batched(found, _TOGETHER, strict=False):
        parked_at = dict(some)
        keys = [items.delivery_key(lead_id, crm) for lead_id in parked_at]
        for delivery in table.get_many(keys, only=("pk", "reason_class")):
            since = parked_at[delivery["pk"].removeprefix("lead#")]
            counted[delivery.get("reason_class", "no reason")] += 1
            new += span.holds(since)
            oldest = _older(oldest, delivery["pk"], since)
    return counted, new, oldest


def _older(known: Oldest | None, pk: str, since: datetime) -> Oldest:
    if known and known.since <= since:
        return known
    return Oldest(lead_ref(pk.removeprefix("lead#")), since)
