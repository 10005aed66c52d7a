"""A canary goes the whole way of a lead and leaves nothing behind; what stops it is named."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from leadrelay.canaries import MARK
from leadrelay.crms import CRMS
from leadrelay.delivery.digest import last_day
from leadrelay.errors import Unavailable
from leadrelay.intake.senders import SENDERS
from leadrelay.ledger import arrivals
from leadrelay.ledger.canaries import Canaries
from leadrelay.ledger.figures import count
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.indexes import in_state
from leadrelay.ledger.pauses import Pauses
from leadrelay.ledger.search import search
from leadrelay.ledger.spread import SpreadingTable
from leadrelay.ledger.standing import Pause
from leadrelay.ledger.table import Table
from leadrelay.signing.samples import read_sample, sample_of
from leadrelay.sources_file import read_sources
from leadrelay_sandbox import senders
from leadrelay_sandbox.environment import ENVIRONMENT
from tests.handlers.aviary import API, SOURCES, Aviary
from tests.handlers.aws import ROOT, Counting, Queue, aws, proxy_event
from tests.handlers.conftest import Ledger, Printed

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
WHOLE = dict.fromkeys(("ledger", "secret", "API", "intake", *CRMS), "works")
# of each sender the source of the sandbox that its sample is for
SANDBOX = {
    name: senders.sources()[read_sample(sample_of(name, ROOT / "events")).source]
    for name in SENDERS
}


@pytest.fixture
def aviary(table: Table, queues: dict[str, Queue]) -> Aviary:
    return Aviary(table, queues)


def pause(table: Table, crm: str) -> None:
    Pauses(table).begin(Pause(crm=crm, kind="by hand", since=NOW, reason="they move house"))


# ---- what works --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SOURCES)
def test_it_gets_to_every_crm_s_function_and_leaves_nothing_behind(
    aviary: Aviary, ledger: Ledger, printed: Printed, name: str
) -> None:
    assert aviary.states(name) == WHOLE
    assert ledger.items() == []
    assert (aviary.messages(), aviary.objects()) == (0, [])
    assert printed() == []  # no line and no figure


@pytest.mark.parametrize("sender", SENDERS)
def test_of_each_sender_one_can_be_sent(aviary: Aviary, ledger: Ledger, sender: str) -> None:
    source = SANDBOX[sender].model_copy(update={"deliver": ("trackerrms",)})
    aviary.sources, aviary.secrets = {source.name: source}, {**senders.secrets()}
    assert aviary.broken_at(source.name) == []
    assert ledger.items() == []
    assert aviary.objects() == []


def test_a_paused_crm_is_named_as_paused_and_nothing_is_put_into_its_queue(
    aviary: Aviary, table: Table
) -> None:
    pause(table, "collect")
    assert aviary.states("website") == {**WHOLE, "collect": "paused"}
    assert "by hand" in aviary.steps("website")["collect"].told
    assert aviary.messages() == 0


def test_a_crm_that_is_paused_meanwhile_is_paused(aviary: Aviary, table: Table) -> None:
    prober = aviary.prober()

    def work(_: float) -> None:
        pause(table, "collect")
        aviary.work()

    steps = [*replace(prober, sleep=work).probe(SOURCES["website"])]
    assert {step.part: step.state for step in steps} == {**WHOLE, "collect": "paused"}


def figures(table: Table, now: datetime) -> Any:
    """All that digest, status, dashboard and `leads` are made of."""
    queued = [*(one for crm in CRMS for one in in_state(table, crm, "queued"))]
    heard = arrivals.look(table, now).heard
    return count(table, CRMS, last_day(now)), queued, heard, [*search(table, Filter())]


@pytest.mark.parametrize("kind", [Table, SpreadingTable])
def test_no_figure_knows_of_it(aviary: Aviary, ledger: Ledger, kind: type[Table]) -> None:
    """Looked at while it is under way, with a lead beside it: it is no sign of life either."""
    aviary.table = aviary.intake_table = kind(aws("dynamodb"), ENVIRONMENT["TABLE_NAME"])
    now, seen = datetime.now(UTC), list[Any]()
    ledger.accept(1, at=now - timedelta(hours=1))
    before = figures(aviary.table, now)
    prober = replace(aviary.prober(), sleep=lambda _: seen.append(figures(aviary.table, now)))
    assert [step.part for step in prober.probe(SOURCES["website"])][-4:] == [*CRMS]
    assert len(seen) > 1
    assert all(one == before for one in seen)


# ---- what is broken ----------------------------------------------------------------------------


def test_an_api_that_does_not_answer(aviary: Aviary, ledger: Ledger) -> None:
    aviary.broken = {"API"}
    assert aviary.broken_at("website") == ["API"]
    assert ledger.items() == []


def test_an_api_that_does_not_know_the_source(aviary: Aviary) -> None:
    steps = {step.part: step for step in aviary.prober().probe(SOURCES["website"])}
    assert steps["API"].state == "works"
    aviary.sources = {}
    *_, last = aviary.prober().probe(SOURCES["website"])
    assert (last.part, last.state) == ("API", "broken")
    assert "404" in last.told
    assert "doesn't know the source" in last.told


def test_a_proxy_that_drops_the_mark_makes_no_lead_of_it(aviary: Aviary, ledger: Ledger) -> None:
    aviary.broken = {"proxy"}
    step = aviary.steps("website")["API"]
    assert step.state == "broken"
    assert MARK in step.told
    assert not [item for item in ledger.items() if item["sk"] == "lead"]
    assert all(asked.startswith("GET") for asked in aviary.asked)


def test_a_ledger_that_nobody_reaches(aviary: Aviary) -> None:
    aviary.table = Table(aws("dynamodb"), "no-such-table")
    assert aviary.states("website") == {"ledger": "broken"}


def test_a_ledger_that_the_intake_does_not_reach(aviary: Aviary, ledger: Ledger) -> None:
    aviary.intake_table = Table(aws("dynamodb"), "no-such-table")
    assert aviary.states("website") == {"ledger": "broken", "secret": "works"}
    assert (ledger.items(), aviary.objects()) == ([], [])


class WritesNothing(Table):
    def put_together(self, puts: Any) -> None:
        del puts
        raise Unavailable("ledger: ProvisionedThroughputExceededException")


def test_a_ledger_that_takes_nothing_in(aviary: Aviary, ledger: Ledger) -> None:
    aviary.intake_table = WritesNothing(aws("dynamodb"), ENVIRONMENT["TABLE_NAME"])
    step = aviary.steps("website")["intake"]
    assert (step.state, step.told) == (
        "broken",
        "ledger: ProvisionedThroughputExceededException",
    )
    assert (ledger.items(), aviary.objects()) == ([], [])


def test_a_secret_that_is_missing(aviary: Aviary) -> None:
    del aviary.secrets["signed"]
    step = aviary.steps("signed")["secret"]
    assert step.state == "broken"
    assert "leadrelay secrets set source signed" in step.told


@pytest.mark.parametrize("name", ["signed", "in-the-body"])
def test_a_secret_that_is_another_one_at_the_intake(
    aviary: Aviary, ledger: Ledger, printed: Printed, name: str
) -> None:
    aviary.theirs = {"signed": "another", "in-the-body": "another"}
    assert aviary.broken_at(name) == ["secret"]
    assert "401" in aviary.steps(name)["secret"].told
    assert (ledger.items(), aviary.objects()) == ([], [])  # refused, and not kept as refused
    assert printed() == []


def test_a_secret_that_the_intake_does_not_have(aviary: Aviary) -> None:
    aviary.theirs = {"another": "one"}
    assert "has none" in aviary.steps("signed")["secret"].told


def test_a_sender_s_own_key_can_sign_nothing_here(aviary: Aviary) -> None:
    telnyx = SANDBOX["telnyx"].model_copy(update={"name": "their-calls"})
    aviary.sources, aviary.secrets = {"their-calls": telnyx}, {"their-calls": "a public key"}
    assert "choose another source" in aviary.steps("their-calls")["secret"].told


def test_a_sample_that_is_not_taken(aviary: Aviary) -> None:
    prober = aviary.prober()
    empty = replace(prober.sample("html"), body=b"")
    *_, last = replace(prober, sample=lambda _: empty).probe(SOURCES["website"])
    assert (last.part, last.state) == ("sample", "broken")
    assert "400" in last.told


@pytest.mark.parametrize("crm", CRMS)
def test_a_queue_that_nobody_reads(aviary: Aviary, ledger: Ledger, crm: str) -> None:
    aviary.broken = {crm}
    assert aviary.states("website") == {**WHOLE, crm: "broken"}
    assert ledger.items() == []
    aviary.broken.clear()
    aviary.work()  # what comes late leaves nothing
    assert (ledger.items(), aviary.messages()) == ([], 0)


def test_a_queue_that_takes_nothing(aviary: Aviary) -> None:
    aviary.queues.pop("centia").remove()
    step = aviary.steps("website")["centia"]
    assert (step.state, step.told) == (
        "broken",
        "its queue doesn't take messages from the intake",
    )


def test_a_request_without_an_answer_is_still_a_canary_when_it_comes(
    aviary: Aviary, ledger: Ledger
) -> None:
    prober, late = aviary.prober(), []

    def send(url: str, sample: Any) -> Any:
        if sample.method == "GET":
            return aviary.send(url, sample)
        late.append((url, sample))
        raise Unavailable("api.example.com doesn't answer: timed out")

    *_, last = replace(prober, send=send).probe(SOURCES["website"])
    assert (last.part, last.state) == ("API", "broken")
    assert aviary.send(*late[0]).status < 400
    aviary.work()
    (item,) = ledger.items()  # for DynamoDB to forget
    assert (item["sk"], "expires_at" in item) == ("canary", True)


@pytest.mark.parametrize("takes", [True, False])
def test_a_request_whose_answer_was_lost_leaves_nothing(
    aviary: Aviary, ledger: Ledger, *, takes: bool
) -> None:
    aviary.theirs = {} if takes else {"signed": "another"}

    def send(url: str, sample: Any) -> Any:
        answer = aviary.send(url, sample)
        if sample.method == "GET":
            return answer
        raise Unavailable("api.example.com doesn't answer: timed out")

    *_, last = replace(aviary.prober(), send=send).probe(SOURCES["signed"])
    assert (last.part, last.state) == ("API", "broken")
    aviary.work()
    assert (ledger.items(), aviary.messages()) == ([], 0)


# ---- nobody else's -----------------------------------------------------------------------------


def marked(mark: str) -> dict[str, Any]:
    sample = read_sample(ROOT / "events" / "form-html.http")
    body = b"name=Jane+Doe&email=jane%40example.com"
    headers = [*sample.headers, (MARK, mark)]
    return proxy_event(replace(sample, path="/forms/plain", headers=headers, body=body))


PLAIN = read_sources("""
[plain]
kind = "form"
sender = "html"
deliver = ["trackerrms"]
""")


def test_a_mark_that_nobody_registered_makes_no_canary(aviary: Aviary, ledger: Ledger) -> None:
    aviary.sources = PLAIN
    told: Any = aviary.intake("forms").receive(marked("a guess"), kind="form")
    assert told["statusCode"] == 200
    assert len(ledger.items("lead")) == 1
    assert aviary.messages() == 1


def test_a_mark_of_another_source_makes_no_canary(aviary: Aviary, ledger: Ledger) -> None:
    aviary.sources = PLAIN
    Canaries(aviary.table).register("a mark", "website", (), now=NOW)
    told: Any = aviary.intake("forms").receive(marked("a mark"), kind="form")
    assert told["statusCode"] == 200
    assert len(ledger.items("lead")) == 1


def test_no_other_request_costs_anything_of_it(aviary: Aviary) -> None:
    counting = Counting()
    aviary.sources = PLAIN
    aviary.intake_table = Table(counting, ENVIRONMENT["TABLE_NAME"])
    sent = marked("")
    del sent["headers"][MARK.lower()]
    aviary.intake("forms").receive(sent, kind="form")
    assert not counting.calls
    aviary.intake("forms").receive(marked("a guess"), kind="form")
    assert counting.calls == {"get_item": 1}


def test_what_it_costs(aviary: Aviary) -> None:
    """To one CRM: three requests to the API's ledger, six of whoever sends it."""
    aviary.sources = PLAIN
    ours, intakes = Counting(), Counting()
    aviary.table = Table(ours, ENVIRONMENT["TABLE_NAME"])
    aviary.intake_table = Table(intakes, ENVIRONMENT["TABLE_NAME"])
    assert aviary.broken_at("plain") == []
    assert intakes.calls == {"get_item": 2, "transact_write_items": 1}
    assert ours.calls["update_item"] == 1
    assert [urlsplit(asked.split()[1]).path for asked in aviary.asked] == ["/forms/plain"] * 2
    assert all(API in asked for asked in aviary.asked)
