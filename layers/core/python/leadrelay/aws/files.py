"""The files that came with leads, in S3 under the hash of their bytes."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote
from uuid import uuid4

from leadrelay.aws.calls import reaching
from leadrelay.lead import Attachment

# Where browsers put files, before anybody has looked at them.
UPLOADS = "uploads/"

_UPLOAD_S = 900


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

    def read(self, key: str) -> bytes:
        """The bytes of a file."""
        with reaching("files"):
            found = self.s3.get_object(Bucket=self.bucket, Key=key)
            content: bytes = found["Body"].read()
        return content

    def upload(self, source: str, lead_id: str, filename: str, content: bytes) -> None:
        """Put a file where browsers put theirs, so that it is looked at before it is used."""
        with reaching("files"):
            self.s3.put_object(
                Bucket=self.bucket,
                Key=_upload_key(source, lead_id),
                Body=content,
                Metadata={"filename": quote(filename)},
            )

    def offer_upload(self, source: str, lead_id: str, max_bytes: int) -> dict[str, Any]:
        """A presigned POST {url, fields}, good for 15 minutes: one file of at most `max_bytes`,
        which the sender may name by the form's field `x-amz-meta-filename`, percent-encoded."""
        with reaching("files"):
            offer: dict[str, Any] = self.s3.generate_presigned_post(
                Bucket=self.bucket,
                Key=_upload_key(source, lead_id),
                Conditions=[
                    ["content-length-range", 1, max_bytes],
                    ["starts-with", "$x-amz-meta-filename", ""],
                ],
                ExpiresIn=_UPLOAD_S,
            )
        return offer

    def upload_name(self, key: str) -> str:
        """What the sender called an uploaded file; "" when it didn't say.

        Metadata is ASCII, so the name is percent-encoded there.
        """
        with reaching("files"):
            head = self.s3.head_object(Bucket=self.bucket, Key=key)
        return unquote(head["Metadata"].get("filename", ""))

    def delete(self, key: str) -> None:
        with reaching("files"):
            self.s3.delete_object(Bucket=self.bucket, Key=key)


def read_upload_key(key: str) -> tuple[str, str]:
    """(source, lead id) that an upload was offered to."""
    source, lead_id, _ = key.removeprefix(UPLOADS).split("/")
    return source, lead_id


def _upload_key(source: str, lead_id: str) -> str:
    return f"{UPLOADS}{source}/{lead_id}/{uuid4().hex}"
