"""`leadrelay file`: what came with a lead, from the bucket into a folder."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import boto3
import pytest

from leadrelay.lead import Attachment
from tests.ops.room import Room, open_room


@pytest.fixture
def room() -> Iterator[Room]:
    with open_room() as room:
        boto3.client("s3").create_bucket(
            Bucket="files", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        yield room


def kept(name: str, content: bytes, key: str) -> Attachment:
    boto3.client("s3").put_object(Bucket="files", Key=key, Body=content)
    digest = sha256(content).hexdigest()
    return Attachment(
        filename=name, media_type="application/pdf", size=len(content), sha256=digest, key=key
    )


@pytest.fixture
def applied(room: Room) -> str:
    """A lead with two files; its reference. The second's name is a path that leads out."""
    return room.accept(
        1,
        resume=kept("Jane's CV.pdf", b"%PDF-cv", "leads/1/a"),
        attachments=(kept("../../x;rm -rf.pdf", b"%PDF-letter", "leads/1/b"),),
    ).ref


def test_the_files_are_in_the_folder_as_they_came(room: Room, applied: str, tmp_path: Path) -> None:
    told = room.told("file", applied, str(tmp_path)).splitlines()
    assert sorted(tmp_path.iterdir()) == sorted(map(Path, told))
    assert [Path(one).read_bytes() for one in told] == [b"%PDF-cv", b"%PDF-letter"]
    assert [Path(one).name for one in told] == [
        f"{applied}-1-Jane_s CV.pdf",
        f"{applied}-2-x_rm -rf.pdf",
    ]


def test_none_is_written_over(room: Room, applied: str, tmp_path: Path) -> None:
    room.told("file", applied, str(tmp_path))
    again = room.run("file", applied, str(tmp_path))
    assert again.exit_code == 1
    assert "File exists" in again.stderr


@pytest.mark.parametrize("word", ["LR-AAAAAAAA", "nothing"])
def test_a_lead_that_there_isn_t_is_said(room: Room, word: str, tmp_path: Path) -> None:
    assert room.run("file", word, str(tmp_path)).exit_code == 1
    assert not [*tmp_path.iterdir()]


def test_a_lead_without_files_is_said(room: Room, tmp_path: Path) -> None:
    ref = room.accept(2).ref
    ran = room.run("file", ref, str(tmp_path))
    assert (ran.exit_code, ran.stderr) == (1, f"no file came with {ref}\n")
