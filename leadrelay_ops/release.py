"""`leadrelay release`: leads that were put aside, and are none of a bot's, go to their CRMs."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from leadrelay.ledger.filter import Filter
from leadrelay.ledger.quarantine import release
from leadrelay.ledger.search import Found, search
from leadrelay_ops.stack import Stack


def release_leads(stack: Stack, named: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Release each lead, named by its id or its reference: a line to show, and whether there is
    such a lead. Raises Unavailable."""
    for name in named:
        leads = list(_find(stack, name))
        for found in leads:
            crms = release(stack.table, found.lead.id, now=datetime.now(UTC))
            for crm in crms:
                stack.queues.send(found.lead.id, crm)
            yield f"{found.lead.ref}: {_outcome(found, crms)}", True
        if not leads:
            yield f"{name}: there is no such lead", False


def _find(stack: Stack, name: str) -> Iterator[Found]:
    wanted = Filter(ref=name) if name.upper().startswith("LR-") else Filter(id=name)
    return search(stack.table, wanted)


def _outcome(found: Found, crms: tuple[str, ...]) -> str:
    if crms:
        return f"queued for {', '.join(crms)}"
    states = ", ".join(f"{crm} {one.state}" for crm, one in sorted(found.deliveries.items()))
    return f"nothing was put aside ({states})"
