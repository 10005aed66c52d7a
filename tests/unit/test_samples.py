"""A sample request is read strictly, its body byte for byte."""

from pathlib import Path

import pytest

from leadrelay.errors import SampleError
from leadrelay.signing.samples import Sample, read_sample


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    return tmp_path / "sample.http"


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_request_is_read_and_its_body_left_alone(sample: Path, end: bytes) -> None:
    head = end.join([b"POST /forms/a?k=1 HTTP/1.1", b"Host: x", b"Accept:", b""])
    body = b"--x\r\n\r\n\xe9\n\n"
    sample.write_bytes(head + end + body)
    headers = [("Host", "x"), ("Accept", "")]
    assert read_sample(sample) == Sample("POST", "/forms/a?k=1", headers, body)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "no empty line"),
        (b"POST /a HTTP/1.1\nHost: x", "no empty line"),
        (b"POST /a\n\n", "sample.http:1: .*request line"),
        (b"\nPOST /a HTTP/1.1\n\n", "sample.http:1: .*request line"),
        (b"POST /a HTTP/1.1\nHost: x\nno header\n\n", "sample.http:3: .*header"),
        (b"POST /a HTTP/1.1\nContent-Length: 3\n\nabc", "sample.http:2: .*Content-Length"),
        (b"POST /a HTTP/1.1\nHost: \xe9\n\n", "ASCII"),
    ],
)
def test_what_is_no_request_is_refused(sample: Path, content: bytes, complaint: str) -> None:
    sample.write_bytes(content)
    with pytest.raises(SampleError, match=complaint):
        read_sample(sample)
