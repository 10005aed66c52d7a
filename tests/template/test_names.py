"""Names that are made of the stack's: how long that may be."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from leadrelay_ops.checks import name_findings
from leadrelay_ops.cli import app
from leadrelay_ops.stack import LONGEST_NAME
from leadrelay_sandbox.ledger import read_template

# By the services' API references; what has no name here is named by CloudFormation, which cuts it.
LIMITS = {"FunctionName": 64, "QueueName": 80, "DashboardName": 255, "Name": 64}
REGION = len("ap-southeast-1")


def named(node: Any) -> Iterator[tuple[str, str]]:
    """(property, name) of every name that has the stack's in it."""
    for key, value in node.items() if isinstance(node, dict) else ():
        name = value.get("Fn::Sub") if isinstance(value, dict) else None
        if key in LIMITS and isinstance(name, str) and "${AWS::StackName}" in name:
            yield key, name
        yield from named(value)


def test_the_longest_name_of_a_stack_is_what_its_longest_part_leaves() -> None:
    left = {
        name: LIMITS[key]
        - len(re.sub(r"\$\{AWS::StackName\}", "", name).replace("${AWS::Region}", "x" * REGION))
        for key, name in named(read_template()["Resources"])
    }
    assert min(left.values()) == LONGEST_NAME
    assert left["${AWS::StackName}-deliver-trackerrms"] == LONGEST_NAME


@pytest.mark.parametrize("words", [("check",), ("leads",), ("status",)], ids="".join)
def test_a_longer_one_is_refused_with_words(words: tuple[str, ...]) -> None:
    ran = CliRunner().invoke(app, [*words, "--stack", "x" * (LONGEST_NAME + 1)])
    assert ran.exit_code == 1
    assert "a stack's name may have 45 characters" in ran.output


def test_the_name_that_will_be_deployed_is_looked_at_before(tmp_path: Path) -> None:
    samconfig = tmp_path / "samconfig.toml"
    for length, wrong in ((LONGEST_NAME, []), (LONGEST_NAME + 1, ["✗"])):
        samconfig.write_text(f'[default.deploy.parameters]\nstack_name = "{"x" * length}"\n')
        assert [mark for mark, _ in name_findings(samconfig)] == wrong
