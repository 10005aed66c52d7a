"""What a person can mend is told in one line that says how, and ends with 1."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
)
from typer.testing import Result

from leadrelay.errors import Unavailable
from leadrelay_ops.failures import Told, ctrl_c_at_a_prompt, did_you_mean, in_one_line
from leadrelay_ops.stack import NoTwin, find_stack, read_twin
from tests.ops.room import open_room


def of_aws(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "as AWS says"}}, "DescribeStacks")


def out_of_reach(code: str) -> Unavailable:
    error = Unavailable(f"ledger: {code}")
    error.__cause__ = of_aws(code)
    return error


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (NoRegionError(), "AWS_DEFAULT_REGION=eu-west-1"),
        (NoCredentialsError(), "aws sso login"),
        (ProfileNotFound(profile="nope"), "aws configure list-profiles"),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:1/"), "or the network there?"),
        (of_aws("ExpiredToken"), "Log in again"),
        (of_aws("UnrecognizedClientException"), "Log in again"),
        (of_aws("AccessDenied"), "give you that right"),
        (out_of_reach("ThrottlingException"), "Try again in a minute"),
        (out_of_reach("ResourceNotFoundException"), "leadrelay check --deep"),
    ],
    ids=repr,
)
def test_what_aws_says_is_told_with_what_to_do(
    error: Exception, advice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended, in_one_line():
        raise error
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(advice) or advice in line
    assert ended.value.exit_code == 1


def test_a_stack_without_a_name_is_no_stack() -> None:
    with pytest.raises(Told, match="has no name"):
        find_stack("")


@pytest.mark.parametrize("text", ["", '{"stack_name": "leadr', "\x00"])
def test_a_twin_that_is_not_up_yet_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "stack.json").write_text(text)
    with pytest.raises(NoTwin, match="make up"):
        read_twin(tmp_path / "stack.json")


def test_of_many_names_a_dozen_are_told() -> None:
    told = did_you_mean("zzz", [f"source-{number}" for number in range(46)])
    assert told.endswith("source-11 and 34 more")


@pytest.mark.parametrize("text", ["", "\x00\x01", '{"a":', "[1]", "Resources: 7", "a" * 9999])
def test_what_is_no_template_is_told_so(
    without_stack: Callable[..., Result], tmp_path: Path, text: str
) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(text)
    done = without_stack("check", "--template", str(file))
    assert done.exit_code == 1
    assert "is no template" in done.stderr.splitlines()[-1]
    assert len(done.stderr) < 1000


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("leads", "--class", "Refsed"), "there is no class 'Refsed'; did you mean Refused?"),
        (("parked", "--source", "contct-us"), "there is no source 'contct-us'"),
        (("replay", "--source", "contct-us"), "there is no source 'contct-us'"),
        (("release", "LR-0000"), "there is no lead LR-0000"),
        (("file", "0000"), "there is no lead LR-0000"),
        (("up", "--port", "99999999"), "less than or equal to 65535"),
    ],
)
def test_what_there_is_not_ends_with_an_error(words: tuple[str, ...], told: str) -> None:
    with open_room() as room:
        done = room.run(*words)
    assert done.exit_code in {1, 2}
    assert told in done.stderr


@pytest.mark.parametrize("secrets", ["", "[1]", '"text"', '{"crm/collect":'])
def test_secrets_that_are_no_object_are_told(
    without_stack: Callable[..., Result], tmp_path: Path, secrets: str
) -> None:
    (tmp_path / "secrets.json").write_text(secrets)
    done = without_stack("up", "--secrets", str(tmp_path / "secrets.json"))
    assert done.exit_code == 1
    assert "isn't an object in JSON" in done.stderr
    assert json.dumps("crm/collect") in done.stderr


def stopped_prompt() -> None:
    """As a prompt ends by Ctrl-C."""
    try:
        raise KeyboardInterrupt  # noqa: TRY301  # as a terminal would
    except KeyboardInterrupt:
        raise typer.Abort from None


def test_ctrl_c_at_a_prompt_is_no_no() -> None:
    with pytest.raises(KeyboardInterrupt), ctrl_c_at_a_prompt():
        stopped_prompt()
    with pytest.raises(typer.Abort), ctrl_c_at_a_prompt():
        raise typer.Abort
