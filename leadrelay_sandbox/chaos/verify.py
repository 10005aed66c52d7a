"""The end: what the ledger says of every lead, held against what the CRMs have."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from leadrelay.ledger import items
from leadrelay.ledger.history import SPENT
from leadrelay.ledger.life import follow
from leadrelay_sandbox.chaos import posts
from leadrelay_sandbox.chaos.belongings import Belongings, Index
from leadrelay_sandbox.chaos.cast import family_name, uncorrected
from leadrelay_sandbox.chaos.homes import Homes
from leadrelay_sandbox.chaos.kept import Kept, Ledger, read, said
from leadrelay_sandbox.chaos.senders import Sent
from leadrelay_sandbox.chaos.wire import REFUSAL, WIRE
from leadrelay_sandbox.simulator import Record

# TrackerRMS takes whoever has a family's address for one person, and doesn't tell us for whom. A
# file, an application and a contact plan can't be asked for, nor can a parsed résumé.
_LEFT_TO_A_PERSON = {
    "trackerrms": ("none is surely theirs", "doesn't say which record it is", "can't be asked"),
    "collect": ("can't be asked",),
}


@dataclass(slots=True)
class Findings:
    """What the end looks like; `lost`, `doubled` and `needless` have a line for each delivery.

    What no CRM refused is parked without need: here every outcome can be found out. `misplaced`
    are those at the wrong person, or at several. `untold` is what nobody could know of: a state
    that isn't one that its history leads to by the table of moves, a delivery parked without
    words, what an erased lead left and its receipt doesn't tell.
    """

    leads: int = 0
    erased: int = 0
    deliveries: int = 0
    delivered: int = 0
    parked: Counter[str] = field(default_factory=Counter)  # reason → deliveries
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    misplaced: list[str] = field(default_factory=list)
    needless: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)


def verify(
    items_: Iterable[items.Item],
    records: Mapping[str, Iterable[Record]],
    sent: Sent,
    bucket: Iterable[str] = (),
) -> Findings:
    """`items_` are all of the table, `records` what each CRM's simulator has, `bucket` the keys
    of all files."""
    findings, ledger, keys = Findings(), read(items_), [*bucket]
    findings.leads, findings.erased = len(ledger.leads), len(ledger.erased)
    _check_acceptance(findings, ledger, sent)
    for receipt in ledger.erased.values():
        findings.untold += receipt.left_behind(keys)
    for crm, made in records.items():
        _check_crm(findings, crm, ledger, Index(crm, made))
    return findings


def _check_acceptance(findings: Findings, ledger: Ledger, sent: Sent) -> None:
    """Who was told 200 is in the ledger with their files, and each form is there as one lead."""
    for number, ids in sent.accepted.items():
        for one in ids - ledger.erased.keys():
            kept = ledger.leads.get(one)
            if kept is None:
                findings.lost.append(f"form {number}: accepted, and not in the ledger")
            elif posts.hashes(number) - {file.sha256 for file in kept.lead.files}:
                findings.lost.append(f"form {number}: {kept.lead.ref} lacks one of its files")
    leads = Counter(said(one.lead) for one in ledger.leads.values())
    findings.doubled += [f"{who}: kept {times} times" for who, times in leads.items() if times > 1]


def _check_crm(findings: Findings, crm: str, ledger: Ledger, index: Index) -> None:
    homes = Homes(index.records)
    for one in ledger.leads.values():
        _check(findings, crm, one, index.take(one.lead), homes)
    for receipt in ledger.erased.values():
        findings.untold += receipt.untold(crm, index.take_ref(receipt.ref))
    findings.doubled += [f"{crm}: {ref} is no lead of ours" for ref in index.strangers]
    _check_hanging(findings, crm, ledger, index, homes)


def _check(findings: Findings, crm: str, kept: Kept, own: Belongings, homes: Homes) -> None:
    lead, delivery = kept.lead, kept.deliveries.get(crm)
    findings.deliveries += 1
    what = f"{crm}: {lead.ref} ({lead.source}, {lead.name}: {said(lead)})"
    if delivery is None:
        findings.lost.append(f"{what}: the ledger has no delivery")
        return
    findings.untold += _untold(crm, delivery)
    for made, number in own.doubled():
        findings.doubled.append(f"{what}: {number} times {made}; {_told(delivery)}")
    record_id = str(delivery.get("record_id", ""))
    replaced = record_id in own.written_over
    at = {homes.home(record) for record in own.new} | ({record_id} if replaced else set())
    findings.misplaced += [f"{what}: {wrong}" for wrong in _misplaced(kept, at, homes)]
    if delivery["state"] == "parked":
        findings.parked[f"{crm}: {delivery.get('reason')}"] += 1
        findings.needless += [] if _may_park(crm, delivery) else [f"{what}: {_told(delivery)}"]
    elif delivery["state"] != "delivered":
        findings.lost.append(f"{what}: {_told(delivery)}")
    elif (missing := own.missing(delivery.get("reason") or "")) and not replaced:
        findings.lost.append(f"{what}: no {missing}; {_told(delivery)}")
    elif not any(record_id.endswith(one) for one in at):
        findings.misplaced.append(f"{what}: delivered as a record of somebody else")
    else:
        findings.delivered += 1


def _misplaced(kept: Kept, at: set[str], homes: Homes) -> Iterator[str]:
    """`at` are the records that a lead's own are, or hang on."""
    people = {name for record_id in at if (name := homes.name(record_id))}
    if strangers := [name for name in people if not _is_right(name, kept)]:
        yield f"at {', '.join(strangers)}"
    if len(at) > 1:
        yield f"spread over {', '.join(sorted(at))}"


def _check_hanging(
    findings: Findings, crm: str, ledger: Ledger, index: Index, homes: Homes
) -> None:
    """What bears no mark of its lead's is on each record as often as leads were delivered there;
    more often at most by those who may have done it before they were parked, or erased."""
    for operation, source in WIRE[crm].hangs.items():
        made = Counter(homes.home(record) for record in index.hanging(operation))
        sure: Counter[str] = Counter()
        perhaps: Counter[frozenset[str]] = Counter()  # by the name, in any order of its words
        for one in ledger.leads.values():
            delivery = one.deliveries.get(crm)
            if one.lead.source == source and delivery:
                if delivery["state"] == "delivered":
                    sure[delivery["record_id"]] += 1
                else:
                    perhaps[_words(one.lead.name)] += 1
        spared = sum(crm in receipt.remains for receipt in ledger.erased.values())
        for home in made | sure:
            more = made[home] - sure[home]
            if more < 0:
                findings.lost.append(f"{crm}: no {operation} at {home} for {-more} of its leads")
            elif more > perhaps[_words(homes.name(home))] + spared:
                findings.doubled.append(f"{crm}: {more} times {operation} too often at {home}")


def _is_right(name: str, kept: Kept) -> bool:
    """Whether a record's name is that of the lead, before or after it was corrected, be it by what
    else the person sent; of a nameless caller, one with the number."""
    name = uncorrected(name)
    if kept.lead.name:
        return any(_words(name) == _words(uncorrected(own)) for own in kept.names)
    number = (kept.lead.call and kept.lead.call.caller) or ""
    digits = re.sub(r"\D", "", name)  # however people write it
    return number.lstrip("+") in digits or family_name(number).casefold() in _words(name)


def _may_park(crm: str, delivery: Mapping[str, Any]) -> bool:
    reason = str(delivery.get("reason"))
    return any(words in reason for words in (REFUSAL, *_LEFT_TO_A_PERSON.get(crm, ())))


def _words(name: str) -> frozenset[str]:
    return frozenset(name.replace(",", "").casefold().split())


def _untold(crm: str, delivery: items.Item) -> Iterator[str]:
    """In the order in which it was written, as the clocks here differ. One that was replayed, or
    outgrew its item, doesn't tell all."""
    if delivery["state"] == "parked" and not (
        delivery.get("reason") and delivery.get("reason_class")
    ):
        yield f"{crm}: {delivery['pk']} is parked without a word"
    events = [str(entry["event"]) for entry in delivery["history"]]
    if "replays" in delivery or len(events) > SPENT.start or delivery["state"] in follow(events):
        return
    yield f"{crm}: {delivery['pk']} is {_told(delivery)}; its story: {', '.join(events)}"


def _told(delivery: Mapping[str, Any] | None) -> str:
    if delivery is None:
        return "no delivery"
    return f"{delivery['state']} after {delivery['attempts']} attempts, {delivery.get('reason')}"
