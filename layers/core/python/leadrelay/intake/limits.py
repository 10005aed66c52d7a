"""How much one submission may hold, so that a bomb costs milliseconds and no memory."""

from dataclasses import dataclass

from leadrelay.errors import Rejected


@dataclass(frozen=True, slots=True)
class Limits:
    """Beyond `field_bytes` a value is cut; beyond any other limit the request is rejected.

    `text_bytes` bounds all names and values together, in UTF-8: a lead must fit into one ledger
    item, which holds 400 kB at most.
    """

    body_bytes: int = 1_000_000
    fields: int = 500
    field_bytes: int = 100_000
    text_bytes: int = 300_000
    depth: int = 20


LIMITS = Limits()


def too_large(detail: str) -> Rejected:
    return Rejected(413, "Too large", detail)
