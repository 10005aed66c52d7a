"""Screen pops: a URL that a softphone or exchange opens for each call, with who is calling.

Nothing is signed. The first to be served is TrackerRMS's own form of it, `?Source=…&Destination=…`
(academy.tracker-rms.com, "Inbound calls"), and the body of its POST inboundCall.
"""

import base64
import binascii
import re
from dataclasses import replace

from leadrelay.errors import Rejected
from leadrelay.intake.body.content import Body
from leadrelay.intake.calls.events import read_any_payload, to_submission
from leadrelay.intake.calls.parameters import read_parameters, tells_of_a_caller
from leadrelay.intake.calls.payload import Payload
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Ignored, Sender, Submission
from leadrelay.sources import Source

# {{x}} {x} [x] <x> %x% $x$ ${x} $x #x#: an exchange leaves them where it has no value. The % of
# %CallerNumber% and the next two letters are an escape, so of that only the end is legible.
_PLACEHOLDER = re.compile(
    # in brackets: words, and not the number or the address that is to stand there
    r"(?=[^A-Za-z]*[A-Za-z])(?:\{[^{}:@]*\}|\{\{[^{}:@]*\}\}|\[[^\[\]:@]*\]|<[^<>:@]*>)"
    r"|#\w+#|%\w+%|[^\x00-\x7f]\w*%"
    r"|\$\{?[A-Za-z][\w.]*(\(\w*\))?\}?\$?"
)
_LONGEST_PLACEHOLDER = 80
_AHEAD = {"purpose", "sec-purpose", "x-purpose", "x-moz"}
_AHEAD_OF_TIME = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)
# CUBOT makes telephones.
_ROBOT = re.compile(
    r"(?<!\bcu)bot\b|crawler|spider|preview\b|externalhit|safelinks|linkscanner", re.IGNORECASE
)
_NO_CALLER = (
    "No parameter of this URL says who calls. Name it Source, or name yours in sources.toml: "
    '[<source>.fields] "call.caller" = "<its name>".'
)
_BASE64 = re.compile(r"[A-Za-z0-9+/]{8,64}={0,2}")


def is_human(request: Request) -> bool:
    """Whether somebody gets to see the answer: not for HEAD, for what a browser loads ahead of
    time, or for a link scanner."""
    return doubt(request) is None


def doubt(request: Request) -> str | None:
    """Why nobody may have seen this call; None where somebody did."""
    if request.method == "HEAD":
        return "only asked for with HEAD, as by a link scanner"
    if any(_AHEAD_OF_TIME.search(request.headers.get(name, "")) for name in _AHEAD):
        return "loaded by a browser ahead of time"
    return "opened by a robot" if _ROBOT.search(request.headers.get("user-agent", "")) else None


def placeholder(value: str) -> bool:
    """Whether a value is still the placeholder that the exchange should have replaced."""
    text = value.strip()
    return len(text) <= _LONGEST_PLACEHOLDER and bool(_PLACEHOLDER.fullmatch(text))


def read(request: Request, source: Source) -> Submission | Ignored:
    """The call, ringing. One that perhaps nobody saw is kept with a doubt. Raises Rejected (400)
    when no parameter is there for the caller."""
    payload = read_any_payload(request, source)
    fields = tuple(pair for pair in payload.fields if not placeholder(pair[1]))
    legible = Payload(Body(tuple(map(_readable, fields)), payload.document), source)
    call = read_parameters(legible, otherwise="ringing")
    if not (call.caller or (call.direction == "outbound" and call.called)):
        if tells_of_a_caller(payload):
            return Ignored("a screen pop without a caller")
        raise Rejected(400, "No caller", _NO_CALLER)
    submission = to_submission(call, legible, guess=True, reused=True)
    if isinstance(submission, Ignored):
        return submission
    return replace(submission, doubt=doubt(request))


def _readable(field: tuple[str, str]) -> tuple[str, str]:
    """globaliptel's RemoteParty comes in base64, if set so."""
    name, value = field
    if name.lower() != "remoteparty" or value.isdigit() or not _BASE64.fullmatch(value):
        return field
    try:
        return name, base64.b64decode(value, validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return field


SCREEN_POP = Sender(
    read=read,
    methods=("GET", "POST", "HEAD"),
    setup="Open for each call: {url}?k=SECRET&Source=CALLER&Destination=CALLED, with your "
    "exchange's placeholders for the two numbers.\n"
    'Set token = "query:k".',
)
