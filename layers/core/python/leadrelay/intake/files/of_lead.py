"""The files of a lead: those that come with it, and those that are still to come."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from leadrelay.errors import Unavailable
from leadrelay.intake.answer import Answer, as_json
from leadrelay.intake.files.accept import MAX_FILE_BYTES, File
from leadrelay.intake.shapes import Place
from leadrelay.lead import Attachment, Lead
from leadrelay.sources import Source


class Store(Protocol):
    """`aws.files.Files`."""

    def write(self, attachment: Attachment, content: bytes) -> None: ...
    def read_upload(self, key: str, etag: str) -> tuple[str, bytes] | None: ...
    def holds(self, key: str, etag: str) -> bool: ...
    def delete(self, key: str) -> None: ...
    def upload(
        self, source: str, lead_id: str, position: int, filename: str, content: bytes
    ) -> None: ...
    def offer_upload(self, source: str, lead_id: str, position: int, max_bytes: int) -> Place: ...


@dataclass(frozen=True, slots=True)
class Attacher:
    """Where files are kept. With `scan` they wait in the place for uploads until they are found
    harmless, like those that browsers put there."""

    store: Store
    scan: bool

    def attach(self, lead: Lead, files: Sequence[File]) -> Lead:
        """The lead with its files, which are kept first: what a lead names is there."""
        if self.scan:
            return awaiting(lead, *_places(files))
        for place, kept in zip(_places(files), self.keep(files, lead.id), strict=True):
            lead = add_file(lead, place, kept)
        return lead

    def discard(self, lead: Lead) -> None:
        """Once it is known that the lead isn't new, its files aren't wanted. Best effort: what
        stays is tidied up."""
        with suppress(Unavailable):
            for file in lead.files:
                self.store.delete(file.key)

    def hand_to_scan(self, lead: Lead, files: Sequence[File]) -> None:
        """Once the lead is in the ledger, its files may arrive."""
        if self.scan:
            for place, file in zip(_places(files), files, strict=True):
                self.store.upload(lead.source, lead.id, place, file.filename, file.content)

    def offer(self, source: Source, lead_id: str, places: Iterable[int]) -> Answer:
        """Where a browser puts each file, and how, in the order that they were announced in."""
        limit = source.max_file_bytes or MAX_FILE_BYTES
        first, *others = (
            self.store.offer_upload(source.name, lead_id, place, limit) for place in places
        )
        return as_json({**first, "id": lead_id, "others": others})

    def keep(self, files: Iterable[File], folder: str) -> list[Attachment]:
        """Files that were looked at, under the hash of their bytes in one lead's folder."""
        kept = []
        for file in files:
            plain = file.attachment()
            attachment = plain.model_copy(update={"key": f"leads/{folder}/{plain.sha256}"})
            self.store.write(attachment, file.content)
            kept.append(attachment)
        return kept


def awaiting(lead: Lead, *places: int) -> Lead:
    """The lead, which waits for the files of these places."""
    return lead.model_copy(update={"awaits": tuple(sorted({*lead.awaits, *places}))})


def settle_file(lead: Lead, place: int, refused: Mapping[str, str]) -> Lead:
    """The lead, no longer waiting for its file; with what was wrong with it, if anything."""
    awaits = tuple(awaited for awaited in lead.awaits if awaited != place)
    return lead.model_copy(update={"awaits": awaits, "extra": {**lead.extra, **refused}})


def add_file(lead: Lead, place: int, file: Attachment) -> Lead:
    """The lead with one more file: that of place 1 is the résumé; none is there twice."""
    if is_there(lead, file):
        return lead
    if place == 1 and lead.resume is None:
        return lead.model_copy(update={"resume": file})
    return lead.model_copy(update={"attachments": (*lead.attachments, file)})


def is_there(lead: Lead, file: Attachment) -> bool:
    return file.sha256 in {known.sha256 for known in lead.files}


def _places(files: Sequence[File]) -> range:
    """The places of files that came together: 1 is the résumé's, which may not be among them."""
    first = 1 if files and files[0].is_resume else 2
    return range(first, first + len(files))
