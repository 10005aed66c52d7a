"""`leadrelay up`: the twin, until Ctrl-C."""

import time
from pathlib import Path

import typer

from leadrelay_ops.sources_file import refuse_mistakes
from leadrelay_sandbox.twin import Twin


def up(port: int, sources: Path | None, secrets: Path | None) -> None:
    if sources:
        refuse_mistakes(sources)
    with Twin(port, sources=sources, secrets=secrets) as twin:
        typer.echo(f"\nThe twin is up. API: {twin.api_url}")
        for name, url in twin.crm_urls.items():
            typer.echo(f"  {name:<12} {url}/_sandbox/records")
        typer.echo(
            "\nTry:  leadrelay send events/form-html.http\n      leadrelay leads\nCtrl-C ends it."
        )
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            typer.echo("\nEnding the twin.")
