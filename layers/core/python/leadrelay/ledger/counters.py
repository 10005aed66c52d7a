"""Counters in the ledger's table, which DynamoDB forgets by itself."""

from datetime import datetime

from leadrelay.ledger.table import Table


def count(table: Table, key: str, forget_at: datetime) -> int:
    """Count one more; how many that makes. Atomic. Raises Unavailable."""
    item = {"pk": f"count#{key}", "sk": "count"}
    counted = table.add(item, {"count": 1}, {"expires_at": int(forget_at.timestamp())})
    return int(counted["count"])
