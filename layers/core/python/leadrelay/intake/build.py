"""The last step of the intake: a submission becomes a lead."""

from datetime import datetime

from leadrelay.errors import Rejected
from leadrelay.intake.fields import to_lead_fields
from leadrelay.intake.senders import Submission
from leadrelay.lead import Lead
from leadrelay.sources import Source


def build_lead(
    submission: Submission, source: Source, received_at: datetime, lead_id: str, ref: str
) -> Lead:
    """The lead of a submission. Raises Rejected (400) when nothing was filled in."""
    fields = to_lead_fields(submission, source)
    fields |= submission.lead
    if not fields and not submission.files:
        raise Rejected(400, "Empty form", "Fill in at least one field.")
    return Lead(
        id=lead_id,
        ref=ref,
        source=source.name,
        received_at=received_at,
        kind=source.kind,
        **fields,
    )
