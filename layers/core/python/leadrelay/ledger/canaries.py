"""The ledger's side of canaries, and since when they don't get through.

    pk              sk       what
    canary#<id>     canary   one on its way: its source, who took it in (`kept`: the CRMs it was
                             queued for) or why nobody did (`stopped`), and how it got on at each
                             CRM (`at_<crm>`)
    canary          canary   while they don't get through: since when (`since`), and the `part` that
                             was told of

No index has any of it, so nobody finds, counts or sweeps it. Whoever notes something asks for the
item to be there: what comes late leaves nothing behind.

Every method raises Unavailable when the table can't be reached.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from leadrelay.canaries import Canary, canary_id
from leadrelay.errors import Unavailable
from leadrelay.lead import timestamp
from leadrelay.ledger import items
from leadrelay.ledger.refusals import ConditionFailed, TransactionLost
from leadrelay.ledger.table import Table

type At = Literal["unqueued", "arrived", "paused"]
"""How a canary got on at a CRM: its message wasn't taken by the queue; the CRM's function had it;
or had it, and the CRM is paused."""

_KEPT = timedelta(days=1)  # at most, and longer than any request may be under way
_BROKEN = {"pk": "canary", "sk": "canary"}
_THERE = "attribute_exists(pk)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """How far a canary has come. `stopped` is the intake's own word for why it wasn't taken in."""

    kept: tuple[str, ...] | None = None
    stopped: tuple[str, str] | None = None  # the outcome, such as lead.rejected; and more of it
    at: Mapping[str, At]


@dataclass(frozen=True, slots=True)
class Broken:
    """Since when canaries don't get through, and the part that was told of."""

    since: datetime
    part: str


class Canaries:
    """The canaries of one table. Safe to use from several threads."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def register(self, mark: str, source: str, paused: Sequence[str], *, now: datetime) -> None:
        """Before it is sent."""
        expires_at = int((now + _KEPT).timestamp())
        known = {"source": source, "paused": [*paused], "expires_at": expires_at}
        self._table.update(_key(mark), known, condition="attribute_not_exists(pk)")

    def find(self, mark: str) -> Canary | None:
        """The canary that has this mark; None for a mark that nobody registered."""
        item = self._table.get(_key(mark))
        if item is None:
            return None
        paused, expires_at = tuple(item["paused"]), int(item["expires_at"])
        identity = canary_id(mark)
        return Canary(id=identity, source=item["source"], paused=paused, expires_at=expires_at)

    def keep(self, canary: Canary, crms: Sequence[str]) -> None:
        """Write that it was taken in, as leads are written: in a transaction, on a condition."""
        known = {"source": canary.source, "paused": [*canary.paused], "kept": [*crms]}
        item = _item(canary.id) | known | {"expires_at": canary.expires_at}
        try:
            self._table.put_together([(item, {"ConditionExpression": _THERE})])
        except TransactionLost as lost:
            raise Unavailable("ledger: the canary is gone") from lost

    def stop(self, canary: Canary, outcome: str, more: str) -> None:
        """Note why it wasn't taken in."""
        self._note(canary.id, {"stopped": [outcome, more]})

    def arrive(self, canary: str, crm: str, at: At) -> None:
        """Note how the canary of this id got on at a CRM."""
        self._note(canary, {f"at_{crm}": at})

    def _note(self, canary: str, what: items.Item) -> None:
        with suppress(ConditionFailed):  # whoever asked is gone
            self._table.update(_item(canary), what, condition=_THERE)

    def trail(self, mark: str) -> Trail:
        item = self._table.get(_key(mark)) or {}
        at = {name.removeprefix("at_"): how for name, how in item.items() if name.startswith("at_")}
        kept, stopped = item.get("kept"), item.get("stopped")
        return Trail(
            kept=None if kept is None else tuple(kept),
            stopped=(stopped[0], stopped[1]) if stopped else None,
            at=at,
        )

    def forget(self, mark: str) -> None:
        self._table.delete(_key(mark))

    # ---- what was told ----------------------------------------------------------------------

    def broken(self) -> Broken | None:
        """As it was told last; None while they get through."""
        item = self._table.get(_BROKEN) or {}
        if "since" not in item:
            return None
        return Broken(datetime.fromisoformat(item["since"]), item["part"])

    def begin(self, broken: Broken) -> bool:
        """Write that they don't get through any more; False if somebody has."""
        changes = {"since": timestamp(broken.since), "part": broken.part}
        return self._turn(changes, "attribute_not_exists(since)", {})

    def end(self, broken: Broken) -> bool:
        """Write that they get through again; False if somebody has."""
        seen = {"seen": timestamp(broken.since)}
        return self._turn({"since": None, "part": None}, "since = :seen", seen)

    def _turn(self, changes: items.Item, condition: str, given: items.Item) -> bool:
        try:
            self._table.update(_BROKEN, changes, condition=condition, given=given)
        except ConditionFailed:
            return False
        return True


def _key(mark: str) -> items.Item:
    return _item(canary_id(mark))


def _item(canary: str) -> items.Item:
    return {"pk": f"canary#{canary}", "sk": "canary"}
