"""What a CRM lists is known for a while."""

from collections.abc import Iterator

import pytest

from leadrelay.crm.remembered import Remembered

TOLD = ["Website"]


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.mark.parametrize(
    ("answer", "after", "asked"),
    [(TOLD, 599, 1), (TOLD, 601, 2), ([], 599, 1), (None, 59, 1), (None, 61, 2)],
)
def test_what_it_does_not_tell_is_asked_for_again_sooner(
    answer: list[str] | None, after: float, asked: int
) -> None:
    questions, clock = [], Clock()

    def ask(what: str) -> list[str] | None:
        questions.append(what)
        return answer

    known = Remembered(ask, clock)
    assert known("origins") == answer
    clock.seconds = after
    assert known("origins") == answer
    assert len(questions) == asked


def test_only_what_it_did_not_tell_can_be_forgotten() -> None:
    answers: Iterator[list[str] | None] = iter([TOLD, None, TOLD])
    known = Remembered(lambda _: next(answers))
    assert (known("origins"), known("cases")) == (TOLD, None)
    known.forget_untold()
    assert (known("origins"), known("cases")) == (TOLD, TOLD)
