"""Several things at once."""

import threading
from functools import partial

import pytest

from leadrelay.report import correlation_id
from leadrelay.threads import side_by_side


def test_they_are_done_at_once_and_told_in_their_order() -> None:
    all_there = threading.Barrier(5, timeout=5)

    def act(number: int) -> int:
        all_there.wait()
        return number

    assert side_by_side([partial(act, number) for number in range(5)], 5) == [0, 1, 2, 3, 4]
    assert side_by_side([], 5) == []


def test_one_alone_needs_no_thread() -> None:
    assert side_by_side([threading.current_thread], 5) == [threading.current_thread()]


@pytest.mark.parametrize("count", [1, 3])
def test_each_is_in_a_context_of_its_own(count: int) -> None:
    correlation_id.set("outside")

    def act() -> str:
        before = correlation_id.get()
        correlation_id.set("inside")
        return before

    assert side_by_side([act] * count, 2) == ["outside"] * count
    assert correlation_id.get() == "outside"


def test_what_fails_is_told_once_all_had_their_turn() -> None:
    done: list[int] = []

    def act(number: int) -> None:
        done.append(1 // number)

    with pytest.raises(ZeroDivisionError):
        side_by_side([partial(act, number) for number in (0, 1, 1)], 3)
    assert done == [1, 1]
