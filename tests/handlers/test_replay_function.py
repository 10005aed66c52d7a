"""functions/replay: the same as the command, by invocation."""

import json
from dataclasses import dataclass

import pytest

from functions.replay import app
from leadrelay.errors import NotAnOrder
from leadrelay.ledger.parked import BY_SQS
from leadrelay.ledger.search import read
from leadrelay.ledger.table import Table
from leadrelay_sandbox.simulator import Simulator
from tests.handlers.aws import ROOT, Context, Queue
from tests.handlers.conftest import Ledger, Printed
from tests.handlers.parking import Parking, delivered, states


@dataclass(frozen=True)
class Limited(Context):
    """Lambda's context with so much time left."""

    seconds: int = 300

    def get_remaining_time_in_millis(self) -> int:
        return self.seconds * 1000


@pytest.fixture
def park(ledger: Ledger, dead: Queue) -> Parking:
    return Parking(ledger, dead)


def test_the_function_plans_and_does_nothing_without_a_yes(
    park: Parking, queue: Queue, dead: Queue
) -> None:
    park()
    park("Undecidable", doubt=["lead"], undecided="lead")
    park.by_sqs()
    assert app.handler({}, Limited()) == {
        "planned": 2,
        "replayed": 0,
        "by_reason": {"Refused": 1, "Undecidable": 1, BY_SQS: 1},
        "left": 1,
        "more": False,
    }
    assert (queue.bodies(), len(dead.bodies())) == ([], 3)


def test_the_sample_event_replays_what_it_names(
    trackerrms: Simulator, park: Parking, ledger: Ledger, queue: Queue, printed: Printed
) -> None:
    lead, other = park(), park("Retryable")
    event = json.loads((ROOT / "events" / "replay.json").read_text("utf-8"))
    printed()
    answer = app.handler(event, Limited())
    assert (answer["planned"], answer["replayed"], answer["more"]) == (1, 1, False)
    assert [
        line["lead_id"] for line in printed() if line.get("message") == "delivery.replayed"
    ] == [lead]
    (audit,) = ledger.delivery(lead)["replays"]
    assert (audit["who"], audit["why"]) == (Limited.invoked_function_arn, event["reason"])
    delivered(queue)
    assert ledger.delivery(lead)["state"] == "delivered"
    assert ledger.delivery(other)["state"] == "parked"


def test_the_function_ends_before_its_time_does_and_says_that_there_is_more(
    park: Parking, ledger: Ledger
) -> None:
    park()
    answer = app.handler({"yes": True}, Limited(seconds=10))
    assert (answer["replayed"], answer["more"]) == (0, True)
    assert states(ledger) == {"parked": 1}


def test_an_event_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(NotAnOrder, match="yess"):
        app.handler({"yess": True}, Limited())


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        ({"email": "jane at example"}, "edit email: write one e-mail address"),
        ({"email": "jane@example.com, max@example.com"}, "edit email: write one"),
        ({"phone": "anonymous"}, "edit phone: write one telephone number"),
        ({"phone": "020 7946 0018 ext 5"}, "edit phone: write one"),
        ({"last_name": "n/a"}, "edit last_name: no form could send that"),
    ],
)
def test_a_value_that_the_intake_would_not_take_is_refused(
    park: Parking, ledger: Ledger, edit: dict[str, str], told: str
) -> None:
    park()
    for yes in (False, True):
        with pytest.raises(NotAnOrder, match=told):
            app.handler({"edit": edit, "yes": yes}, Limited())
    assert states(ledger) == {"parked": 1}


def test_a_value_is_kept_as_the_intake_would_keep_it(park: Parking, table: Table) -> None:
    lead = park()
    edit = {"email": " <Jane@Example.com>", "phone": "020 7946 0018", "last_name": "O\\'Brien"}
    assert app.handler({"edit": edit, "yes": True}, Limited())["replayed"] == 1
    found = read(table, lead)
    assert found
    kept = found.lead.email, found.lead.phone, found.lead.last_name
    assert kept == ("Jane@example.com", "+442079460018", "O'Brien")
