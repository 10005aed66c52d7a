"""`leadrelay check`: what is wrong with the set-up, and how to mend it."""

from collections.abc import Iterator
from pathlib import Path

import typer
from pydantic import ValidationError

from leadrelay.crm import http
from leadrelay.crm.base import adapter
from leadrelay.errors import DeliveryError, Misconfigured, Unavailable
from leadrelay.intake.senders import SENDERS
from leadrelay.sources import Source, SourcesError, read_sources
from leadrelay_config import SOURCES_TOML
from ops.stack import Stack, find_stack


def check(stack_name: str | None, sources_file: Path | None) -> int:
    """Print a line for everything checked; 0 when all of it is well, else 1."""
    try:
        sources = read_sources((sources_file or SOURCES_TOML).read_text("utf-8"))
    except SourcesError as error:
        for mistake in error.mistakes:
            typer.echo(f"✗ sources.toml: {mistake}")
        return 1
    wrong = [*_source_mistakes(sources)]
    typer.echo(f"{'✗' if wrong else '✓'} sources.toml: {len(sources)} sources")
    stack = find_stack(stack_name)
    wrong += _missing_secrets(stack, sources)
    for crm in sorted({crm for source in sources.values() for crm in source.deliver}):
        wrong += _login(stack, crm)
    for mistake in wrong:
        typer.echo(f"✗ {mistake}")
    return 1 if wrong else 0


def _source_mistakes(sources: dict[str, Source]) -> Iterator[str]:
    for source in sources.values():
        if source.sender not in SENDERS:
            known = ", ".join(SENDERS)
            yield f"[{source.name}] sender = {source.sender!r}: there are {known}"
        for crm in source.deliver:
            try:
                adapter(crm).Options.model_validate(source.options(crm))
            except ValidationError as error:
                for one in error.errors():
                    key = ".".join(map(str, one["loc"]))
                    yield f"[{source.name}.{crm}] {key}: {one['msg']}"


def _missing_secrets(stack: Stack, sources: dict[str, Source]) -> Iterator[str]:
    tokens = [source for source in sources.values() if source.token]
    if not tokens:
        return
    try:
        known = stack.secrets.get("sources")
    except (Misconfigured, Unavailable) as error:
        yield str(error)
        return
    for source in tokens:
        if not known.get(source.name):
            yield f'[{source.name}] needs a secret: add "{source.name}" to leadrelay/…/sources'


def _login(stack: Stack, crm: str) -> list[str]:
    with http.client(1) as client:
        account = adapter(crm)(
            client,
            lambda fresh: stack.secrets.get(f"crm/{crm}", fresh=fresh),
            lambda secret: stack.secrets.put(f"crm/{crm}", secret),
        )
        try:
            typer.echo(f"✓ {crm}: {account.check()}")
        except (DeliveryError, Unavailable) as error:
            reason = error.reason if isinstance(error, DeliveryError) else str(error)
            return [f"{crm}: {reason}"]
    return []
