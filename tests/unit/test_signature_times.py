"""The time that a signature tells is a Unix time near ours, or no time at all."""

from datetime import UTC, datetime

import pytest

from leadrelay.errors import Rejected
from leadrelay.intake.proofs.signatures import check_time

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SECONDS = int(NOW.timestamp())


@pytest.mark.parametrize("off", [0, 299, -299])
def test_a_time_within_five_minutes_is_taken(off: int) -> None:
    check_time(str(SECONDS + off), NOW)
    check_time(str(1000 * (SECONDS + off)), NOW, per_second=1000)


@pytest.mark.parametrize("off", [301, -301])
def test_an_older_or_later_one_is_refused(off: int) -> None:
    with pytest.raises(Rejected, match="Stale signature"):
        check_time(str(SECONDS + off), NOW)


ARABIC = str(SECONDS).translate({48 + digit: 0x660 + digit for digit in range(10)})


@pytest.mark.parametrize(
    "stamp",
    ["", "-1", "1.5", "soon", "²", ARABIC, "9" * 5000],
    ids=["none", "negative", "fraction", "word", "superscript", "arabic", "endless"],
)
def test_what_is_no_time_is_refused(stamp: str) -> None:
    """Also what Python would read as a number, or refuses to."""
    with pytest.raises(Rejected, match="Not signed"):
        check_time(stamp, NOW)
