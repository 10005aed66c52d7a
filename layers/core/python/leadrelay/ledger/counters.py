"""Counters in the ledger's table, which DynamoDB forgets by itself."""

from collections.abc import Mapping
from datetime import datetime

from leadrelay.ledger.table import Table


def count(table: Table, key: str, forget_at: datetime) -> int:
    """Count one more; how many that makes. Atomic. Raises Unavailable."""
    return add(table, key, {"count": 1}, forget_at)["count"]


def add(
    table: Table, key: str, amounts: Mapping[str, int], forget_at: datetime
) -> Mapping[str, int]:
    """Add to several numbers of one counter, in one request; what they come to. Atomic. Raises
    Unavailable."""
    item = {"pk": f"count#{key}", "sk": "count"}
    counted = table.add(item, amounts, {"expires_at": int(forget_at.timestamp())})
    return {name: int(counted[name]) for name in amounts}
