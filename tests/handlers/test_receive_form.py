"""Forms as browsers send them become leads in the ledger, each once, and one message per CRM."""

import json
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from functions.receive_form import app
from leadrelay.intake.receive import Intake
from leadrelay.lead import Lead
from leadrelay.ledger.acceptance import accept
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.refusals import TransactionLost
from leadrelay.ledger.search import read, search
from leadrelay.ledger.table import Table
from leadrelay.signing.samples import Sample, read_sample
from tests.handlers.aws import SAMPLES, Context, Queue, aws, proxy_event, sample
from tests.handlers.conftest import Ledger, Printed

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
WINDOW = timedelta(minutes=10)  # of the sources that the samples go to
KEYED = ("Idempotency-Key", "order-1")

# name, e-mail and phone that each sample gives
PEOPLE = {
    "form-beacon": ("Robin Stand-In", "robin@example.com", "+12025550167"),
    "form-fetch-json": ("Sam Testcase", "sam.testcase@example.com", "+12025550123"),
    "form-html": ("Grace O’Sample", "grace.osample@example.com", "+442079460958"),
    "form-html-fr-latin1": (
        "Hélène Exemple-Lefèvre",
        "helene.lefevre@exemple.example.com",
        "+33199001234",
    ),
    "form-multipart": ("Jordan Placeholder", "jordan@example.com", "+442079460321"),
    "form-nested-json": ("Ana Ficticia Muñoz", "ana@example.com", "+12025550145"),
}


def post(given: Sample, intake: Intake | None = None) -> dict[str, Any]:
    """The handler's answer, or that of an intake put together for the test."""
    if intake:
        return intake.receive(proxy_event(given), kind="form")
    answer: dict[str, Any] = app.handler(proxy_event(given), Context())
    return answer


def said(answer: Mapping[str, Any]) -> dict[str, Any]:
    assert answer["statusCode"] == 200
    body: dict[str, Any] = json.loads(answer["body"])
    return body


def fetched(*headers: tuple[str, str]) -> Sample:
    given = sample("form-fetch-json")
    return replace(given, headers=[*given.headers, *headers])


def at(moment: datetime) -> Intake:
    return replace(app.intake, now=lambda: moment)


def leads(table: Table) -> list[Lead]:
    return [found.lead for found in search(table, Filter(crm="trackerrms"))]


# -- the samples ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_sample_becomes_a_lead_and_a_message_for_each_of_its_crms(
    path: Path, ledger: Ledger, table: Table, queues: dict[str, Queue]
) -> None:
    given = read_sample(path)
    answer = post(given)
    assert answer["statusCode"] in {200, 303}
    (item,) = ledger.items("lead")
    found = read(table, item["pk"].removeprefix("lead#"))
    assert found
    lead, source = found.lead, app.intake.sources.get(found.lead.source)
    assert source
    assert given.path.endswith(f"/{source.name}")
    assert set(found.deliveries) == set(source.deliver)
    assert {one.state for one in found.deliveries.values()} == {"queued"}
    for crm in source.deliver:
        bodies = [json.loads(body) for body in queues[crm].bodies()]
        assert bodies == [{"lead_id": lead.id, "crm": crm}]
    assert (lead.name, lead.email, lead.phone) == PEOPLE[path.stem]


def test_a_browser_is_sent_to_the_page_of_the_source() -> None:
    answer = post(sample("form-html"))
    assert answer["statusCode"] == 303
    source = app.intake.sources.get("contact-us")
    assert source
    assert answer["headers"]["Location"] == source.thanks


def test_a_script_is_told_the_id(table: Table) -> None:
    answer = post(sample("form-fetch-json"))
    assert said(answer)["duplicate"] is False
    assert read(table, said(answer)["id"])


@pytest.mark.parametrize("by", ["ref", "email", "phone", "id"])
def test_a_lead_is_found_by_what_a_person_knows_of_it(table: Table, by: str) -> None:
    lead_id = said(post(sample("form-fetch-json")))["id"]
    found = read(table, lead_id)
    assert found
    known = getattr(found.lead, by)
    wanted = known.swapcase() if by == "email" else known
    assert [one.lead.id for one in search(table, Filter(**{by: wanted}))] == [lead_id]


def test_contact_data_that_no_index_can_hold_is_no_reason_to_lose_a_lead(table: Table) -> None:
    body = {"email": "é" * 1500 + "@example.com", "phone": "9" * 3000}
    lead_id = said(post(replace(fetched(), body=json.dumps(body).encode())))["id"]
    found = read(table, lead_id)
    assert found
    assert (found.lead.email, found.lead.phone) == (None, None)
    assert found.lead.extra == body


# -- the same again ---------------------------------------------------------------------------


def test_a_repeat_is_answered_with_the_same_id(queue: Queue, ledger: Ledger) -> None:
    first, again = said(post(fetched())), said(post(fetched()))
    assert (first["duplicate"], again["duplicate"]) == (False, True)
    assert again["id"] == first["id"]
    assert len(queue.bodies()) == 1
    assert len(ledger.items("lead")) == 1


def test_other_content_is_another_lead() -> None:
    other = replace(fetched(), body=b'{"email": "somebody.else@example.com"}')
    assert said(post(fetched()))["id"] != said(post(other))["id"]


@pytest.mark.parametrize(
    ("later", "duplicate"),
    [
        (timedelta(minutes=-2), True),  # another machine's clock is slow
        (timedelta(0), True),
        (WINDOW - timedelta(minutes=2), True),
        (WINDOW, True),
        (WINDOW + timedelta(milliseconds=1), False),
        (WINDOW + timedelta(minutes=2), False),
    ],
)
def test_the_window_runs_from_the_first_sight(
    queue: Queue, later: timedelta, *, duplicate: bool
) -> None:
    first = said(post(fetched(), at(NOW)))
    again = said(post(fetched(), at(NOW + later)))
    assert again["duplicate"] is duplicate
    assert (again["id"] == first["id"]) is duplicate
    assert len(queue.bodies()) == (1 if duplicate else 2)


def test_repeats_do_not_push_the_window_on() -> None:
    steps = [NOW + number * WINDOW * 0.4 for number in range(6)]
    ids = [said(post(fetched(), at(moment)))["id"] for moment in steps]
    assert [ids.index(lead_id) for lead_id in ids] == [0, 0, 0, 3, 3, 3]


def test_two_clocks_at_the_window_s_edge_make_one_new_lead() -> None:
    said(post(fetched(), at(NOW)))
    fast = said(post(fetched(), at(NOW + WINDOW + timedelta(minutes=2))))
    slow = said(post(fetched(), at(NOW + WINDOW - timedelta(minutes=2))))
    assert (slow["id"], slow["duplicate"]) == (fast["id"], True)


@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=80)])
def test_a_sender_s_own_key_is_the_same_lead_for_ever(queue: Queue, later: timedelta) -> None:
    first = said(post(fetched(KEYED), at(NOW)))
    again = said(post(fetched(KEYED), at(NOW + later)))
    assert (again["id"], again["duplicate"]) == (first["id"], True)
    assert len(queue.bodies()) == 1


def test_a_new_key_for_each_click_does_not_make_two_leads_of_one() -> None:
    """As a page does that makes the key when it sends."""
    other = ("Idempotency-Key", "order-2")
    first = said(post(fetched(KEYED)))
    for again in (fetched(other), fetched()):
        assert said(post(again)) == {"id": first["id"], "duplicate": True}


def test_each_key_of_a_lead_stands_for_it_however_late(queue: Queue) -> None:
    """A page that was loaded again makes another key for the same words; of neither the answer
    arrived, and both are sent again at the next visit."""
    other = ("Idempotency-Key", "order-2")
    first = said(post(fetched(), at(NOW)))
    for key, later in [(KEYED, 0), (other, 0), (other, 3), (KEYED, 5)]:
        again = said(post(fetched(key), at(NOW + timedelta(days=later))))
        assert again == {"id": first["id"], "duplicate": True}
    assert len(queue.bodies()) == 1


def test_what_is_said_differently_under_a_key_is_another_lead(queue: Queue) -> None:
    """A cached page has one key for all its visitors."""
    jane = said(post(fetched(KEYED)))
    peter = fetched(KEYED)
    peter = replace(peter, body=peter.body.replace(b"Sam Testcase", b"Peter Roe"))
    assert peter.body != fetched().body
    first, again = said(post(peter)), said(post(peter))
    assert (first["id"] != jane["id"], first["duplicate"], again["duplicate"]) == (
        *(True, False, True),
    )
    assert again["id"] == first["id"]
    assert len(queue.bodies()) == 2


def test_a_lead_that_outlives_its_guard_is_not_made_anew(ledger: Ledger, queue: Queue) -> None:
    """A parked lead waits for longer than the guard that DynamoDB forgets at its time."""
    first = said(post(fetched(KEYED)))
    ledger.forget_guards()
    again = said(post(fetched(KEYED)))
    assert (again["id"], again["duplicate"]) == (first["id"], True)
    assert len(queue.bodies()) == 1
    assert len(ledger.items("lead")) == 1


class Contended(Table):
    """A table as DynamoDB has it: of transactions that collide, at most one goes through.

    moto runs requests one into another, so each has it for itself. The first tries all wait for
    each other.
    """

    def __init__(self, parties: int) -> None:
        super().__init__(aws("dynamodb"), app.settings.table_name)
        self._all_there = threading.Barrier(parties, timeout=10)
        self._writing = threading.Lock()
        self._moto = threading.Lock()
        self._started = threading.local()

    def get(self, key: dict[str, Any]) -> dict[str, Any] | None:
        with self._moto:
            return super().get(key)

    def put_together(self, puts: Sequence[tuple[dict[str, Any], Mapping[str, Any]]]) -> None:
        if not hasattr(self._started, "once"):
            self._started.once = True
            self._all_there.wait()
        if not self._writing.acquire(blocking=False):
            raise TransactionLost
        try:
            with self._moto:
                super().put_together(puts)
        finally:
            self._writing.release()


def test_twenty_posts_at_once_make_one_lead_and_one_message(queue: Queue, ledger: Ledger) -> None:
    keeper = replace(app.intake.keeper, accept=partial(accept, Contended(20)))
    intake = replace(app.intake, keeper=keeper)
    with ThreadPoolExecutor(20) as pool:
        answers = [said(one) for one in pool.map(lambda _: post(fetched(), intake), range(20))]
    assert len({answer["id"] for answer in answers}) == 1
    assert sorted(answer["duplicate"] for answer in answers) == [False] + [True] * 19
    assert len(ledger.items("lead")) == 1
    assert len(queue.bodies()) == 1


# -- when something is missing ----------------------------------------------------------------


def test_without_its_ledger_it_says_so_and_queues_nothing(queue: Queue, printed: Printed) -> None:
    aws("dynamodb").delete_table(TableName=app.settings.table_name)
    answer = post(fetched())
    assert (answer["statusCode"], answer["headers"]["Retry-After"]) == (503, "5")
    assert queue.bodies() == []
    assert printed()[0]["message"] == "intake.unavailable"


def test_without_a_queue_the_lead_is_kept_all_the_same(
    queues: dict[str, Queue], table: Table
) -> None:
    queues["trackerrms"].remove()
    assert read(table, said(post(fetched()))["id"])


def test_files_are_refused_here_and_sent_to_where_they_are_taken() -> None:
    given = sample("form-multipart")
    body = given.body.replace(
        b'name="your-name"\r\n',
        b'name="cv"; filename="cv.pdf"\r\nContent-Type: application/pdf\r\n',
    )
    assert body != given.body
    headers = [(name, value) for name, value in given.headers if not name.startswith("Sec-Fetch")]
    headers = [("Accept", "*/*") if name == "Accept" else (name, value) for name, value in headers]
    answer = post(replace(given, body=body, headers=headers))
    assert answer["statusCode"] in {400, 413, 415}
    assert "/resumes/" in json.loads(answer["body"])["detail"]
