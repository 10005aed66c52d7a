"""The daily digest's text: what a person learns from it at one look, and on reading on."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from leadrelay.delivery.digest import LATE, Mail, compose, last_day
from leadrelay.ledger.canaries import Broken
from leadrelay.ledger.figures import CrmFigures, Figures, Oldest, Paused

NOW = datetime(2026, 3, 2, 7, 0, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

LONG_AGO = Oldest("LR-7Q2KX9BD", NOW - 3 * HOUR)
JUST_NOW = Oldest("LR-MYYEJZ3J", NOW - timedelta(seconds=20))


def digest(
    *crms: CrmFigures,
    accepted: dict[str, int] | None = None,
    silent: dict[str, datetime] | None = None,
    erasing: int = 0,
    canary: Broken | None = None,
    stack: str | None = "agency",
) -> Mail:
    figures = Figures(
        span=last_day(NOW),
        accepted={"contact-us": 12, "careers": 300} if accepted is None else accepted,
        silent=silent or {},
        erasing=erasing,
        canary=canary,
        crms=crms,
    )
    return compose(figures, name="v1", stack=stack, now=NOW)


def crm(name: str = "trackerrms", **figures: Any) -> CrmFigures:
    return CrmFigures(**{"crm": name, "parked": {}, **figures})


def test_a_good_day_is_told_in_the_subject_and_asks_for_nothing() -> None:
    mail = digest(crm(delivered=312), crm("collect", delivered=300))
    assert mail.subject == "Leadrelay v1: 312 accepted, all delivered"
    assert mail.text == (
        "Leadrelay v1, 2026-03-01 07:00 to 2026-03-02 07:00 UTC\n\n"
        "Nothing needs you.\n\n"
        "Accepted: 312 leads\n"
        "  careers: 300\n"
        "  contact-us: 12\n\n"
        "trackerrms: 312 delivered, 0 waiting, 0 parked\n\n"
        "collect: 300 delivered, 0 waiting, 0 parked\n"
    )


def test_a_bad_day_says_who_should_look_where_and_by_which_command() -> None:
    mail = digest(
        crm(
            paused=Paused("misconfigured", NOW - 4 * HOUR),
            delivered=300,
            waiting=2,
            oldest_waiting=LONG_AGO,
            parked={"Unknown": 1, "Refused": 2},
            new_parked=1,
            oldest_parked=Oldest("LR-0000000A", NOW - timedelta(days=9)),
        ),
        crm("collect", delivered=9, waiting=1, oldest_waiting=JUST_NOW, aside=4, new_aside=1),
    )
    assert mail.subject == (
        "Leadrelay v1: 312 accepted, trackerrms paused, 3 parked (1 new), "
        "3 waiting (up to 3 h), 1 put aside"
    )
    _, verdict, _, tracker, collect, commands = mail.text.split("\n\n")
    assert verdict == (
        "Somebody should look: trackerrms is paused; trackerrms has 3 parked;"
        " LR-7Q2KX9BD has waited for trackerrms for 3 h; 1 for collect put aside as doubtful."
    )
    assert tracker == (
        "trackerrms: 300 delivered, 2 waiting, 3 parked\n"
        "  paused since 2026-03-02 03:00 UTC, misconfigured\n"
        "  oldest undelivered: LR-7Q2KX9BD, accepted 3 h ago\n"
        "  parked, Refused: 2\n"
        "  parked, Unknown: 1\n"
        "  1 of them new; the oldest LR-0000000A, 9 d ago"
    )
    assert collect == (
        "collect: 9 delivered, 1 waiting, 0 parked\n"
        "  oldest undelivered: LR-MYYEJZ3J, accepted 20 s ago\n"
        "  put aside as doubtful: 4, 1 of them new"
    )
    assert commands == (
        "To see more:\n"
        "  leadrelay parked --stack agency --crm trackerrms\n"
        "  leadrelay status --stack agency\n"
        "  leadrelay trace LR-7Q2KX9BD --stack agency\n"
        "  leadrelay leads --stack agency --state quarantined\n"
    )


def test_on_the_twin_the_commands_name_no_stack() -> None:
    mail = digest(crm(parked={"Refused": 1}), stack=None)
    assert mail.text.endswith("To see more:\n  leadrelay parked --crm trackerrms\n")


def test_what_has_only_just_come_needs_nobody_until_it_is_late() -> None:
    for age, told in ((LATE, []), (LATE + timedelta(seconds=1), [True] * 3)):
        mail = digest(crm(waiting=1, oldest_waiting=Oldest("LR-7Q2KX9BD", NOW - age)))
        look = ("Somebody" in mail.text, "(up to " in mail.subject, "lay trace" in mail.text)
        assert [one for one in look if one] == told


def test_the_oldest_of_all_crms_is_the_one_to_look_at() -> None:
    older = Oldest("LR-0000000A", NOW - 50 * HOUR)
    mail = digest(
        crm(waiting=1, oldest_waiting=LONG_AGO), crm("collect", waiting=1, oldest_waiting=older)
    )
    assert "LR-0000000A has waited for collect for 2 d" in mail.text
    assert "LR-7Q2KX9BD waits" not in mail.text


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        ({"paused": Paused("by hand", NOW)}, "trackerrms paused"),
        ({"parked": {"Refused": 3}}, "3 parked"),
        ({"waiting": 1, "oldest_waiting": JUST_NOW}, "1 waiting"),
        ({"aside": 2, "new_aside": 2}, "2 put aside"),
        ({"aside": 2}, "all delivered"),  # told when they came
    ],
)
def test_whatever_did_not_go_its_way_stands_in_the_subject(
    figures: dict[str, Any], told: str
) -> None:
    assert digest(crm(**figures)).subject == f"Leadrelay v1: 312 accepted, {told}"


def test_one_lead_is_not_several_and_none_is_none() -> None:
    assert "Accepted: 1 lead\n  careers: 1\n" in digest(accepted={"careers": 1}).text
    assert "Accepted: 0 leads\n\n" in digest(crm(), accepted={}).text


def test_the_longest_subject_is_one_that_sns_takes() -> None:
    """ASCII, and less than 100 characters."""
    figures: dict[str, Any] = {
        "paused": Paused("down", NOW),
        "waiting": 99_999,
        "oldest_waiting": Oldest("LR-7Q2KX9BD", NOW - timedelta(days=400)),
        "parked": {"Refused": 99_999},
        "new_parked": 99_999,
        "aside": 9_999,
        "new_aside": 9_999,
    }
    mail = digest(crm(**figures), crm("initiative", paused=Paused("down", NOW)))
    assert mail.subject.isascii()
    assert len(mail.subject) < 100
    assert mail.subject.startswith(
        "Leadrelay v1: 312 accepted, 2 CRMs paused, 99999 parked (99999 new), 99999 waiting"
    )
    assert "put aside" not in mail.subject
    assert "put aside as doubtful: 9999, 9999 of them new" in mail.text


def test_the_days_of_two_digests_join_without_a_gap() -> None:
    first, second = last_day(NOW), last_day(NOW + timedelta(days=1, minutes=2))
    assert first.until == second.since == NOW.replace(minute=0, second=0)
    assert not first.holds(first.until)
    assert second.holds(second.since)


def test_an_erasure_that_has_not_ended_is_told_until_it_has() -> None:
    mail = digest(crm(delivered=1), crm("collect"), erasing=2)
    assert mail.subject == "Leadrelay v1: 312 accepted, 2 being erased"
    assert "look: leads being erased: 2, which may have been stopped." in mail.text
    assert mail.text.endswith("  leadrelay leads --stack agency --state erasing\n")


def test_a_canary_that_does_not_get_through_is_somebody_s_to_look_at() -> None:
    broken = Broken(NOW - 30 * HOUR, "API")
    mail = digest(crm(delivered=312), canary=broken)
    assert mail.subject == "Leadrelay v1: 312 accepted, canary broken, all delivered"
    told = "no canary has got through since 2026-03-01 01:00 UTC, it stopped at API"
    assert f"Somebody should look: {told}." in mail.text
    assert "  leadrelay status --stack agency\n" in mail.text


def test_a_silent_source_is_somebody_s_to_look_at() -> None:
    mail = digest(crm(delivered=312), silent={"careers": NOW - 30 * HOUR})
    assert mail.subject == "Leadrelay v1: 312 accepted, careers silent, all delivered"
    assert "Somebody should look: careers is silent." in mail.text
    assert "  careers has sent fewer than expected since 2026-03-01 01:00 UTC\n" in mail.text
    assert "  leadrelay status --stack agency\n" in mail.text
