"""Doubtful leads: kept, not delivered, told apart by nobody outside, and released by a person."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from functions.deliver import app as deliver
from functions.receive_form import app
from functions.sweep import app as sweep
from leadrelay.errors import Unavailable
from leadrelay.intake.receive import Intake
from leadrelay.ledger import items
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.quarantine import release
from leadrelay.ledger.refusals import ConditionFailed
from leadrelay.ledger.search import Found, search
from leadrelay.ledger.table import Table
from leadrelay.signing.samples import Sample
from leadrelay.sources_file import read_sources
from leadrelay_ops.cli import app as command
from leadrelay_ops.stack import Stack
from leadrelay_sandbox.environment import ENVIRONMENT
from leadrelay_sandbox.simulator import Simulator
from tests.handlers.aws import Context, Queue, aws, proxy_event
from tests.handlers.conftest import Ledger, Printed

ORIGIN = "https://www.example.com"
NOW = datetime(2026, 3, 2, 9, 30, 20, tzinfo=UTC)
PERSON = "email=jane%40example.com&message=Hello"
SECRETS = ["render:sign", "captcha:verify"]
SOURCES = """
[plain]
kind = "form"
sender = "html"
deliver = ["trackerrms", "collect"]
honeypot = "website_url"
throttle = "3/m"

[timed]
kind = "form"
sender = "html"
deliver = ["trackerrms"]
origins = ["https://www.example.com"]
min_fill = "3s"

[solved]
kind = "form"
sender = "html"
deliver = ["trackerrms"]
captcha = "turnstile"
"""


@pytest.fixture
def intake(queues: object) -> Intake:
    """The function's own, with these sources, on a clock that stands still."""
    secrets = {"timed": SECRETS, "solved": SECRETS}
    return replace(
        app.intake,
        sources=read_sources(SOURCES),
        secrets=lambda name: secrets.get(name, ()),
        now=lambda: NOW,
    )


def post(intake: Intake, body: str, *, to: str = "plain", ip: str = "192.0.2.7") -> dict[str, Any]:
    headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "*/*")]
    event = proxy_event(Sample("POST", f"/forms/{to}", headers, body.encode()))
    event["requestContext"]["http"]["sourceIp"] = ip
    return intake.receive(event, kind="form")


def leads(table: Table, **wanted: Any) -> list[Found]:
    return list(search(table, Filter(**{"crm": "trackerrms", **wanted})))


def states(found: Found) -> dict[str, str]:
    return {crm: one.state for crm, one in found.deliveries.items()}


def run(table: Table, *words: str) -> Result:
    outputs = {
        "TableName": ENVIRONMENT["TABLE_NAME"],
        "QueueUrlPrefix": ENVIRONMENT["QUEUE_URL_PREFIX"],
    }
    stack = Stack("leadrelay", "", None, outputs, {})
    return CliRunner().invoke(command, words, obj=lambda _: stack)


@pytest.fixture
def bot(intake: Intake, table: Table) -> Found:
    """A lead that a bot sent."""
    post(intake, PERSON + "&website_url=https%3A%2F%2Fspam.example")
    (found,) = leads(table)
    return found


# -- put aside --------------------------------------------------------------------------------


def test_a_bot_is_told_what_a_person_is_told(intake: Intake) -> None:
    bots = post(intake, PERSON + "&website_url=x")
    persons = post(intake, "email=joe%40example.com")
    assert bots["statusCode"] == persons["statusCode"] == 200
    assert bots["headers"] == persons["headers"]
    assert json.loads(bots["body"]).keys() == json.loads(persons["body"]).keys()


def test_a_doubtful_lead_is_kept_for_thirty_days_with_its_reason_and_queued_nowhere(
    bot: Found, ledger: Ledger, queues: dict[str, Queue]
) -> None:
    assert states(bot) == {"trackerrms": "quarantined", "collect": "quarantined"}
    assert {one.reason for one in bot.deliveries.values()} == {"the honeypot was filled in"}
    kept = [item for item in ledger.items() if item["sk"] not in {"count", "key"}]
    ends = {int(item["expires_at"]) for item in kept}
    assert (len(kept), ends) == (3, {int((NOW + timedelta(days=30)).timestamp())})
    assert not any(queue.bodies() for queue in queues.values())


def test_neither_the_sweep_nor_a_stray_message_delivers_it(
    bot: Found, queue: Queue, trackerrms: Simulator
) -> None:
    assert sweep.handler({}, Context())["requeued"] == 0
    queue.send(json.dumps({"lead_id": bot.lead.id, "crm": "trackerrms"}))
    assert queue.deliver_to(deliver.handler) == []
    assert trackerrms.records == []


def test_it_is_listed_by_its_state(bot: Found, intake: Intake, table: Table) -> None:
    post(intake, "email=joe%40example.com")
    assert leads(table, state="quarantined") == [bot]
    listed = run(table, "leads", "--state", "quarantined", "--json", "--since", "2026-03-01")
    (line,) = listed.stdout.splitlines()
    told = json.loads(line)["deliveries"]["trackerrms"]
    assert (told["state"], told["reason"]) == ("quarantined", "the honeypot was filled in")


# -- released ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["id", "ref"])
def test_a_person_releases_it_by_id_or_reference(
    bot: Found, table: Table, queues: dict[str, Queue], trackerrms: Simulator, name: str
) -> None:
    done = run(table, "release", getattr(bot.lead, name).lower())
    assert (done.exit_code, done.stdout) == (
        0,
        f"{bot.lead.ref}: queued for collect, trackerrms\n",
    )
    (found,) = leads(table)
    assert states(found) == {"trackerrms": "queued", "collect": "queued"}
    assert {one.reason for one in found.deliveries.values()} == {None}
    assert queues["trackerrms"].deliver_to(deliver.handler) == []
    assert len(trackerrms.records) == 1
    assert len(queues["collect"].bodies()) == 1


def test_releasing_twice_releases_once(bot: Found, table: Table, queue: Queue) -> None:
    run(table, "release", bot.lead.id)
    again = run(table, "release", bot.lead.id)
    assert again.exit_code == 0
    assert "nothing was put aside (collect queued, trackerrms queued)" in again.stdout
    assert len(queue.bodies()) == 1


class Overtaken(Table):
    """Somebody else releases each delivery first."""

    def update(self, key: items.Item, changes: Mapping[str, Any], **how: Any) -> items.Item:
        if key["sk"].startswith("crm#"):
            raise ConditionFailed
        return super().update(key, changes, **how)


def test_who_was_overtaken_released_nothing(bot: Found) -> None:
    overtaken = Overtaken(aws("dynamodb"), ENVIRONMENT["TABLE_NAME"])
    assert release(overtaken, bot.lead.id, now=datetime.now(UTC)) == ()


def test_several_are_released_and_one_that_is_not_there_is_told(bot: Found, table: Table) -> None:
    done = run(table, "release", "LR-00000000", bot.lead.ref)
    assert done.exit_code == 1
    assert done.stderr == "there is no lead LR-00000000\n"
    (found,) = leads(table)
    assert states(found)["trackerrms"] == "queued"


def test_what_was_released_is_kept_as_long_as_any_other(bot: Found, ledger: Ledger) -> None:
    later = NOW + timedelta(days=29)
    assert release(ledger.table, bot.lead.id, now=later) == ("collect", "trackerrms")
    for item in (*ledger.items("lead"), *ledger.items("crm#collect")):
        assert item["expires_at"] > (later + timedelta(days=90)).timestamp()


def test_what_was_released_and_not_queued_the_sweep_queues(
    bot: Found, ledger: Ledger, queue: Queue
) -> None:
    release(ledger.table, bot.lead.id, now=datetime.now(UTC) - timedelta(minutes=2))
    sweep.handler({}, Context())
    assert [json.loads(body)["lead_id"] for body in queue.bodies()] == [bot.lead.id]


def test_a_second_try_without_the_doubt_releases_the_first(
    bot: Found, intake: Intake, table: Table, queue: Queue
) -> None:
    answer = post(intake, PERSON)
    assert json.loads(answer["body"]) == {"id": bot.lead.id, "duplicate": True}
    (found,) = leads(table)
    assert states(found) == {"trackerrms": "queued", "collect": "queued"}
    assert len(queue.bodies()) == 1


def test_a_doubtful_repeat_holds_nothing_up(intake: Intake, table: Table, queue: Queue) -> None:
    post(intake, PERSON)
    post(intake, PERSON + "&website_url=x")
    (found,) = leads(table)
    assert states(found)["trackerrms"] == "queued"
    assert len(queue.bodies()) == 1


# -- by the page's own proofs -----------------------------------------------------------------


def token(intake: Intake, origin: str = ORIGIN) -> dict[str, Any]:
    return intake.receive(
        proxy_event(Sample("GET", "/forms/timed", [("Origin", origin)], b"")), kind="form"
    )


def test_a_page_gets_a_token_and_its_form_passes_after_a_while(
    intake: Intake, table: Table
) -> None:
    answer = token(intake)
    assert answer["headers"]["Cache-Control"] == "no-store"
    proof = json.loads(answer["body"])["token"]
    for wait, state in ((1, "quarantined"), (3, "queued")):
        late = partial(NOW.__add__, timedelta(seconds=wait))
        post(
            replace(intake, now=late),
            f"email={state}%40example.com&lr_rendered={proof}",
            to="timed",
        )
        (found,) = leads(table, email=f"{state}@example.com")
        assert states(found) == {"trackerrms": state}
        assert found.lead.extra == {}


def test_a_source_without_min_fill_has_none(intake: Intake) -> None:
    event = proxy_event(Sample("GET", "/forms/plain", [], b""))
    assert intake.receive(event, kind="form")["statusCode"] == 405


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ({"success": True}, "queued"),
        ({"success": False, "error-codes": ["invalid-input-response"]}, "quarantined"),
        (Unavailable("challenges.cloudflare.com: TimeoutError"), "quarantined"),
    ],
)
def test_a_captcha_decides(intake: Intake, table: Table, answer: Any, state: str) -> None:
    def provider(_url: str, form: Any) -> Any:
        assert form == {"secret": "verify", "response": "solved", "remoteip": "192.0.2.7"}
        if isinstance(answer, Exception):
            raise answer
        return answer

    asking = replace(intake, post_form=provider)
    said = post(asking, PERSON + "&cf-turnstile-response=solved", to="solved")
    assert said["statusCode"] == 200
    (found,) = leads(table)
    assert states(found) == {"trackerrms": state}


# -- too often --------------------------------------------------------------------------------


def test_who_sends_too_often_is_told_when_to_come_again(
    intake: Intake, table: Table, ledger: Ledger, printed: Printed
) -> None:
    answers = [post(intake, f"email=jane{number}%40example.com") for number in range(5)]
    assert [answer["statusCode"] for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[-1]["headers"]["Retry-After"] == "40"
    assert json.loads(answers[-1]["body"])["title"] == "Too many requests"
    assert len(leads(table)) == 3
    assert post(intake, PERSON, ip="192.0.2.8")["statusCode"] == 200
    counts = [item for item in ledger.items("count") if "count" in item]
    counted = {int(item["count"]) for item in counts}
    ends = {int(item["expires_at"]) for item in counts}
    assert (counted, ends) == ({5, 1}, {int((NOW + timedelta(seconds=40)).timestamp())})
    assert "lead.rejected" in [line.get("message") for line in printed()]


def test_a_count_that_can_not_be_had_costs_no_lead(intake: Intake, table: Table) -> None:
    def broken(_key: str, _forget_at: datetime) -> int:
        raise Unavailable("ledger: ProvisionedThroughputExceededException")

    assert post(replace(intake, count=broken), PERSON)["statusCode"] == 200
    assert len(leads(table)) == 1
