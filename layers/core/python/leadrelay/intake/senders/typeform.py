"""Typeform: typed answers, whose questions stand in the form's definition beside them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from leadrelay.intake.body import documents
from leadrelay.intake.proofs.signatures import check_signature, hmac_base64, signed
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Sender, Submission
from leadrelay.sources import Source

_TYPES = {"email": "email", "phone_number": "phone"}


def verify(
    headers: Mapping[str, str], body: bytes, _url: str, secrets: Sequence[str], _now: datetime
) -> None:
    """Typeform-Signature: sha256= and base64 HMAC-SHA256 of the body (typeform.com/developers,
    "Secure your webhooks"). It signs no time."""
    given = signed(headers, "Typeform-Signature")
    check_signature([given], ["sha256=" + hmac_base64(secret, body) for secret in secrets])


def read(request: Request, _source: Source) -> Submission:
    """The questions' own words name the answers. A partial response has a key of its own, as the
    whole one that may follow has the same token."""
    document = documents.read(request)
    response = documents.table(document, "form_response")
    if not response:
        raise documents.unlike("a Typeform response")
    titles = dict(_titles(documents.table(response, "definition")))
    answers = [
        (answer, _title(answer, titles)) for answer in documents.rows(response.get("answers"))
    ]
    typed = [
        (_TYPES[kind], documents.text(answer.get(kind)))
        for answer, _ in answers
        if isinstance(kind := answer.get("type"), str) and kind in _TYPES
    ]
    found = [
        *((title, _value(answer)) for answer, title in answers),
        *documents.pairs(documents.table(response, "hidden")),
        *_variables(response),
    ]
    about = documents.pairs(response, "form_id", "submitted_at")
    definition = documents.table(response, "definition")
    whole = document.get("event_type") == "form_response"
    key = response.get("token") if whole else document.get("event_id")
    return documents.submission(
        documents.by_type(found, typed),
        document,
        key,
        about=about,
        form=documents.text(definition.get("title")),
        submitted_at=documents.time(response.get("submitted_at")),
    )


def _titles(definition: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(id, question) of every field, also of those inside a group or a contact block."""
    for field in documents.rows(definition.get("fields")):
        yield documents.text(field.get("id")), documents.text(field.get("title")).strip()
        yield from _titles(documents.table(field, "properties"))


def _title(answer: dict[str, Any], titles: Mapping[str, str]) -> str:
    """The question's words; or the name that its author gave it for programs, if only that is
    understood ("Readable name you can use to reference the field", Typeform's Create API)."""
    field = documents.table(answer, "field")
    title = titles.get(documents.text(field.get("id")))
    return documents.called(title, field.get("ref"), field.get("id"))


def _value(answer: dict[str, Any]) -> str:
    """An answer stands under the name of its type; a choice is told by its label."""
    value = answer.get(documents.text(answer.get("type")))
    if isinstance(value, dict):
        chosen = [value.get(name) for name in ("label", "labels", "other")]
        return documents.text(chosen if any(chosen) else value)
    return documents.text(value)


def _variables(response: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What the form's author computes is nobody's name, even if it is called `name`, as in
    Typeform's own example."""
    for variable in documents.rows(response.get("variables")):
        value = variable.get(documents.text(variable.get("type")))
        yield f"variables.{documents.text(variable.get('key'))}", documents.text(value)


TYPEFORM = Sender(
    read=read,
    verify=verify,
    setup="In the form: Connect > Webhooks > Add a webhook: {url}\n"
    "Edit it, set a secret of your own there, and give this source the same.",
)
