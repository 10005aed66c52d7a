"""Waits grow, spread, and heed the CRM."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.delivery.backoff import Backoff
from leadrelay.errors import Misconfigured, Retryable, Unknown

HOUR = timedelta(hours=1)


def longest(_low: float, high: float) -> float:
    return high


def shortest(low: float, _high: float) -> float:
    return low


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 15), (2, 30), (3, 60), (8, 1920), (9, 3600), (10_000, 3600)]
)
def test_the_longest_wait_doubles_up_to_an_hour(attempts: int, seconds: int) -> None:
    wait = Backoff(jitter=longest).wait(attempts, Retryable("HTTP 503"))
    assert wait == timedelta(seconds=seconds)


def test_jitter_may_draw_from_the_whole_of_it() -> None:
    """Else those that failed together come back together."""
    drawn: list[tuple[float, float]] = []

    def jitter(low: float, high: float) -> float:
        drawn.append((low, high))
        return high

    Backoff(jitter=jitter).wait(3, Retryable("HTTP 503"))
    assert drawn == [(0, 60)]


def test_jitter_may_bring_it_down_to_a_second_and_no_further() -> None:
    assert Backoff(jitter=shortest).wait(9, Retryable("cut")) == timedelta(seconds=1)


def test_a_crm_has_five_minutes_to_end_what_we_no_longer_wait_for() -> None:
    assert Backoff(jitter=shortest).wait(1, Unknown("cut")) == timedelta(minutes=5)


@pytest.mark.parametrize("jitter", [longest, shortest])
def test_retry_after_is_the_least_we_wait(jitter: Callable[[float, float], float]) -> None:
    assert Backoff(jitter=jitter).wait(1, Retryable("HTTP 429", after=300.0)) == timedelta(
        seconds=300
    )


def test_retry_after_does_not_shorten_the_wait() -> None:
    wait = Backoff(jitter=longest).wait(3, Retryable("HTTP 503", after=2.0))
    assert wait == timedelta(seconds=60)


@pytest.mark.parametrize("after", [1e9, float("inf")])
def test_a_crm_can_not_put_us_off_for_longer_than_the_cap(after: float) -> None:
    assert Backoff().wait(1, Retryable("HTTP 503", after=after)) == HOUR


@given(
    st.integers(1, 10**6),
    st.one_of(
        st.floats(min_value=0).map(lambda after: Retryable("busy", after=after)),
        st.just(Unknown("cut")),
        st.just(Misconfigured("login")),
    ),
)
def test_any_wait_is_between_a_second_and_the_cap(
    attempts: int, error: Retryable | Unknown | Misconfigured
) -> None:
    assert timedelta(seconds=1) <= Backoff().wait(attempts, error) <= HOUR


def test_an_outage_s_retries_are_spread() -> None:
    waits = {Backoff().wait(6, Retryable("HTTP 503")) for _ in range(50)}
    assert len(waits) > 40
