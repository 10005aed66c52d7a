"""`leadrelay preview`: what a sample request would become in each CRM; nothing is sent there."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadrelay_ops import screen
from leadrelay_ops.failures import Told, choose
from leadrelay_ops.options import SourcesFile, StackName, stack_of

if TYPE_CHECKING:
    from leadrelay.crm.base import Crm
    from leadrelay.lead import Lead
    from leadrelay.sources import Source
    from leadrelay_sandbox.simulator import Record, Simulator


_OF_STAND_IN = {"file.size", "file.sha256", "size", "sha256"}  # no file's bytes are read here


def preview(  # one parameter an option
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="SOURCE", help="a source of your sources.toml")],
    file: Annotated[Path, typer.Argument(help="a sample request, such as events/typeform.http")],
    *,
    stack_name: StackName = None,
    crm: Annotated[str | None, typer.Option(help="of this CRM only")] = None,
    sources: SourcesFile = None,
) -> None:
    """Show the record that each CRM would get of a sample request, field by field.

    Nothing is sent: the CRMs are the sandbox's, fresh, and take what is documented. Behind each
    value stands how many characters it has.
    """
    from leadrelay.errors import DeliveryError, Rejected  # noqa: PLC0415  # so `--help` is quick
    from leadrelay_ops.reading import leads_of  # noqa: PLC0415

    source = _source(context, stack_name, name, sources)
    from leadrelay.signing.samples import read_sample  # noqa: PLC0415

    sample = read_sample(file)
    try:
        leads = leads_of(sample, source, datetime.now(UTC))
    except Rejected as rejected:
        raise Told(f"{file}: {rejected.title}: {rejected.detail}") from rejected
    if not leads:
        raise Told(f"{file} is no news of a lead to {source.sender}")
    for one in [crm] if crm else source.deliver:
        for lead in leads:
            screen.say(f"{one}, {lead.ref}")
            try:
                records = list(_records(choose("CRM", one, source.deliver) and one, lead, source))
            except DeliveryError as error:
                screen.say(f"  it would be parked or wait: {error}")
                continue
            for record in records:
                for line in told(record):
                    screen.say(line)


def _source(
    context: typer.Context, stack_name: str | None, name: str, given: Path | None
) -> "Source":
    from leadrelay.intake.soundness import read_sound_sources  # noqa: PLC0415  # see above
    from leadrelay_ops import which_file  # noqa: PLC0415

    find = partial(stack_of, context, stack_name)
    stack = None if given else find() if stack_name else which_file.without_stack(find)
    known = read_sound_sources(which_file.choose(stack, given).text)
    return known[choose("source", name, known)]


def _records(crm: str, lead: "Lead", source: "Source") -> "Iterator[Record]":
    """What the adapter writes at a fresh simulator of the CRM."""
    from leadrelay.delivery.options import OptionsBySource  # noqa: PLC0415  # see above
    from leadrelay.delivery.steps import DeliverySteps  # noqa: PLC0415

    with _account(crm) as (vendor, simulator):
        options = OptionsBySource(type(vendor), crm, {source.name: source})(source.name)
        steps = DeliverySteps({}, save=lambda *_: None)
        vendor.create(lead, options, steps, _no_file)
        yield from simulator.records


def _no_file(_: object) -> bytes:
    """In the place of a file's bytes, which a reader doesn't read here."""
    return b"%PDF-1.7\n"


@contextmanager
def _account(crm: str) -> "Iterator[tuple[Crm, Simulator]]":
    from leadrelay.crm import http  # noqa: PLC0415  # see above
    from leadrelay.crm.base import adapter  # noqa: PLC0415
    from leadrelay_sandbox import simulators  # noqa: PLC0415
    from leadrelay_sandbox.simulator import serve  # noqa: PLC0415

    simulator = simulators.simulator(crm)
    server = serve(simulator)
    secret = simulators.secret(crm, f"http://127.0.0.1:{server.server_port}")
    try:
        with http.client(1) as client:
            yield adapter(crm)(client, lambda _: secret, lambda _: None), simulator
    finally:
        server.shutdown()
        server.server_close()


def told(record: "Record") -> Iterator[str]:
    """Its operation, then each field with its value and length."""
    yield f"  {record.operation}"
    for name, text in _leaves(record.fields, ""):
        if name in _OF_STAND_IN:
            continue
        first, *rest = text.split("\n")
        yield f"    {name} ({len(text)}): {first}"
        yield from (f"      {line}" for line in rest)


def _leaves(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """What has a value, by its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{name}.{key}" if name else key)
    elif value not in ("", None, []):
        yield name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
