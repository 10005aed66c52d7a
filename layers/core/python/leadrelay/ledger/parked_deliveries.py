"""What is parked, and what SQS gave up on: found by a filter, and put on its way again."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import batched
from typing import Any

from leadrelay.aws.dead_letters import DeadLetter, dead_letters
from leadrelay.aws.queues import Queues
from leadrelay.lead import Lead, timestamp
from leadrelay.ledger import items, life
from leadrelay.ledger.changing import change
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.indexes import EARLIEST, in_state
from leadrelay.ledger.moves import make
from leadrelay.ledger.parked import BY_SQS, Parked, read_parked
from leadrelay.ledger.refusals import ConditionFailed
from leadrelay.ledger.retention import make_room
from leadrelay.ledger.search import ids_of_named
from leadrelay.ledger.table import Table

_TOGETHER = 50  # DynamoDB reads a hundred items at once: as many deliveries and their leads
_REPLAYS_KEPT = 50  # a schedule may replay the same delivery every night

type _Key = tuple[str, str]  # lead id, CRM


class ParkedDeliveries:
    """The parked deliveries of these CRMs. Every method raises Unavailable."""

    def __init__(self, table: Table, queues: Queues, crms: Iterable[str]) -> None:
        self._table = table
        self._queues = queues
        self._crms = tuple(crms)

    def parked(self, wanted: Filter, *, before: datetime) -> Iterator[Parked]:
        """Those we parked before that time, some at a time, so that thousands fit in memory."""
        for some in batched(self._candidates(wanted, before), _TOGETHER, strict=False):
            found = self._read(some)
            for key in some:
                delivery, lead = found[key]
                if delivery and lead and delivery["state"] == "parked":
                    parked = read_parked(key[1], delivery, lead)
                    if parked.at <= before and parked.fits(wanted):
                        yield parked

    def moved(
        self, wanted: Filter, *, tidy: bool, stop: Callable[[], bool] = lambda: False
    ) -> Iterator[Parked]:
        """Those whose message SQS moved to the dead letters; set their letter `done` after use.

        `tidy` deletes the letters on the way that nobody needs any more: of whatever has been
        delivered, replayed since, or erased.
        """
        if not (tidy or wanted.takes_class(BY_SQS)):
            return
        for crm in self._crms_of(wanted):
            url = f"{self._queues.url_prefix}{crm}-dead"
            seen: set[str] = set()
            with closing(dead_letters(self._queues.sqs, url)) as batches:
                for letters in batches:
                    yield from self._among(crm, letters, seen, wanted, tidy=tidy)
                    if stop():
                        return

    def revive(
        self, parked: Parked, *, doubt: Collection[str], audit: Mapping[str, Any], now: datetime
    ) -> bool:
        """Let a delivery begin anew, what it has done kept; False when somebody touched it since.

        The next attempt looks in the CRM for the steps in `doubt` before it writes them.
        """
        try:
            make(
                life.REPLAY_IN_DOUBT if doubt else life.REPLAY,
                self._table,
                items.delivery_key(parked.lead.id, parked.crm),
                now=now,
                replays=[*parked.replays, audit][-_REPLAYS_KEPT:],
                doubt=sorted(doubt) or None,
                seen=parked.seen,
            )
        except ConditionFailed:
            return False
        kept = {**items.lead_key(parked.lead.id), "expires_at": parked.expires_at}
        make_room(self._table, kept, now=now)
        return True

    def correct(self, lead_id: str, by: Callable[[Lead], Lead]) -> None:
        """Change a lead in the ledger; nothing is delivered anew for it."""
        change(self._table, lead_id, by)

    def _crms_of(self, wanted: Filter) -> tuple[str, ...]:
        return tuple(crm for crm in self._crms if wanted.crm in {None, crm})

    def _candidates(self, wanted: Filter, before: datetime) -> Iterator[_Key]:
        if (named := ids_of_named(self._table, wanted)) is not None:
            yield from ((lead_id, crm) for lead_id in named for crm in self._crms_of(wanted))
            return
        last = min(wanted.until or before, before)
        for crm in self._crms_of(wanted):
            # up to `before`: what is replayed now and parked again at once isn't met again
            span = wanted.since or EARLIEST, last
            for one in in_state(self._table, crm, "parked", span=span, page=_TOGETHER):
                yield one.lead_id, crm

    def _among(
        self,
        crm: str,
        letters: Sequence[DeadLetter],
        seen: set[str],
        wanted: Filter,
        *,
        tidy: bool,
    ) -> Iterator[Parked]:
        now = datetime.now(UTC)
        found = self._read([(letter.lead_id, crm) for letter in letters])
        for letter in letters:
            delivery, lead = found[letter.lead_id, crm]
            if not (delivery and lead) or _answered(letter, delivery):
                letter.done = tidy
            elif letter.by_sqs and _waits(delivery, now) and letter.lead_id not in seen:
                seen.add(letter.lead_id)
                parked = read_parked(crm, delivery, lead, letter)
                if parked.fits(wanted):
                    yield parked

    def _read(
        self, keys: Iterable[_Key]
    ) -> dict[_Key, tuple[items.Item | None, items.Item | None]]:
        """(delivery, lead) of each key, as far as they exist; one that is being erased does no
        more."""
        wanted = dict.fromkeys(keys)
        asked = [items.delivery_key(*key) for key in wanted]
        asked += [items.lead_key(lead_id) for lead_id in dict.fromkeys(id_ for id_, _ in wanted)]
        found = {
            (item["pk"], item["sk"]): item
            for item in self._table.get_many(asked)
            if "erasing" not in item
        }

        def item(key: items.Item) -> items.Item | None:
            return found.get((key["pk"], key["sk"]))

        return {
            key: (item(items.delivery_key(*key)), item(items.lead_key(key[0]))) for key in wanted
        }


def _answered(letter: DeadLetter, delivery: items.Item) -> bool:
    """Whether this letter has been dealt with: nobody needs to see it any more."""
    replays = delivery.get("replays")
    replayed = replays and letter.sent_at < datetime.fromisoformat(replays[-1]["at"])
    return bool(replayed) or delivery["state"] in {"delivered", "quarantined", "erasing"}


def _waits(delivery: items.Item, now: datetime) -> bool:
    """Waits for a message, and nobody is at work on it."""
    state = delivery["state"]
    return state in life.WAITING and (state != "sending" or delivery["due_at"] < timestamp(now))
