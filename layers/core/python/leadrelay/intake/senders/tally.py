"""Tally: labelled fields, in which choices are ids whose texts stand beside them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from leadrelay.intake.body import documents
from leadrelay.intake.proofs.signatures import check_signature, hmac_base64, signed
from leadrelay.intake.request import Request
from leadrelay.intake.senders import Sender, Submission
from leadrelay.sources import Source

_TYPES = {"INPUT_EMAIL": "email", "INPUT_PHONE_NUMBER": "phone"}


def verify(
    headers: Mapping[str, str], body: bytes, _url: str, secrets: Sequence[str], _now: datetime
) -> None:
    """Tally-Signature: base64 HMAC-SHA256 of the body (tally.so/help/webhooks). It signs no
    time."""
    given = signed(headers, "Tally-Signature")
    check_signature([given], [hmac_base64(secret, body) for secret in secrets])


def read(request: Request, _source: Source) -> Submission:
    """The labels name the answers."""
    document = documents.read(request)
    response = documents.table(document, "data")
    fields = documents.rows(response.get("fields"))
    if not fields:
        raise documents.unlike("a Tally response")
    found = list(_answers(fields))
    typed = [
        (_TYPES[kind], documents.text(field.get("value")))
        for field in fields
        if isinstance(kind := field.get("type"), str) and kind in _TYPES
    ]
    about = documents.pairs(response, "formId", "formName", "createdAt")
    key = response.get("responseId") or document.get("eventId")
    return documents.submission(
        documents.by_type(found, typed),
        document,
        key,
        about=about,
        form=documents.text(response.get("formName")),
        submitted_at=documents.time(response.get("createdAt")),
    )


def _answers(fields: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for field in fields:
        value = field.get("value")
        if field.get("type") == "CHECKBOXES" and isinstance(value, bool):
            continue  # each option once more; the question itself lists those that are ticked
        label = documents.text(field.get("label")).strip() or documents.text(field.get("key"))
        yield label, documents.text(_in_words(value, dict(_texts(field))))


def _texts(field: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(id, text) of what can be chosen; a matrix has rows and columns."""
    for kind in ("options", "rows", "columns"):
        for option in documents.rows(field.get(kind)):
            yield documents.text(option.get("id")), documents.text(option.get("text"))


def _in_words(value: Any, texts: Mapping[str, str]) -> Any:
    """Ids replaced by their texts, a matrix as "row: column; …", a file as its URL."""
    if isinstance(value, list):
        return [_in_words(item, texts) for item in value]
    if isinstance(value, dict):
        if "url" in value:
            return value["url"]
        return "; ".join(
            f"{texts.get(row, row)}: {documents.text(_in_words(chosen, texts))}"
            for row, chosen in value.items()
        )
    return texts.get(value, value) if isinstance(value, str) else value


TALLY = Sender(
    read=read,
    verify=verify,
    setup="In the published form: Integrations > Webhooks > Connect: {url}\n"
    "Add a signing secret there, and give this source the same.",
)
