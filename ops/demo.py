"""`leadrelay demo`: every sample request through the twin, and what reached which CRM."""

import json
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from leadrelay.aws.search import Found, read
from leadrelay.lead import Delivery
from ops.samples import Sample, read_sample
from ops.send import send
from ops.stack import ROOT, find_stack
from sandbox.twin import Twin

_PATIENCE_S = 90.0
_SETTLED = frozenset({"delivered", "parked", "quarantined"})


@dataclass
class Run:
    """What was sent, and what became of it so far."""

    started: float = field(default_factory=time.monotonic)
    samples: dict[str, str] = field(default_factory=dict)  # lead id → the sample's name
    leads: dict[str, Found] = field(default_factory=dict)
    settled_after: dict[tuple[str, str], float] = field(default_factory=dict)  # (lead, CRM) → s
    refused: int = 0

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self.started

    @property
    def deliveries(self) -> dict[tuple[str, str], Delivery]:
        return {
            (lead_id, crm): delivery
            for lead_id, found in self.leads.items()
            for crm, delivery in found.deliveries.items()
        }


def demo(port: int, sources: Path | None, secrets: Path | None) -> int:
    """0 when every sample was accepted and reached each of its CRMs exactly once."""
    with Twin(port, sources=sources, secrets=secrets) as twin:
        return show(twin)


def show(twin: Twin) -> int:
    """Send the samples to a running twin, wait, print the table and the closing line."""
    console = Console(highlight=False)
    run = Run()
    _send_samples(run, twin.api_url, console)
    with console.status("waiting for the deliveries …"):
        _wait(run)
    console.print(_table(run))
    lost, doubled = _compare(run, twin.crm_urls)
    delivered = sum(one.state == "delivered" for one in run.deliveries.values())
    console.print(
        f"{len(run.samples)} accepted, {delivered} delivered, {lost} lost, {doubled} doubled"
        f" in {run.elapsed:.1f} s"
    )
    return 1 if run.refused or lost or doubled or not run.samples else 0


def _send_samples(run: Run, api_url: str, console: Console) -> None:
    for path in sorted((ROOT / "events").glob("*.http")):
        sample = read_sample(path)
        answer = send(api_url, sample)
        if answer.is_error:
            run.refused += 1
            console.print(f"[red]{path.name}: {answer.status_code} {answer.text.strip()}[/]")
            continue
        # A browser gets a page. Sent again by a script it is a duplicate, and tells the id.
        found = _ids(answer) or _ids(send(api_url, _by_script(sample)))
        run.samples |= dict.fromkeys(found, path.name)


def _by_script(sample: Sample) -> Sample:
    """The same request, from a page's script instead of the browser itself."""
    browser = ("accept", "sec-fetch-")
    kept = [header for header in sample.headers if not header[0].lower().startswith(browser)]
    return replace(sample, headers=[*kept, ("Accept", "application/json")])


def _ids(answer: httpx.Response) -> list[str]:
    if answer.status_code != httpx.codes.OK or "json" not in answer.headers["content-type"]:
        return []
    body = answer.json()
    return [one["id"] for one in body.get("leads", [body])]


def _wait(run: Run) -> None:
    """Until every delivery is settled, or patience ends."""
    table = find_stack(None).table
    while run.elapsed < _PATIENCE_S:
        run.leads = {lead_id: found for lead_id in run.samples if (found := read(table, lead_id))}
        for key, delivery in run.deliveries.items():
            if delivery.state in _SETTLED:
                run.settled_after.setdefault(key, run.elapsed)
        if run.settled_after.keys() == run.deliveries.keys():
            return
        time.sleep(0.1)


def _table(run: Run) -> Table:
    rows = Table("sample", "source", "lead", "CRM", "record", "state", "seconds")
    for (lead_id, crm), delivery in run.deliveries.items():
        lead, seconds = run.leads[lead_id].lead, run.settled_after.get((lead_id, crm))
        rows.add_row(
            run.samples[lead_id],
            lead.source,
            lead.ref,
            crm,
            delivery.record_id or "",
            delivery.state if delivery.state == "delivered" else f"[red]{delivery.state}[/]",
            f"{seconds:.1f}" if seconds is not None else "",
        )
    return rows


def _compare(run: Run, crm_urls: dict[str, str]) -> tuple[int, int]:
    """(lost, doubled), by what the CRMs themselves have: a record that the ledger calls delivered
    must be there, and no operation may have made two records of one lead."""
    lost = len(run.samples) - len(run.leads)
    doubled = 0
    records = {
        crm: httpx.get(f"{url}/_sandbox/records", timeout=30).json()["records"]
        for crm, url in crm_urls.items()
    }
    for (lead_id, crm), delivery in run.deliveries.items():
        ref = run.leads[lead_id].lead.ref
        ids = {record["id"] for record in records[crm]}
        lost += delivery.state != "delivered" or delivery.record_id not in ids
        made = [one["operation"] for one in records[crm] if ref in json.dumps(one["fields"])]
        doubled += len(made) - len(set(made))
    return lost, doubled
