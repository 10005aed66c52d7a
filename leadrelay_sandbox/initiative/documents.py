"""Files that come with a document: Initiative's own parameters, and stock vtiger's file part."""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import httpx

from leadrelay_sandbox.initiative.call import Call
from leadrelay_sandbox.initiative.values import Note

PARAMETERS = frozenset({"filename_attachment", "filename_attachment_name", "related_to"})


@dataclass(frozen=True)
class File:
    name: str
    content: bytes

    def described(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "size": len(self.content),
            "sha256": hashlib.sha256(self.content).hexdigest(),
        }


def attached(
    call: Call, element: Mapping[str, Any], note: Note, *, initiative: bool
) -> File | None:
    """The file to keep with a new document; None where the server would keep none, and say nothing.

    `initiative` says whether `filename_attachment` is known (API REST 1.1, "Ajout d'une pièce
    jointe"); stock vtiger ignores it, and takes a file part of a multipart body instead.
    """
    content = call.post.get("filename_attachment", "")
    if not content and call.upload is None:
        return None
    if element.get("filelocationtype") != "I":
        note("a file needs filelocationtype I")
        return None
    if call.upload is not None:
        return File(*call.upload)
    if not initiative:
        note("filename_attachment is unknown to stock vtiger; it is ignored")
        return None
    name = call.post.get("filename_attachment_name", "")
    if not name or PurePath(name).suffix:
        note("filename_attachment_name must be the file's name without its extension")
    received = _fetched(content) if re.match(r"https?://", content) else _decoded(content)
    if received is None:
        note("filename_attachment is neither Base64 nor the URL of a file")
        return None
    return File(name, received)


def _decoded(content: str) -> bytes | None:
    """A "+" that was not percent-encoded has become a blank by now, which is no Base64."""
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        return None


def _fetched(url: str) -> bytes | None:
    try:
        return httpx.get(url, follow_redirects=True, timeout=10).raise_for_status().content
    except (httpx.HTTPError, httpx.InvalidURL):
        return None
