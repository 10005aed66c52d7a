"""A canary: a request that goes the whole way of a lead, marked, and becomes none."""

from dataclasses import dataclass
from hashlib import sha256

MARK = "X-Leadrelay-Canary"
"""The header of its mark. Who knows the name can make no canary of a real lead, nor have one taken
for a canary: a mark counts once it was put into the ledger, before it was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """One on its way. Nothing is queued for the `paused` CRMs: it would lie there."""

    id: str
    source: str
    paused: tuple[str, ...]
    expires_at: int  # seconds; when DynamoDB forgets what nobody removed


def canary_id(mark: str) -> str:
    """What it is called in the ledger and in queues, where nobody shall read its mark."""
    return sha256(mark.encode()).hexdigest()[:32]
