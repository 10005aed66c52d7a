"""`leadrelay refused`: what is shown, taken in and deleted."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner, Result

from leadrelay.intake.keeping.refused import AGAIN
from leadrelay_ops.cli import app
from leadrelay_ops.stack import Stack
from tests.ops.room import Room, open_room

CAME = "2026-03-02T09:30:00.000Z"
KEYS = {
    "11111111": f"refused/typeform/401-wrong-signature/{CAME}-11111111",
    "22222222": f"refused/typeform/401-wrong-signature/{CAME}-22222222",
    "33333333": f"refused/switchboard/400-no-call/{CAME}-33333333",
}
PATHS = {"11111111": "/v1/forms/typeform", "22222222": "/forms/typeform"}


class Functions:
    """Lambda and CloudFormation, as far as the command needs them."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.refusing: set[str] = set()

    def describe_stack_resource(self, **named: str) -> dict[str, Any]:
        return {"StackResourceDetail": {"PhysicalResourceId": f"it-{named['LogicalResourceId']}"}}

    def invoke(self, **asked: Any) -> dict[str, Any]:
        event = json.loads(asked["Payload"])
        self.asked.append((asked["FunctionName"], event))
        taken = event["body"] not in self.refusing
        answer = {"statusCode": 200, "body": '{"id": "LEAD", "duplicate": false}'}
        refused = {"statusCode": 401, "body": '{"detail": "Sign it."}'}
        return {"Payload": io.BytesIO(json.dumps(answer if taken else refused).encode())}


class Stacked(Stack):
    """A stack on moto, but for its functions."""

    functions = Functions()

    def client(self, service: str) -> Any:
        if service in {"lambda", "cloudformation"}:
            return self.functions
        return super().client(service)


@pytest.fixture
def room() -> Iterator[Room]:
    with open_room() as opened:
        known = opened.stack
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="files")
        stack = Stacked(known.name, "", None, known.outputs, {})
        stack.functions = Functions()
        yield replace(opened, stack=stack)


def keep(room: Room) -> None:
    for number, key in KEYS.items():
        event = {"rawPath": PATHS.get(number, "/calls/switchboard"), "body": number}
        content = json.dumps({"received_at": CAME, "event": event}).encode()
        room.stack.client("s3").put_object(Bucket="files", Key=key, Body=content)


def run(room: Room, *words: str) -> Result:
    return CliRunner().invoke(app, ["refused", *words], obj=lambda _: room.stack)


def left(room: Room) -> set[str]:
    listed = room.stack.client("s3").list_objects_v2(Bucket="files").get("Contents", ())
    return {one["Key"].rpartition("-")[2] for one in listed}


def test_they_are_listed_by_source_and_cause(room: Room) -> None:
    assert "Nothing that was refused is kept." in run(room).stdout
    keep(room)
    told = run(room).stdout
    assert "typeform, 401-wrong-signature: 2 since" in told
    assert "switchboard, 400-no-call: 1 since" in told
    assert "33333333" not in run(room, "list", "--source", "typeform").stdout


def test_without_yes_nothing_is_done(room: Room) -> None:
    keep(room)
    run(room, "accept", "--source", "typeform")
    run(room, "delete", "33333333")
    assert left(room) == KEYS.keys()


def test_what_passes_is_taken_in_and_what_fails_stays(room: Room) -> None:
    keep(room)
    functions = room.stack.client("lambda")
    functions.refusing = {"22222222"}
    ran = run(room, "accept", "--source", "typeform", "--yes")
    assert ran.exit_code == 1
    assert "11111111: taken in as LEAD" in ran.stdout
    assert "22222222: still refused: 401 Sign it." in ran.stdout
    assert left(room) == {"22222222", "33333333"}
    assert {name for name, _ in functions.asked} == {"it-ReceiveForm"}
    assert {event[AGAIN] for _, event in functions.asked} == {CAME}


def test_one_is_deleted_by_its_id(room: Room) -> None:
    keep(room)
    assert run(room, "delete", "33333333", "--yes").exit_code == 0
    assert left(room) == {"11111111", "22222222"}
    assert run(room, "delete", "44444444", "--yes").exit_code == 1
    assert run(room, "delete", "--yes").exit_code == 1
