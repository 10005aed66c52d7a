"""Asterisk and FreePBX: whatever the dialplan's CURL() sends, by GET or as a form.

docs.asterisk.org, functions CURL and URIENCODE. The dialplan waits for the answer, and never tries
again. The names of vtiger's PBX connector are known too (vtiger 6.0 source, PBXManager).
"""

from leadrelay.intake.calls.events import read_any_payload, to_submission
from leadrelay.intake.calls.parameters import read_parameters
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Ignored, Sender, Submission
from leadrelay.sources import Source


def read(request: Request, source: Source) -> Submission | Ignored:
    """One call: ringing, unless the dialplan says otherwise."""
    payload = read_any_payload(request, source)
    return to_submission(
        read_parameters(payload, otherwise="ringing"), payload, guess=True, reused=True
    )


ASTERISK = Sender(
    read=read,
    methods=("GET", "POST"),
    setup="same => n,Set(X=${CURL({url}?k=SECRET&uniqueid=${UNIQUEID}"
    "&source=${URIENCODE(${CALLERID(num)})}&destination=${EXTEN})})\n"
    'Set token = "query:k", and CURLOPT(httptimeout)=5 before it, as the dialplan waits.',
)
