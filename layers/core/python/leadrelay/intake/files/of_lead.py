"""The files of a lead: those that come with it, and those that are still to come."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from leadrelay.errors import Unavailable
from leadrelay.intake.answer import Answer, as_json
from leadrelay.intake.files.accept import MAX_FILE_BYTES, File
from leadrelay.lead import Attachment, Lead
from leadrelay.sources import Source

_AWAITED = "resume_upload"
"""The field of `extra` that says that a file was announced and hasn't come; a second file's has
its number behind it."""

_AWAITED_TEXT = "announced, but it had not arrived when this was sent on"


class Store(Protocol):
    """`aws.files.Files`."""

    def write(self, attachment: Attachment, content: bytes) -> None: ...
    def read_upload(self, key: str) -> tuple[str, bytes] | None: ...
    def delete(self, key: str) -> None: ...
    def upload(
        self, source: str, lead_id: str, position: int, filename: str, content: bytes
    ) -> None: ...
    def offer_upload(self, source: str, lead_id: str, max_bytes: int) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Attacher:
    """Where files are kept. With `scan` they wait in the place for uploads until they are found
    harmless, like those that browsers put there."""

    store: Store
    scan: bool

    def attach(self, lead: Lead, files: Sequence[File]) -> Lead:
        """The lead with its files, which are kept first: what a lead names is there."""
        if self.scan:
            return awaiting(lead, len(files))
        for position, kept in enumerate(self.keep(files, lead.id), 1):
            lead = add_file(lead, position, kept)
        return lead

    def discard(self, lead: Lead) -> None:
        """Once it is known that the lead isn't new, its files aren't wanted. Best effort: what
        stays is tidied up."""
        with suppress(Unavailable):
            for file in lead.files:
                self.store.delete(file.key)

    def hand_to_scan(self, lead: Lead, files: Iterable[File]) -> None:
        """Once the lead is in the ledger, its files may arrive."""
        if self.scan:
            for position, file in enumerate(files, 1):
                self.store.upload(lead.source, lead.id, position, file.filename, file.content)

    def offer(self, source: Source, lead_id: str) -> Answer:
        """{"url", "fields", "id"}: where a browser puts the file, and how."""
        limit = source.max_file_bytes or MAX_FILE_BYTES
        offer = self.store.offer_upload(source.name, lead_id, limit)
        return as_json({"url": offer["url"], "fields": offer["fields"], "id": lead_id})

    def keep(self, files: Iterable[File], folder: str) -> list[Attachment]:
        """Files that were looked at, under the hash of their bytes in one lead's folder."""
        kept = []
        for file in files:
            plain = file.attachment()
            attachment = plain.model_copy(update={"key": f"leads/{folder}/{plain.sha256}"})
            self.store.write(attachment, file.content)
            kept.append(attachment)
        return kept


def awaiting(lead: Lead, count: int = 1) -> Lead:
    """The lead, flagged as one whose files are still to come; a file's flag goes when it comes."""
    flags = {_flag(position): _AWAITED_TEXT for position in range(1, count + 1)}
    return lead.model_copy(update={"extra": {**lead.extra, **flags}})


def awaits_a_file(lead: Lead) -> bool:
    """Whether a file was announced that hasn't come."""
    return _AWAITED_TEXT in lead.extra.values()


def settle_file(lead: Lead, position: int, refused: Mapping[str, str]) -> Lead:
    """The lead, no longer waiting for its file; with what was wrong with it, if anything."""
    extra = {name: value for name, value in lead.extra.items() if name != _flag(position)}
    return lead.model_copy(update={"extra": {**extra, **refused}})


def add_file(lead: Lead, position: int, file: Attachment) -> Lead:
    """The lead with one more file: its first is the résumé; none is there twice."""
    if file.sha256 in {one.sha256 for one in lead.files}:
        return lead
    if position == 1 and lead.resume is None:
        return lead.model_copy(update={"resume": file})
    return lead.model_copy(update={"attachments": (*lead.attachments, file)})


def _flag(position: int) -> str:
    return _AWAITED if position == 1 else f"{_AWAITED}_{position}"
