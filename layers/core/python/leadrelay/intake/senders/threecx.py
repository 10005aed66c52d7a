"""3CX: its CRM template's contact look-up and, after a call, its ReportCall.

3cx.com/docs/server-side-crm-template-xml-description. Both tell of the other party's number only;
parameters have the names that the template gives them, best those of 3CX's variables.
"""

from collections.abc import Sequence
from dataclasses import replace

from leadrelay.intake.answer import Answer, as_json
from leadrelay.intake.calls.events import CallEvent, read_any_payload, to_submission
from leadrelay.intake.calls.parameters import read_parameters
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Ignored, Sender, Submission
from leadrelay.lead import Accepted
from leadrelay.sources import Source


def read(request: Request, source: Source) -> Submission | Ignored:
    """A call that rings, or the report of one: then there is a CallType."""
    payload = read_any_payload(request, source)
    reported = any(name.lower() == "calltype" for name in payload)
    call = read_parameters(payload, otherwise="completed" if reported else "ringing")
    return to_submission(_of_other_party(call), payload, guess=True, reused=True)


def _of_other_party(call: CallEvent) -> CallEvent:
    """[Number] is whom an outbound call went to."""
    if call.direction == "outbound" and not call.called:
        return replace(call, caller="", called=call.caller)
    return call


def answer(_request: Request, _source: Source, _kept: Sequence[Accepted]) -> Answer:
    """An empty object: to a look-up it says that we name no contact."""
    return as_json({})


THREECX = Sender(
    read=read,
    methods=("GET", "POST"),
    answer=answer,
    setup="CRM template, Request Url: {url}?k=SECRET&number=[Number]; in ReportCall also "
    "&calltype=[CallType]&agent=[Agent]&duration=[Duration]&callstarttimeutc=[CallStartTimeUTC]\n"
    'Set token = "query:k".',
)
