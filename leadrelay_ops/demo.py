"""`leadrelay demo`: every sample request through the twin, and what reached which CRM."""

import json
import re
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx
import typer

from leadrelay.lead import Delivery, Kind
from leadrelay.ledger.filter import Filter
from leadrelay.ledger.search import Found, search
from leadrelay.signing.samples import read_sample
from leadrelay_ops import screen
from leadrelay_ops.options import Port, SecretsFile, SourcesFile
from leadrelay_ops.screen import Cell, Column
from leadrelay_ops.send import send, signed_anew
from leadrelay_ops.stack import find_stack
from leadrelay_ops.states import COLOURS
from leadrelay_ops.up import running_twin
from leadrelay_sandbox.home import ROOT
from leadrelay_sandbox.twin import Twin

_PATIENCE_S = 90.0
_SETTLED = frozenset({"delivered", "parked", "quarantined"})


@dataclass
class Run:
    """What was sent, and what became of it so far."""

    started: float = field(default_factory=time.monotonic)
    answered: set[str] = field(default_factory=set)  # the lead ids that the API told
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


def demo(port: Port = 4566, sources: SourcesFile = None, secrets: SecretsFile = None) -> None:
    """Start the twin, send every sample, and show which CRM got what.

    0 when every sample was accepted and reached each of its CRMs exactly once.
    """
    with running_twin(port, sources, secrets) as twin:
        raise typer.Exit(show(twin))


def show(twin: Twin) -> int:
    """Send the samples to a running twin, wait, print the table and the closing line."""
    run = Run()
    _send_samples(run, twin.api_url)
    screen.progress("waiting for the deliveries …")
    _wait(run)
    screen.progress("")
    _show_table(run)
    lost, doubled = _compare(run, twin.crm_urls)
    for problem in (*lost, *doubled):
        screen.say(problem, colour="red")
    states = Counter(one.state for one in run.deliveries.values())
    screen.say(
        f"{len(run.leads)} accepted, {states['delivered']} delivered, {len(lost)} lost,"
        f" {len(doubled)} doubled in {run.elapsed:.1f} s"
    )
    return 1 if run.refused or lost or doubled or not run.leads else 0


def _send_samples(run: Run, api_url: str) -> None:
    for path in sorted((ROOT / "events").glob("*.http")):
        answer = send(api_url, signed_anew(read_sample(path), api_url))
        if answer.is_error:
            run.refused += 1
            screen.say(f"{path.name}: {answer.status_code} {answer.text.strip()}", colour="red")
        run.answered |= _ids(answer)


def _ids(answer: httpx.Response) -> set[str]:
    """The leads that an answer tells of; a page, TwiML and the like tell of none."""
    if answer.status_code != httpx.codes.OK or "json" not in answer.headers["content-type"]:
        return set()
    body = answer.json()
    told = body.get("leads", [body]) if isinstance(body, dict) else []
    return {one["id"] for one in told if "duplicate" in one}


def _wait(run: Run) -> None:
    """Until every delivery is settled, or patience ends, which a slow machine's sending doesn't use
    up. The twin's ledger holds only this run."""
    table, until = find_stack(None).table, run.elapsed + _PATIENCE_S
    while run.elapsed < until:
        run.leads = {one.lead.id: one for one in search(table, Filter())}
        for key, delivery in run.deliveries.items():
            if delivery.state in _SETTLED:
                run.settled_after.setdefault(key, run.elapsed)
            else:
                run.settled_after.pop(key, None)  # it got richer, and goes again
        if run.settled_after.keys() == run.deliveries.keys():
            return
        time.sleep(0.5)


def _show_table(run: Run) -> None:
    columns = [Column(title="source", least=18), Column(title="lead", least=11)]
    columns += [Column(title="CRM", least=10), Column(title="record", least=12)]
    columns += [Column(title="state", least=11), Column(title="seconds")]
    screen.show_table(columns, (_row(run, *key) for key in run.deliveries))


def _row(run: Run, lead_id: str, crm: str) -> list[str]:
    lead, delivery = run.leads[lead_id].lead, run.deliveries[lead_id, crm]
    seconds = run.settled_after.get((lead_id, crm))
    state = Cell(delivery.state, COLOURS.get(delivery.state))
    took = f"{seconds:.1f}" if seconds is not None else ""
    return [lead.source, lead.ref, crm, delivery.record_id or "", state, took]


def _compare(run: Run, crm_urls: dict[str, str]) -> tuple[list[str], list[str]]:
    """(lost, doubled), by what the CRMs themselves have: of a lead that the ledger calls delivered
    something must be there, and nothing may be there twice."""
    lost = [f"{lead_id} is not in the ledger" for lead_id in run.answered - run.leads.keys()]
    doubled = []
    records = {
        crm: httpx.get(f"{url}/_sandbox/records", timeout=30).json()["records"]
        for crm, url in crm_urls.items()
    }
    for (lead_id, crm), delivery in run.deliveries.items():
        if delivery.state == "quarantined":
            continue  # a test, or a bot: kept, and meant for no CRM
        lead = run.leads[lead_id].lead
        # Each kind of record has ids of its own, so that a ticket may have the number of another
        # lead's contact: the id tells only where no record bears the reference.
        mine = [one for one in records[crm] if lead.ref in json.dumps(one["fields"])]
        mine = mine or [one for one in records[crm] if one["id"] == delivery.record_id]
        if delivery.state != "delivered" or not mine:
            lost.append(f"{lead.ref} ({lead.source}) is not in {crm}: {delivery.state}")
        doubled += [
            f"{lead.ref} ({lead.source}) has {count} × {operation} in {crm}"
            for (operation, _), count in Counter(_what(one, lead.kind) for one in mine).items()
            if count > 1
        ]
    return lost, doubled


def _what(record: dict[str, Any], kind: Kind) -> tuple[str, str]:
    """What a record is of one lead: there is one of each operation, and of each file. A call's
    news are writes of their own; of those, none may say the same twice."""
    if kind == "call":
        return record["operation"], json.dumps(record["fields"], sort_keys=True)
    file = re.search(r'"sha256": "(\w+)"', json.dumps(record["fields"]))
    return record["operation"], file[1] if file else ""
