"""After a refusal the CRM is asked once, and then something plainer is tried."""

from collections.abc import Callable
from itertools import repeat

import pytest

from leadrelay.crm.refusals import first_accepted
from leadrelay.errors import (
    DeliveryError,
    Misconfigured,
    Refused,
    Retryable,
    Undecidable,
    Unknown,
)

FIRST, SECOND = Refused("no", words="first"), Refused("no", words="second")


def giving(*answers: str | DeliveryError | None) -> Callable[[], str]:
    left = iter(answers)

    def answer() -> str:
        given = next(left)
        if isinstance(given, DeliveryError):
            raise given
        return given or ""

    return answer


def test_what_is_accepted_asks_for_no_look() -> None:
    assert first_accepted(giving(), giving("1"), giving("2")) == "1"


def test_what_is_refused_and_not_there_is_tried_in_another_form() -> None:
    assert first_accepted(giving(None), giving(FIRST), giving("2")) == "2"


def test_what_is_refused_but_there_is_not_written_again() -> None:
    assert first_accepted(giving("1"), giving(FIRST), giving("2")) == "1"
    assert first_accepted(giving(None, "1"), giving(FIRST), giving(SECOND)) == "1"


def test_the_first_refusal_is_the_one_that_is_told() -> None:
    with pytest.raises(Refused) as refused:
        first_accepted(giving(*repeat(None, 2)), giving(FIRST), giving(SECOND))
    assert refused.value.words == "first"


@pytest.mark.parametrize(
    ("looked", "error"),
    [
        (Retryable("down"), Unknown),
        (Misconfigured("403"), Unknown),
        (Undecidable("look there"), Undecidable),
        (Refused("not for you"), Undecidable),
    ],
)
def test_without_an_answer_to_the_look_it_stays_in_doubt(
    looked: DeliveryError, error: type[DeliveryError]
) -> None:
    with pytest.raises(error) as raised:
        first_accepted(giving(looked), giving(FIRST), giving("2"))
    assert raised.value.words == "first"
