"""The flow of a request: what is said, in which order, and what is reported."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from leadrelay.errors import Unavailable
from leadrelay.intake.keeping.acceptance import Keeper
from leadrelay.intake.receive import Intake
from leadrelay.lead import Accepted, Guard, Lead
from leadrelay.report import correlation_id
from leadrelay.sources import Source
from leadrelay.sources_file import Sources, judge, read_sources
from leadrelay_sandbox.gateway import proxy_event

PAGE = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate"}
ORIGIN = "https://www.example.com"
FORM = "application/x-www-form-urlencoded"
SOURCES = f"""
[contact-us]
kind = "form"
sender = "html"
deliver = ["trackerrms", "collect"]
origins = ["{ORIGIN}"]
honeypot = "website_url"

[thankful]
kind = "form"
sender = "html"
deliver = ["trackerrms"]
thanks = "https://www.example.com/thanks?from=us"

[secret]
kind = "form"
sender = "json"
deliver = ["trackerrms"]
token = "query:k"

[secret-inside]
kind = "form"
sender = "json"
deliver = ["trackerrms"]
token = "body:s"

[pbx]
kind = "call"
sender = "json"
deliver = ["trackerrms"]
"""


class World:
    """What an intake reaches, and in which order it did."""

    def __init__(self) -> None:
        self.happened: list[str] = []
        self.reports: list[tuple[str, dict[str, object]]] = []
        self.known: dict[str, str] = {}  # guard → lead
        self.leads: dict[str, Lead] = {}
        self.doubts: list[str | None] = []
        self.broken: set[str] = set()
        keeper = Keeper(
            accept=self._accept,
            enrich=self._enrich,
            release=self._release,
            queue=self._queue,
            report=self._report,
        )
        self.intake = Intake(
            sources=read_sources(SOURCES),
            secrets=self._secrets,
            keeper=keeper,
            report=self._report,
            count=lambda _key, _forget_at: 1,
            max_body_bytes=1000,
            now=lambda: datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
        )

    def post(
        self,
        body: str = "email=jane%40example.com",
        *,
        to: str = "contact-us",
        method: str = "POST",
        **headers: str,
    ) -> dict[str, Any]:
        sent = {"Content-Type": FORM}
        sent |= {header.replace("_", "-"): value for header, value in headers.items()}
        event = proxy_event(
            method, f"/forms/{to}", sent.items(), body.encode("utf-8", "replace"), request_id="r-1"
        )
        return self.intake.receive(event, kind="form")

    def _accept(
        self, lead: Lead, source: Source, *, guard: Guard, doubt: str | None, **_: object
    ) -> Accepted:
        assert source.name == lead.source
        self._reach("ledger")
        known = self.known.setdefault(guard.key, lead.id)
        self.leads.setdefault(known, lead)
        self.doubts.append(doubt)
        return Accepted(lead_id=known, duplicate=known != lead.id or len(self.doubts) > 1)

    def _enrich(self, *_: object, **__: object) -> tuple[str, ...]:
        self._reach("enrich")
        return ()

    def _release(self, *_: object, **__: object) -> tuple[str, ...]:
        self._reach("release")
        return ()

    def _queue(self, _lead_id: str, crm: str) -> None:
        self._reach(f"queue of {crm}")

    def _secrets(self, _source: str) -> tuple[str, ...]:
        self._reach("secrets")
        return ("open-sesame",)

    def _reach(self, what: str) -> None:
        self.happened.append(what)
        if what in self.broken:
            raise Unavailable(f"{what}: ServiceUnavailable")

    def _report(self, outcome: str, **facts: object) -> None:
        self.reports.append((outcome, facts))

    @property
    def outcomes(self) -> list[str]:
        return [outcome for outcome, _ in self.reports]


@pytest.fixture
def world() -> World:
    return World()


def problem(answer: dict[str, Any]) -> dict[str, Any]:
    """An error's members; it is problem+json and says what to fix."""
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    members: dict[str, Any] = json.loads(answer["body"])
    assert members.keys() - {"message"} == {"title", "status", "detail"}
    assert members["status"] == answer["statusCode"]
    assert members["detail"]
    return members


# -- a mistake in sources.toml ----------------------------------------------------------------


def test_a_source_with_a_mistake_keeps_nothing_and_asks_to_be_sent_to_again(world: World) -> None:
    text = SOURCES.replace("[contact-us]", "[contact-us]\ncolour = 1")
    world.intake = replace(world.intake, sources=Sources(judge(text)))
    answer = world.post()
    assert answer["statusCode"] == 503
    assert "Retry-After" in answer["headers"]
    assert world.outcomes == ["source.broken"]
    assert not world.happened
    assert world.post(to="thankful")["statusCode"] == 200


# -- accepted ---------------------------------------------------------------------------------


def test_yes_is_said_after_the_write_and_each_crm_is_told(world: World) -> None:
    answer = world.post()
    assert answer["statusCode"] == 200
    assert world.happened == ["ledger", "queue of trackerrms", "queue of collect"]
    (lead,) = world.leads.values()
    assert json.loads(answer["body"]) == {"id": lead.id, "duplicate": False}
    assert lead.email == "jane@example.com"


def test_a_repeat_is_answered_the_same_and_queues_nothing(world: World) -> None:
    first = json.loads(world.post()["body"])
    world.happened.clear()
    again = json.loads(world.post()["body"])
    assert again == {"id": first["id"], "duplicate": True}
    assert world.happened == ["ledger", "release"]


def test_a_queue_that_is_gone_doesn_t_take_the_yes_back(world: World) -> None:
    world.broken = {"queue of trackerrms"}
    assert world.post()["statusCode"] == 200
    assert world.happened[-1] == "queue of collect"
    assert world.outcomes == ["lead.accepted", "lead.unqueued"]
    assert world.reports[1][1]["crm"] == "trackerrms"


def test_a_person_is_sent_to_the_source_s_page_and_nowhere_else(world: World) -> None:
    body = "email=jane%40example.com&thanks=https%3A%2F%2Fevil.example&redirect=//evil.example"
    answer = world.post(body, to="thankful", Referer="https://evil.example/", **PAGE)
    assert answer["statusCode"] == 303
    assert answer["headers"]["Location"] == "https://www.example.com/thanks?from=us"


def test_a_person_without_such_a_page_gets_a_small_one(world: World) -> None:
    answer = world.post(**PAGE)
    assert answer["statusCode"] == 200
    assert answer["headers"]["Content-Type"] == "text/html; charset=utf-8"
    assert "Thank you" in answer["body"]


def test_a_script_on_the_thankful_form_gets_json(world: World) -> None:
    assert json.loads(world.post(to="thankful", Accept="*/*")["body"])["duplicate"] is False


def test_a_bot_is_told_yes_and_put_aside(world: World) -> None:
    answer = world.post("email=bot%40example.com&website_url=https%3A%2F%2Fspam.example")
    assert answer["statusCode"] == 200
    assert world.doubts == ["the honeypot was filled in"]
    assert world.happened == ["ledger"]
    assert world.outcomes == ["lead.quarantined"]


def test_an_empty_honeypot_is_a_person(world: World) -> None:
    world.post("email=jane%40example.com&website_url=")
    assert world.doubts == [None]


def test_the_sender_s_own_key_makes_the_id(world: World) -> None:
    world.post("email=a%40example.com", Idempotency_Key="k-1")
    answer = world.post("email=b%40example.com", Idempotency_Key="k-1")
    assert json.loads(answer["body"])["duplicate"] is True


# -- turned away ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "post"),
    [
        (400, lambda world: world.post("")),
        (400, lambda world: world.post("{", Content_Type="application/json")),
        (400, lambda world: world.post("email=")),
        (400, lambda world: world.post(Idempotency_Key="é")),
        (401, lambda world: world.post('{"a": 1}', to="secret")),
        (404, lambda world: world.post(to="no-such-source")),
        (404, lambda world: world.post(to="pbx")),
        (405, lambda world: world.post(method="GET")),
        (413, lambda world: world.post("message=" + "x" * 993)),
        (415, lambda world: world.post("<p/>", Content_Type="text/html")),
    ],
)
def test_what_is_turned_away_is_told_why_kept_nowhere_and_reported_once(
    world: World, status: int, post: Callable[[World], dict[str, Any]]
) -> None:
    answer = post(world)
    assert problem(answer)["status"] == status
    assert (world.leads, "ledger" in world.happened) == ({}, False)
    ((outcome, facts),) = world.reports
    assert (outcome, facts["status"]) == ("lead.rejected", status)


NAVIGATES = {"Sec_Fetch_Mode": "navigate"}


@pytest.mark.parametrize(
    ("origin", "headers", "aside"),
    [
        ("https://www.example.com", {}, False),
        ("null", NAVIGATES, False),  # the page has Referrer-Policy: no-referrer, as helmet sets it
        ("null", {"Accept": "text/html"}, False),
        ("null", {"Sec_Fetch_Mode": "cors"}, True),
        ("https://www-example-com.translate.goog", NAVIGATES, True),
        ("https://www-example-com.cdn.ampproject.org", {}, True),
        ("https://evil.example", {"Sec_Fetch_Mode": "no-cors"}, True),
    ],
)
def test_a_visitor_of_another_page_is_kept_at_most_put_aside(
    world: World, origin: str, headers: dict[str, str], *, aside: bool
) -> None:
    answer = world.post(Origin=origin, **headers)
    assert answer["statusCode"] == 200
    assert "sources.toml" not in answer["body"]
    assert len(world.leads) == 1
    assert [outcome for outcome, _ in world.reports] == [
        "lead.quarantined" if aside else "lead.accepted"
    ]


def test_a_body_that_did_not_arrive_whole_is_reported_too(world: World) -> None:
    event = {"path": "/forms/contact-us", "body": "a", "isBase64Encoded": True}
    assert world.intake.receive(event, kind="form")["statusCode"] == 400
    assert [facts["status"] for _, facts in world.reports] == [400]


def test_a_body_of_just_the_limit_is_taken(world: World) -> None:
    assert world.post("message=" + "x" * 992)["statusCode"] == 200


def test_a_person_is_told_so_on_a_page(world: World) -> None:
    answer = world.post("", **PAGE)
    assert answer["statusCode"] == 400
    assert "Send at least one field." in answer["body"]
    assert answer["headers"]["Content-Type"].startswith("text/html")


def test_a_name_that_no_source_has_is_told_on_a_page_and_to_a_script(world: World) -> None:
    shown = world.post(to="no-such-source", **PAGE, Accept_Language="fr")
    assert shown["statusCode"] == 404
    assert '<html lang="fr">' in shown["body"]
    assert "There is no such source" in shown["body"]
    told = world.post(to="no-such-source", Origin="https://anywhere.example")
    assert problem(told)["detail"].startswith("There is no such source")


def test_no_answer_repeats_what_was_sent(world: World) -> None:
    body = "<script>jane@example.com"
    for media_type in ("application/json", "application/xml", "multipart/form-data"):
        assert "jane" not in world.post(body, Content_Type=media_type)["body"]


@pytest.mark.parametrize("body", ["{", "[1]", "", '{"a": ' + "[" * 50])
def test_without_the_secret_nothing_is_read(world: World, body: str) -> None:
    opened = world.post(body, to="secret?k=open-sesame", Content_Type="application/json")
    assert opened["statusCode"] in {400, 413}
    closed = world.post(body, to="secret?k=wrong", Content_Type="application/json")
    assert problem(closed)["status"] == 401


def test_a_secret_in_the_body_is_read_with_it(world: World) -> None:
    assert world.post('{"a": "1", "s": "open-sesame"}', to="secret-inside")["statusCode"] == 200
    assert world.post('{"a": "1", "s": "wrong"}', to="secret-inside")["statusCode"] == 401
    assert world.post("{", to="secret-inside")["statusCode"] == 400


def test_the_methods_that_are_taken_are_told(world: World) -> None:
    assert world.post(method="GET")["headers"]["Allow"] == "POST"


def test_the_secret_opens(world: World) -> None:
    answer = world.post('{"a": "1"}', to="secret?k=open-sesame")
    assert answer["statusCode"] == 200


# -- not just now -----------------------------------------------------------------------------


@pytest.mark.parametrize(("broken", "to"), [("ledger", "contact-us"), ("secrets", "secret")])
def test_without_its_stores_it_asks_to_come_again(world: World, broken: str, to: str) -> None:
    world.broken = {broken}
    answer = world.post('{"a": "1"}', to=to, Content_Type="application/json", Origin=ORIGIN)
    assert problem(answer)["status"] == 503
    assert int(answer["headers"]["Retry-After"]) > 0
    assert world.outcomes == ["intake.unavailable"]
    assert (answer["headers"]["X-Correlation-Id"], correlation_id.get()) == ("r-1", "r-1")
    assert not any(what.startswith("queue") for what in world.happened)


def test_a_person_is_asked_on_a_page(world: World) -> None:
    world.broken = {"ledger"}
    answer = world.post(**PAGE)
    assert (answer["statusCode"], answer["headers"]["Retry-After"]) == (503, "5")
    assert "Nothing was kept" in answer["body"]


@pytest.mark.parametrize(
    ("sender", "others"),
    [("meta", ("verify:a", "page:b")), ("linkedin", ("access:a",)), ("wufoo", ("captcha:a",))],
)
def test_without_the_secret_that_proves_it_a_sender_is_asked_to_come_again(
    world: World, sender: str, others: tuple[str, ...]
) -> None:
    table = f'[x]\nkind = "form"\nsender = "{sender}"\ndeliver = ["collect"]\n'
    world.intake = replace(world.intake, sources=read_sources(table), secrets=lambda _name: others)
    assert world.post("{}", to="x", Content_Type="application/json")["statusCode"] == 503
    assert world.outcomes == ["source.unverifiable"]


def test_the_clock_is_handed_in(world: World) -> None:
    later = datetime(2027, 1, 1, tzinfo=UTC)
    world.intake = replace(world.intake, now=lambda: later)
    world.post()
    assert [lead.received_at for lead in world.leads.values()] == [later]
