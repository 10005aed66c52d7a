"""When something happened is told by the clock of the source's place, and of a call when it was."""

from datetime import UTC, datetime
from typing import Any

import pytest

from leadrelay.lead import Call
from leadrelay.narrator.style import Style
from tests.crm.contract import Account, make_lead

LATE = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # the next morning in Sydney
RECEIVED = datetime(2026, 11, 21, 12, tzinfo=UTC)


def told(account: Account, operation: str, kind: Any, zone: str, **options: Any) -> dict[str, Any]:
    call = Call(id="CA1", caller="+12025550199", started_at=LATE, duration=93)
    of_kind = {"call": call, "received_at": RECEIVED} if kind == "call" else {"received_at": LATE}
    lead = make_lead(kind).model_copy(update=of_kind)
    chosen = account.options(**options).in_style(Style(zone=zone))
    account.deliver(lead, options=chosen)
    made = [one.fields for one in account.simulator.records if one.operation == operation]
    return made[-1]


@pytest.mark.parametrize("account", ["trackerrms"], indirect=True)
@pytest.mark.parametrize(
    ("zone", "date", "time"),
    [("Australia/Sydney", "2026-11-21", "10:30 AM"), ("UTC", "2026-11-20", "11:30 PM")],
)
def test_an_activity_has_the_source_s_clock(
    account: Account, zone: str, date: str, time: str
) -> None:
    fields = told(account, "createActivity", "form", zone, record="contact")
    assert (fields["activity"]["date"], fields["activity"]["time"]) == (date, time)


@pytest.mark.parametrize("account", ["collect"], indirect=True)
@pytest.mark.parametrize(("zone", "date"), [("Australia/Sydney", "21"), ("UTC", "20")])
def test_an_event_has_the_day_of_its_call(account: Account, zone: str, date: str) -> None:
    fields = told(account, "create:contact", "call", zone)
    assert fields["co_date"] == f"2026-11-{date}"
    assert "1 min 33 s" in fields["co_description"]


@pytest.mark.parametrize("account", ["centia"], indirect=True)
@pytest.mark.parametrize(("zone", "day"), [("Australia/Sydney", "28"), ("UTC", "27")])
def test_a_ticket_is_due_so_many_days_after_the_source_s_day(
    account: Account, zone: str, day: str
) -> None:
    fields = told(account, "Tickets.CreateTicket", "form", zone)
    assert fields["estimated_end_at"] == f"2026-11-{day}"
