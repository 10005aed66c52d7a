"""`leadrelay up`: the twin, until Ctrl-C."""

import signal
import threading
from pathlib import Path

import typer

from sandbox.twin import Twin


def up(port: int, sources: Path | None, secrets: Path | None) -> None:
    with Twin(port, sources=sources, secrets=secrets) as twin:
        typer.echo(f"\nThe twin is up. API: {twin.api_url}")
        for name, url in twin.crm_urls.items():
            typer.echo(f"  {name:<12} {url}/_sandbox/records")
        typer.echo(
            "\nTry:  leadrelay send events/form-html.http\n      leadrelay leads\nCtrl-C ends it."
        )
        wait_for_the_end()
        typer.echo("\nEnding the twin.")


def wait_for_the_end() -> None:
    """Block until Ctrl-C or SIGTERM."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    ended.wait()
