"""Files in JSON, and in the text fields of forms: found by how they are written, and taken out
before the rest is read as text."""

import re
from collections.abc import Sequence
from typing import Any

from leadrelay.intake.files.accept import Upload
from leadrelay.intake.files.likeness import is_resume
from leadrelay.intake.limits import Limits, too_large

# Names of members, without case and separators.
_CONTENT = (
    *("data", "content", "contents", "base64", "filedata", "filecontent", "file", "filebase64"),
    *("base64content", "contentbase64", "contentbytes", "bytes", "body", "blob"),
)
_FILENAME = ("filename", "originalname", "originalfilename", "name")
_TYPE = ("contenttype", "mimetype", "mediatype", "type")
_SORT = ("category", "documenttype", "filetype", "attachmenttype", "kind", "label", "title")
# What base64 of a PDF, a zip, an OLE file and an RTF begins with.
_DOCUMENT = ("JVBERi0", "UEsDBB", "0M8R4KGxGuE", "e1xydG")
_SUFFIX = re.compile(r"(base64|b64|filedata|data|content|file)+$")

_KEY_MAX = 100  # a longer name is nobody's name for a file
_ENDING = re.compile(r"\.\w{1,5}$")
_DATA_URL = re.compile(r"data:[^,]{0,200};base64,")
_BASE64 = re.compile(r"[A-Za-z0-9+/_\-\r\n]{64,}+={0,3}\s*+")  # shorter ones may well be words


def split_files(
    document: dict[str, Any], limits: Limits
) -> tuple[dict[str, Any], tuple[Upload, ...]]:
    """The document without its files, and the files. A file is

    - an object: {"filename": "cv.pdf", "data": "<base64>"}, with `content` or the like for `data`,
      and with a name that has an ending or a type that has a slash;
    - a data: URL, wherever it stands;
    - base64 of a document, or in a member that is called like a résumé or ends in base64:
      {"resume": "<base64>"}, or a list of them, its name beside it: {"resume_filename": "cv.pdf"}.

    Raises Rejected (413) when there are too many.
    """
    found: list[Upload] = []
    rest = _split(document, "", found)
    if len(found) > limits.files:
        raise too_large(f"The JSON may hold at most {limits.files} files.")
    return rest or {}, tuple(found)


def split_pairs(
    pairs: Sequence[tuple[str, str]],
) -> tuple[list[tuple[str, str]], list[Upload]]:
    """A form's fields without those that are files, as widgets that read a file in the page send
    them; and the files. Who doesn't escape a plus sign has sent a space."""
    values = dict(pairs)
    rest: list[tuple[str, str]] = []
    found: list[Upload] = []
    used: set[str | None] = set()
    for name, value in pairs:
        text = value.replace(" ", "+")
        if _is_file(name, text) and not text.startswith("data:image/"):  # a drawn signature
            beside = _beside(values, name)
            used.add(beside)
            found.append(Upload(name, values.get(beside or "", ""), text))
        else:
            rest.append((name, value))
    return [pair for pair in rest if pair[0] not in used], found


def _split(value: Any, field: str, found: list[Upload]) -> Any:
    """The value without its files; None for one that is a file."""
    match value:
        case dict():
            if upload := _object(value, field):
                found.append(upload)
                return None
            return _members(value, field, found)
        case list():
            return [_split(item, field, found) for item in value]
        case str() if _is_file(field.rpartition(".")[2], value):
            found.append(Upload(field, "", value))
            return None
    return value


def _members(value: dict[str, Any], field: str, found: list[Upload]) -> dict[str, Any]:
    rest = dict(value)
    for key, text in value.items():
        if isinstance(text, str) and _is_file(key, text):
            name = _beside(rest, key)
            filename = str(rest.pop(name)) if name else ""
            found.append(Upload(_path(field, key), filename, rest.pop(key)))
    return {key: _split(member, _path(field, key), found) for key, member in rest.items()}


def _object(value: dict[str, Any], field: str) -> Upload | None:
    """The file that an object is."""
    texts = {_bare(key): text for key, text in value.items() if isinstance(text, str)}
    content = next((texts[name] for name in _CONTENT if name in texts), None)
    filename = next((texts[name] for name in _FILENAME if name in texts), "")
    if content is None:
        return None
    types = [texts[name] for name in (*_TYPE, *_SORT) if name in texts]
    typed = any("/" in text for text in types)
    named = _ENDING.search(filename[-20:].rstrip()) is not None
    sort = " ".join(text for text in types if "/" not in text)
    return Upload(field, filename, content, sort) if typed or named else None


def _is_file(key: str, text: str) -> bool:
    if _DATA_URL.match(text):
        return True
    called_so = is_resume(key) or _bare(key).endswith(("base64", "b64"))
    return (called_so or text.startswith(_DOCUMENT)) and _BASE64.fullmatch(text) is not None


def _beside(members: dict[str, Any], key: str) -> str | None:
    """The member that has the name of the file in `key`."""
    stem = _SUFFIX.sub("", _bare(key))
    names = {f"{stem}filename", f"{stem}name", "filename"}
    return next((name for name in members if name != key and _bare(name) in names), None)


def _bare(key: str) -> str:
    return re.sub(r"[\W_]", "", key[:_KEY_MAX].lower())


def _path(field: str, key: str) -> str:
    return f"{field}.{key}" if field else key
