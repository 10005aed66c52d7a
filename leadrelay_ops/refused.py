"""`leadrelay refused`: requests that became no lead, listed, taken in once mended, or deleted."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Annotated, Any, Literal

import typer

from leadrelay.aws.files import Files
from leadrelay.intake.keeping.refused import AGAIN, FOLDER
from leadrelay_ops import finding, screen, times
from leadrelay_ops.failures import Told
from leadrelay_ops.options import StackName, Yes, stack_of
from leadrelay_ops.screen import Column
from leadrelay_ops.stack import Stack

type Action = Literal["list", "accept", "delete"]

_FUNCTIONS = {"forms": "ReceiveForm", "calls": "ReceiveCall", "resumes": "ReceiveResume"}
_NOTHING = '{"leads": []}'  # what is said of a request that is no news of a lead
_COLUMNS = [
    Column(title="came", least=12),
    Column(title="id", least=8),
    Column(title="source", least=12, most=24),
    Column(title="bytes", least=7),
    Column(title="cause"),
]


@dataclass(frozen=True)
class Kept:
    """One request; `id` is what it is deleted by."""

    key: str
    size: int

    @property
    def source(self) -> str:
        return self.key.split("/")[1]

    @property
    def cause(self) -> str:
        return self.key.split("/")[2]

    @property
    def came(self) -> datetime:
        return datetime.fromisoformat(self.key.split("/")[3].rpartition("-")[0])

    @property
    def id(self) -> str:
        return self.key.rpartition("-")[2]


def refused(
    context: typer.Context,
    action: Annotated[Action, typer.Argument(help="list, accept or delete")] = "list",
    ids: Annotated[list[str] | None, typer.Argument(help="some of them, by their ids")] = None,
    *,
    stack_name: StackName = None,
    source: Annotated[str | None, typer.Option(help="those of one source")] = None,
    yes: Yes = False,
) -> None:
    """List requests that were refused, and take them in once what was wrong is mended.

    They are kept for 7 days. Each is judged anew, as of when it came, by the secrets, the sources
    and the code that the stack has now; what still fails stays.
    """
    stack = stack_of(context, stack_name)
    found = [one for one in _kept(stack, source) if not ids or one.id in ids]
    if not found:
        finding.refuse_unknown(stack, source)
    if missing := set(ids or ()) - {one.id for one in found}:
        raise Told(f"no request {', '.join(sorted(missing))} is kept")
    if action != "list" and not (ids or source):
        raise Told("say which: --source NAME, or their ids")
    _show(found)
    if action == "accept" and found and _told_to("take these in", yes=yes):
        _accept(stack, found)
    elif action == "delete" and found and _told_to("delete these", yes=yes):
        for one in found:
            _files(stack).delete(one.key)


def _told_to(what: str, *, yes: bool) -> bool:
    if not yes:
        screen.say(f"With --yes it would {what}.", err=True)
    return yes


def _kept(stack: Stack, source: str | None) -> Iterator[Kept]:
    """By source and cause, the oldest first: so their keys sort."""
    pages = stack.client("s3").get_paginator("list_objects_v2")
    below = f"{FOLDER}{source}/" if source else FOLDER
    for page in pages.paginate(Bucket=stack.outputs["FilesBucket"], Prefix=below):
        yield from (Kept(one["Key"], one["Size"]) for one in page.get("Contents", ()))


def _show(found: list[Kept]) -> None:
    if not found:
        screen.say("Nothing that was refused is kept.")
        return
    for (source, cause), some in groupby(found, key=lambda one: (one.source, one.cause)):
        several = list(some)
        screen.say(f"{source}, {cause}: {len(several)} since {times.when(several[0].came)}")
    screen.say("")
    rows = ((times.when(one.came), one.id, one.source, str(one.size), one.cause) for one in found)
    screen.show_table(_COLUMNS, rows)


def _accept(stack: Stack, found: list[Kept]) -> None:
    functions = _Functions(stack)
    taken = 0
    for one in sorted(found, key=lambda one: one.came):
        kept = json.loads(_files(stack).read(one.key))
        answer = functions.ask({**kept["event"], AGAIN: kept["received_at"]})
        if answer["statusCode"] < 400 and answer["body"] != _NOTHING:
            taken += 1
            _files(stack).delete(one.key)
            screen.say(f"{one.id}: taken in{_as_what(answer)}")
        else:
            screen.say(f"{one.id}: still refused{_why(answer)}")
    screen.say(f"{taken} of {len(found)} taken in")
    if taken < len(found):
        raise typer.Exit(1)


def _files(stack: Stack) -> Files:
    return Files(stack.client("s3"), stack.outputs["FilesBucket"])


def _as_what(answer: dict[str, Any]) -> str:
    told = _json(answer)
    return f" as {told['id']}" if "id" in told else ""


def _why(answer: dict[str, Any]) -> str:
    told = _json(answer)
    return f": {answer['statusCode']} {told.get('detail', '')}".rstrip()


def _json(answer: dict[str, Any]) -> dict[str, Any]:
    try:
        told = json.loads(answer["body"])
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


class _Functions:
    """The stack's functions that receive, by what they are called on AWS."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._names: dict[str, str] = {}

    def ask(self, event: dict[str, Any]) -> dict[str, Any]:
        """Hand one what API Gateway would; what it answers."""
        kind = next(part for part in event["rawPath"].split("/") if part in _FUNCTIONS)
        said = self._stack.client("lambda").invoke(
            FunctionName=self._name(_FUNCTIONS[kind]), Payload=json.dumps(event).encode()
        )
        answer = json.loads(said["Payload"].read())
        if "FunctionError" in said:
            raise Told(f"the function failed; its log says why: {answer.get('errorType', '')}")
        return dict(answer)

    def _name(self, logical: str) -> str:
        if logical not in self._names:
            found = self._stack.client("cloudformation").describe_stack_resource(
                StackName=self._stack.name, LogicalResourceId=logical
            )
            self._names[logical] = found["StackResourceDetail"]["PhysicalResourceId"]
        return self._names[logical]
