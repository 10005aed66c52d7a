"""A canary on the deployed twin: it gets to every CRM's function, nobody knows of it, and nothing
of it stays."""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from typer.testing import CliRunner

from leadrelay.aws.functions import Mappings
from leadrelay.crms import CRMS
from leadrelay.delivery.sweep import PATIENCE
from leadrelay.ledger.pauses import Pauses
from leadrelay.ledger.standing import Pause
from leadrelay_ops.canary import prober_of
from leadrelay_ops.cli import app
from leadrelay_ops.send import of_stack
from leadrelay_ops.stack import Stack
from tests.stack.exercise import Eventually, Exercise, calling_the_api, physical_id
from tests.stack.web import web

WHOLE = dict.fromkeys(("ledger", "secret", "API", "intake", *CRMS), "works")


def command(stack: Stack, *words: str) -> list[dict[str, Any]]:
    done = CliRunner().invoke(app, [*words, "--json"], obj=lambda _: stack)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def canary(stack: Stack, source: str) -> dict[str, str]:
    return {step["part"]: step["state"] for step in command(stack, "canary", source)}


def seen(stack: Stack) -> dict[str, Any]:
    """All that anybody sees of a stack, and all that stands in its ledger."""
    table = stack.client("dynamodb").scan(TableName=stack.outputs["TableName"])["Items"]
    kinds = Counter(item["pk"]["S"].partition("#")[0] for item in table)
    # counted by the minute, and the sweep's own
    passing = {"pause", "silence", "count"}
    return {
        "ledger": {kind: number for kind, number in kinds.items() if kind not in passing},
        "leads": command(stack, "leads", "--all"),
        "status": [one for one in command(stack, "status") if "source" not in one],
        # the sweep writes down now and then which sources there are that have sent nothing
        "heard": [one["last"] for one in command(stack, "status") if one.get("last")],
        "records": {
            crm: len(web.get(f"{url}/_sandbox/records").json()) for crm, url in stack.crms.items()
        },
        "files": stack.client("s3")
        .list_objects_v2(Bucket=stack.outputs["FilesBucket"])
        .get("KeyCount"),
    }


@pytest.fixture(scope="module")
def before(stack: Stack, eventually: Eventually) -> dict[str, Any]:
    """A stack that had a lead."""
    Exercise(stack, eventually).forms()
    return seen(stack)


@pytest.mark.parametrize("source", ["everywhere", "typeform", "twilio", "indeed-apply", "telnyx"])
def test_it_gets_through_and_nobody_knows_of_it(
    stack: Stack, before: dict[str, Any], source: str, eventually: Eventually
) -> None:
    assert canary(stack, source) == WHOLE
    eventually(lambda: seen(stack) == before)


def test_the_stack_sends_one_by_itself(stack: Stack, before: dict[str, Any]) -> None:
    def broken() -> Any:
        answer = stack.client("lambda").invoke(FunctionName=physical_id(stack, "Canary"))
        told = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, told
        return told["broken"]

    with calling_the_api(stack, "http://127.0.0.1:9"):
        assert broken() == "API"
    with calling_the_api(stack, stack.api_url):
        assert broken() is None
    after = seen(stack)
    assert after["ledger"].pop("canary") == 1  # that it was told of once
    assert after == before


def test_a_crm_that_is_paused_or_whose_queue_is_not_read_is_named(
    stack: Stack, eventually: Eventually
) -> None:
    pauses, past = Pauses(stack.table), datetime.now(UTC) - 2 * PATIENCE
    pauses.begin(Pause(crm="centia", kind="by hand", since=past, reason="they move house"))
    functions = stack.client("lambda")
    (uuid,) = [
        one["UUID"]
        for one in functions.list_event_source_mappings()["EventSourceMappings"]
        if one["EventSourceArn"].endswith("-collect")
    ]
    mappings = Mappings(lambda: functions, {"collect": uuid})
    mappings.switch("collect", on=False)
    eventually(lambda: functions.get_event_source_mapping(UUID=uuid)["State"] == "Disabled")
    target = of_stack(stack, None)
    prober = replace(prober_of(stack, target), patience_s=10)
    found = {step.part: step.state for step in prober.probe(target.sources["everywhere"])}
    mappings.switch("collect", on=True)
    pause = pauses.read("centia")
    assert pause
    pauses.lift(pause, at=past)  # so that the sweep sees to what others leave there
    assert found == {**WHOLE, "centia": "paused", "collect": "broken"}
    eventually(lambda: stack.queues.depth("collect") == 0)
