"""The last step of the intake: a submission becomes a lead that the ledger can hold."""

from datetime import datetime

from leadrelay.errors import Rejected
from leadrelay.intake.limits import LEAD_BYTES, too_large
from leadrelay.intake.meaning.fields import to_lead_fields
from leadrelay.intake.meaning.known_by import findable
from leadrelay.intake.senders import Submission
from leadrelay.lead import Lead
from leadrelay.sources import Source


def build_lead(
    submission: Submission, source: Source, received_at: datetime, lead_id: str, ref: str
) -> Lead:
    """The lead of a submission. Raises Rejected: 400 nothing was filled in, 413 too much."""
    fields = to_lead_fields(submission, source)
    if not fields and not submission.files:
        raise Rejected(400, "Empty form", "Fill in at least one field.")
    lead = Lead(
        id=lead_id,
        ref=ref,
        source=source.name,
        sender=source.sender,
        received_at=received_at,
        kind=source.kind,
        test=submission.test,
        **fields,
    )
    return fitting(findable(lead, source))


def fitting(lead: Lead) -> Lead:
    """The lead itself. Raises Rejected (413) when it is too large for one item of the ledger,
    which would refuse it every time it is sent."""
    if len(lead.model_dump_json(exclude_defaults=True).encode()) > LEAD_BYTES:
        raise too_large(
            f"All fields together may hold {LEAD_BYTES // 1000} kB of text, in which quotation "
            "marks, backslashes and line ends count twice."
        )
    return lead
