"""The command's entry point: one function a subcommand."""

import json
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from typer.core import TyperGroup

from leadrelay.crms import CRMS
from leadrelay.errors import DeliveryError, LeadrelayError
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.search import search
from leadrelay.sources import SourcesError
from leadrelay_ops import (
    authorize,
    crm,
    demo,
    digest,
    erase,
    leads,
    options,
    parked,
    pausing,
    release,
    replay,
    samples,
    send,
    stack,
    trace,
    up,
)
from leadrelay_ops.arguments import WrongWord
from leadrelay_ops.deep.command import check
from leadrelay_ops.deep.intrinsics import Unresolvable
from leadrelay_ops.filtering import filtered
from leadrelay_ops.sources import find_place, show
from leadrelay_sandbox.twin import TwinError

_TOLD = (
    LeadrelayError,
    SourcesError,
    TwinError,
    WrongWord,
    Unresolvable,
    samples.SampleError,
    stack.NoTwin,
)


class _InOneLine(TyperGroup):
    """What a person can mend is told in one line; a traceback is for defects of ours."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except DeliveryError as error:
            stack.fail(error.reason)
        except _TOLD as error:
            stack.fail(str(error))
        except (ClientError, BotoCoreError) as error:
            stack.fail(f"AWS: {error}")


app = typer.Typer(
    cls=_InOneLine,
    help="Look after a Leadrelay stack: the offline twin, or one on AWS.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)


@app.command("up")
def up_(
    port: options.Port = 4566,
    sources: options.SourcesFile = None,
    secrets: options.SecretsFile = None,
) -> None:
    """Start the offline twin, deploy the stack to it, and stay up until Ctrl-C."""
    up.up(port, sources, secrets)


@app.command("demo")
def demo_(
    port: options.Port = 4566,
    sources: options.SourcesFile = None,
    secrets: options.SecretsFile = None,
) -> None:
    """Start the twin, send every sample request, and show which CRM got what."""
    raise typer.Exit(demo.demo(port, sources, secrets))


@app.command("send")
def send_(  # noqa: PLR0913  # one parameter an option
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="sample requests, such as events/*.http")],
    *,
    stack_name: options.StackName = None,
    source: Annotated[str | None, typer.Option(help="another source than the file's own")] = None,
    secret: Annotated[
        str | None, typer.Option(help="what to sign with, or @file; else the stack's own")
    ] = None,
    url: options.Url = None,
    sources: options.SourcesFile = None,
) -> None:
    """Send sample requests, signed anew, to the stack's API and print what it answers."""
    if url:
        target = send.of_url(url, sources)
    else:
        target = send.of_stack(options.stack_of(context, stack_name), sources)
    given = send.read_secret(secret) if secret else None
    errors = 0
    for file in files:
        sample = send.prepare(samples.read_sample(file), target, source, given)
        answer = send.send(target.api_url, sample)
        typer.echo(f"{file.name}: {send.told(answer)}")
        errors += answer.is_error
    if errors:
        raise typer.Exit(1)


@app.command("sources")
def sources_(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(help="without it, all of them")] = None,
    *,
    stack_name: options.StackName = None,
    url: options.Url = None,
    sources: options.SourcesFile = None,
    as_json: options.AsJson = False,
) -> None:
    """List the sources with their URLs, and how to set each sender up."""
    place = find_place(partial(options.stack_of, context, stack_name), url, sources)
    show(place, name, as_json=as_json)


@app.command("leads")
@filtered()
def leads_(
    context: typer.Context,
    *,
    wanted: Filter,
    stack_name: options.StackName = None,
    as_json: options.AsJson = False,
) -> None:
    """List leads and where they have got to: of the last 30 days, unless asked for otherwise."""
    found = search(options.stack_of(context, stack_name).table, wanted)
    if as_json:
        for one in found:
            typer.echo(json.dumps(one.as_json(), ensure_ascii=False))
    else:
        Console().print(leads.table(found))


@app.command("release")
def release_(
    context: typer.Context,
    named: Annotated[list[str], typer.Argument(help="ids or references: LR-7Q2KX9BD")],
    stack_name: options.StackName = None,
) -> None:
    """Send leads that were put aside as doubtful on to their CRMs."""
    outcomes = list(release.release_leads(options.stack_of(context, stack_name), named))
    for line, _ in outcomes:
        typer.echo(line)
    if not all(found for _, found in outcomes):
        raise typer.Exit(1)


app.command("digest")(digest.digest)
app.command("status")(pausing.status)
app.command("pause")(pausing.pause)
app.command("resume")(pausing.resume)
app.command("trace")(trace.trace)
app.command("erase")(erase.erase)
app.command("parked")(parked.parked)
app.command("replay")(replay.replay)
app.command("check")(check)


@app.command("crm")
def crm_(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help=f"one of {', '.join(CRMS)}")],
    operation: Annotated[str | None, typer.Argument(help="without it, they are listed")] = None,
    words: Annotated[
        list[str] | None,
        typer.Argument(help="parameters: key=value, object.key=value, key=@file, or bare in order"),
    ] = None,
    *,
    stack_name: options.StackName = None,
    yes: Annotated[bool, typer.Option("--yes", help="write without asking")] = False,
) -> None:
    """List a CRM's operations, or call one: leadrelay crm collect read debtor limit=2.

    `leadrelay crm trackerrms authorize` lets a user log in for Leadrelay, and stores the tokens."""
    if operation is None:
        crm.list_operations(name)
        return
    find = partial(options.stack_of, context, stack_name)
    if operation == authorize.WORD:
        authorize.authorize(find(), name)
        return
    crm.call(find, name, operation, words or (), confirmed=yes)
