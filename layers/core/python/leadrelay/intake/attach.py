"""The files of a lead: those that come with it, and those that are still to come."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from leadrelay.intake.answer import Answer, as_json
from leadrelay.intake.files import MAX_FILE_BYTES, File, Upload, keep_files
from leadrelay.lead import Attachment, Lead
from leadrelay.sources import Source

AWAITED = "resume_upload"
"""The field of `extra` that says that a file was announced and hasn't come."""

_AWAITED_TEXT = "announced, but it had not arrived when this was sent on"


class Store(Protocol):
    """`aws.files.Files`."""

    def write(self, attachment: Attachment, content: bytes) -> None: ...
    def read(self, key: str) -> bytes: ...
    def delete(self, key: str) -> None: ...
    def upload(self, source: str, lead_id: str, filename: str, content: bytes) -> None: ...
    def upload_name(self, key: str) -> str: ...
    def offer_upload(self, source: str, lead_id: str, max_bytes: int) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Attacher:
    """Where files are kept. With `scan` they wait in the place for uploads until they are found
    harmless, like those that browsers put there."""

    store: Store
    scan: bool

    def attach(self, lead: Lead, guard_key: str, files: Iterable[File]) -> Lead:
        """The lead with its files, which are kept first: what a lead names is there."""
        if self.scan:
            return awaiting(lead)
        return add_files(lead, self._keep(files, guard_key))

    def hand_to_scan(self, lead: Lead, files: Iterable[File]) -> None:
        """Once the lead is in the ledger, its files may arrive."""
        if self.scan:
            for file in files:
                self.store.upload(lead.source, lead.id, file.filename, file.content)

    def offer(self, source: Source, lead_id: str) -> Answer:
        """{"url", "fields", "id"}: where a browser puts the file, and how."""
        limit = source.max_file_bytes or MAX_FILE_BYTES
        return as_json({**self.store.offer_upload(source.name, lead_id, limit), "id": lead_id})

    def arrived(
        self, key: str, lead_id: str, source: Source
    ) -> tuple[list[Attachment], dict[str, str]]:
        """Look at an upload and keep it: its attachment, or what is wrong with it, for `extra`."""
        upload = Upload("resume", self.store.upload_name(key), self.store.read(key))
        files, refused = keep_files([upload], source)
        return self._keep(files, lead_id), dict(refused)

    def _keep(self, files: Iterable[File], folder: str) -> list[Attachment]:
        kept = []
        for file in files:
            plain = file.attachment()
            attachment = plain.model_copy(update={"key": f"leads/{folder}/{plain.sha256}"})
            self.store.write(attachment, file.content)
            kept.append(attachment)
        return kept


def awaiting(lead: Lead) -> Lead:
    """The lead, flagged as one whose file is still to come; the flag goes when it comes."""
    return lead.model_copy(update={"extra": {**lead.extra, AWAITED: _AWAITED_TEXT}})


def add_files(
    lead: Lead, files: Iterable[Attachment], refused: dict[str, str] | None = None
) -> Lead:
    """The lead with more files: the first is the résumé, if it has none; none is there twice."""
    resume, attachments = lead.resume, list(lead.attachments)
    known = {one.sha256 for one in (resume, *attachments) if one}
    for file in files:
        if file.sha256 in known:
            continue
        known.add(file.sha256)
        if resume is None:
            resume = file
        else:
            attachments.append(file)
    extra = {name: value for name, value in lead.extra.items() if name != AWAITED}
    return lead.model_copy(
        update={
            "resume": resume,
            "attachments": tuple(attachments),
            "extra": {**extra, **(refused or {})},
        }
    )
