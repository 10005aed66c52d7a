"""What a voice URL must answer: instructions for the call, in each vendor's own language.

An empty document is the least of them. A vendor that asks for instructions then ends the call, so
a source whose URL is asked says `answer = "forward:+44…"`; for mere notifications the empty
document does no harm.
"""

import re
from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

from leadrelay.intake.answer import Answer, as_json
from leadrelay.intake.request import Request
from leadrelay.intake.shapes import PhoneEndpoint
from leadrelay.lead import Accepted
from leadrelay.sources import Source

type Voice = Callable[[str], Answer]
"""Instructions to forward the call to a number, or none for ""."""

_FORWARD = re.compile(r"forward:(\+[1-9]\d{6,14})")
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_OF_SENDER = {"twilio": "twiml", "telnyx": "texml", "plivo": "plivo_xml", "vonage": "ncco"}
_FORWARDING = {"46elks", "exotel"}  # these have nothing but a number to say


def twiml(number: str) -> Answer:
    """TwiML (twilio.com/docs/voice/twiml)."""
    return _xml(f"<Dial>{escape(number)}</Dial>" if number else "")


texml = twiml  # TeXML follows it (developers.telnyx.com, "TeXML verbs")


def plivo_xml(number: str) -> Answer:
    """Plivo XML (plivo.com/docs/voice/xml)."""
    return _xml(f"<Dial><Number>{escape(number)}</Number></Dial>" if number else "")


def ncco(number: str) -> Answer:
    """An NCCO: a JSON list of actions, numbers without + (developer.vonage.com, NCCO reference)."""
    endpoint: PhoneEndpoint = {"type": "phone", "number": number.removeprefix("+")}
    return as_json([{"action": "connect", "endpoint": [endpoint]}] if number else [])


def elks(number: str) -> Answer:
    """A call action of 46elks (46elks.com/docs/call-actions)."""
    return as_json({"connect": number} if number else {})


def exotel(number: str) -> Answer:
    """What a Connect applet dials: the number as plain text (support.exotel.com, "Dial Whom")."""
    return Answer(200, number, {"Content-Type": "text/plain; charset=utf-8"})


def speaking(voice: Voice) -> Callable[[Request, Source, Sequence[Accepted]], Answer]:
    """The `Sender.answer` of a sender that understands this language."""

    def answer(_request: Request, source: Source, _kept: Sequence[Accepted]) -> Answer:
        return voice(forward_to(source))

    return answer


def forward_to(source: Source) -> str:
    """The number this source's calls are forwarded to; "" for none."""
    forward = _FORWARD.fullmatch(source.answer or "")
    return forward[1] if forward else ""


def check_answer(source: Source) -> str | None:
    """What is wrong with a source's `answer`; None when it is right."""
    if source.answer is None:
        return None
    own = _OF_SENDER.get(source.sender, "")
    forwards = own or source.sender in _FORWARDING
    wanted = [f'"{own}"'] * bool(own) + ['"forward:+442079460000"'] * bool(forwards)
    if not wanted:
        return f"{source.sender} asks for no instructions: leave `answer` out"
    right = source.answer == own or (forwards and forward_to(source))
    return None if right else f"{source.sender} understands {' or '.join(wanted)}"


def _xml(instructions: str) -> Answer:
    document = (
        f"{_XML}<Response>{instructions}</Response>" if instructions else f"{_XML}<Response/>"
    )
    return Answer(200, document, {"Content-Type": "text/xml; charset=utf-8"})
