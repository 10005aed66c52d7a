"""What the senders send: which source a number goes to, and the requests that tell of it."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from leadrelay.lead import Kind
from leadrelay_sandbox.chaos.cast import Person, loner, person
from leadrelay_sandbox.gateway import proxy_event

SOURCES_TOML = Path(__file__).with_name("sources.toml")
SOURCES = (
    *("contact", "enquiry", "person", "candidate", "opportunity", "overwrite"),
    *("phone", "line", "careers", "scanned", "upload", "renew"),
)
OVERWRITING = ("overwrite", "renew")
"""What a lead of these says may be replaced by the next one of the same person, at TrackerRMS."""

ANNOUNCED = "upload"
"""The source whose file is announced, and put into the bucket afterwards."""

SCANNED = "scanned"
"""The source whose files wait for the malware scan."""

OF_FILES = (SCANNED,)
"""Where a lead has several files that come one by one."""

COMPANY = "Acme Harbour"

TOKEN = "chaos-token"  # noqa: S105  # the sandbox's passwords are no secrets

_CALLS, _RESUMES = ("phone", "line"), ("careers", "scanned", "upload", "renew")
_CALLED = "+442079460999"
_STATES = (("ringing", 0), ("in progress", 0), ("answered", 75))  # the sender's words, seconds
_CALLED_AT = datetime(2026, 3, 2, 20, tzinfo=UTC)
_PARTS = ("resume", "letter")


def message(number: int) -> str:
    """How a form is known again."""
    return f"Please ring me about flat {number}"


def source(number: int) -> str:
    """Each has options of its own; see sources.toml. Each round begins with another one, so that
    nobody always sends to the same."""
    return SOURCES[(number + number // len(SOURCES)) % len(SOURCES)]


def kind(number: int) -> Kind:
    name = source(number)
    return "call" if name in _CALLS else "resume" if name in _RESUMES else "form"


def who(number: int) -> Person:
    """Whom a number is about: of a family, unless what they send overwrites."""
    name = source(number)
    if name in OVERWRITING:
        return loner(OVERWRITING.index(name), number // len(SOURCES))
    return person(number)


def files(number: int) -> Mapping[str, bytes]:
    """The files of an application, by their part of the form; they have the same name."""
    if kind(number) != "resume":
        return {}
    parts = _PARTS[:1] if source(number) == ANNOUNCED else _PARTS
    return {part: f"%PDF-1.7 {part} {number}".encode() for part in parts}


def hashes(number: int) -> set[str]:
    """Of those files."""
    return {hashlib.sha256(content).hexdigest() for content in files(number).values()}


def requests(number: int, token: str) -> list[dict[str, Any]]:
    """A form, every other one with an id of its own; an application; or what happens to a call."""
    if kind(number) == "call":
        return [_event(number, json.dumps(event).encode(), token) for event in _call(number)]
    if source(number) == ANNOUNCED:
        return [_announcement(number, token)]
    if kind(number) == "resume":
        return [_application(number, token)]
    headers = {"Idempotency-Key": f"chaos-form-{number}"} if number % 2 else {}
    body = {**asdict(who(number)), "company": COMPANY, "message": message(number)}
    body |= {"utm_source": "newsletter"} if source(number) == "contact" else {}
    return [_event(number, json.dumps(body).encode(), token, headers)]


def called_on(time_zone: str) -> str:
    """The day on which the calls of the source "line" begin."""
    return _CALLED_AT.astimezone(ZoneInfo(time_zone)).date().isoformat()


def _applicant(number: int) -> dict[str, str]:
    return {**asdict(who(number)), "message": message(number), "job": f"JOB-{number}"}


def _announcement(number: int, token: str) -> dict[str, Any]:
    headers = {"Idempotency-Key": f"chaos-upload-{number}"}
    body = json.dumps(_applicant(number)).encode()
    return _event(number, body, token, headers, path="/uploads")


def _application(number: int, token: str) -> dict[str, Any]:
    boundary = f"chaos-{number}"
    lines = [
        *(_part(boundary, name, value.encode()) for name, value in _applicant(number).items()),
        *(
            _part(boundary, name, content, "application/pdf")
            for name, content in files(number).items()
        ),
        f"--{boundary}--\r\n".encode(),
    ]
    given = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    return _event(number, b"".join(lines), token, given)


def _part(boundary: str, name: str, content: bytes, media_type: str = "") -> bytes:
    told = f'form-data; name="{name}"' + ('; filename="document.pdf"' if media_type else "")
    head = f"--{boundary}\r\nContent-Disposition: {told}\r\n"
    typed = f"Content-Type: {media_type}\r\n" if media_type else ""
    return f"{head}{typed}\r\n".encode() + content + b"\r\n"


def _call(number: int) -> Iterator[dict[str, Any]]:
    """Every other caller is told by name."""
    caller = who(number)
    name = f"{caller.first_name} {caller.last_name}" if number // len(SOURCES) % 2 else ""
    dated = {"unix_time": int(_CALLED_AT.timestamp())} if source(number) == "line" else {}
    for status, seconds in _STATES:
        yield {
            "sid": f"CA-{number}",
            "status": status,
            "direction": "inbound",
            "caller_number": caller.phone,
            "tracking_number": _CALLED,
            "name": name,
            "duration": seconds,
            "talk_time": seconds,
            **dated,
        }


def _event(
    number: int,
    body: bytes,
    token: str,
    headers: Mapping[str, str] | None = None,
    *,
    path: str = "",
) -> dict[str, Any]:
    target = f"/{kind(number)}s/{source(number)}{path}"
    given = {"Content-Type": "application/json", "X-Token": token, **(headers or {})}
    return proxy_event("POST", target, given.items(), body, request_id=f"chaos-{number}")
