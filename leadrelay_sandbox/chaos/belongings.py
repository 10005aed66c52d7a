"""Which of a CRM's records are a lead's, and what is missing among them."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from leadrelay.lead import Lead
from leadrelay_sandbox.chaos import posts
from leadrelay_sandbox.chaos.homes import flat, sha256
from leadrelay_sandbox.chaos.wire import WIRE, Wire
from leadrelay_sandbox.simulator import Record

_REFERENCE = re.compile(r"LR-[0-9A-Z]{8}")
_TOLD_LATER = re.compile(r" (ended|recorded|recording)\)?$")
_ENDED = re.compile(r"completed|\b1 ?m\w* 15\b|\b75 ?s")  # after 75 seconds, in whichever words
_TELLING = 9  # digits of a number, however it is written
_UPLOAD = "upload:debtor"


@dataclass(frozen=True, slots=True)
class Belongings:
    """One lead's records: those with its reference, its files, and what it did to its job."""

    lead: Lead
    wire: Wire
    made: list[Record]
    written_over: frozenset[str]
    """The ids of the records that a later lead's words replaced, as the source's options say."""

    @property
    def new(self) -> list[Record]:
        """Without updates."""
        return [record for record in self.made if not record.operation.startswith("update")]

    def doubled(self) -> Iterator[tuple[str, int]]:
        """What there is more than once, and how often."""
        found = Counter(map(_what, self.new))
        return ((what, number) for what, number in found.items() if number > 1)

    def missing(self, remark: str) -> str:
        """What of the lead isn't there: a record that its source makes, unless its delivery's
        remark tells of it; a file; or its words."""
        operations = {record.operation for record in self.made}
        refused = {made for told, made in self.wire.remarks.items() if told in remark}
        operations |= refused
        ways = [expected - operations for expected in self.wire.expected(self.lead.source)]
        if all(ways):
            return " or ".join(", ".join(way) for way in ways)
        held = {sha256(record) for record in self.made}
        if self.wire.takes_files and any(file.sha256 not in held for file in self.lead.files):
            return "record with one of its files"
        told = "\n".join(json.dumps(record.fields) for record in self.made)
        if not _tells(told, self.lead):
            return "record with its words"
        ended = self.lead.call is not None and self.lead.call.state == "completed"
        untold = ended and not refused and not _ENDED.search(told)  # by a ticket, if at all
        return "word of how its call ended" if untold else ""


class Index:
    """One CRM's records, by whose they are. What belongs to a lead is handed out once."""

    def __init__(self, crm: str, records: Iterable[Record]) -> None:
        self._wire = WIRE[crm]
        self.records = [*_lasting(records)]
        self._can_be_replaced = {
            record.id: references(record)
            for record in self.records
            if record.operation in self._wire.replaces
        }
        self._by_ref: defaultdict[str, list[Record]] = defaultdict(list)
        self._by_file: defaultdict[str, list[Record]] = defaultdict(list)
        self._by_job: defaultdict[str, list[Record]] = defaultdict(list)
        for record in self.records:
            for ref in references(record):
                self._by_ref[ref].append(record)
            self._by_file[sha256(record)].append(record)
            if record.operation in self._wire.hangs:
                self._by_job[_job(record)].append(record)

    def take(self, lead: Lead) -> Belongings:
        made = self.take_ref(lead.ref)
        made += self._by_job.pop((lead.job or "").removeprefix("JOB-") or "none", [])
        for file in lead.files:
            made += [one for one in self._by_file[file.sha256] if one not in made]
        return Belongings(lead, self._wire, made, self._replaced(lead))

    def _replaced(self, lead: Lead) -> frozenset[str]:
        if lead.source not in posts.OVERWRITING:
            return frozenset()
        found = self._can_be_replaced.items()
        return frozenset(id_ for id_, refs in found if refs and lead.ref not in refs)

    def take_ref(self, ref: str) -> list[Record]:
        return self._by_ref.pop(ref, [])

    @property
    def strangers(self) -> list[str]:
        """The references that nobody has taken."""
        return [*self._by_ref]

    def hanging(self, operation: str) -> Iterator[Record]:
        """The records without a mark of their lead's that nobody has taken."""
        for records in self._by_job.values():
            yield from (record for record in records if record.operation == operation)


def _tells(told: str, lead: Lead) -> bool:
    """Whether a lead's own words are there: of a caller, whose only ones they are, the number."""
    if lead.call is None:
        return (lead.message or "") in told
    return (lead.call.caller or "")[-_TELLING:] in re.sub(r"\D", "", told)


def references(record: Record) -> set[str]:
    return set(_REFERENCE.findall(json.dumps(record.fields)))


def _lasting(records: Iterable[Record]) -> Iterator[Record]:
    """Without the files whose place another of the same name took: twice is once, and what was
    replaced is gone."""
    found = [*records]
    last = {_place(record): number for number, record in enumerate(found)}
    for number, record in enumerate(found):
        if record.operation != _UPLOAD or last[_place(record)] == number:
            yield record


def _place(record: Record) -> tuple[str, str, str]:
    return record.operation, str(record.fields.get("debtor")), record.id


def _job(record: Record) -> str:
    """Of an application; "" for what hangs on a record by itself."""
    return str(dict(flat(record.fields)).get("opportunityid") or "")


def _what(record: Record) -> str:
    """Files are told apart, and what tells a call's beginning, its end and its recording: an
    activity at TrackerRMS, a ticket at centia."""
    if digest := sha256(record):
        return f"file {digest[:8]}"
    title = record.fields.get("activity", {}).get("subject") or record.fields.get("title") or ""
    told = _TOLD_LATER.search(str(title))
    return f"{record.operation} {told[1]}" if told else record.operation
