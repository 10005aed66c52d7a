"""What happened to a lead and its deliveries: a list in each item, grown by the write that changes
the item, so that it costs none of its own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leadrelay.lead import timestamp
from leadrelay.ledger import items

# An item may have 400 kB, and each write of it is billed by its size.
MOST = 200

# When there are more, these go: what came first and what came last tells the most.
SPENT = range(50, 100)

_LONGEST = 300  # characters of one fact

# Facts that the trace has for itself.
_OWN = frozenset({"at", "event"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry. `crm` is None for what concerns the lead itself."""

    at: datetime
    name: str
    crm: str | None
    facts: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        crm = {"crm": self.crm} if self.crm else {}
        return {"at": timestamp(self.at), "event": self.name, **crm, **self.facts}


def happened(event: str, at: datetime, **facts: str | int | None) -> items.Item:
    """An entry. It stays in the ledger, so that its facts may be a CRM's words and a lead's
    fields; none goes to a log."""
    given = {
        name: fact[:_LONGEST] if isinstance(fact, str) else fact
        for name, fact in facts.items()
        if fact not in {None, ""}
    }
    return {"at": timestamp(at), "event": event, **given}


def read_history(item: items.Item) -> Iterator[Event]:
    """The story of a lead's or a delivery's item, its replays among it."""
    crm = item["sk"].partition("#")[2] or None
    told = [*item.get("history", ()), *({"event": "replayed", **one} for one in _replays(item))]
    for entry in sorted(told, key=lambda entry: str(entry["at"])):
        facts = {name: fact for name, fact in entry.items() if name not in _OWN}
        at = datetime.fromisoformat(entry["at"])
        yield Event(at=at, name=entry["event"], crm=crm, facts=facts)


def _replays(item: items.Item) -> list[Mapping[str, Any]]:
    replays: list[Mapping[str, Any]] = item.get("replays", [])
    return replays
