"""Plivo Voice: a form post or a GET, signed in one of three ways.

plivo.com/docs/voice/concepts/callbacks and /signature-validation; the order of things in the
signed text is that of Plivo's own libraries (plivo-go, utils.go; plivo-python, signature_v3.py).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from leadrelay.intake.calls.events import CallEvent, read_payload, to_submission
from leadrelay.intake.calls.payload import Payload
from leadrelay.intake.calls.times import moment
from leadrelay.intake.calls.voice import plivo_xml, speaking
from leadrelay.intake.proofs.signatures import check_signature, hmac_base64, signed
from leadrelay.intake.proofs.spellings import spellings
from leadrelay.intake.proofs.url_signatures import form_fields, signed_texts
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Ignored, Sender, Submission
from leadrelay.lead import CallState
from leadrelay.sources import Source

_STATES: dict[str, CallState] = {
    "queued": "ringing",
    "ringing": "ringing",
    "in-progress": "answered",
    "completed": "completed",
    "busy": "missed",
    "failed": "missed",
    "timeout": "missed",
    "no-answer": "missed",
    "cancel": "missed",
    "rejected": "missed",
}
# What became of those that <Dial> rang (plivo.com/docs/voice/xml/dial): DialStatus in the end,
# DialBLegStatus of each.
_OF_DIAL: dict[str, CallState] = {
    **{status: state for status, state in _STATES.items() if state == "missed"},
    "answer": "answered",
    "completed": "answered",
}

_UNSIGNED = "its signature (Plivo's V2) covers the address only, not what it says"


def verify(
    headers: Mapping[str, str], body: bytes, url: str, secrets: Sequence[str], _now: datetime
) -> None:
    """The newest signature that was sent counts, of those that cover the fields: the third with a
    nonce, the first like Twilio's. The second covers the URL and a nonce alone, and `read` says
    so. `…-Ma-…` is by the main account."""
    names = ("V3", "Ma-V3", "", "V2", "Ma-V2")
    signature = signed(headers, *(f"X-Plivo-Signature-{name}".removesuffix("-") for name in names))
    fields = form_fields(headers, body)
    if nonce := headers.get("X-Plivo-Signature-V3-Nonce"):
        texts, digest = _third(url, fields, nonce, posted=bool(body)), "sha256"
    elif nonce := _nonce_alone(headers):
        texts, digest = _second(url, nonce), "sha256"
    else:
        texts, digest = signed_texts(url, fields), "sha1"
    known = tuple(texts)
    ours = (hmac_base64(key, text, digest) for key in secrets for text in known)
    check_signature([one.strip() for one in signature.split(",")], ours)


def read(request: Request, source: Source) -> Submission | Ignored:
    """One event of a call; those of one call have the same CallUUID. What nobody signed is put
    aside."""
    payload = read_payload(request, source)
    direction = payload.take("Direction")
    outbound = direction == "outbound"
    status, rung = payload.take("CallStatus").lower(), _OF_DIAL.get(_of_dial(payload))
    call = CallEvent(
        id=payload.take("ALegUUID") or payload.take("CallUUID"),
        state=rung or ("answered" if payload.take("Event") == "StartApp" else _STATES.get(status)),
        caller=payload.take("From"),
        called=payload.take("To"),
        direction="outbound" if outbound else "inbound" if direction else None,
        started_at=_started_at(payload),
        duration=payload.take_seconds("Duration"),
        agent=payload.take("DialBLegTo") if rung == "answered" else "",
        taken=rung == "answered",
        recording_url=payload.take("RecordUrl", "RecordingUrl"),
        person={"full_name": "" if outbound else payload.take("CallerName")},
    )
    found = to_submission(call, payload, international=True)
    if isinstance(found, Ignored) or source.unverified or not _nonce_alone(request.headers):
        return found
    return replace(found, doubt=_UNSIGNED)


def _of_dial(payload: Payload) -> str:
    return payload.look("DialStatus", "DialBLegStatus").lower()


def _nonce_alone(headers: Mapping[str, str]) -> str:
    """The second signature's nonce, where there is no other signature."""
    others = ("X-Plivo-Signature", "X-Plivo-Signature-V3-Nonce")
    return "" if any(map(headers.get, others)) else headers.get("X-Plivo-Signature-V2-Nonce", "")


def _started_at(payload: Payload) -> datetime | None:
    """Plivo writes its times in UTC, without saying so."""
    return payload.take_time("StartTime", zone=UTC) or moment(payload.look("SessionStart"), UTC)


def _third(
    url: str, fields: Iterable[tuple[str, str]], nonce: str, *, posted: bool
) -> Iterator[bytes]:
    address, _, search = url.partition("?")
    query = parse_qsl(search, keep_blank_values=True)
    if not posted:
        query, fields = [*query, *fields], ()
    tail = "&".join(f"{name}={value}" for name, value in sorted(query))
    body = "".join(name + value for name, value in sorted(fields))
    if body:
        tail = f"{tail}.{body}" if tail else body
    tail = f"?{tail}" if tail else ""
    return (f"{one}{tail}.{nonce}".encode("utf-8", "replace") for one in spellings(address))


def _second(url: str, nonce: str) -> Iterator[bytes]:
    address = url.partition("?")[0]
    return ((one + nonce).encode("utf-8", "replace") for one in spellings(address))


PLIVO = Sender(
    read=read,
    verify=verify,
    methods=("GET", "POST"),
    answer=speaking(plivo_xml),
    setup="Voice → Applications → your application → Hangup URL (and Ring URL): {url}\n"
    'Secret: the Auth Token. As Answer URL only with answer = "forward:+44…".',
)
