"""The end: what the ledger says of every lead, held against what the CRMs have."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from leadrelay.lead import Lead
from leadrelay.ledger import items
from leadrelay.ledger.history import SPENT
from leadrelay.ledger.life import follow
from leadrelay_sandbox.chaos.cast import family_name
from leadrelay_sandbox.chaos.homes import Homes, sha256
from leadrelay_sandbox.chaos.senders import Sent
from leadrelay_sandbox.chaos.wire import REFUSAL, WIRE
from leadrelay_sandbox.simulator import Record

_REFERENCE = re.compile(r"LR-[0-9A-Z]{8}")
_TOLD_LATER = re.compile(r" (ended|recorded)\)?$")

# A file takes the place of one with the same name: twice is once.
_REPLACED = frozenset({"upload:debtor"})

# TrackerRMS takes whoever has a family's address for one person, and doesn't tell us for whom.
# It lists no files either, so one whose answer was lost can't be looked for, nor a parsed résumé.
_LEFT_TO_A_PERSON = {"trackerrms": ("doesn't say which record it is", "can't be asked")}


@dataclass(slots=True)
class Findings:
    """What the end looks like; `lost`, `doubled` and `needless` have a line for each delivery.

    What no CRM refused is parked without need: here every outcome can be found out. `misplaced`
    are those at the wrong person, or at several; `untold` those whose state isn't one that their
    history leads to by the table of moves.
    """

    leads: int = 0
    deliveries: int = 0
    delivered: int = 0
    parked: Counter[str] = field(default_factory=Counter)  # reason → deliveries
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    misplaced: list[str] = field(default_factory=list)
    needless: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)


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
    for one in kept.values():
        for crm, delivery in one.deliveries.items():
            findings.untold += _untold(crm, delivery)
    for crm, all_made in records.items():
        made = [*all_made]
        homes, by_ref = Homes(made), _by_reference(made)
        for one in kept.values():
            about = by_ref.pop(one.lead.ref, [])
            files = {file.sha256 for file in one.lead.files}
            about += [record for record in made if sha256(record) in files and record not in about]
            _check(findings, crm, one, about, homes)
        findings.doubled += [f"{crm}: {ref} is no lead of ours" for ref in by_ref]
    return findings


def _by_reference(records: Iterable[Record]) -> dict[str, list[Record]]:
    found: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        for ref in set(_REFERENCE.findall(json.dumps(record.fields))):
            found[ref].append(record)
    return found


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
    leads = Counter(_said(one.lead) for one in kept.values())
    findings.doubled += [f"{who}: kept {times} times" for who, times in leads.items() if times > 1]


def _check(findings: Findings, crm: str, kept: _Kept, made: list[Record], homes: Homes) -> None:
    lead, delivery = kept.lead, kept.deliveries.get(crm)
    findings.deliveries += 1
    what = f"{crm}: {lead.ref} ({lead.source}, {lead.name}: {_said(lead)})"
    new = [*_new(made)]
    findings.doubled += [
        f"{what}: {number} times {operation}; {_told(delivery)}"
        for operation, number in Counter(map(_operation, new)).items()
        if number > 1
    ]
    at = {homes.home(record) for record in new}
    people = {name for record_id in at if (name := homes.name(record_id))}
    if strangers := [name for name in people if not _is_right(name, lead)]:
        findings.misplaced.append(f"{what}: at {', '.join(strangers)}")
    if len(at) > 1:
        findings.misplaced.append(f"{what}: spread over {', '.join(sorted(at))}")
    if delivery is None:
        findings.lost.append(f"{what}: the ledger has no delivery")
    elif delivery["state"] == "parked" and delivery.get("reason"):
        findings.parked[f"{crm}: {delivery['reason']}"] += 1
        findings.needless += [] if _may_park(crm, delivery) else [f"{what}: {_told(delivery)}"]
    elif delivery["state"] != "delivered":
        findings.lost.append(f"{what}: {_told(delivery)}")
    elif missing := _missing(crm, lead, made):
        findings.lost.append(f"{what}: no {missing}; {_told(delivery)}")
    elif not any(str(delivery["record_id"]).endswith(one) for one in at):
        findings.misplaced.append(f"{what}: delivered as a record of somebody else")
    else:
        findings.delivered += 1


def _missing(crm: str, lead: Lead, made: Iterable[Record]) -> str:
    """What of a lead isn't there: a record that its source makes, or its words."""
    operations = {record.operation for record in made}
    ways = [expected - operations for expected in WIRE[crm].expected(lead.source)]
    if all(ways):
        return " or ".join(", ".join(way) for way in ways)
    held = {sha256(record) for record in made}
    if WIRE[crm].takes_files and any(file.sha256 not in held for file in lead.files):
        return "record with one of its files"
    told = "\n".join(json.dumps(record.fields) for record in made)
    if _said(lead) not in told:
        return "record with its words"
    ended = lead.call is not None and lead.call.state == "completed"
    return "word of how its call ended" if ended and "completed" not in told else ""


def _said(lead: Lead) -> str:
    """By what a lead is known again."""
    return f"call id: {lead.call.id}" if lead.call else lead.message or ""


def _new(made: Iterable[Record]) -> Iterator[Record]:
    """Without updates, and files that took the place of one with the same name."""
    seen: set[str] = set()
    for record in made:
        again = record.operation in _REPLACED and record.id in seen
        if not (again or record.operation.startswith("update")):
            seen.add(record.id)
            yield record


def _operation(record: Record) -> str:
    """Files are told apart, and what tells a call's beginning, its end and its recording: an
    activity at TrackerRMS, a ticket at centia."""
    if digest := sha256(record):
        return f"{record.operation} {digest[:8]}"
    title = record.fields.get("activity", {}).get("subject") or record.fields.get("title") or ""
    told = _TOLD_LATER.search(str(title))
    return f"{record.operation} {told[1]}" if told else record.operation


def _is_right(name: str, lead: Lead) -> bool:
    """Whether a record's name is that of the lead; of a nameless caller, one with the number."""
    if lead.name:
        return _words(name) == _words(lead.name)
    number = (lead.call and lead.call.caller) or ""
    return number in name or family_name(number).casefold() in _words(name)


def _may_park(crm: str, delivery: Mapping[str, Any]) -> bool:
    return any(words in delivery["reason"] for words in (REFUSAL, *_LEFT_TO_A_PERSON.get(crm, ())))


def _words(name: str) -> set[str]:
    return set(name.replace(",", "").casefold().split())


def _untold(crm: str, delivery: items.Item) -> list[str]:
    """In the order in which it was written, as the clocks here differ. One that was replayed, or
    outgrew its item, doesn't tell all."""
    events = [str(entry["event"]) for entry in delivery["history"]]
    if "replays" in delivery or len(events) > SPENT.start or delivery["state"] in follow(events):
        return []
    return [f"{crm}: {delivery['pk']} is {_told(delivery)}; its story: {', '.join(events)}"]


def _told(delivery: Mapping[str, Any] | None) -> str:
    if delivery is None:
        return "no delivery"
    return f"{delivery['state']} after {delivery['attempts']} attempts, {delivery.get('reason')}"
