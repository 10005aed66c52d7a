"""TrackerRMS's password is changed while 200 leads for four CRMs come in, and put right later.

On the twin, which `make build` is needed for. Nobody gives a command: the sweep comes each minute.
"""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from leadrelay.crms import CRMS
from leadrelay.ledger.search import read
from leadrelay_ops.pausing import statuses
from leadrelay_ops.stack import Stack, read_twin
from leadrelay_sandbox import senders
from leadrelay_sandbox.simulators import secret
from leadrelay_sandbox.twin import Twin

PORT, LEADS, SENDERS = 4788, 200, 4
SOURCE = """
[everywhere]
kind = "form"
sender = "html"
deliver = ["trackerrms", "initiative", "centia", "collect"]
"""


def main() -> None:
    with TemporaryDirectory() as name:
        home = Path(name)
        sources = home / "sources.toml"
        sources.write_text(f"{senders.sources_text()}\n{SOURCE}", "utf-8")
        with Twin(PORT, sources=sources, home=home) as twin:
            measure(read_twin(twin.stack_file))


def measure(stack: Stack) -> None:
    url = stack.crms["trackerrms"]
    post(stack, 0)  # every function is awake
    until("the first lead is everywhere", lambda: waiting(stack) == 0)
    before = calls(url)
    changed = time.monotonic()
    httpx.post(f"{url}/_sandbox/switch", json={"password": "changed"}).raise_for_status()
    with ThreadPoolExecutor(SENDERS) as pool:
        leads = list(pool.map(lambda number: post(stack, number), range(1, LEADS + 1)))
        print(f"{LEADS} leads accepted {time.monotonic() - changed:.0f} s after the change")
    until("TrackerRMS is paused", lambda: is_paused(stack))
    until("the other CRMs have all", lambda: waiting(stack, *(CRMS.keys() - {"trackerrms"})) == 0)
    until("TrackerRMS has none", lambda: waiting(stack, "trackerrms") == LEADS)
    print(f"refused calls at TrackerRMS: {calls(url) - before}")
    assert all(one.parked == 0 for one in statuses(stack))
    stack.secrets.put("crm/trackerrms", {**secret("trackerrms", url), "password": "changed"})
    until("the secret is right, and TrackerRMS has all", lambda: waiting(stack) == 0)
    found = [one for lead in leads if (one := read(stack.table, lead))]
    texts = [json.dumps(record["fields"]) for record in sandbox(url, "records")["records"]]
    doubled = [one for one in found if sum(one.lead.ref in text for text in texts) != 1]
    print(f"{len(found)} leads, {len(doubled)} lost or doubled at TrackerRMS")
    assert len(found) == LEADS
    assert not doubled


def post(stack: Stack, number: int) -> str:
    fields = {"last_name": f"Doe-{number}", "email": f"doe{number}@example.com"}
    answer = httpx.post(f"{stack.api_url}/forms/everywhere", data=fields, timeout=120)
    answer.raise_for_status()
    lead_id: str = answer.json()["id"]
    return lead_id


def waiting(stack: Stack, *crms: str) -> int:
    return sum(one.waiting for one in statuses(stack) if one.crm in (crms or CRMS))


def is_paused(stack: Stack) -> bool:
    return any(one.pause for one in statuses(stack))


def sandbox(url: str, what: str) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{url}/_sandbox/{what}").json()
    return found


def calls(url: str) -> int:
    return sum(sandbox(url, "stats")["calls"].values())


def until(what: str, is_so: Callable[[], bool]) -> None:
    started = time.monotonic()
    while not is_so():
        assert time.monotonic() < started + 600, what
        time.sleep(0.5)
    print(f"{what}: {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
