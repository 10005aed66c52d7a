"""How often one client may send to one source."""

from collections.abc import Callable
from datetime import UTC, datetime
from ipaddress import IPv6Network, ip_address
from math import ceil

from leadrelay.errors import Rejected
from leadrelay.lead import lead_id
from leadrelay.sources import Source

type Count = Callable[[str, datetime], int]
"""(key, when it may be forgotten) → how often it was counted, this time included. Raises
Unavailable."""


def check_rate(count: Count, client_ip: str, source: Source, now: datetime) -> None:
    """Raises Rejected for a client that sent too often, Unavailable where that can't be counted.

    Counted from each full minute (hour …) to the next, under a hash: no address is kept.
    """
    if source.throttle is None:
        return
    span = source.throttle.per.total_seconds()
    ends = (now.timestamp() // span + 1) * span
    key = lead_id(source.name, "throttle", _client(client_ip), str(int(ends)))
    if count(key, datetime.fromtimestamp(ends, UTC)) > source.throttle.limit:
        wait = max(1, ceil(ends - now.timestamp()))
        later = {"Retry-After": str(wait)}
        raise Rejected(429, "Too many requests", f"Send it again in {wait} s.", headers=later)


def _client(ip: str) -> str:
    """Whoever has one IPv6 address has all that begin with its 64 bits (RFC 6177)."""
    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    return str(IPv6Network((address, 64), strict=False)) if address.version == 6 else ip
