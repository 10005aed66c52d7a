"""The files that came with leads, in S3 under the hash of their bytes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, unquote
from uuid import uuid4

from leadrelay.aws.clients import code, reaching
from leadrelay.errors import Unavailable
from leadrelay.lead import Attachment

# Where the files of leads are kept: below it each lead has a folder, named by its id.
KEPT = "leads/"

# Where browsers put files, before anybody has looked at them.
UPLOADS = "uploads/"

_UPLOAD_S = 900

# What a GET says of an object that isn't there, and a HEAD, which has no body for a code.
_GONE = {"NoSuchKey", "404"}


@dataclass(frozen=True, slots=True)
class Files:
    """One bucket. Every method raises Unavailable when the bucket can't be reached."""

    s3: Any
    bucket: str

    def write(self, attachment: Attachment, content: bytes) -> None:
        """Keep a file under its key; writing it twice is writing it once."""
        with reaching("files"):
            self.s3.put_object(
                Bucket=self.bucket,
                Key=attachment.key,
                Body=content,
                ContentType=attachment.media_type,
            )

    def put(self, key: str, content: bytes) -> None:
        """Keep what is no file of a lead."""
        with reaching("files"):
            self.s3.put_object(Bucket=self.bucket, Key=key, Body=content)

    def read(self, key: str) -> bytes:
        """The bytes of a file."""
        with reaching("files"):
            found = self.s3.get_object(Bucket=self.bucket, Key=key)
            content: bytes = found["Body"].read()
        return content

    def upload(
        self, source: str, lead_id: str, position: int, filename: str, content: bytes
    ) -> None:
        """Put a file where browsers put theirs, so that it is looked at before it is used."""
        with reaching("files"):
            self.s3.put_object(
                Bucket=self.bucket,
                Key=_upload_key(source, lead_id, position),
                Body=content,
                Metadata={"filename": quote(filename)},
            )

    def offer_upload(self, source: str, lead_id: str, position: int, max_bytes: int) -> Any:
        """A presigned POST {url, fields}, good for 15 minutes: one file of at most `max_bytes`. S3
        wants every field of it back; the sender may put the file's name, percent-encoded, into
        `x-amz-meta-filename`."""
        with reaching("files"):
            offer: dict[str, Any] = self.s3.generate_presigned_post(
                Bucket=self.bucket,
                Key=_upload_key(source, lead_id, position),
                Fields={"x-amz-meta-filename": ""},
                Conditions=[
                    ["content-length-range", 1, max_bytes],
                    ["starts-with", "$x-amz-meta-filename", ""],
                ],
                ExpiresIn=_UPLOAD_S,
            )
        return offer

    def read_upload(self, key: str, etag: str) -> tuple[str, bytes] | None:
        """What the sender called an uploaded file ("" when it didn't say), and its bytes; None
        when it is gone, or another object than that of the ETag ("" for any) has taken its place.
        Metadata is ASCII, so the name is percent-encoded there."""
        try:
            with reaching("files"):
                found = self.s3.get_object(Bucket=self.bucket, Key=key)
                content: bytes = found["Body"].read()
        except Unavailable as error:
            if code(error.__cause__) in _GONE:
                return None
            raise
        if not _is_of(found, etag):
            return None
        return unquote(found["Metadata"].get("filename", "")), content

    def holds(self, key: str, etag: str) -> bool:
        """Whether the object of this ETag ("" for any) still lies under the key."""
        try:
            with reaching("files"):
                found = self.s3.head_object(Bucket=self.bucket, Key=key)
        except Unavailable as error:
            if code(error.__cause__) in _GONE:
                return False
            raise
        return _is_of(found, etag)

    def delete(self, key: str) -> None:
        with reaching("files"):
            self.s3.delete_object(Bucket=self.bucket, Key=key)

    def delete_below(self, prefix: str) -> int:
        """Delete all files whose keys begin so; how many."""
        keys = [key for key, _ in self.list_below(prefix)]
        for key in keys:
            self.delete(key)
        return len(keys)

    def list_below(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """(key, when it was written) of all files whose keys begin so."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        with reaching("files"):
            for page in pages:
                yield from ((one["Key"], one["LastModified"]) for one in page.get("Contents", ()))


def read_upload_key(key: str) -> tuple[str, str, int]:
    """(source, lead id, position) of an upload: the lead's first file is its résumé."""
    source, lead_id, position, _ = key.removeprefix(UPLOADS).split("/")
    return source, lead_id, int(position)


def _is_of(found: Mapping[str, Any], etag: str) -> bool:
    """Whether an answer is about the object of this ETag, which events write without quotes."""
    return not etag or found["ETag"].strip('"') == etag.strip('"')


def _upload_key(source: str, lead_id: str, position: int) -> str:
    return f"{UPLOADS}{source}/{lead_id}/{position}/{uuid4().hex}"
