"""What a document is, by its bytes: never by its name, nor by the type somebody declares."""

import codecs
import re
from collections.abc import Collection, Mapping, Sequence

from leadrelay.errors import Rejected
from leadrelay.intake.files.zip_directory import BadZip, Entry, read_directory, unpack

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "rtf": "application/rtf",
    "txt": "text/plain",
}
"""Every type there is, as a file name ends, and its media type."""

_PROGRAMS = (
    b"MZ",  # Windows and DOS
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",  # Mach-O: 32 and 64 bits, in either byte order, and several in one
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"\xca\xfe\xba\xbf",
    b"#!",
    codecs.BOM_UTF8 + b"#!",
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_PDF_WITHIN = 1024  # bytes; what may stand before the header (ISO 32000-1, annex H.3.4.1)

_OLE_MACROS = ("macros", "_vba_project", "_vba_project_cur", "vba")
_CONTENT_TYPES = "[content_types].xml"
_CONTENT_TYPES_MAX = 250_000  # bytes; a long document's has some ten thousand

# Hardly any text has these; a page break (form feed) it may have.
_CONTROLS = bytes({*range(0x20), 0x7F} - {*b"\t\n\v\f\r"})
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_TEXTUAL = ("", "application/json", "application/x-www-form-urlencoded")
_BLANK = b"\xef\xbb\xbf \t\r\n"  # what a script may print in front of a file
_BLANK_WITHIN = 64  # bytes
_MARKUP = re.compile(rb"<[a-z!?/]", re.IGNORECASE)
# What a program leaves that reads bytes as text: U+FFFD for each, or each as UTF-8 in two bytes
# (here of the comment behind a PDF's header, ISO 32000-1, 7.5.2).
_REPLACED = "\ufffd".encode()
_RECODED = re.compile(rb"%PDF-[^\r\n]{1,10}[\r\n]{1,4}%(?:[\xc2\xc3][\x80-\xbf]){4}")


def file_type(content: bytes) -> str:
    """The document's type, one of `MEDIA_TYPES`.

    Raises Rejected: 400 empty or ruined on its way, 415 a program, a document with macros or a
    password, or no such document.
    """
    _check_whole(content)
    if content.startswith(_OLE):
        return _ole(content)
    start = content[:_BLANK_WITHIN].lstrip(_BLANK)
    if start.startswith(_ZIP):  # whose offsets count from there
        return _zipped(content[min(len(content), _BLANK_WITHIN) - len(start) :])
    before, header, _ = content[: _PDF_WITHIN + 4].partition(b"%PDF-")
    if header and not _MARKUP.search(before):  # else a page that pretends to be one
        return "pdf"
    if start.startswith(rb"{\rtf"):
        return "rtf"
    if not header and _is_text(content):
        return "txt"
    raise unsupported(MEDIA_TYPES)


def _check_whole(content: bytes) -> None:
    if not content:
        raise Rejected(400, "Empty file", "The file has no bytes; choose it again.")
    if content.startswith(_PROGRAMS):
        raise Rejected(415, "Program refused", "Programs and scripts are not taken: send a PDF.")
    if _is_ruined(content):
        detail = "Something on its way read it as text: send it as multipart or base64."
        raise Rejected(400, "Ruined file", detail)


def is_document(content: bytes, media_type: str) -> bool:
    """Whether bytes that nobody gave a file's name are a file all the same: by how they begin, or
    because they are declared to be no text (`media_type`, "" for undeclared), and are none."""
    declared = media_type not in _TEXTUAL and not media_type.startswith("text/")
    begins_so = content.startswith((b"%PDF-", _ZIP, _OLE, rb"{\rtf"))
    return begins_so or (declared and not _is_text(content))


def _is_ruined(content: bytes) -> bool:
    """Whether a text gateway has put replacement characters where bytes were: they can't be told
    any more. A text may have such characters for other reasons."""
    if content.startswith(b"%PDF-"):
        start = content[:_PDF_WITHIN]
        if start.count(_REPLACED) > 1 or _RECODED.match(start):
            return True
    elif _is_text(content):
        return False
    return content.count(_REPLACED) > len(content) // 100 + 1


def unsupported(types: Collection[str]) -> Rejected:
    """The refusal of a file that is none of these types."""
    return Rejected(415, "Unsupported file", f"Send a document of these types: {', '.join(types)}.")


def _macros() -> Rejected:
    detail = "Documents with macros are not taken: save it as a PDF, or without them."
    return Rejected(415, "Macros refused", detail)


def _ole(content: bytes) -> str:
    """Word 97 to 2003. Excel, Outlook and encrypted documents come in the same container."""
    names = content.lower()
    if any(_has_entry(names, name) for name in _OLE_MACROS):
        raise _macros()
    if _has_entry(names, "encryptedpackage"):  # [MS-OFFCRYPTO] 2.3.4.4
        detail = "The document has a password: save it without one, or as a PDF."
        raise Rejected(415, "Protected file", detail)
    if _has_entry(names, "worddocument"):
        return "doc"
    raise unsupported(MEDIA_TYPES)


def _has_entry(content: bytes, name: str) -> bool:
    """Whether a storage or stream of this name is in an OLE file whose bytes are in lower case.

    Looks for the directory entry wherever it stands ([MS-CFB] 2.6.1: 64 bytes of name, the
    name's length, 1 or 2 for storage or stream), so that no broken chain of sectors hides one.
    """
    written = name.encode("utf-16-le") + b"\0\0"
    rest = b".{%d}" % (64 - len(written))
    entry = re.escape(written) + rest + re.escape(len(written).to_bytes(2, "little")) + rb"[\1\2]"
    return re.search(entry, content, re.DOTALL) is not None


def _zipped(content: bytes) -> str:
    try:
        entries = read_directory(content)
        if _is_odt(content, entries):
            # where LibreOffice keeps Basic macros and those in other languages
            if any(name.startswith(("basic/", "scripts/")) for name in entries):
                raise _macros()
            return "odt"
        if _CONTENT_TYPES in entries:
            types = _texts(content, entries, _CONTENT_TYPES)
            return _ooxml(types, "/".join(entries))
    except BadZip as error:
        detail = "The document is damaged: save it again, or as a PDF."
        raise Rejected(415, "Unreadable file", detail) from error
    raise unsupported(MEDIA_TYPES)


def _texts(content: bytes, entries: Mapping[str, Sequence[Entry]], name: str) -> bytes:
    """A member, or all that have its name: programs differ in which of them they read."""
    found = (unpack(content, entry, _CONTENT_TYPES_MAX) for entry in entries.get(name, ()))
    return b"\n".join(found)


def _is_odt(content: bytes, entries: Mapping[str, Sequence[Entry]]) -> bool:
    """By its member `mimetype` (OpenDocument 1.2, part 3, section 3.3), which a program that packs
    a document anew doesn't put first, and may leave out; then by its manifest. Templates have a
    longer type."""
    odt = MEDIA_TYPES["odt"].encode()
    if "mimetype" in entries:
        return _texts(content, entries, "mimetype").strip() == odt
    return b'"' + odt + b'"' in _texts(content, entries, "meta-inf/manifest.xml")


def _ooxml(types: bytes, names: str) -> str:
    """By what the document says of its own parts, whatever they are called. The NULs go, as it
    may be UTF-16; character references and a DTD no writer puts there, so they hide something."""
    types = types.replace(b"\0", b"").lower()
    if b"macroenabled" in types or b"vbaproject" in types or "vbaproject" in names:
        raise _macros()
    if b"&#" in types or b"<!" in types:
        raise BadZip("disguised content types")
    if b"wordprocessingml.document.main+xml" in types or "word/document.xml" in names:
        return "docx"
    raise unsupported(MEDIA_TYPES)


def _is_text(content: bytes) -> bool:
    if content.startswith(_UTF16):
        try:
            content = content.decode("utf-16").encode()
        except UnicodeDecodeError:
            return False
    controls = len(content) - len(content.translate(None, _CONTROLS))
    if b"\0" in content or controls > 3 + len(content) // 100:
        return False  # a stray one comes along when text is pasted from a word processor
    for codec in ("utf-8", "cp1252"):
        try:
            content.decode(codec)
        except UnicodeDecodeError:
            continue
        return True
    return False
