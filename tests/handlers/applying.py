"""Applications as they come in: forms with files, uploads of their own, and S3's word of them."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, quote_plus

import httpx

from functions.receive_file import app as file_app
from functions.receive_resume import app
from leadrelay.intake.files.late import Arrivals
from leadrelay.intake.files.of_lead import Attacher
from leadrelay.intake.receive import Intake
from leadrelay.lead import Attachment
from leadrelay.signing.samples import Sample
from leadrelay.sources_file import read_sources
from leadrelay_sandbox.environment import ENVIRONMENT
from tests.handlers.aws import aws, proxy_event

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PERSON = {"first_name": "Kim", "last_name": "Example", "email": "kim@example.com"}
SOURCES = read_sources("""
[careers]
kind = "resume"
sender = "multipart"
deliver = ["trackerrms", "initiative"]
accept = ["pdf", "docx"]
honeypot = "website_url"
file_wait = "1h"
""")

# field, filename, bytes
type Files = Sequence[tuple[str, str, bytes]]


def intake(*, scan: bool = False, at: datetime = NOW) -> Intake:
    """That of receive_resume, with a clock and sources of the tests."""
    keeper = replace(app.intake.keeper, attacher=Attacher(app.files, scan=scan))
    return replace(app.intake, sources=SOURCES, keeper=keeper, now=lambda: at)


def arrivals(*, at: datetime = NOW) -> Arrivals:
    """That of receive_file, likewise."""
    return replace(file_app.arrivals, sources=SOURCES, now=lambda: at)


def application(
    files: Files = (), fields: dict[str, str] = PERSON, path: str = "/resumes/careers"
) -> dict[str, Any]:
    """API Gateway's event for a form."""
    parts = [(field, (filename, content)) for field, filename, content in files]
    request = httpx.Request("POST", "http://x", data=fields, files=parts or None)
    headers = [("Content-Type", request.headers["Content-Type"])]
    return proxy_event(Sample("POST", path, headers, request.read()))


def apply(files: Files = (), *, by: Intake | None = None, **more: Any) -> dict[str, Any]:
    """What the sender is told."""
    answer = (by or intake()).receive(application(files, **more), kind="resume")
    assert answer["statusCode"] == 200, answer["body"]
    told: dict[str, Any] = json.loads(str(answer["body"]))
    return told


def announce(by: Intake | None = None) -> dict[str, Any]:
    """{url, fields, id} for a file that is still to come."""
    return apply(by=by, path="/resumes/careers/uploads")


def upload(key: str, content: bytes, filename: str = "") -> None:
    """What a browser's presigned POST does."""
    metadata = {"filename": quote(filename)} if filename else {}
    bucket = ENVIRONMENT["FILES_BUCKET"]
    aws("s3").put_object(Bucket=bucket, Key=key, Body=content, Metadata=metadata)


def etag(key: str) -> str:
    """Of the object that lies there now, as events write it."""
    found = aws("s3").list_objects_v2(Bucket=ENVIRONMENT["FILES_BUCKET"], Prefix=key)
    return next((one["ETag"].strip('"') for one in found.get("Contents", ())), "gone")


def s3_event(key: str) -> dict[str, str]:
    """The SQS record with S3's event (S3 user guide, "Event message structure")."""
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Post",
        "s3": {
            "s3SchemaVersion": "1.0",
            "bucket": {"name": ENVIRONMENT["FILES_BUCKET"]},
            "object": {"key": quote_plus(key, safe="/"), "eTag": etag(key)},
        },
    }
    return {"messageId": "message-1", "body": json.dumps({"Records": [record]})}


def scan_event(key: str, status: str = "NO_THREATS_FOUND") -> dict[str, str]:
    """The SQS record with GuardDuty's event (GuardDuty user guide, "Monitoring S3 object scans
    with Amazon EventBridge")."""
    threats = [{"name": "EICAR-Test-File (not a virus)"}] if status == "THREATS_FOUND" else None
    event = {
        "version": "0",
        "source": "aws.guardduty",
        "detail-type": "GuardDuty Malware Protection Object Scan Result",
        "detail": {
            "schemaVersion": "1.0",
            "scanStatus": "SKIPPED" if status == "UNSUPPORTED" else "COMPLETED",
            "resourceType": "S3_OBJECT",
            "s3ObjectDetails": {
                "bucketName": ENVIRONMENT["FILES_BUCKET"],
                "objectKey": key,
                "eTag": etag(key),
                "versionId": "null",
                "s3Throttled": False,
            },
            "scanResultDetails": {"scanResultStatus": status, "threats": threats},
        },
    }
    return {"messageId": "message-1", "body": json.dumps(event)}


def stored() -> dict[str, bytes]:
    """Everything in the bucket, by its key."""
    bucket = ENVIRONMENT["FILES_BUCKET"]
    listed = aws("s3").list_objects_v2(Bucket=bucket).get("Contents", ())
    return {
        one["Key"]: aws("s3").get_object(Bucket=bucket, Key=one["Key"])["Body"].read()
        for one in listed
    }


def uploads() -> list[str]:
    """The keys of what is still to be taken in, in the order of the lead's files."""
    return [key for key in stored() if key.startswith("uploads/")]


def content(attachment: Attachment | None) -> bytes:
    """The bytes of a file that a lead names."""
    assert attachment
    return stored()[attachment.key]
