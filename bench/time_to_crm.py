"""How long a lead takes from its arrival to its record."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.document import table
from bench.place import Place, aws, fault, place
from leadrelay.ledger import items
from leadrelay_sandbox.environment import ENVIRONMENT

CALM, EACH_S, BURST = 60, 0.5, 2000
LATENCY_S = 0.008  # of a call to AWS from within its region, roughly
_CRMS = ("centia", "collect")
_PATIENCE_S = 240


def section() -> Iterator[str]:
    yield "## Time to the CRM\n"
    yield (
        "From a lead's arrival to its record, by the ledger's own times, in seconds; two CRMs, and"
        f" {LATENCY_S * 1000:.0f} ms put on each call to AWS. One process takes forms, ten at once,"
        " and one for each CRM delivers, ten at once: with more of them, as Lambda has, a burst is"
        " over sooner. Here all of it shares this machine's processors with MiniStack and the"
        " CRMs.\n"
    )
    titles = ("", "CRM", "leads", "p50", "p95", "p99")
    with TemporaryDirectory() as home, place(Path(home)) as here:
        rows = [*_rows("calm, two a second", here, CALM, EACH_S)]
        with _struck(here, "centia", delay=5, times=10**6):
            rows += _rows("calm, centia takes 5 s", here, CALM, EACH_S, waits_for="collect")
        with _struck(here, "centia", status=503, times=10**6):
            rows += _rows("calm, centia is down", here, CALM, EACH_S, waits_for="collect")
    with TemporaryDirectory() as home, place(Path(home)) as here:
        rows += _rows(f"a burst of {BURST}", here, BURST, 0)
    yield table(titles, rows)


@contextmanager
def _struck(here: Place, crm: str, **given: object) -> Iterator[None]:
    fault(here.crms[crm], **given)
    yield
    fault(here.crms[crm])


def _rows(
    name: str, here: Place, leads: int, each_s: float, waits_for: str | None = None
) -> Iterator[tuple[str, ...]]:
    known = {str(one["pk"]) for one in _deliveries(here)}
    with ExitStack() as ends:
        for crm in _CRMS:
            pump = here.start("pump", crm, CRM=crm, LATENCY_S=str(LATENCY_S))
            ends.callback(_end, pump)
        time.sleep(4)  # they are awake
        told = here.run("arrive", "two", str(leads), str(each_s), LATENCY_S=str(LATENCY_S))
        assert told["accepted"] == leads, told
        end = time.monotonic() + _PATIENCE_S
        while time.monotonic() < end:
            found = [one for one in _deliveries(here) if one["pk"] not in known]
            waiting = [one for one in found if one["state"] != "delivered"]
            if not any(one["sk"] == f"crm#{waits_for}" or not waits_for for one in waiting):
                break
            time.sleep(2)
    for crm in _CRMS:
        times = sorted(
            _took_s(one)
            for one in found
            if one["sk"] == f"crm#{crm}" and one["state"] == "delivered"
        )
        yield name, crm, f"{len(times)} of {leads}", *_percentiles(times)


def _percentiles(times: list[float]) -> list[str]:
    if not times:
        return ["–"] * 3
    return [f"{times[min(len(times) - 1, int(len(times) * at))]:.2f}" for at in (0.5, 0.95, 0.99)]


def _took_s(delivery: items.Item) -> float:
    """From its acceptance, which is when its life began, to its record."""
    came = datetime.fromisoformat(delivery["history"][0]["at"])
    return (datetime.fromisoformat(delivery["updated_at"]) - came).total_seconds()


def _deliveries(here: Place) -> list[items.Item]:
    dynamodb = aws("dynamodb", here.environment["AWS_ENDPOINT_URL"])
    pages = dynamodb.get_paginator("scan").paginate(TableName=ENVIRONMENT["TABLE_NAME"])
    found = (items.plain(item) for page in pages for item in page["Items"])
    return [one for one in found if one["sk"].startswith("crm#")]


def _end(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.communicate()
