"""The files of an application: which are taken, under what name, and which one is the résumé."""

import base64
import binascii
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from leadrelay.errors import Rejected
from leadrelay.intake.files.kinds import MEDIA_TYPES, file_type, unsupported
from leadrelay.lead import Attachment
from leadrelay.sources import Source

MAX_FILE_BYTES = 10_000_000
"""For a source without a `max_file_bytes` of its own."""

_NAME_MAX = 200
_FIELD_MAX = 200  # what is looked at of a field's name
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_RESUME = re.compile(r"resume|lebenslauf|curricul|hojadevida")
_DATA_URL = re.compile(r"data:[^,]{0,200};base64,")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came: its field, the name somebody gave it, and its bytes or their base64."""

    field: str
    filename: str
    content: bytes | str


@dataclass(frozen=True, slots=True)
class File:
    """A file that was looked at: `filename` is for people's eyes and ends as its type does;
    `media_type` says what the bytes are."""

    filename: str
    media_type: str
    content: bytes

    def attachment(self) -> Attachment:
        """What the lead remembers of it."""
        return Attachment(
            filename=self.filename,
            media_type=self.media_type,
            size=len(self.content),
            sha256=hashlib.sha256(self.content).hexdigest(),
        )


def take_files(uploads: Sequence[Upload], source: Source) -> tuple[File, ...]:
    """The files, the résumé first: the first whose field is called so, else the first there is.

    Raises Rejected for the first that can't be taken: 400 empty or garbled, 413 too large, 415
    a program, a document with macros, or of a type that isn't accepted.
    """
    taken: list[tuple[Upload, File]] = []
    for number, upload in enumerate(uploads, 1):
        try:
            taken.append((upload, _take(upload, source)))
        except Rejected as bad:
            if len(uploads) == 1:
                raise
            raise Rejected(bad.status, bad.title, f"File {number}: {bad.detail}") from bad
    return _resume_first(taken)


def keep_files(
    uploads: Sequence[Upload], source: Source
) -> tuple[tuple[File, ...], tuple[tuple[str, str], ...]]:
    """The files that can be taken, the résumé first, and a field for each of the others.

    For senders that wouldn't send better ones: the person is kept, and the field
    `resume_refused` or `attachment_refused` says which file is missing, and why.
    """
    taken: list[tuple[Upload, File]] = []
    refused: list[tuple[str, str]] = []
    for upload in uploads:
        try:
            taken.append((upload, _take(upload, source)))
        except Rejected as bad:
            flag = "resume_refused" if is_resume(upload.field) else "attachment_refused"
            refused.append((flag, f"{_bare_name(upload.filename)}: {bad.title}"))
    return _resume_first(taken), tuple(refused)


def is_resume(field: str) -> bool:
    """Whether a field of this name holds a résumé: "CV", "yourResume", "Lebenslauf (PDF)"."""
    plain = unicodedata.normalize("NFKD", field[:_FIELD_MAX])
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    words = [word.lower() for word in _WORD.findall(plain)]
    return "cv" in words or _RESUME.search("".join(words)) is not None


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


def _take(upload: Upload, source: Source) -> File:
    limit = source.max_file_bytes or MAX_FILE_BYTES
    content = upload.content
    if isinstance(content, str):
        content = decode_base64(content)
    if len(content) > limit:
        detail = f"A file may have at most {limit / 1_000_000:g} MB."
        raise Rejected(413, "File too large", detail)
    kind = file_type(content)
    if source.accept and kind not in source.accept:
        raise unsupported(source.accept)
    return File(_display_name(upload.filename, kind), MEDIA_TYPES[kind], content)


def _resume_first(taken: Iterable[tuple[Upload, File]]) -> tuple[File, ...]:
    files = list(taken)
    for at, (upload, _) in enumerate(files):
        if is_resume(upload.field):
            files.insert(0, files.pop(at))
            break
    return tuple(file for _, file in files)


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
