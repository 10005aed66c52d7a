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
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+")
_RESUME = re.compile(
    r"resume|lebenslauf|curricul|hojadevida|vitae|zivotopis|zyciorys|oneletrajz|meritforteckning"
    r"|резюме|简历|簡歷|履歴書|이력서"
)
# What else comes with an application. Whole words, as a "letter" may be a newsletter's author's.
_OTHER_WORDS = {
    *("cover", "letter", "letters", "motivation", "motivational", "lettre", "lettera", "carta"),
    *("brief", "reference", "references", "referenz", "referenzen", "certificate", "certificates"),
    *("certificat", "zertifikat", "zertifikate", "diploma", "diplom", "degree", "transcript"),
    *("photo", "foto", "picture", "portrait", "passport", "portfolio"),
}
_OTHER = re.compile(r"coverletter|anschreiben|schreiben|motivationsbrief|zeugnis|recommendation")
_DATA_URL = re.compile(r"data:[^,]{0,200};base64,")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came: its field, the name somebody gave it, its bytes or their base64, and what
    else is said of its sort (`"type": "COVER_LETTER"`)."""

    field: str
    filename: str
    content: bytes | str
    sort: str = ""


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


type Pairs = tuple[tuple[str, str], ...]


def take_files(uploads: Sequence[Upload], source: Source) -> tuple[tuple[File, ...], Pairs]:
    """As `keep_files`, for somebody who can choose a better file.

    Raises Rejected for the first that can't be taken, if there is nothing else that could be the
    résumé: 400 empty, garbled or ruined, 413 too large, 415 a program, a document with macros, or
    of a type that isn't accepted. A photo beside a good one refuses nothing.
    """
    taken, refused = _look_at(uploads, source)
    best = max((_likeness(upload) for upload, _ in taken), default=-1)
    worst = [number for number, upload, _ in refused if _likeness(upload) > best or best < 0]
    if worst:
        number, _, bad = next(one for one in refused if one[0] == worst[0])
        detail = bad.detail if len(uploads) == 1 else f"File {number}: {bad.detail}"
        raise Rejected(bad.status, bad.title, detail) from bad
    return _sorted(taken), _notes(refused)


def keep_files(uploads: Sequence[Upload], source: Source) -> tuple[tuple[File, ...], Pairs]:
    """The files that can be taken, the résumé first, and a field for each of the others.

    For senders that wouldn't send better ones: the person is kept, and the field
    `resume_refused` or `attachment_refused` says which file is missing, and why.
    """
    taken, refused = _look_at(uploads, source)
    return _sorted(taken), _notes(refused)


def is_resume(text: str) -> bool:
    """Whether a field or a file of this name holds a résumé: "yourResume", "Lebenslauf (PDF)"."""
    words = _words(text)
    return "cv" in words or _RESUME.search("".join(words)) is not None


def _is_other(text: str) -> bool:
    """Whether it is called a letter, a certificate, a photo."""
    words = _words(text)
    return not _OTHER_WORDS.isdisjoint(words) or _OTHER.search("".join(words)) is not None


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text[:_FIELD_MAX])
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return [word.lower() for word in _WORD.findall(plain)]


def _likeness(upload: Upload) -> int:
    """How much a file looks like the résumé: its field says it best, then what the sender says of
    its sort, then its name. Below 0 it is something else."""
    said = (upload.field, 4), (upload.sort, 4), (upload.filename, 2)
    like = sum(weight for text, weight in said if is_resume(text))
    return like - sum(weight // 2 for text, weight in said if _is_other(text))


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


def _look_at(
    uploads: Sequence[Upload], source: Source
) -> tuple[list[tuple[Upload, File]], list[tuple[int, Upload, Rejected]]]:
    """Those that can be taken, and those that can't, with their numbers and why."""
    taken: list[tuple[Upload, File]] = []
    refused: list[tuple[int, Upload, Rejected]] = []
    for number, upload in enumerate(uploads, 1):
        try:
            taken.append((upload, _take(upload, source)))
        except Rejected as bad:
            refused.append((number, upload, bad))
    return taken, refused


def _notes(refused: Iterable[tuple[int, Upload, Rejected]]) -> Pairs:
    return tuple(
        (
            "resume_refused" if _likeness(upload) > 0 else "attachment_refused",
            f"{_bare_name(upload.filename)}: {bad.title}",
        )
        for _, upload, bad in refused
    )


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
    name = _display_name(upload.filename or upload.field.rpartition(".")[2], kind)
    return File(name, MEDIA_TYPES[kind], content, is_resume=_likeness(upload) >= 0)


def _sorted(taken: Iterable[tuple[Upload, File]]) -> tuple[File, ...]:
    """The likeliest résumé first, all others in their order."""
    files = list(taken)
    if files:
        first = max(files, key=lambda one: _likeness(one[0]))
        files.remove(first)
        files.insert(0, first)
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
