"""`leadrelay canary`: a marked request goes the whole way of a lead, and nothing of it stays."""

from dataclasses import asdict
from typing import Annotated

import typer

from leadrelay.canary.probe import Prober
from leadrelay.canary.steps import Step
from leadrelay.signing.samples import Sample, read_sample, sample_of
from leadrelay.sources import Source
from leadrelay_ops import screen, send
from leadrelay_ops.failures import choose
from leadrelay_ops.options import AsJson, SourcesFile, StackName, stack_of
from leadrelay_ops.stack import Stack
from leadrelay_sandbox.home import ROOT

_MARKS = {"works": ("✓", None), "paused": ("!", "yellow"), "broken": ("✗", "red")}


def canary(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="whose sender it comes from")],
    *,
    stack_name: StackName = None,
    sources: SourcesFile = None,
    as_json: AsJson = False,
) -> None:
    """Send a marked lead the whole way but into the CRMs; says which part stopped it.

    It is signed as the source's sender would, counted nowhere, and leaves nothing behind. Ends
    with 1 if a part is broken; a CRM that is paused isn't.
    """
    stack = stack_of(context, stack_name)
    target = send.of_stack(stack, sources)
    known = target.sources[choose("source", source, target.sources)]
    broken = False
    for step in prober_of(stack, target).probe(known):
        broken |= step.state == "broken"
        _show(step, as_json=as_json)
    if broken:
        raise typer.Exit(1)


def prober_of(stack: Stack, target: send.Target) -> Prober:
    def door(source: Source) -> str:
        """On the twin nobody's public URL leads to it."""
        own = None if stack.is_twin else source.public_url
        return own or stack.api_url + source.path

    return Prober(
        table=stack.table,
        called=target.called,
        door=door,
        secrets=target.secrets,
        sample=_sample,
    )


def _sample(sender: str) -> Sample:
    return read_sample(sample_of(sender, ROOT / "events"))


def _show(step: Step, *, as_json: bool) -> None:
    if as_json:
        screen.say_json(asdict(step))
        return
    mark, colour = _MARKS[step.state]
    screen.say(f"{mark} {step.part}: {step.told}", colour=colour)
