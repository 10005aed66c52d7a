"""Uploads: a multipart body whose part `json` comes before its part `file`, and nothing else."""

import hashlib
import json
from collections.abc import Container
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder

from leadrelay_sandbox.collect.refused import Refused, breach

_RECORDS = {"client", "debtor", "operator"}


@dataclass(frozen=True, slots=True)
class Upload:
    record: str
    rowid: str
    overwrite: str
    filename: str
    content: bytes

    def values(self, filename: str) -> dict[str, Any]:
        """What is remembered of a file: how to know it again, and of a text what it says."""
        digest = hashlib.sha256(self.content).hexdigest()
        said = {"text": self.content.decode(errors="replace")} if filename.endswith(".txt") else {}
        return said | {
            self.record: self.rowid,
            "overwrite": self.overwrite,
            "filename": filename,
            "size": len(self.content),
            "sha256": digest,
        }

    def name_beside(self, present: Container[str]) -> str:
        """What the file is called beside those already there; `inc` counts up."""
        if self.filename not in present or self.overwrite == "yes":
            return self.filename
        if self.overwrite == "no":
            raise Refused(409, "The file already exists.")
        path, number = PurePosixPath(self.filename), 2
        while (name := f"{path.stem}-{number}{path.suffix}") in present:
            number += 1
        return name


def read(content_type: str, body: bytes) -> Upload:
    """The upload in a request. Raises Refused: 400 for any other form than the documented one."""
    media_type, options = parse_options_header(content_type)
    if media_type != "multipart/form-data" or "boundary" not in options:
        raise breach("an upload is multipart/form-data")
    parts = _parts(options["boundary"].encode(), body)
    if [part.name for part, _ in parts] != ["json", "file"]:
        raise breach("an upload has a part json first, then a part file, and no other")
    (first, text), (second, content) = parts
    if isinstance(first, File) or not isinstance(second, File) or not second.filename:
        raise breach("json is a text part, and file has a filename")
    record, rowid, overwrite = _target(text)
    return Upload(record, rowid, overwrite, second.filename, content)


def _parts(boundary: bytes, body: bytes) -> list[tuple[Field | File, bytes]]:
    decoder = MultipartDecoder(boundary)
    decoder.receive_data(body)
    decoder.receive_data(None)
    parts: list[tuple[Field | File, bytes]] = []
    try:
        while not isinstance(event := decoder.next_event(), Epilogue):
            if isinstance(event, Field | File):
                parts.append((event, b""))
            elif isinstance(event, Data):
                parts[-1] = (parts[-1][0], parts[-1][1] + event.data)
    except ValueError:
        raise breach("the multipart body is malformed") from None
    return parts


def _target(text: bytes) -> tuple[str, str, str]:
    try:
        given = json.loads(text)
    except ValueError:
        raise breach("the part json must be JSON") from None
    if not isinstance(given, dict) or len(given.keys() & _RECORDS) != 1:
        raise breach("json names one client, debtor or operator")
    if unknown := given.keys() - _RECORDS - {"overwrite"}:
        raise breach(f"json has no {', '.join(sorted(unknown))}")
    record = next(iter(given.keys() & _RECORDS))
    if type(given[record]) is not int:
        raise breach(f"{record} must be a number")
    if given.get("overwrite", "no") not in {"yes", "no", "inc"}:
        raise breach("overwrite must be yes, no or inc")
    return record, str(given[record]), given.get("overwrite", "no")


def attachment(filename: str) -> Headers:
    headers = Headers()
    headers.add("Content-Disposition", "attachment", filename=filename)
    return headers
