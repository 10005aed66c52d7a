"""Each write of a delivery is done once, whatever happened before."""

from collections.abc import Callable, Collection, Mapping

import pytest

from leadrelay.claim import ANY_STEP, STEP_OF_OLD
from leadrelay.crm.base import Findable
from leadrelay.delivery.steps import DeliverySteps, Enough, Look, Looking, Save
from leadrelay.errors import Refused, Retryable, Unavailable, Undecidable, Unknown


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
        self.saved: list[tuple[dict[str, str], set[str]]] = []

    def __call__(self, steps: Mapping[str, str], doubt: Collection[str]) -> None:
        self.saved.append((dict(steps), set(doubt)))


def steps(save: Save, done: Mapping[str, str], *doubt: str) -> DeliverySteps:
    return DeliverySteps(done, doubt=doubt, save=save)


def failing(error: Exception) -> Callable[[], str]:
    def act() -> str:
        raise error

    return act


def test_a_delivery_of_one_step_costs_no_extra_write() -> None:
    crm, ledger = Crm(), Ledger()
    one = steps(ledger, {})
    assert one.once("lead", crm.act("lead"), crm.look("lead", None)) == "lead made"
    assert (crm.asked, ledger.saved, one.done) == (["lead"], [], {"lead": "lead made"})


def test_results_are_saved_before_the_next_write_goes_out_and_its_name_with_them() -> None:
    ledger, crm = Ledger(), Crm()
    several = steps(ledger, {"login": "1"})
    several.once("lead", crm.act("lead"), crm.look("lead", None))
    done = {"login": "1", "lead": "lead made"}

    def note() -> str:
        assert ledger.saved == [(done, {"note"})]
        return "note made"

    several.once("note", note)
    several.once("file", crm.act("file"))
    assert ledger.saved[1:] == [(done | {"note": "note made"}, {"file"})]


def test_what_is_sure_to_be_found_again_needs_no_save_of_its_own() -> None:
    ledger, crm = Ledger(), Crm()
    several = steps(ledger, {})
    several.once("contact", lambda: Findable("7"), crm.look("contact", None))
    several.once("ticket", crm.act("ticket"), crm.look("ticket", None))
    assert ledger.saved == []
    several.once("note", crm.act("note"), crm.look("note", None))
    assert ledger.saved == [({"contact": "7", "ticket": "ticket made"}, {"note"})]


def test_what_was_saved_is_not_saved_again_before_anything_new_is_done() -> None:
    ledger = Ledger()
    several = steps(ledger, {})
    several.once("contact", lambda: "7", lambda: None)
    for _ in range(2):  # a step that failed is tried in another way
        with pytest.raises(Refused):
            several.once("ticket", failing(Refused("no")), lambda: None)
    assert ledger.saved == [({"contact": "7"}, {"ticket"})]


def test_it_is_saved_with_the_name_of_a_next_step_that_can_t_be_looked_for() -> None:
    ledger = Ledger()
    several = steps(ledger, {})
    several.once("contact", lambda: Findable("7"), lambda: None)
    several.once("file", Crm().act("file"))
    assert ledger.saved == [({"contact": "7"}, {"file"})]


def test_a_step_that_can_t_be_looked_for_is_named_before_it_goes_out() -> None:
    ledger = Ledger()
    one = steps(ledger, {"lead": "7"})
    one.once("file", Crm().act("file"))
    assert ledger.saved == [({"lead": "7"}, {"file"})]


def test_a_step_after_one_that_was_refused_is_named_too() -> None:
    ledger, crm = Ledger(), Crm()
    several = steps(ledger, {})
    several.once("person", crm.act("person"), crm.look("person", None))
    with pytest.raises(Refused):
        several.once("resume", failing(Refused("not readable")), crm.look("resume", None))
    several.once("lead", crm.act("lead"), crm.look("lead", None))
    assert [doubt for _, doubt in ledger.saved] == [{"resume"}, {"lead"}]


def test_a_step_that_is_done_is_neither_done_nor_looked_for_again() -> None:
    crm, ledger = Crm(), Ledger()
    again = steps(ledger, {"lead": "7"}, ANY_STEP)
    assert again.once("lead", crm.act("lead"), crm.look("lead", "8")) == "7"
    assert (crm.asked, ledger.saved) == ([], [])


@pytest.mark.parametrize("doubt", ["lead", ANY_STEP, STEP_OF_OLD])
def test_a_step_in_doubt_is_looked_for_and_adopted(doubt: str) -> None:
    crm = Crm()
    doubtful = steps(Ledger(), {}, doubt)
    assert doubtful.once("lead", crm.act("lead"), crm.look("lead", "8")) == "8"
    assert (crm.asked, doubtful.done) == (["look for lead"], {"lead": "8"})


@pytest.mark.parametrize("doubt", ["lead", ANY_STEP, STEP_OF_OLD])
def test_a_step_in_doubt_that_is_not_there_is_done(doubt: str) -> None:
    crm = Crm()
    doubtful = steps(Ledger(), {}, doubt)
    assert doubtful.once("lead", crm.act("lead"), crm.look("lead", None)) == "lead made"
    assert crm.asked == ["look for lead", "lead"]


def test_only_the_look_for_a_step_settles_the_doubt_about_it() -> None:
    crm = Crm()
    doubtful = steps(Ledger(), {}, "contact")
    doubtful.once("company", crm.act("company"), crm.look("company", None))
    doubtful.once("contact", crm.act("contact"), crm.look("contact", "8"))
    doubtful.once("note", crm.act("note"), crm.look("note", "9"))
    assert crm.asked == ["company", "look for contact", "note"]
    assert doubtful.doubt == set()


def test_where_the_step_is_not_known_each_that_can_be_is_looked_for() -> None:
    crm = Crm()
    doubtful = steps(Ledger(), {"person": "1"}, ANY_STEP)
    doubtful.once("person", crm.act("person"), crm.look("person", None))
    doubtful.once("new", crm.act("new"), crm.look("new", None))
    doubtful.once("lead", crm.act("lead"), crm.look("lead", "8"))
    doubtful.once("file", crm.act("file"))
    assert crm.asked == ["look for new", "new", "look for lead", "file"]


@pytest.mark.parametrize("doubt", ["file", STEP_OF_OLD])
def test_a_step_in_doubt_that_can_not_be_looked_for_is_left_to_a_person(doubt: str) -> None:
    crm = Crm()
    doubtful = steps(Ledger(), {"lead": "8"}, doubt)
    doubtful.once("lead", crm.act("lead"))
    with pytest.raises(Undecidable, match=r"the step 'file' .* by hand") as left:
        doubtful.once("file", crm.act("file"))
    assert (left.value.step, crm.asked, doubtful.doubt) == ("file", [], {doubt, "file"})


def test_a_look_that_fails_leaves_the_step_in_doubt() -> None:
    crm = Crm()
    doubtful = steps(Ledger(), {}, "lead")
    with pytest.raises(Retryable):
        doubtful.once("lead", crm.act("lead"), failing(Retryable("HTTP 503")))
    assert doubtful.doubt == {"lead"}
    assert (crm.asked, doubtful.done) == ([], {})


@pytest.mark.parametrize(
    ("error", "doubt"), [(Unknown("cut"), {"lead"}), (Retryable("503"), set())]
)
def test_a_step_that_fails_is_not_done_and_in_doubt_only_if_it_may_have_been(
    error: Exception, doubt: set[str]
) -> None:
    failed = steps(Ledger(), {"person": "1"})
    with pytest.raises(type(error)):
        failed.once("lead", failing(error), lambda: None)
    assert (failed.done, failed.doubt) == ({"person": "1"}, doubt)


def test_several_steps_may_be_in_doubt() -> None:
    crm = Crm()
    doubtful = steps(Ledger(), {}, "lead")
    with pytest.raises(Unknown):
        doubtful.once("new", failing(Unknown("cut")), crm.look("new", None))
    assert doubtful.doubt == {"lead", "new"}


def test_without_a_ledger_no_further_write_goes_out() -> None:
    def save(*_: object) -> None:
        raise Unavailable("ledger")

    crm = Crm()
    several = steps(save, {})
    several.once("lead", crm.act("lead"), crm.look("lead", None))
    with pytest.raises(Unavailable):
        several.once("note", crm.act("note"))
    assert crm.asked == ["lead"]


def test_what_the_ledger_remembers_is_not_changed_under_its_hands() -> None:
    remembered = {"person": "1"}
    steps(Ledger(), remembered).once("lead", Crm().act("lead"))
    assert remembered == {"person": "1"}


# -- only looking -----------------------------------------------------------------------------


def test_only_looking_adopts_what_is_there_and_does_nothing_else() -> None:
    crm, ledger = Crm(), Ledger()
    doubtful = steps(ledger, {"person": "1"}, "lead")
    looking = Looking(doubtful)
    assert looking.once("person", crm.act("person")) == "1"
    assert looking.once("lead", crm.act("lead"), crm.look("lead", "8")) == "8"
    with pytest.raises(Enough):
        looking.once("note", crm.act("note"), crm.look("note", None))
    assert (crm.asked, ledger.saved) == (["look for lead"], [])
    assert (doubtful.done, doubtful.doubt) == ({"person": "1", "lead": "8"}, set())


@pytest.mark.parametrize("found", [lambda: None, None])
def test_only_looking_leaves_in_doubt_what_is_not_found(found: Look | None) -> None:
    doubtful = steps(Ledger(), {}, "lead")
    with pytest.raises(Enough):
        Looking(doubtful).once("lead", Crm().act("lead"), found)
    assert doubtful.doubt == {"lead"}
