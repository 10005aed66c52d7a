"""A file has arrived on its own: it joins the lead that it was announced by."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

from leadrelay.errors import Unavailable
from leadrelay.intake.attach import Attacher, add_files
from leadrelay.intake.keep import Keeper
from leadrelay.lead import Attachment, Lead
from leadrelay.report import Report
from leadrelay.sources import Source

_CLEAN = "NO_THREATS_FOUND"


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """What takes in uploaded files."""

    attacher: Attacher
    keeper: Keeper
    sources: Mapping[str, Source]
    owner: Callable[[str], tuple[str, str]]  # of an upload's key: (source, lead id)
    report: Report
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def take_in(self, message: Mapping[str, Any]) -> bool:
        """One SQS record: whether it is done with. Doing it twice does it once."""
        try:
            for key, threat in read_arrivals(message["body"]):
                self._take_in(key, threat)
        except Unavailable as error:
            self.report("file.unavailable", error=str(error))
            return False
        return True

    def _take_in(self, key: str, threat: str) -> None:
        name, lead_id = self.owner(key)
        source = self.sources.get(name)
        refused: dict[str, str] = {}
        if threat:
            refused = {"resume_refused": f"the file was found harmful ({threat})"}
            kept: list[Attachment] = []
        elif source is None:
            return  # it went from sources.toml; the file goes with the bucket's own rules
        else:
            kept, refused = self.attacher.arrived(key, lead_id, source)

        def add(lead: Lead) -> Lead:
            return add_files(lead, kept, refused)

        self.keeper.add(lead_id, add, now=self.now())
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
