"""The files of an application: which are taken, under what name, and which one is the résumé."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from leadrelay.errors import Rejected
from leadrelay.intake.files.kinds import MEDIA_TYPES, file_type, unsupported
from leadrelay.intake.files.likeness import likeness
from leadrelay.lead import Attachment
from leadrelay.sources import Source

MAX_FILE_BYTES = 10_000_000
"""For a source without a `max_file_bytes` of its own."""

_NAME_MAX = 200
_DATA_URL = re.compile(r"data:[^,]{0,200};base64,")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came: its field, the name somebody gave it, its bytes or their base64, and what
    else is said of its sort (`"type": "COVER_LETTER"`)."""

    field: str
    filename: str
    content: bytes | str
    sort: str = ""

    @property
    def likeness(self) -> int:
        return likeness(self.field, self.sort, self.filename)


@dataclass(frozen=True, slots=True)
class File:
    """A file that was looked at: `filename` is for people's eyes and ends as its type does;
    `media_type` says what the bytes are; `is_resume` that it may be taken for the résumé."""

    filename: str
    media_type: str
    content: bytes
    is_resume: bool = True

    def attachment(self) -> Attachment:
        """What the lead remembers of it."""
        return Attachment(
            filename=self.filename,
            media_type=self.media_type,
            size=len(self.content),
            sha256=hashlib.sha256(self.content).hexdigest(),
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that can't be taken: its number among those that came, from 1, and why."""

    number: int
    upload: Upload
    why: Rejected

    def note(self) -> tuple[str, str]:
        """The field that tells of it."""
        flag = "resume_refused" if self.upload.likeness > 0 else "attachment_refused"
        return flag, f"{_bare_name(self.upload.filename)}: {self.why.title}"


type Pairs = tuple[tuple[str, str], ...]


def take_files(uploads: Sequence[Upload], source: Source) -> tuple[tuple[File, ...], Pairs]:
    """As `keep_files`, for somebody who can choose a better file.

    Raises Rejected for the first that can't be taken, if no other looks as much like the résumé:
    400 empty, garbled or ruined, 413 too large, 415 a program, a document with macros, or of a
    type that isn't accepted. A photo beside a good one refuses nothing.
    """
    taken, refused = _look_at(uploads, source)
    best = max((upload.likeness for upload, _ in taken), default=-1)
    for refusal in refused:
        if best < 0 or refusal.upload.likeness > best:
            why = refusal.why
            detail = why.detail if len(uploads) == 1 else f"File {refusal.number}: {why.detail}"
            field = refusal.upload.field
            raise Rejected(why.status, why.title, detail, field=field) from why
    return _sorted(taken), tuple(refusal.note() for refusal in refused)


def keep_files(uploads: Sequence[Upload], source: Source) -> tuple[tuple[File, ...], Pairs]:
    """The files that can be taken, the résumé first, and a field for each of the others.

    For senders that wouldn't send better ones: the person is kept, and the field
    `resume_refused` or `attachment_refused` says which file is missing, and why.
    """
    taken, refused = _look_at(uploads, source)
    return _sorted(taken), tuple(refusal.note() for refusal in refused)


def decode_base64(text: str) -> bytes:
    """The bytes, from the usual or the URL's alphabet, however it is broken into lines and padded,
    and from a data: URL. Raises Rejected (400)."""
    if prefix := _DATA_URL.match(text):
        text = text[prefix.end() :]
    raw = text.encode("ascii", "replace").translate(bytes.maketrans(b"-_", b"+/"), b" \t\r\n")
    raw = raw.rstrip(b"=")
    try:
        return base64.b64decode(raw + b"=" * (-len(raw) % 4), validate=True)
    except binascii.Error as error:
        raise Rejected(400, "Unreadable file", "Send the file's bytes as base64.") from error


def too_large_file(limit: int, field: str = "") -> Rejected:
    detail = f"A file may have at most {limit / 1_000_000:g} MB."
    return Rejected(413, "File too large", detail, field=field)


def _look_at(
    uploads: Sequence[Upload], source: Source
) -> tuple[list[tuple[Upload, File]], list[Refusal]]:
    taken: list[tuple[Upload, File]] = []
    refused: list[Refusal] = []
    for number, upload in enumerate(uploads, 1):
        try:
            taken.append((upload, _take(upload, source)))
        except Rejected as bad:
            refused.append(Refusal(number, upload, bad))
    return taken, refused


def _take(upload: Upload, source: Source) -> File:
    limit = source.max_file_bytes or MAX_FILE_BYTES
    content = upload.content
    if isinstance(content, str):
        content = decode_base64(content)
    if len(content) > limit:
        raise too_large_file(limit)
    kind = file_type(content)
    if source.accept and kind not in source.accept:
        raise unsupported(source.accept)
    name = _display_name(upload.filename or upload.field.rpartition(".")[2], kind)
    return File(name, MEDIA_TYPES[kind], content, is_resume=upload.likeness >= 0)


def _sorted(taken: Iterable[tuple[Upload, File]]) -> tuple[File, ...]:
    """The likeliest résumé first, all others in their order."""
    pairs = list(taken)
    if pairs:
        likest = max(range(len(pairs)), key=lambda at: pairs[at][0].likeness)
        pairs.insert(0, pairs.pop(likest))
    return tuple(file for _, file in pairs)


def _display_name(name: str, kind: str) -> str:
    """The name without its folders, ending as its type does: CRMs go by a name's ending
    (TrackerRMS API, attachDocument), and a text called cv.bat must not be opened as what it says.
    """
    bare = _bare_name(name)
    stem, dot, ending = bare.rpartition(".")
    if not dot or ending.lower() != kind:
        stem, ending = bare, kind
    return f"{stem[: _NAME_MAX - len(ending) - 1]}.{ending}"


def _bare_name(name: str) -> str:
    """Without folders, control characters and marks that turn the writing direction."""
    last = re.split(r"[/\\]", name[-1_000:])[-1]
    shown = "".join(" " if char.isspace() else char for char in last)
    shown = "".join(char for char in shown if char.isprintable()).strip(" .")
    return shown[:_NAME_MAX] or "resume"
