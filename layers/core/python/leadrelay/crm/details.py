"""Technical details as a text file beside the lead's own, where a source wants them so."""

import hashlib

from leadrelay.crm.base import ReadFile
from leadrelay.lead import Attachment, Lead
from leadrelay.narrator.calls import ENDED
from leadrelay.narrator.note import details
from leadrelay.narrator.style import Style


def files(lead: Lead, style: Style, read_file: ReadFile) -> tuple[tuple[Attachment, ...], ReadFile]:
    """The lead's files with that one at the end, and what reads any of them. Of a call it comes
    when that is over: what a sender says while it rings is said again then."""
    told = details(lead, style) if style.details == "file" else ""
    is_on = lead.call and lead.call.state not in ENDED
    if is_on or not told:
        return lead.files, read_file
    content = told.encode()
    digest = hashlib.sha256(content).hexdigest()
    file = Attachment(
        filename=f"details-{lead.ref}.txt",
        media_type="text/plain",
        size=len(content),
        sha256=digest,
    )
    return (*lead.files, file), lambda wanted: content if wanted is file else read_file(wanted)
