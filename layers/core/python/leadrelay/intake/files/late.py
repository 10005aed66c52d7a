"""A file has arrived on its own: it joins the lead that it was announced by."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

from leadrelay.errors import Unavailable
from leadrelay.intake.files.accept import File, Upload, keep_files
from leadrelay.intake.files.of_lead import Attacher, add_file, awaits_a_file, settle_file
from leadrelay.intake.keeping.acceptance import Keeper
from leadrelay.lead import Lead
from leadrelay.report import Report, correlation_id
from leadrelay.sources import KnownSources

_CLEAN = "NO_THREATS_FOUND"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """What takes in uploaded files."""

    attacher: Attacher
    keeper: Keeper
    sources: KnownSources
    owner: Callable[[str], tuple[str, str, int]]  # of an upload's key: source, lead id, position
    report: Report
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def take_in(self, message: Mapping[str, Any]) -> bool:
        """One SQS record: whether it is done with. Doing it twice does it once."""
        try:
            for key, threat in read_arrivals(message["body"]):
                correlation_id.set("")  # the lead's own, once the ledger has told it
                self._take_in(key, threat)
        except Unavailable as error:
            self.report("file.unavailable", error=str(error))
            return False
        return True

    def _take_in(self, key: str, threat: str) -> None:
        name, lead_id, position = self.owner(key)
        field = "resume" if position == 1 else "attachment"
        files: tuple[File, ...] = ()
        if threat:
            refused = {f"{field}_refused": f"the malware scan says {threat}"}
        elif source := self.sources.get(name):
            upload = self.attacher.store.read_upload(key)
            if upload is None:
                return  # it has been taken in: its event came twice
            files, why_not = keep_files([Upload(field, *upload)], source)
            refused = dict(why_not)
        else:
            return  # it went from sources.toml; the file goes with the bucket's own rules

        def add(lead: Lead) -> Lead:
            # Kept only now that the lead is known to be there: an erased one's must not stay.
            for kept in self.attacher.keep(files, lead_id):
                lead = add_file(lead, position, kept)
            return settle_file(lead, position, refused)

        self.keeper.add(lead_id, add, now=self.now(), ready=lambda lead: not awaits_a_file(lead))
        self.attacher.store.delete(key)
        self.report("file.refused" if refused else "file.arrived", lead_id=lead_id, source=name)


def read_arrivals(body: str) -> list[tuple[str, str]]:
    """(key, threat) of each object that an event tells of; the threat is "" for a harmless one.

    Two shapes: S3's event message (docs.aws.amazon.com, S3 user guide, "Event message
    structure"), and GuardDuty's scan result by EventBridge (GuardDuty user guide, "Monitoring
    S3 object scans with EventBridge"). S3's own test message tells of none.
    """
    event = json.loads(body)
    if result := event.get("detail", {}).get("scanResultDetails"):
        status = result["scanResultStatus"]
        key = event["detail"]["s3ObjectDetails"]["objectKey"]
        return [(key, "" if status == _CLEAN else status)]
    return [(unquote_plus(one["s3"]["object"]["key"]), "") for one in event.get("Records", ())]
