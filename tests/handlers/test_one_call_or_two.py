"""When a further request is news of a call that is known, and when it is another call."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from functions.receive_call import app
from leadrelay.lead import Lead
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.search import search
from leadrelay.ledger.table import Table
from leadrelay.signing.samples import Sample
from leadrelay.sources_file import read_sources
from tests.handlers.aws import Queue, proxy_event

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SOURCES = read_sources(
    "\n".join(
        f'[{name}]\nkind = "call"\nsender = "{name}"\ndeliver = ["trackerrms"]\n'
        'default_region = "GB"\nunverified = true\n'
        for name in ("asterisk", "3cx", "screen_pop", "twilio")
    )
)
JANE = {"source": "02079460009", "destination": "02079460100", "callername": "Jane Doe"}
PETER = {**JANE, "source": "02079460002", "callername": "Peter Roe"}
REPORT = {"number": "02079460002", "calltype": "Inbound", "agent": "100"}
HIDDEN = {"source": "anonymous", "destination": "02079460100"}
ROBOT = ("User-Agent", "Slackbot-LinkExpanding 1.0")


def hear(
    sender: str, query: dict[str, str], *headers: tuple[str, str], after: float = 0
) -> dict[str, object]:
    """One event, some seconds after noon."""
    at = NOON + timedelta(seconds=after)
    intake = replace(app.intake, sources=SOURCES, now=lambda: at)
    event = Sample("GET", f"/calls/{sender}?{urlencode(query)}", list(headers), b"")
    answer = intake.receive(proxy_event(event), kind="call")
    assert answer["statusCode"] in {200, 204}
    return answer


def calls(table: Table) -> list[Lead]:
    leads = [found.lead for found in search(table, Filter(since=NOON))]
    return sorted(leads, key=lambda lead: (lead.received_at, lead.name))


def names(table: Table) -> list[str]:
    return [lead.name for lead in calls(table)]


def test_a_number_that_an_exchange_counts_anew_is_another_call(table: Table) -> None:
    for after, caller in ((0, JANE), (5, PETER), (7 * 86_400, {**JANE, "callername": "Jo"})):
        hear("asterisk", {**caller, "uniqueid": "17"}, after=after)
    assert names(table) == ["Jane Doe", "Peter Roe", "Jo"]


def test_events_under_such_a_number_find_their_own_call(table: Table) -> None:
    for caller in (JANE, PETER, JANE, PETER):
        hear("asterisk", {**caller, "uniqueid": "17", "status": "answered", "billsec": "9"})
    assert [(lead.name, lead.phone) for lead in calls(table)] == [
        ("Jane Doe", "+442079460009"),
        ("Peter Roe", "+442079460002"),
    ]


def test_the_end_of_a_call_that_names_nobody_is_news_of_it(table: Table) -> None:
    hear("asterisk", {**JANE, "uniqueid": "17"})
    hear("asterisk", {"uniqueid": "17", "status": "hangup", "billsec": "90"}, after=95)
    (lead,) = calls(table)
    assert lead.call
    assert (lead.call.state, lead.call.duration) == ("completed", 90)


@pytest.mark.parametrize(
    ("started", "count"), [("2026-03-02T11:59:59Z", 1), ("2026-03-02T16:00:00Z", 2)]
)
def test_a_start_hours_later_is_another_call(table: Table, started: str, count: int) -> None:
    hear("asterisk", {**JANE, "uniqueid": "17", "starttime": "2026-03-02T12:00:00Z"})
    hear("asterisk", {**JANE, "uniqueid": "17", "starttime": started}, after=14_400)
    assert len(calls(table)) == count


def test_an_id_that_a_vendor_gives_out_once_stays_one_call(table: Table) -> None:
    legs = ("+442079460009", "+442079460002")
    for after, number in zip((0, 50_000), legs, strict=True):
        hear("twilio", {"CallSid": "CA1", "From": number, "Direction": "inbound"}, after=after)
    assert len(calls(table)) == 1


def test_two_hidden_callers_are_two_leads(table: Table, queue: Queue) -> None:
    for after in (0, 1, 90):
        hear("screen_pop", HIDDEN, after=after)
    hear("screen_pop", {**HIDDEN, "callername": "MAX ROE"}, after=91)
    assert names(table) == ["", "", "Max Roe"]
    assert len(queue.bodies()) == 3


def test_two_reports_with_other_starts_are_two_calls_and_a_look_up_is_of_the_first(
    table: Table,
) -> None:
    hear("3cx", {"number": REPORT["number"]})
    first = {**REPORT, "duration": "61", "callstarttimeutc": "2026-03-02T12:00:00Z"}
    second = {**REPORT, "duration": "7", "callstarttimeutc": "2026-03-02T12:05:00Z"}
    for report in (first, second, second, first):
        hear("3cx", report, after=310)
    assert {lead.call.duration for lead in calls(table) if lead.call} == {61, 7}
    assert len(calls(table)) == 2


def test_reports_that_tell_no_start_are_told_apart_by_how_long_they_took(table: Table) -> None:
    for duration in ("61", "7", "61"):
        hear("3cx", {**REPORT, "duration": duration})
    assert {lead.call.duration for lead in calls(table) if lead.call} == {61, 7}
    assert len(calls(table)) == 2


def test_what_a_robot_opened_waits_until_a_person_opens_it_too(table: Table, queue: Queue) -> None:
    hear("screen_pop", JANE, ROBOT)
    assert (names(table), queue.bodies()) == (["Jane Doe"], [])
    hear("screen_pop", JANE, after=3)
    assert names(table) == ["Jane Doe"]
    assert len(queue.bodies()) == 1


def test_what_a_robot_opens_under_another_callers_number_is_not_lost(table: Table) -> None:
    hear("screen_pop", {**JANE, "callid": "17"})
    hear("screen_pop", {**PETER, "callid": "17"}, ROBOT)
    assert names(table) == ["Jane Doe", "Peter Roe"]


def test_a_key_of_a_page_for_all_its_calls_makes_no_two_hidden_callers_one(table: Table) -> None:
    key = ("Idempotency-Key", "one for all")
    for after in (0, 300):
        hear("screen_pop", {**HIDDEN, "callername": f"Caller {after}"}, key, after=after)
    assert names(table) == ["Caller 0", "Caller 300"]
