"""Formstack: fields by their labels, with a shared secret among them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from leadrelay.intake.body import documents
from leadrelay.intake.body.read import read_body
from leadrelay.intake.proofs.signatures import check_signature, hmac_hex
from leadrelay.intake.request import Headers, Request
from leadrelay.intake.senders import Sender, Submission
from leadrelay.sources import Source

_SECRET = "HandshakeKey"  # noqa: S105 - the name of a field
_ABOUT = {"FormID", "UniqueID", "FormName", "SubmissionId"}
_PART = re.compile(r"(\w+) = (.*)")  # of a name or an address: "first = Jane"


def verify(
    headers: Mapping[str, str], body: bytes, _url: str, secrets: Sequence[str], _now: datetime
) -> None:
    """The shared secret in the body, or, where the form has an HMAC key, X-FS-Signature: sha256=
    and the hex HMAC-SHA256 of the body."""
    if given := headers.get("x-fs-signature", ""):
        check_signature([given], ["sha256=" + hmac_hex(secret, body) for secret in secrets])
        return
    fields = read_body(Request("POST", "/", Headers(headers.items()), (), "", body)).fields
    check_signature([value for name, value in fields if name == _SECRET], secrets)


def read(request: Request, _source: Source) -> Submission:
    """Labels, as the webhook is set up, name the answers; the parts of a name or an address are
    told apart."""
    body = read_body(request)
    source = body.document.items() if body.document else body.fields
    found = [pair for name, value in source if name != _SECRET for pair in _answers(name, value)]
    given = dict(found)
    said = [pair for pair in found if pair[0] not in _ABOUT]
    about = [pair for pair in found if pair[0] in _ABOUT]
    key = given.get("FormID"), given.get("UniqueID")
    return documents.submission(said, body.document, *key, about=about)


def _answers(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and "value" in value:
        value = value["value"]  # beside it stands the field's type
    if isinstance(value, dict):
        for part, inner in value.items():
            yield f"{name}.{part}", documents.text(inner)
        return
    lines = [_PART.fullmatch(line) for line in documents.text(value).splitlines()]
    parts = [(f"{name}.{line[1]}", line[2]) for line in lines if line]
    whole = len(parts) > 1 and len(parts) == len(lines)
    yield from parts if whole else [(name, documents.text(value))]


FORMSTACK = Sender(
    read=read,
    verify=verify,
    setup="In the form: Settings > Emails & Actions > WebHook: {url}, with field labels as keys\n"
    "Set its shared secret (or an HMAC key), and give this source the same.",
)
