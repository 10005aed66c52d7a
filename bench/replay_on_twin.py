"""1,000 parked deliveries on the twin: those of one of two reasons are replayed at 50 a second,
killed in the middle and replayed again; each of them is at the CRM once, the others stay parked.

On the twin, which `make build` is needed for.
"""

import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from leadrelay.lead import Guard, Lead, lead_id, lead_ref
from leadrelay.ledger.acceptance import accept
from leadrelay.sources import Source
from leadrelay_ops.pausing import statuses
from leadrelay_ops.stack import Stack, read_twin
from leadrelay_sandbox import senders
from leadrelay_sandbox.twin import Twin

PORT, PARKED, RATE, KILLED_AFTER = 4789, 1000, 50, 100
REASONS = ("no such department", "no such consultant")
SOURCE = Source(name="parked", kind="form", sender="html", deliver=("trackerrms",))
CLI = """
import sys
from pathlib import Path
from leadrelay_ops.cli import app
from leadrelay_ops.stack import read_twin
app(sys.argv[2:], obj=lambda _: read_twin(Path(sys.argv[1])))
"""


def main() -> None:
    with TemporaryDirectory() as name:
        home = Path(name)
        sources = home / "sources.toml"
        table = '[parked]\nkind = "form"\nsender = "html"\ndeliver = ["trackerrms"]\n'
        sources.write_text(f"{senders.sources_text()}\n{table}", "utf-8")
        with Twin(PORT, sources=sources, home=home) as twin:
            show(twin.stack_file, read_twin(twin.stack_file))


def show(file: Path, stack: Stack) -> None:
    refs = {reason: park(stack, reason) for reason in REASONS}
    wanted, others = REASONS
    narrow = ("replay", "--crm", "trackerrms", "--text", wanted)
    run(file, *narrow)
    go = (*narrow, "--yes", "--rate", str(RATE), "--reason", "the department was added")
    with subprocess.Popen(command(file, *go)) as replay:  # noqa: S603  # our own module
        until(
            f"{KILLED_AFTER} have arrived, and it is killed",
            lambda: len(made(stack)) >= KILLED_AFTER,
        )
        replay.kill()
    run(file, *go)
    run(file, *go)  # safe to repeat
    until("all that were replayed have arrived", lambda: waiting(stack) == (0, PARKED // 2))
    records = made(stack)
    doubled = [ref for ref in refs[wanted] if records[ref] != 1]
    print(f"{PARKED // 2} replayed: {len(doubled)} lost or doubled; {PARKED // 2} still parked")
    assert not doubled
    assert not records.keys() & refs[others]


def park(stack: Stack, reason: str) -> set[str]:
    """Half of the leads, each refused for this reason by TrackerRMS itself; their references."""
    url = stack.crms["trackerrms"]
    count, (_, parked) = PARKED // len(REASONS), waiting(stack)
    fault = {"operation": "createLead", "refuse": reason, "times": count}
    httpx.post(f"{url}/_sandbox/fault", json=fault).raise_for_status()
    leads = [accepted(stack, f"{reason} {number}") for number in range(count)]
    until(f"{count} parked: {reason}", lambda: waiting(stack) == (0, parked + count))
    return {lead.ref for lead in leads}


def accepted(stack: Stack, key: str) -> Lead:
    own_id = lead_id(SOURCE.name, key)
    lead = Lead(
        id=own_id,
        ref=lead_ref(own_id),
        source=SOURCE.name,
        received_at=datetime.now(UTC),
        last_name=f"Doe-{own_id[:6]}",
        email=f"{own_id[:12].lower()}@example.com",
    )
    accept(stack.table, lead, SOURCE, guard=Guard(key=own_id, window=None))
    stack.queues.send(own_id, "trackerrms")
    return lead


def waiting(stack: Stack) -> tuple[int, int]:
    """How many deliveries to TrackerRMS are under way, and how many are parked."""
    (one,) = [status for status in statuses(stack) if status.crm == "trackerrms"]
    return one.waiting, one.parked


def made(stack: Stack) -> Counter[str]:
    """How many records each lead has become, by its reference."""
    records = httpx.get(f"{stack.crms['trackerrms']}/_sandbox/records").json()["records"]
    texts = [json.dumps(record["fields"]) for record in records]
    return Counter(ref for text in texts for ref in set(re.findall(r"LR-[0-9A-Z]{8}", text)))


def command(file: Path, *words: str) -> list[str]:
    return [sys.executable, "-c", CLI, str(file), *words]


def run(file: Path, *words: str) -> None:
    print("$ leadrelay", *words, flush=True)
    subprocess.run(command(file, *words), check=True)  # noqa: S603  # our own module


def until(what: str, is_so: Callable[[], bool]) -> None:
    started = time.monotonic()
    while not is_so():
        assert time.monotonic() < started + 600, what
        time.sleep(0.5)
    print(f"{what}: {time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
