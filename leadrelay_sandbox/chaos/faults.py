"""What goes wrong, where it strikes, and in which order."""

import threading
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal, NamedTuple

from leadrelay.aws.clients import TRIES

type Action = Literal["kill", "kill after", "hang", "throttle", "deny", "cut", "lose"]
"""Of a request: the process dies before it or after it; it takes longer than the function may
run; AWS throttles it, or says that its condition failed; nothing goes out; the answer is lost."""


class Fault(NamedTuple):
    """Strikes the next `times` requests that are made at `point` (see `strikes`)."""

    kind: str
    point: str
    action: Action
    times: int = 1
    cold: bool = False  # can only strike a process that has just started


RECEIVE = (
    Fault("receive killed before the ledger write", "keep", "kill"),
    Fault("receive killed after the ledger write", "keep", "kill after"),
    Fault("receive killed before a queue send", "queue", "kill"),
    Fault("receive killed after a queue send", "queue", "kill after"),
    Fault("ledger throttled while a lead is kept", "keep", "throttle"),
    Fault("ledger unreachable while a lead is kept", "keep", "cut", TRIES),
    Fault("answer lost after a lead was kept", "keep", "lose"),
    Fault("all answers lost after a lead was kept", "keep", "lose", TRIES),
    Fault("queue unreachable for receive", "queue", "cut", TRIES),
    Fault("answer of the queue lost", "queue", "lose"),
    Fault("Secrets Manager fails for receive", "secret", "throttle", TRIES, cold=True),
)

ARRIVE = (
    Fault("receive_file killed before the file was added", "news", "kill"),
    Fault("receive_file killed after the file was added", "news", "kill after"),
    Fault("receive_file killed before a queue send", "queue", "kill"),
    Fault("ledger unreachable while a file is added", "news", "cut", TRIES),
    Fault("answer lost after a file was added", "news", "lose"),
    Fault("bucket unreachable while a file is read", "read file", "cut", TRIES),
    Fault("bucket unreachable while a file is kept", "keep file", "cut", TRIES),
)

DELIVER = (
    Fault("killed before the claim", "claim", "kill"),
    Fault("killed after the claim", "claim", "kill after"),
    Fault("killed before the CRM was asked to write", "write", "kill"),
    Fault("killed after the CRM had written", "write", "kill after"),
    Fault("killed before a step was remembered", "remember", "kill"),
    Fault("killed after a step was remembered", "remember", "kill after"),
    Fault("killed before the settle", "settle", "kill"),
    Fault("killed after the settle", "settle", "kill after"),
    Fault("time limit before the CRM was asked to write", "write", "hang"),
    Fault("time limit before the settle", "settle", "hang"),
    Fault("ledger throttled at the claim", "claim", "throttle"),
    Fault("ledger unreachable at the claim", "claim", "cut", TRIES),
    Fault("answer of the claim lost", "claim", "lose"),
    Fault("ledger unreachable while the lead is read", "read lead", "cut", TRIES),
    Fault("condition failed at the claim", "claim", "deny"),
    Fault("condition failed at the settle", "settle", "deny"),
    Fault("condition failed as a step was remembered", "remember", "deny"),
    Fault("ledger unreachable at the settle", "settle", "cut", TRIES),
    Fault("answer of the settle lost", "settle", "lose"),
    Fault("all answers of the settle lost", "settle", "lose", TRIES),
    Fault("message can't be put back", "put back", "cut", TRIES),
    Fault("dead letter can't be sent", "dead letter", "cut", TRIES),
    Fault("bucket unreachable for deliver", "read file", "cut", TRIES),
    Fault("Secrets Manager fails for deliver", "secret", "throttle", TRIES, cold=True),
)

SWEEP = (
    Fault("sweep killed after a queue send", "queue", "kill after"),
    Fault("sweep killed after a nudge was noted", "nudge", "kill after"),
    Fault("ledger throttled for the sweep", "overdue", "throttle", TRIES),
    Fault("queue unreachable for the sweep", "queue", "cut", TRIES),
)

REPLAY = (
    Fault("replay killed after a delivery was revived", "revive", "kill after"),
    Fault("replay killed before a queue send", "queue", "kill"),
)

ERASE = (
    Fault("erase killed once the lead was marked", "mark", "kill after"),
    Fault("erase killed before its receipt", "keep", "kill"),
    Fault("erase killed after its receipt", "keep", "kill after"),
    Fault("answer lost after a lead was erased", "keep", "lose"),
)

QUEUE = ("message twice", "message late", "message lost")

CRM = (
    "CRM: 500 before saving",
    "CRM: 500 after saving",
    "CRM: 429",
    "CRM: 503",
    "CRM: time-out before saving",
    "CRM: time-out after saving",
    "CRM: saved after the time-out",
    "CRM: reset before saving",
    "CRM: reset after saving",
    "CRM: HTML instead of JSON",
    "CRM: slow answer",
    "CRM: session expired",
    "CRM: refusal",
    "CRM: down for minutes",
    "CRM: password changed",
    "CRM: secret changed",
)

# Only what is refused is parked.
CRM_DRAWN = (*CRM, "CRM: refusal", "CRM: refusal")

SAVED = tuple(kind for kind in CRM if "after" in kind)
"""It did what it was asked to, and nobody is told."""

COLLEAGUE = ("somebody typed in",)

OPERATOR = (
    "replayed",
    "replayed with a look",
    "replayed with an edit",
    "paused by hand",
    "erased",
    "source's secret changed",
)

IN_DOUBT = "file came while a write was in doubt"
BESIDE = "file came while another file was in doubt"
DELIVERED = "file came when its lead was delivered"
MOMENTS = ("", IN_DOUBT, BESIDE, BESIDE, DELIVERED)
"""What a résumé waits for; few files are ever in doubt."""

# A short run may not meet these: few writes are in doubt, and few that can't be asked about.
SELDOM = ("replayed with redo", IN_DOUBT, BESIDE)

DEPLOY = ("deploy over an earlier version", "deploy of a later version", "deploy taken back")

BUCKET = (DELIVERED, "file told of twice")

SENDER = ("form sent twice at once", "sender gave up without an answer")

# These fall without dice.
ALWAYS = ("messages out of order", "clock two minutes slow", "clock two minutes fast")

KINDS = (
    *(fault.kind for fault in (*RECEIVE, *ARRIVE, *DELIVER, *SWEEP, *REPLAY, *ERASE)),
    *QUEUE,
    *CRM,
    *COLLEAGUE,
    *BUCKET,
    *OPERATOR,
    *SELDOM,
    *DEPLOY,
    *SENDER,
    *ALWAYS,
)


class Tally:
    """How often each kind struck, and where."""

    def __init__(self, kinds: Iterable[str] = KINDS) -> None:
        self.kinds = tuple(kinds)
        self._lock = threading.Lock()
        self.struck: Counter[tuple[str, str]] = Counter()

    def __call__(self, kind: str, place: str) -> None:
        with self._lock:
            self.struck[kind, place] += 1

    def has(self, kind: str) -> bool:
        with self._lock:
            return any(one == kind for one, _ in self.struck)

    def missing(self) -> list[str]:
        """The kinds that never struck, of those that should have."""
        with self._lock:
            seen = {kind for kind, _ in self.struck}
        return [kind for kind in self.kinds if kind not in seen]


@dataclass
class Dice[Kind]:
    """Which fault falls next at one place: each kind once, in an order of its own, then any.

    `turn` (0 to 1) is where that order begins: places that share their kinds begin at different
    ones, so that a short run meets all of them.
    """

    seed: str
    kinds: Sequence[Kind]
    chance: float
    turn: float = 0.0

    def __post_init__(self) -> None:
        shared = Random(self.seed.partition("/")[0])  # noqa: S311  # repeatable
        order = shared.sample(self.kinds, len(self.kinds))
        first = int(self.turn * len(order))
        self._owed = deque(order[first:] + order[:first])
        self._random = Random(self.seed)  # noqa: S311  # repeatable, as nothing secret is
        self._lock = threading.Lock()

    def draw(self) -> Kind | None:
        """The next one; mostly None."""
        with self._lock:
            if self._random.random() >= self.chance:
                return None
            return self._owed.popleft() if self._owed else self._random.choice(self.kinds)

    def give_back(self, kind: Kind) -> None:
        """It found nothing to strike: its turn comes again."""
        with self._lock:
            self._owed.appendleft(kind)
