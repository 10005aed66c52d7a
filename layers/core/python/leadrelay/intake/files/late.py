"""A file has arrived on its own: it joins the lead that it was announced by."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

from leadrelay.errors import Unavailable
from leadrelay.intake.files.accept import Upload, keep_files
from leadrelay.intake.files.of_lead import Attacher, add_file, is_there, settle_file
from leadrelay.intake.keeping.acceptance import Keeper
from leadrelay.intake.limits import WITH_FILES
from leadrelay.lead import Lead
from leadrelay.report import Report, correlation_id
from leadrelay.sources import KnownSources, Source

_CLEAN, _THREAT, _UNSUPPORTED = "NO_THREATS_FOUND", "THREATS_FOUND", "UNSUPPORTED"
_TOO_MANY = f"a lead may have {WITH_FILES.files} files"


@dataclass(frozen=True, slots=True)
class Arrived:
    """An object that an event tells of. Its ETag tells it from what is put under the same key
    afterwards: an offer can be used again. `scan` is GuardDuty's word on it; "" where none is
    asked for."""

    key: str
    etag: str = ""
    scan: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """What takes in uploaded files."""

    attacher: Attacher
    keeper: Keeper
    sources: KnownSources
    owner: Callable[[str], tuple[str, str, int]]  # of an upload's key: source, lead id, place
    report: Report
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def take_in(self, message: Mapping[str, Any]) -> bool:
        """One SQS record: whether it is done with. Doing it twice does it once."""
        try:
            for arrived in read_arrivals(message["body"]):
                correlation_id.set("")  # the lead's own, once the ledger has told it
                self._take_in(arrived)
        except Unavailable as error:
            self.report("file.unavailable", error=str(error))
            return False
        return True

    def _take_in(self, arrived: Arrived) -> None:
        name, lead_id, place = self.owner(arrived.key)
        if arrived.scan in {"", _CLEAN}:
            # One that went from sources.toml has no files; they go with the bucket's own rules.
            if source := self.sources.get(name):
                self._accept(arrived, source, lead_id, place)
        elif arrived.scan in {_THREAT, _UNSUPPORTED}:
            self._refuse(arrived, name, lead_id, place)
        else:
            # The scan failed (FAILED, ACCESS_DENIED), not the file: it stays where it is until it
            # is scanned again, and its lead waits for it as long as for any other.
            self.report("file.unscanned", lead_id=lead_id, source=name, status=arrived.scan)

    def _accept(self, arrived: Arrived, source: Source, lead_id: str, place: int) -> None:
        upload = self.attacher.store.read_upload(arrived.key, arrived.etag)
        if upload is None:
            return  # taken in, as its event came twice; or another lies there, with its own event
        files, why_not = keep_files([Upload(_field(place), *upload)], source)

        def add(lead: Lead) -> Lead:
            if any(not is_there(lead, file.attachment()) for file in files) and _is_full(lead):
                return settle_file(lead, place, {f"{_field(place)}_refused": _TOO_MANY})
            # Kept only now that the lead is known to be there: an erased one's must not stay.
            for kept in self.attacher.keep(files, lead_id):
                lead = add_file(lead, place, kept)
            return settle_file(lead, place, dict(why_not))

        self._add(add, lead_id)
        self.attacher.store.delete(arrived.key)
        outcome = "file.refused" if why_not else "file.arrived"
        self.report(outcome, lead_id=lead_id, source=source.name)

    def _refuse(self, arrived: Arrived, source: str, lead_id: str, place: int) -> None:
        """What harms is deleted; what couldn't be looked into, say for its password, stays as
        long as the bucket keeps uploads."""
        if arrived.scan == _THREAT:
            if not self.attacher.store.holds(arrived.key, arrived.etag):
                return
            why = f"the malware scan says {arrived.scan}"
        else:
            why = f"the malware scan can't look into it ({arrived.scan}); it stays for seven days"
        refused = {f"{_field(place)}_refused": why}
        upload = {} if arrived.scan == _THREAT else {f"{_field(place)}_upload": arrived.key}

        def settled(lead: Lead) -> Lead:
            technical = {**lead.technical, **upload}  # for who looks after the bucket
            return settle_file(lead, place, refused).model_copy(update={"technical": technical})

        self._add(settled, lead_id)
        if arrived.scan == _THREAT:
            self.attacher.store.delete(arrived.key)
        self.report("file.refused", lead_id=lead_id, source=source, status=arrived.scan)

    def _add(self, change: Callable[[Lead], Lead], lead_id: str) -> None:
        self.keeper.add(lead_id, change, now=self.now(), ready=lambda lead: not lead.awaits)


def read_arrivals(body: str) -> list[Arrived]:
    """The objects that an event tells of.

    Two shapes: S3's event message (docs.aws.amazon.com, S3 user guide, "Event message
    structure"), and GuardDuty's scan result by EventBridge (GuardDuty user guide, "Monitoring
    S3 object scans with EventBridge"). S3's own test message tells of none.
    """
    event = json.loads(body)
    if result := event.get("detail", {}).get("scanResultDetails"):
        scanned = event["detail"]["s3ObjectDetails"]
        etag, status = scanned.get("eTag", ""), result["scanResultStatus"]
        return [Arrived(scanned["objectKey"], etag, status)]
    objects = (record["s3"]["object"] for record in event.get("Records", ()))
    return [Arrived(unquote_plus(one["key"]), one.get("eTag", "")) for one in objects]


def _is_full(lead: Lead) -> bool:
    return len(lead.files) >= WITH_FILES.files


def _field(place: int) -> str:
    return "resume" if place == 1 else "attachment"
