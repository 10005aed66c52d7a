"""The life of a delivery: every move that it can make, as one table.

Whoever changes a delivery picks a move; the table says from which states it may be made, and on
what condition, and what it sets, clears and tells. A delivery's attributes:

    state, crm_state   where it is; "<crm>#<state>", the key of the index by_state
    due_at             when something has to happen: the next attempt, or the end of the lease;
                       of what is over, when that was
    not_before         no attempt begins earlier
    lease              who works on it, while it is being sent
    attempts, since    of this life: how many attempts, and since when there may be any. Who begins
                       anew begins with none, and so with the shortest wait
    steps              what surely was written in the CRM: step → result
    doubt              the steps that may have been written without our knowing
    unnamed            so may be one that wasn't written down: the attempt was only just begun
    in_doubt           the same, of a version that wrote down no steps
    undecided          the step that the CRM can't be asked about
    held, news         waits for what is still to come; something came while it was being sent
    reason, …          why it waits, or was parked
    released           a person let it go on: no doubt about who sent it stops it again
    record_id, link    what it became in the CRM
    updated_at         when it made its last move
"""

from collections.abc import Iterable
from types import MappingProxyType

from leadrelay.lead import State
from leadrelay.ledger.moves import Before, Move

_DUE = "not_before <= :now"
_LAPSED = "due_at < :now"  # of one that is being sent: its lease ran out
_AS_SEEN = "due_at = :seen"
_UNTOUCHED = "updated_at = :seen"


def _from(*states: State | None, when: str = "") -> Before:
    return MappingProxyType(dict.fromkeys(states, when))


def _end(name: str, after: State, *, told: str = "", when: str = "", anew: bool = False) -> Move:
    """The end of an attempt."""
    return Move(
        name=name,
        before=_from("sending", when=when),
        after=after,
        told=told or name,
        leased=True,
        sets=(
            *("steps", "attempts", "reason", "reason_class"),
            *("doubt", "undecided", "record_id", "link"),
        ),
        clears=("lease", "unnamed", "in_doubt", "news"),
        anew=anew,
    )


_NOT_YET = _from(None)
_WAITING = {**_from("queued", "unknown", when=_DUE), **_from("sending", when=_LAPSED)}
_STUCK = {
    **_from("parked", "queued", "unknown", when=_UNTOUCHED),
    **_from("sending", when=f"{_UNTOUCHED} AND {_LAPSED}"),
}
_IDLE = ("lease", "unnamed")

ACCEPT = Move(
    name="accept", before=_NOT_YET, after="queued", told="queued", sets=("steps",), anew=True
)
HOLD = Move(
    name="hold", before=_NOT_YET, after="queued", told="held", sets=("steps", "held"), anew=True
)
PUT_ASIDE = Move(
    name="put aside",
    before=_NOT_YET,
    after="quarantined",
    told="quarantined",
    sets=("steps", "held", "reason"),
    anew=True,
)
RELEASE = Move(
    name="release",
    before=_from("quarantined"),
    after="queued",
    told="released",
    sets=("released",),
    clears=("reason",),
    anew=True,
)
CLAIM = Move(
    name="claim",
    before=_WAITING,
    after="sending",
    told="started",
    dates=("due_at",),  # the end of the lease
    sets=("lease", "unnamed"),
    clears=("held", "news"),  # the lead is read after this
)
DELIVER = _end("deliver", "delivered", told="delivered", when="attribute_not_exists(news)")
AGAIN = _end("again", "queued", told="delivered", when="attribute_exists(news)", anew=True)
RETRY = _end("retry", "queued")
DOUBT = _end("doubt", "unknown", told="unknown")
PARK = _end("park", "parked", told="parked")
PUT_ASIDE_LATE = _end("put aside late", "quarantined", told="quarantined")
END = Move(
    name="end",
    before=_from("sending"),
    after="erasing",
    told="ended",
    leased=True,
    sets=("doubt",),
    clears=_IDLE,
)
NOTICE = Move(
    name="notice", before=_from("sending"), after=None, told="noticed", dates=(), sets=("news",)
)
WAKE = Move(name="wake", before=_from("delivered"), after="queued", told="queued", anew=True)
COMPLETE = Move(
    name="complete",
    before=_from("queued", when="attribute_exists(held)"),
    after=None,
    told="queued",
    clears=("held",),
    anew=True,
)
REQUEUE = Move(
    name="requeue",
    before=_from("queued", "unknown", when=_AS_SEEN),
    after=None,
    told="requeued",
    dates=("due_at",),
)
LAPSE = Move(
    name="lapse",
    before=_from("sending", when=f"{_AS_SEEN} AND {_LAPSED}"),
    after="unknown",
    told="requeued",
    dates=("due_at",),
    clears=("lease",),
)
REPLAY = Move(
    name="replay",
    before=_STUCK,
    after="queued",
    told="replayed",
    sets=("replays", "doubt"),
    clears=(*_IDLE, "in_doubt", "undecided"),
    anew=True,
)
REPLAY_IN_DOUBT = Move(
    name="replay in doubt",
    before=_STUCK,
    after="unknown",
    told="replayed",
    sets=("replays", "doubt"),
    clears=(*_IDLE, "in_doubt", "undecided"),
    anew=True,
)

MOVES = (
    *(ACCEPT, HOLD, PUT_ASIDE, RELEASE),
    *(CLAIM, DELIVER, AGAIN, RETRY, DOUBT, PARK, PUT_ASIDE_LATE, END),
    *(NOTICE, WAKE, COMPLETE),
    *(REQUEUE, LAPSE, REPLAY, REPLAY_IN_DOUBT),
)

STATES: tuple[State, ...] = tuple(
    dict.fromkeys(move.after for move in MOVES if move.after is not None)
)
WAITING: tuple[State, ...] = tuple(state for state in CLAIM.before if state is not None)
"""There is something to do for it, be it done just now."""

OUTCOMES = frozenset(move.told for move in MOVES if move.leased)
"""The events that end an attempt."""


def follow(events: Iterable[str]) -> frozenset[State | None]:
    """The states that a delivery with this history may be in: several where an event is told of
    several moves, none if no delivery can have it."""
    found: frozenset[State | None] = frozenset({None})
    for event in events:
        found = frozenset(
            move.after or state
            for move in MOVES
            if move.told == event
            for state in found & move.before.keys()
        )
    return found
