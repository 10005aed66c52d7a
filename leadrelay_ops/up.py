"""`leadrelay up`: the twin, until Ctrl-C."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from leadrelay_ops import screen
from leadrelay_ops.failures import Told
from leadrelay_ops.options import Port, SecretsFile, SourcesFile
from leadrelay_ops.sources_file import refuse_mistakes
from leadrelay_sandbox.sam import TwinError
from leadrelay_sandbox.twin import Twin


def up(port: Port = 4566, sources: SourcesFile = None, secrets: SecretsFile = None) -> None:
    """Start the twin, deploy the stack to it, and stay up until Ctrl-C."""
    with running_twin(port, sources, secrets) as twin:
        screen.say("", f"The twin is up. API: {twin.api_url}")
        screen.say(*(f"  {name:<12} {url}/_sandbox/records" for name, url in twin.crm_urls.items()))
        screen.say("", "Try:  leadrelay send events/form-html.http", "      leadrelay leads")
        screen.say("Ctrl-C ends it.")
        while True:
            time.sleep(3600)


@contextmanager
def running_twin(port: int, sources: Path | None, secrets: Path | None) -> Iterator[Twin]:
    """The twin with one's own files, if they are given. Raises Told, SourcesError."""
    if sources:
        refuse_mistakes(sources)
    try:
        twin = Twin(port, sources=sources, secrets=secrets)
    except ValueError as error:
        told = f'{secrets} isn\'t an object in JSON, such as {{"crm/collect": {{…}}}}: {error}'
        raise Told(told) from error
    try:
        with twin:
            yield twin
    except KeyboardInterrupt:
        screen.say("", "The twin is ended.", err=True)
        raise
    except TwinError as error:
        raise Told(str(error)) from error
