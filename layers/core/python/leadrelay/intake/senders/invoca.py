"""Invoca: a webhook whose fields are picked by its user, by GET or POST, unsigned.

Its documented names (calling_phone_number, complete_call_id, start_time_t …) are understood,
others are kept.
"""

from leadrelay.intake.calls.events import read_any_payload, to_submission
from leadrelay.intake.calls.parameters import read_parameters
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Ignored, Sender, Submission
from leadrelay.sources import Source


def read(request: Request, source: Source) -> Submission | Ignored:
    """One call, which is over unless the fields say otherwise."""
    payload = read_any_payload(request, source)
    return to_submission(
        read_parameters(payload, otherwise="completed"), payload, guess=True, reused=True
    )


INVOCA = Sender(
    read=read,
    methods=("GET", "POST"),
    setup="Integrations → Webhooks: {url}?k=SECRET, POST, with complete_call_id, "
    "calling_phone_number, destination_phone_number, start_time_t, duration.\n"
    'Set token = "query:k".',
)
