"""What the largest multipart form that Lambda hands over costs the intake in memory, above idle.

A request of 6 MB holds a form of 4.4 MB as base64; larger files are uploaded apart. The real
function's intake on moto, in a process of its own: the peak of the process's resident
memory while one request is answered, less what it was before. S3 is replaced by a place that takes
the bytes and forgets them: moto keeps its buckets in this very process.
"""

import os
import resource
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from moto import mock_aws

from leadrelay_sandbox.environment import ENVIRONMENT

os.environ.update({**ENVIRONMENT, "MAX_BODY_BYTES": "6000000"})

import httpx

from leadrelay.intake.files.of_lead import Attacher
from leadrelay.intake.receive import Intake
from leadrelay.lead import Attachment
from leadrelay.sources_file import read_sources
from leadrelay_sandbox.gateway import proxy_event
from leadrelay_sandbox.ledger import create_ledger

FILE_BYTES, LIMIT_MB, MB = 4_390_000, 60, 1_000_000
SOURCES = '[careers]\nkind = "resume"\nsender = "multipart"\ndeliver = ["trackerrms"]\n'


@dataclass
class Nowhere:
    """A store that forgets."""

    bytes_taken: int = 0

    def write(self, _attachment: Attachment, content: bytes) -> None:
        self.bytes_taken += len(content)


class Peak:
    """The largest resident memory while this is open, in bytes, looked at every millisecond."""

    def __enter__(self) -> "Peak":
        self.before = self.highest = _resident()
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._look)
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._watch.join()

    def _look(self) -> None:
        while not self._ended.is_set():
            self.highest = max(self.highest, _resident())
            time.sleep(0.001)


def main() -> None:
    with mock_aws():
        import boto3

        create_ledger(boto3.client("dynamodb"), ENVIRONMENT["TABLE_NAME"])
        boto3.client("sqs").create_queue(QueueName="leadrelay-trackerrms")
        from functions.receive_resume import app

        store: Any = Nowhere()
        keeper = replace(app.intake.keeper, attacher=Attacher(store, scan=False))
        intake = replace(app.intake, sources=read_sources(SOURCES), keeper=keeper)
        _post(intake, 1000)  # connections, caches, what is imported late
        with Peak() as peak:
            taken = _post(intake, FILE_BYTES)
        assert store.bytes_taken >= FILE_BYTES
        above = (peak.highest - peak.before) / MB
        print(
            f"a form with a file of {FILE_BYTES / MB:g} MB: {above:.0f} MB above idle "
            f"({peak.before / MB:.0f} MB), {taken * 1000:.0f} ms"
        )
        assert above < LIMIT_MB, f"over the {LIMIT_MB} MB it may cost"


def _post(intake: Intake, size: int) -> float:
    """Answer one request; the seconds it took. The event itself is Lambda's to hold."""
    event = _event(size)
    started = time.monotonic()
    answer = intake.receive(event, kind="resume")
    assert answer["statusCode"] == 200, answer
    return time.monotonic() - started


def _event(size: int) -> dict[str, Any]:
    content = b"%PDF-1.4\n" + os.urandom(size)
    form = httpx.Request("POST", "http://x", data={"email": "a@example.com"}, files={"cv": content})
    headers = {"Content-Type": form.headers["Content-Type"]}
    return proxy_event("POST", "/resumes/careers", headers.items(), form.read())


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


if __name__ == "__main__":
    main()
