"""Leads as a table for a person."""

from collections.abc import Iterable

from rich.table import Table

from leadrelay.lead import Delivery
from leadrelay.ledger.search import Found

_COLOURS = {"delivered": "green", "parked": "red", "unknown": "yellow", "quarantined": "magenta"}


def table(found: Iterable[Found]) -> Table:
    """One row a delivery, the oldest lead first."""
    rows = Table("received", "ref", "source", "name", "CRM", "state", "record", "tries", "reason")
    for one in sorted(found, key=lambda one: one.lead.received_at):
        lead = one.lead
        received = lead.received_at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        for crm, delivery in sorted(one.deliveries.items()):
            rows.add_row(received, lead.ref, lead.source, lead.label, crm, *_cells(delivery))
    return rows


def _cells(delivery: Delivery) -> tuple[str, ...]:
    colour = _COLOURS.get(delivery.state, "default")
    return (
        f"[{colour}]{delivery.state}[/]",
        delivery.record_id or "",
        str(delivery.attempts),
        delivery.reason or "",
    )
