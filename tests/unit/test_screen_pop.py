"""Who looks at a screen pop sees who calls, in time, and makes one lead of it."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from leadrelay.crm.base import Caller
from leadrelay.errors import Misconfigured, Unavailable
from leadrelay.intake.calls.caller_page import ScreenPops
from leadrelay.intake.keeping.acceptance import Keeper
from leadrelay.intake.receive import Intake
from leadrelay.lead import Accepted, Lead
from leadrelay.sources import Source
from leadrelay.sources_file import read_sources
from leadrelay_sandbox.gateway import proxy_event

JANE = Caller("Jane Doe", "Acme <Ltd>", "https://crm.example.com/contact/7")
CALL = "pop?k=s3cret&Source=02079460958&Destination=02079460100"
BROWSER = {"Sec-Fetch-Mode": "navigate", "Accept": "text/html"}
SOURCES = """
[pop]
kind = "call"
sender = "screen_pop"
deliver = ["collect", "trackerrms"]
default_region = "GB"
token = "query:k"

[elsewhere]
kind = "call"
sender = "screen_pop"
deliver = ["collect", "trackerrms"]
default_region = "GB"
lookup = "trackerrms"
unverified = true

[exchange]
kind = "call"
sender = "asterisk"
deliver = ["trackerrms"]
unverified = true
"""


class Desk:
    """An intake, a CRM that knows `caller`, and a browser."""

    def __init__(self) -> None:
        self.caller: Callable[[], Caller | None] = lambda: JANE
        self.asked: list[tuple[str, str]] = []
        self.leads: list[Lead] = []
        self.reports: list[tuple[str, dict[str, object]]] = []
        self.pops = ScreenPops(look_up=self._look_up, report=self._report, budget_s=0.1)
        keeper = Keeper(
            accept=self._accept,
            enrich=lambda *_, **__: (),
            release=lambda *_, **__: (),
            queue=lambda *_: None,
            report=self._report,
        )
        self.intake = Intake(
            sources=read_sources(SOURCES),
            secrets=lambda _: ("s3cret",),
            keeper=keeper,
            report=self._report,
            count=lambda *_: 1,
            max_body_bytes=1000,
            pops=self.pops,
            now=lambda: datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
        )

    def get(
        self, url: str = CALL, *, method: str = "GET", body: str = "", **headers: str
    ) -> dict[str, Any]:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        event = proxy_event(method, f"/calls/{url}", sent.items(), body.encode())
        return self.intake.receive(event, kind="call")

    def open(self, url: str = CALL, **how: str) -> dict[str, Any]:
        """What a browser is answered."""
        return self.get(url, **{**BROWSER, **how})

    def refreshed(self, answer: dict[str, Any]) -> dict[str, Any]:
        """What it is answered when the page refreshes itself."""
        seconds, _, search = answer["headers"]["Refresh"].partition(";url=")
        assert int(seconds) >= 1
        return self.open(f"pop{search}")

    def _look_up(self, crm: str, number: str) -> Caller | None:
        self.asked.append((crm, number))
        return self.caller()

    def _accept(self, lead: Lead, source: Source, **_: object) -> Accepted:
        assert source.name == lead.source
        self.leads.append(lead)
        return Accepted(lead_id=lead.id, duplicate=False)

    def _report(self, outcome: str, **facts: object) -> None:
        self.reports.append((outcome, facts))


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    yield desk
    desk.pops.threads.shutdown()


def test_a_browser_goes_on_to_the_callers_record(desk: Desk) -> None:
    answer = desk.open()
    assert (answer["statusCode"], answer["headers"]["Location"]) == (303, JANE.link)
    assert answer["headers"]["Cache-Control"] == "no-store"
    assert desk.asked == [("collect", "+442079460958")]
    assert len(desk.leads) == 1


def test_the_crm_that_is_asked_is_the_one_that_the_source_names(desk: Desk) -> None:
    desk.open(CALL.replace("pop?", "elsewhere?"))
    assert desk.asked == [("trackerrms", "+442079460958")]


@pytest.mark.parametrize(
    "link", ["", "http://crm.example.com/7", "javascript:alert(1)", "https://x\r\nSet-Cookie: a=b"]
)
def test_where_there_is_no_safe_link_the_page_says_who_calls(desk: Desk, link: str) -> None:
    desk.caller = lambda: Caller("Jane Doe", "Acme <Ltd>", link)
    answer = desk.open()
    assert answer["statusCode"] == 200
    assert '<html lang="en">' in answer["body"]
    assert "<h1>Jane Doe</h1>" in answer["body"]
    assert "<title>Jane Doe</title>" in answer["body"]
    assert "Acme &lt;Ltd&gt;, +442079460958" in answer["body"]
    assert "Refresh" not in answer["headers"]
    assert "default-src 'none'" in answer["headers"]["Content-Security-Policy"]


def test_a_caller_without_a_name_is_shown_by_the_number(desk: Desk) -> None:
    desk.caller = lambda: Caller("")
    assert "<h1>+442079460958</h1>" in desk.open()["body"]


def test_a_stranger_is_new_until_the_record_is_there(desk: Desk) -> None:
    desk.caller = lambda: None
    answer = desk.open()
    assert "<h1>New caller</h1>" in answer["body"]
    assert "+442079460958" in answer["body"]
    desk.caller = lambda: JANE
    assert desk.refreshed(answer)["headers"]["Location"] == JANE.link
    assert len(desk.leads) == 1


def test_a_page_refreshes_itself_a_few_times_and_then_stops(desk: Desk) -> None:
    desk.caller = lambda: None
    answer, refreshes = desk.open(), 0
    while "Refresh" in answer["headers"]:
        answer = desk.refreshed(answer)
        refreshes += 1
    assert 2 <= refreshes <= 5
    assert "<h1>New caller</h1>" in answer["body"]
    assert len(desk.leads) == 1


def test_a_slow_crm_holds_nobody_up_and_is_not_asked_twice(desk: Desk) -> None:
    told = threading.Event()

    def slowly() -> Caller | None:
        assert told.wait(60), "the page waited for it"
        return JANE

    desk.caller = slowly
    answer = desk.open()
    assert ScreenPops(look_up=desk._look_up, report=desk._report).budget_s <= 0.25
    assert "<h1>New caller</h1>" in answer["body"]
    assert ("screen_pop.late", {"crm": "collect"}) in desk.reports
    told.set()
    assert desk.refreshed(answer)["headers"]["Location"] == JANE.link
    assert len(desk.asked) == 1
    assert len(desk.leads) == 1


def test_another_call_of_the_same_number_asks_anew(desk: Desk) -> None:
    told = threading.Event()
    desk.caller = lambda: (told.wait(10), None)[1]
    desk.open()
    told.set()
    desk.caller = lambda: JANE
    assert desk.open()["headers"]["Location"] == JANE.link


def test_pages_that_are_closed_are_forgotten(desk: Desk) -> None:
    told = threading.Event()
    desk.caller = lambda: (told.wait(10), None)[1]
    impatient = replace(desk.pops, budget_s=0)
    desk.intake = replace(desk.intake, pops=impatient)
    for number in range(40):
        desk.open(CALL.replace("0958", f"09{number:02}"))
    assert 0 < len(impatient.late) <= 32
    told.set()


@pytest.mark.parametrize("error", [Misconfigured("no login"), Unavailable("secret"), KeyError("x")])
def test_a_crm_that_fails_loses_neither_page_nor_lead(desk: Desk, error: Exception) -> None:
    def fails() -> Caller | None:
        raise error

    desk.caller = fails
    assert "<h1>New caller</h1>" in desk.open()["body"]
    assert ("screen_pop.failed", {"crm": "collect", "error": type(error).__name__}) in desk.reports
    assert len(desk.leads) == 1


def test_a_hidden_number_is_nobodys(desk: Desk) -> None:
    answer = desk.open(CALL.replace("02079460958", "anonymous"))
    assert "<h1>Unknown caller</h1>" in answer["body"]
    assert desk.asked == []
    assert len(desk.leads) == 1


def test_a_placeholder_that_was_not_replaced_makes_no_lead(desk: Desk) -> None:
    answer = desk.open(CALL.replace("02079460958", "[CallerID]"))
    assert answer["statusCode"] == 200
    assert "<h1>Unknown caller</h1>" in answer["body"]
    assert (desk.leads, desk.asked) == ([], [])


@pytest.mark.parametrize(
    "how",
    [
        {"method": "HEAD"},
        {"Sec_Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"User_Agent": "Slackbot-LinkExpanding 1.0"},
    ],
)
def test_what_nobody_sees_is_answered_with_nothing(desk: Desk, how: dict[str, str]) -> None:
    answer = desk.open(**how)
    assert (answer["statusCode"], answer["body"]) == (204, "")
    assert (len(desk.leads), desk.asked) == (1, [])


def test_a_machine_gets_a_little_json_and_asks_no_crm(desk: Desk) -> None:
    answer = desk.get()
    assert answer["headers"]["Content-Type"] == "application/json"
    assert answer["body"] == f'{{"id": "{desk.leads[0].id}", "duplicate": false}}'
    assert len(answer["body"]) < 100
    assert desk.asked == []


def test_other_senders_have_no_pages(desk: Desk) -> None:
    answer = desk.open("exchange?uniqueid=1&callerid=%2B442079460958")
    assert "Thank you" in answer["body"]
    assert desk.asked == []


def test_a_posted_call_is_shown_and_not_looked_for_again(desk: Desk) -> None:
    desk.caller = lambda: None
    body = "Source=02079460958&Destination=02079460100"
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    answer = desk.open("pop?k=s3cret", method="POST", body=body, **form)
    assert "<h1>New caller</h1>" in answer["body"]
    assert "Refresh" not in answer["headers"]


def test_a_wrong_token_gets_no_look_at_the_crm(desk: Desk) -> None:
    for url in (CALL, f"{CALL}&leadrelay_look=1"):
        assert desk.open(url.replace("s3cret", "guess"))["statusCode"] == 401
    assert (desk.asked, desk.leads) == ([], [])


@pytest.mark.parametrize("count", ["x", "-1", "999", "²", ""])
def test_a_count_of_looks_that_is_none_is_a_first_look(desk: Desk, count: str) -> None:
    desk.open(f"{CALL}&leadrelay_look={count}")
    assert len(desk.leads) == 1
