"""The command's entry point: one function a subcommand."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from leadrelay.aws.search import Wanted, search
from leadrelay.lead import State
from ops import checks, demo, leads, samples, send, stack, up

app = typer.Typer(
    help="Look after a Leadrelay stack: the offline twin, or one on AWS.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)

StackName = Annotated[
    str | None, typer.Option("--stack", help="a stack on AWS; without it, the twin that is up")
]
Port = Annotated[int, typer.Option(envvar="PORT", help="where the twin's AWS listens")]
SourcesFile = Annotated[
    Path | None, typer.Option(envvar="SOURCES", help="your own sources.toml", exists=True)
]
SecretsFile = Annotated[
    Path | None, typer.Option(envvar="SECRETS", help="your own secrets (JSON)", exists=True)
]


@app.command("up")
def up_(port: Port = 4566, sources: SourcesFile = None, secrets: SecretsFile = None) -> None:
    """Start the offline twin, deploy the stack to it, and stay up until Ctrl-C."""
    up.up(port, sources, secrets)


@app.command("demo")
def demo_(port: Port = 4566, sources: SourcesFile = None, secrets: SecretsFile = None) -> None:
    """Start the twin, send every sample request, and show which CRM got what."""
    raise typer.Exit(demo.demo(port, sources, secrets))


@app.command("send")
def send_(
    files: Annotated[list[Path], typer.Argument(help="sample requests, such as events/*.http")],
    stack_name: StackName = None,
) -> None:
    """Send sample requests to the stack's API and print what it answers."""
    target = stack.find_stack(stack_name)
    answers = [send.send(target.api_url, samples.read_sample(file)) for file in files]
    for file, answer in zip(files, answers, strict=True):
        typer.echo(f"{file.name}: {answer.status_code} {answer.text.strip()}")
    if any(answer.is_error for answer in answers):
        raise typer.Exit(1)


@app.command("leads")
def leads_(  # noqa: PLR0913  # one parameter an option
    *,
    stack_name: StackName = None,
    lead_id: Annotated[str | None, typer.Option("--id")] = None,
    ref: Annotated[str | None, typer.Option(help="e.g. LR-7Q2KX9BD")] = None,
    email: Annotated[str | None, typer.Option()] = None,
    phone: Annotated[str | None, typer.Option(help="E.164: +442079460123")] = None,
    source: Annotated[str | None, typer.Option()] = None,
    state: Annotated[State | None, typer.Option(help="of a delivery")] = None,
    crm: Annotated[str | None, typer.Option()] = None,
    since: Annotated[datetime | None, typer.Option(help="default: 30 days ago")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line")] = False,
) -> None:
    """List leads and where they have got to."""
    wanted = Wanted(
        id=lead_id,
        ref=ref.upper() if ref else None,
        email=email,
        phone=phone,
        source=source,
        state=state,
        crm=crm,
        since=since.astimezone() if since else None,
    )
    found = search(stack.find_stack(stack_name).table, wanted)
    if as_json:
        for one in found:
            typer.echo(json.dumps(one.as_json(), ensure_ascii=False))
    else:
        Console().print(leads.table(found))


@app.command("check")
def check_(stack_name: StackName = None, sources: SourcesFile = None) -> None:
    """Check sources.toml, the secrets and a login at each CRM; say how to mend what is wrong."""
    raise typer.Exit(checks.check(stack_name, sources))
