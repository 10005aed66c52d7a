"""Each write of a delivery is done once, whatever happened before."""

from collections.abc import Callable, Mapping

import pytest

from leadrelay.delivery.steps import DeliverySteps
from leadrelay.errors import Retryable, Unavailable, Undecidable, Unknown


class Crm:
    """Remembers what was asked of it, in order."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def act(self, name: str) -> Callable[[], str]:
        def act() -> str:
            self.asked.append(name)
            return f"{name} made"

        return act

    def look(self, name: str, found: str | None) -> Callable[[], str | None]:
        def look() -> str | None:
            self.asked.append(f"look for {name}")
            return found

        return look


class Ledger:
    def __init__(self) -> None:
        self.saved: list[dict[str, str]] = []

    def __call__(self, steps: Mapping[str, str]) -> None:
        self.saved.append(dict(steps))


def steps(
    save: Callable[[Mapping[str, str]], None], done: Mapping[str, str], *, in_doubt: bool = False
) -> DeliverySteps:
    return DeliverySteps(done, in_doubt=in_doubt, save=save)


def failing(error: Exception) -> Callable[[], str]:
    def act() -> str:
        raise error

    return act


def test_a_delivery_of_one_step_costs_no_extra_write() -> None:
    crm, ledger = Crm(), Ledger()
    one = steps(ledger, {})
    assert one.once("lead", crm.act("lead"), crm.look("lead", None)) == "lead made"
    assert (crm.asked, ledger.saved, one.done) == (["lead"], [], {"lead": "lead made"})


def test_results_are_saved_before_the_next_write_goes_out() -> None:
    ledger = Ledger()
    several = steps(ledger, {"login": "1"})
    several.once("lead", Crm().act("lead"))

    def note() -> str:
        assert ledger.saved == [{"login": "1", "lead": "lead made"}]
        return "note made"

    several.once("note", note)
    several.once("file", Crm().act("file"))
    assert len(ledger.saved) == 2


def test_a_step_that_is_done_is_neither_done_nor_looked_for_again() -> None:
    crm, ledger = Crm(), Ledger()
    again = steps(ledger, {"lead": "7"}, in_doubt=True)
    assert again.once("lead", crm.act("lead"), crm.look("lead", "8")) == "7"
    assert (crm.asked, ledger.saved) == ([], [])
    assert again.in_doubt


def test_a_step_in_doubt_is_looked_for_and_adopted() -> None:
    crm = Crm()
    doubtful = steps(Ledger(), {}, in_doubt=True)
    assert doubtful.once("lead", crm.act("lead"), crm.look("lead", "8")) == "8"
    assert (crm.asked, doubtful.done) == (["look for lead"], {"lead": "8"})


def test_a_step_in_doubt_that_is_not_there_is_done() -> None:
    crm = Crm()
    doubtful = steps(Ledger(), {}, in_doubt=True)
    assert doubtful.once("lead", crm.act("lead"), crm.look("lead", None)) == "lead made"
    assert crm.asked == ["look for lead", "lead"]


def test_only_the_first_step_that_is_not_done_is_in_doubt() -> None:
    crm = Crm()
    doubtful = steps(Ledger(), {"person": "1"}, in_doubt=True)
    doubtful.once("person", crm.act("person"), crm.look("person", None))
    doubtful.once("lead", crm.act("lead"), crm.look("lead", "8"))
    doubtful.once("note", crm.act("note"), crm.look("note", "9"))
    assert crm.asked == ["look for lead", "note"]


def test_a_step_in_doubt_that_can_not_be_looked_for_is_left_to_a_person() -> None:
    crm = Crm()
    doubtful = steps(Ledger(), {}, in_doubt=True)
    with pytest.raises(Undecidable, match="by hand"):
        doubtful.once("file", crm.act("file"))
    assert crm.asked == []


def test_a_look_that_fails_leaves_the_step_in_doubt() -> None:
    crm = Crm()
    doubtful = steps(Ledger(), {}, in_doubt=True)
    with pytest.raises(Retryable):
        doubtful.once("lead", crm.act("lead"), failing(Retryable("HTTP 503")))
    assert doubtful.in_doubt
    assert (crm.asked, doubtful.done) == ([], {})


@pytest.mark.parametrize("error", [Unknown("cut"), Retryable("HTTP 503")])
def test_a_step_that_fails_is_not_done(error: Exception) -> None:
    failed = steps(Ledger(), {"person": "1"})
    with pytest.raises(type(error)):
        failed.once("lead", failing(error))
    assert failed.done == {"person": "1"}


def test_without_a_ledger_no_further_write_goes_out() -> None:
    def save(_steps: Mapping[str, str]) -> None:
        raise Unavailable("ledger")

    crm = Crm()
    several = steps(save, {})
    several.once("lead", crm.act("lead"))
    with pytest.raises(Unavailable):
        several.once("note", crm.act("note"))
    assert crm.asked == ["lead"]


def test_what_the_ledger_remembers_is_not_changed_under_its_hands() -> None:
    remembered = {"person": "1"}
    steps(Ledger(), remembered).once("lead", Crm().act("lead"))
    assert remembered == {"person": "1"}
