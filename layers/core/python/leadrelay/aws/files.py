"""The files that came with leads, in S3 under the hash of their bytes."""

from dataclasses import dataclass
from typing import Any

from leadrelay.aws.calls import reaching
from leadrelay.lead import Attachment


@dataclass(frozen=True, slots=True)
class Files:
    """One bucket. A key is made of what the bytes are, never of what a sender calls them."""

    s3: Any
    bucket: str

    def write(self, lead_id: str, attachment: Attachment, content: bytes) -> None:
        """Keep a file; writing it twice is writing it once. Raises Unavailable."""
        with reaching("files"):
            self.s3.put_object(
                Bucket=self.bucket,
                Key=_key(lead_id, attachment),
                Body=content,
                ContentType=attachment.media_type,
            )

    def read(self, lead_id: str, attachment: Attachment) -> bytes:
        """The bytes of a file. Raises Unavailable."""
        with reaching("files"):
            found = self.s3.get_object(Bucket=self.bucket, Key=_key(lead_id, attachment))
            content: bytes = found["Body"].read()
        return content


def _key(lead_id: str, attachment: Attachment) -> str:
    # Under the lead's id, so that erasing a person is deleting a prefix.
    return f"{lead_id}/{attachment.sha256}"
