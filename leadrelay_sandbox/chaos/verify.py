"""The end: what the ledger says of every lead, held against what the CRMs have."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from leadrelay.lead import Lead
from leadrelay.ledger import items
from leadrelay_sandbox.chaos.crms import REFUSAL, WIRE
from leadrelay_sandbox.chaos.senders import Sent
from leadrelay_sandbox.simulator import Record

_REFERENCE = re.compile(r"LR-[0-9A-Z]{8}")

# A file takes the place of one with the same name: twice is once.
_REPLACED = frozenset({"upload:debtor"})


@dataclass(slots=True)
class Findings:
    """What the end looks like; `lost`, `doubled` and `needless` have a line for each delivery.

    What no CRM refused is parked without need: here every outcome can be found out.
    """

    leads: int = 0
    deliveries: int = 0
    delivered: int = 0
    parked: Counter[str] = field(default_factory=Counter)  # reason → deliveries
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    needless: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Kept:
    lead: Lead
    deliveries: dict[str, items.Item] = field(default_factory=dict)


def verify(
    ledger: Iterable[items.Item], records: Mapping[str, Iterable[Record]], sent: Sent
) -> Findings:
    """`ledger` are all items of the table, `records` what each CRM's simulator has."""
    findings, kept = Findings(), _read(ledger)
    _check_acceptance(findings, kept, sent)
    for crm, made in records.items():
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        ids: defaultdict[str, set[str]] = defaultdict(set)
        for record in made:
            for ref in set(_REFERENCE.findall(json.dumps(record.fields))):
                counts[ref][record.operation] += 1
                ids[ref].add(record.id)
        for one in kept.values():
            _check(findings, crm, one, counts.pop(one.lead.ref, Counter()), ids[one.lead.ref])
        findings.doubled += [f"{crm}: {ref} is no lead of ours" for ref in counts]
    return findings


def _read(ledger: Iterable[items.Item]) -> dict[str, _Kept]:
    found, deliveries = {}, []
    for item in ledger:
        if item["sk"] == "lead":
            found[item["pk"]] = _Kept(items.read_lead(item))
        elif item["sk"].startswith("crm#"):
            deliveries.append(item)
    for item in deliveries:
        found[item["pk"]].deliveries[item["sk"].removeprefix("crm#")] = item
    return found


def _check_acceptance(findings: Findings, kept: Mapping[str, _Kept], sent: Sent) -> None:
    """Who was told 200 is in the ledger, and each form is there as one lead."""
    findings.leads = len(kept)
    for number, ids in sent.accepted.items():
        missing = [one for one in ids if f"lead#{one}" not in kept]
        findings.lost += [f"form {number}: accepted, and not in the ledger" for _ in missing]
    leads = Counter(one.lead.email for one in kept.values())
    findings.doubled += [f"{who}: kept {times} times" for who, times in leads.items() if times > 1]


def _check(findings: Findings, crm: str, kept: _Kept, made: Counter[str], ids: set[str]) -> None:
    lead, delivery = kept.lead, kept.deliveries.get(crm)
    findings.deliveries += 1
    what = f"{crm}: {lead.ref} ({lead.email})"
    findings.doubled += [
        f"{what}: {times} times {operation}; {_told(delivery)}"
        for operation, times in made.items()
        if times > 1 and operation not in _REPLACED
    ]
    if delivery is None:
        findings.lost.append(f"{what}: the ledger has no delivery")
    elif delivery["state"] == "parked" and delivery.get("reason"):
        findings.parked[f"{crm}: {delivery['reason']}"] += 1
        findings.needless += [] if REFUSAL in delivery["reason"] else [f"{what}: {_told(delivery)}"]
    elif delivery["state"] != "delivered":
        findings.lost.append(f"{what}: {_told(delivery)}")
    elif missing := WIRE[crm].makes[lead.source] - made.keys():
        findings.lost.append(f"{what}: no {', '.join(missing)}; {_told(delivery)}")
    elif not any(str(delivery["record_id"]).endswith(one) for one in ids):
        findings.lost.append(f"{what}: delivered as a record of somebody else")
    else:
        findings.delivered += 1


def _told(delivery: Mapping[str, Any] | None) -> str:
    if delivery is None:
        return "no delivery"
    return f"{delivery['state']} after {delivery['attempts']} attempts, {delivery.get('reason')}"
