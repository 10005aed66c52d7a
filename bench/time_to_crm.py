"""How long a lead takes from its arrival to its record, on the deployed twin.

`python -m bench.time_to_crm [LEADS BURST]` measures it alone; it needs what `make build` makes.
"""

import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.document import table
from bench.place import fault
from bench.senders import post
from leadrelay.crms import CRMS
from leadrelay.ledger import figures
from leadrelay.ledger.indexes import in_state
from leadrelay.ledger.life import WAITING
from leadrelay.ledger.table import Table
from leadrelay_ops.stack import read_twin
from leadrelay_sandbox.ministack import free_port
from leadrelay_sandbox.twin import Twin

CALM, EACH_S, BURST, AT_ONCE = 100, 0.5, 2000, 20
LATENCY_S = 0.008  # of a call to AWS from within its region, roughly
SLOW_S = 5
_STRUCK = "centia"
_PATIENCE_S = 300
_TRIES = 5

_SOURCES = f"""
[bench]
kind = "form"
sender = "html"
deliver = {[*CRMS]}
"""

_HOW = f"""From a lead's arrival to its record, in seconds, as the digest and the dashboard tell
it: by the ledger's own times. On the deployed twin, template.yaml as it is with {len(CRMS)} CRMs,
and {LATENCY_S * 1000:.0f} ms put on each call to AWS. Forms come over HTTP, the burst as fast as
{AT_ONCE} senders at once get their answers, for which API Gateway's limit (`RequestsPerSecond`)
is left out. Each CRM has at most two functions of ten leads at once, by default, and here all of
them share this machine's processors with MiniStack, the CRMs and the senders: a burst is over
sooner where they don't. While one CRM is slow or down, the time of the others should stay as it
is when all is calm.
"""


def section(calm: int = CALM, burst: int = BURST) -> Iterator[str]:
    yield _HOW
    with TemporaryDirectory(ignore_cleanup_errors=True) as home, _twin(Path(home)) as twin:
        here = _Scene(twin)
        here.send(2, 0)  # nothing is cold, and every CRM is logged in
        here.wait(CRMS)
        rows = [*here.rows("calm, two a second", calm, EACH_S)]
        rows += here.rows(f"a burst of {burst}", burst, 0)
        for what, given in (
            (f"{_STRUCK} takes {SLOW_S} s", {"delay": SLOW_S}),
            (f"{_STRUCK} is down", {"status": 503}),
        ):
            here.wait(CRMS)
            with _struck(twin.crm_urls[_STRUCK], **given):
                rows += here.rows(f"calm, {what}", calm, EACH_S, struck=_STRUCK)
    yield table(("", "CRM", "leads", "p50", "p95", "p99"), rows)


@contextmanager
def _twin(home: Path) -> Iterator[Twin]:
    sources = home / "sources.toml"
    sources.write_text(_SOURCES, "utf-8")
    with Twin(free_port(), sources=sources, home=home, latency_s=LATENCY_S) as twin:
        yield twin


@contextmanager
def _struck(url: str, **given: object) -> Iterator[None]:
    fault(url, times=10**6, **given)
    try:
        yield
    finally:
        fault(url)


class _Scene:
    """Leads on their way through a twin."""

    def __init__(self, twin: Twin) -> None:
        self._url = f"{twin.api_url}/forms/bench"
        self._ledger: Table = read_twin(twin.stack_file).table
        self._numbers = count(1)

    def rows(
        self, name: str, leads: int, each_s: float, struck: str = ""
    ) -> Iterator[tuple[str, ...]]:
        """What became of so many leads at each CRM, once those that aren't struck have them."""
        print(f"    {name} …", flush=True)
        since = datetime.now(UTC)
        self.send(leads, each_s)
        self.wait([crm for crm in CRMS if crm != struck])
        span = figures.Span(since, datetime.now(UTC) + timedelta(seconds=1))
        for one in figures.count(self._ledger, CRMS, span).crms:
            yield name, one.crm, f"{one.delivered} of {leads}", *_times(one, leads)

    def send(self, leads: int, each_s: float) -> None:
        """Each so long after the one before, whatever becomes of those before."""
        began = time.monotonic()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            sent = []
            for place in range(leads):
                time.sleep(max(0.0, began + place * each_s - time.monotonic()))
                sent.append(pool.submit(self._post, next(self._numbers)))
            taken = sum(one.result() for one in sent)
        assert taken == leads, f"{taken} of {leads} were accepted"

    def _post(self, number: int) -> bool:
        """As often as a sender would that repeats."""
        return any(post(self._url, number) == HTTPStatus.OK for _ in range(_TRIES))

    def wait(self, crms: Iterable[str]) -> None:
        """Until nothing waits for them, or no longer."""
        end = time.monotonic() + _PATIENCE_S
        crms = [*crms]
        while any(map(self._waits, crms)) and time.monotonic() < end:
            time.sleep(2)

    def _waits(self, crm: str) -> bool:
        return any(True for state in WAITING for _ in in_state(self._ledger, crm, state, page=1))


def _times(one: figures.CrmFigures, leads: int) -> Iterator[str]:
    """Of some of the leads, the quickest, they would say nothing."""
    whole = one.took if one.delivered == leads else None
    for part in ("p50", "p95", "p99"):
        yield f"{getattr(whole, part).total_seconds():.2f}" if whole else "–"


if __name__ == "__main__":
    print("\n".join(section(*map(int, sys.argv[1:]))))
