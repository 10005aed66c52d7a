"""What S3 would refuse of a browser's upload, the twin refuses: the very form that is handed out,
and whatever else somebody makes of it."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from botocore.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadrelay.aws.files import Files, read_upload_key
from leadrelay_sandbox.ministack import free_port, ministack

pytestmark = pytest.mark.long  # it starts MiniStack

BUCKET, MOST = "files-of-leads", 1_000
LETTERS = st.text("abcdefghijklmnopqrstuvwxyz0123456789-%.", min_size=1, max_size=12)
PATH = HealthCheck.function_scoped_fixture


@dataclass
class Form:
    """What a browser posts: the fields in this order, and its file, by default as the last."""

    fields: list[tuple[str, str]]
    content: bytes = b"%PDF-1.4 curriculum vitae"
    file: str | None = "file"
    file_last: bool = True
    type: str = "application/pdf"

    def without(self, name: str) -> None:
        self.fields = [one for one in self.fields if one[0] != name]

    def set(self, name: str, value: str) -> None:
        self.fields = [(key, value if key == name else old) for key, old in self.fields]

    def get(self, name: str) -> str:
        return dict(self.fields)[name]


@dataclass
class Bucket:
    url: str
    s3: Any
    files: Files = field(init=False)

    def __post_init__(self) -> None:
        self.files = Files(self.s3, BUCKET)

    def offer(self) -> Form:
        offer = self.files.offer_upload("careers", "LEAD", 1, MOST)
        return Form([*offer["fields"].items()])

    def post(self, form: Form) -> int:
        parts: list[tuple[str, Any]] = [(name, (None, value)) for name, value in form.fields]
        file = [(form.file, ("cv.pdf", form.content, form.type))] if form.file else []
        sent = [*parts, *file] if form.file_last else [*file, *parts]
        return httpx.post(f"{self.url}/{BUCKET}", files=sent).status_code

    def stored(self) -> set[str]:
        return {key for key, _ in self.files.list_below("")}


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bucket]:
    home: Path = tmp_path_factory.mktemp("uploads")
    with ministack(free_port(), home, calls=home / "calls.jsonl") as url:
        s3 = boto3.client(
            "s3",
            endpoint_url=url,
            region_name="eu-west-1",
            aws_access_key_id="twin",
            aws_secret_access_key="twin",  # MiniStack's
            config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
        )
        s3.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        yield Bucket(url, s3)


@settings(max_examples=25)
@given(name=LETTERS | st.just(""), size=st.integers(1, MOST))
def test_the_form_as_it_is_handed_out_is_taken(bucket: Bucket, name: str, size: int) -> None:
    form = bucket.offer()
    form.set("x-amz-meta-filename", name)  # the one that the sender fills in
    form.content = b"x" * size
    assert bucket.post(form) == 204
    assert form.get("key") in bucket.stored()
    assert read_upload_key(form.get("key")) == ("careers", "LEAD", 1)


type Break = Callable[[Form, Any], None]

_REQUIRED = (
    "key",
    "policy",
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-meta-filename",
    "x-amz-signature",
)


def one_is_missing(form: Form, data: Any) -> None:
    form.without(data.draw(st.sampled_from(_REQUIRED)))


def another_key(form: Form, data: Any) -> None:
    form.set("key", data.draw(st.sampled_from(["leads/X/cv", "uploads/careers/OTHER/1/x", "x"])))


def one_too_many(form: Form, data: Any) -> None:
    named = data.draw(st.sampled_from(["x-amz-meta-more", "Content-Type", "acl", "success_action"]))
    form.fields.append((named, data.draw(LETTERS)))


def too_large_or_empty(form: Form, data: Any) -> None:
    form.content = b"x" * data.draw(st.sampled_from([0, MOST + 1, 5 * MOST]))


def another_signature(form: Form, data: Any) -> None:
    known = form.get("x-amz-signature")
    place = data.draw(st.integers(0, len(known) - 1))
    other = "0" if known[place] != "0" else "1"
    form.set("x-amz-signature", known[:place] + other + known[place + 1 :])


def another_policy(form: Form, data: Any) -> None:
    """A larger file, a longer time, or fewer conditions, under the old signature."""
    policy = json.loads(b64decode(form.get("policy")))
    match data.draw(st.sampled_from(["length", "time", "conditions"])):
        case "length":
            policy["conditions"][0] = ["content-length-range", 1, 10 * MOST]
        case "time":
            policy["expiration"] = "2099-01-01T00:00:00Z"
        case "conditions":
            policy["conditions"] = policy["conditions"][:-1]
    form.set("policy", b64encode(json.dumps(policy).encode()).decode())


def another_s_credential(form: Form, data: Any) -> None:
    name = data.draw(st.sampled_from(["x-amz-credential", "x-amz-date", "x-amz-algorithm"]))
    form.set(name, data.draw(LETTERS))


def nothing_signed(form: Form, _data: Any) -> None:
    form.fields = [("key", form.get("key"))]


def no_file(form: Form, data: Any) -> None:
    form.file = data.draw(st.sampled_from([None, "upload", "File2"]))


def the_file_first(form: Form, _data: Any) -> None:
    """S3 takes nothing of what comes after it (S3 API reference, POST Object)."""
    form.file_last = False


BREAKS: list[Break] = [
    *(one_is_missing, another_key, one_too_many, too_large_or_empty, another_signature),
    *(another_policy, another_s_credential, nothing_signed, no_file, the_file_first),
]


@pytest.mark.parametrize("break_", BREAKS, ids=lambda one: str(one.__name__))
@settings(max_examples=12, suppress_health_check=[PATH])
@given(data=st.data())
def test_what_s3_would_refuse_is_refused(bucket: Bucket, break_: Break, data: Any) -> None:
    form = bucket.offer()
    key = form.get("key")
    break_(form, data)
    assert 400 <= bucket.post(form) < 500
    assert key not in bucket.stored()


def test_an_offer_that_expired_is_refused(bucket: Bucket) -> None:
    expired = bucket.s3.generate_presigned_post(
        BUCKET,
        "uploads/careers/LEAD/1/late",
        Conditions=[["content-length-range", 1, MOST]],
        ExpiresIn=-1,
    )
    assert bucket.post(Form([*expired["fields"].items()])) == 403
