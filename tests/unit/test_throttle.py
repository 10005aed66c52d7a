"""How often a client may send."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from leadrelay.errors import Rejected
from leadrelay.intake.guards.throttle import check_rate
from leadrelay.sources import Source

NOW = datetime(2026, 3, 2, 9, 30, 20, tzinfo=UTC)


def source(throttle: str | None, name: str = "x") -> Source:
    return Source.model_validate(
        {
            "name": name,
            "kind": "form",
            "sender": "html",
            "deliver": ["trackerrms"],
            **({"throttle": throttle} if throttle else {}),
        }
    )


class Counts(Counter[str]):
    def __call__(self, key: str, forget_at: datetime) -> int:
        assert forget_at > NOW
        self[key] += 1
        return self[key]


def wait(counts: Counts, ip: str, given: Source, now: datetime = NOW) -> str | None:
    """The seconds that a client is told to wait."""
    try:
        check_rate(counts, ip, given, now)
    except Rejected as rejected:
        return rejected.headers["Retry-After"]
    return None


def test_what_is_above_the_rate_waits_until_the_minute_is_over() -> None:
    counts = Counts()
    waits = [wait(counts, "192.0.2.7", source("2/m")) for _ in range(4)]
    assert waits == [None, None, "40", "40"]
    later = NOW + timedelta(seconds=40)
    assert wait(counts, "192.0.2.7", source("2/m"), later) is None


def test_others_are_not_made_to_wait() -> None:
    counts = Counts()
    for ip, name in (("192.0.2.7", "x"), ("192.0.2.8", "x"), ("192.0.2.7", "y")):
        assert wait(counts, ip, source("1/h", name)) is None
    assert len(counts) == 3


def test_the_addresses_of_one_ipv6_network_are_one_client() -> None:
    counts = Counts()
    waits = [
        wait(counts, ip, source("1/m"))
        for ip in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1")
    ]
    assert waits == [None, "40", None]


def test_no_address_is_kept() -> None:
    counts = Counts()
    wait(counts, "192.0.2.7", source("1/m"))
    assert not any("192" in key for key in counts)


def test_without_a_rate_nothing_is_counted() -> None:
    counts = Counts()
    assert wait(counts, "192.0.2.7", source(None)) is None
    assert not counts


@pytest.mark.parametrize("rate", ["20", "0/m", "-1/m", "20/y", "m", "20/", "٣/m"])
def test_a_rate_that_can_not_be_read_is_told(rate: str) -> None:
    with pytest.raises(ValueError, match="write a rate like"):
        source(rate)
