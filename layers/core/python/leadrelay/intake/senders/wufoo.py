"""Wufoo: Field1, Field2 …, named by the form's structure that comes along."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from leadrelay.intake.body import documents
from leadrelay.intake.body.read import read_body
from leadrelay.intake.body.text import decode
from leadrelay.intake.body.urlencoded import read_urlencoded
from leadrelay.intake.limits import LIMITS
from leadrelay.intake.proofs.signatures import check_signature
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Sender, Submission
from leadrelay.sources import Source

_SECRET = "HandshakeKey"  # noqa: S105 - the name of a field
_NOT_TOLD = {"FieldStructure", "FormStructure", _SECRET}
_ABOUT = {"EntryId", "DateCreated", "CreatedBy", "DateUpdated", "UpdatedBy", "IP", "LastPage"}
_ABOUT |= {"CompleteSubmission", "Status", "PurchaseTotal", "Currency", "TransactionId"}


def verify(
    _headers: Mapping[str, str], body: bytes, _url: str, secrets: Sequence[str], _now: datetime
) -> None:
    """The handshake key, which comes in the body (wufoo.github.io/docs, "Webhooks")."""
    fields = read_urlencoded(body, LIMITS)
    given = [decode(value) for name, value in fields if name == _SECRET.encode()]
    check_signature(given, secrets)


def read(request: Request, _source: Source) -> Submission:
    """The titles in FieldStructure name the answers; without it sources.toml has to."""
    given = dict(read_body(request).fields)
    titles = dict(_titles(documents.embedded(given.get("FieldStructure", "")).get("Fields")))
    form = documents.embedded(given.get("FormStructure", ""))
    told = {name: value for name, value in given.items() if name not in _NOT_TOLD}
    answers = [(titles.get(name) or name, told[name]) for name in told if name not in _ABOUT]
    about = [(name, told[name]) for name in told if name in _ABOUT]
    name = documents.text(form.get("Name"))
    # An entry's number says nothing without the form's.
    key = form.get("Hash"), given.get("EntryId")
    return documents.submission(answers, given, *key, about=about, form=name)


def _titles(fields: Any) -> Iterator[tuple[str, str]]:
    for field in documents.rows(fields):
        title = documents.text(field.get("Title"))
        yield documents.text(field.get("ID")), title
        for part in documents.rows(field.get("SubFields")):
            label = documents.text(part.get("Label"))
            yield documents.text(part.get("ID")), f"{title} {label}".strip()


WUFOO = Sender(
    read=read,
    verify=verify,
    setup="In the form: More > Notifications > WebHook: {url}, and tick Include Field and Form "
    "Structures\nSet a WebHook Handshake Key there, and give this source the same.",
)
