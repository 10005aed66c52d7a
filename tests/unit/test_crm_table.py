"""A CRM is four things: its folder, its line in the table, its simulator, its row in the docs.

And a part of the template. Nothing else may know a CRM by its name.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import leadrelay.crms
from leadrelay.crm.base import adapter
from leadrelay.crms import CRMS
from leadrelay_sandbox import simulators

ROOT = Path(__file__).parents[2]
CORE = Path(leadrelay.crms.__file__).parent
every_crm = pytest.mark.parametrize("name", CRMS)


@every_crm
def test_a_crm_has_a_folder_with_its_api_and_its_delivery(name: str) -> None:
    assert CRMS[name].startswith(f"leadrelay.crm.{name}.delivery:")
    assert (CORE / "crm" / name / "api.py").is_file()
    assert set(dir(adapter(name))) >= {"Options", "create", "find", "check"}


def test_every_folder_of_a_crm_is_in_the_table() -> None:
    assert {path.parent.name for path in (CORE / "crm").glob("*/delivery.py")} == CRMS.keys()


@every_crm
def test_a_crm_has_a_simulator_that_takes_its_secret(name: str) -> None:
    assert simulators.simulator(name).name == name
    assert simulators.secret(name, "http://127.0.0.1:1")["base_url"] == "http://127.0.0.1:1"


@every_crm
def test_a_crm_has_a_row_in_the_docs(name: str) -> None:
    rows = (ROOT / "docs" / "crms.md").read_text("utf-8").splitlines()
    assert [row for row in rows if re.match(rf"\|[^|]*`{name}`[^|]*\|", row)]


@every_crm
def test_a_crm_has_a_queue_in_the_template(name: str) -> None:
    template = (ROOT / "template.yaml").read_text("utf-8")
    assert f'QueueName: !Sub "${{AWS::StackName}}-{name}"' in template
    assert re.search(rf"^ +CRM: {name}$", template, re.MULTILINE)


def _python_files() -> Iterator[Path]:
    """What ships and the command, less the CRMs' own folder."""
    for folder in (CORE, ROOT / "functions", ROOT / "leadrelay_ops"):
        for path in folder.rglob("*.py"):
            if CORE / "crm" not in path.parents:
                yield path


def _names_in(path: Path) -> Iterator[str]:
    """The CRMs that this file's code knows by name; prose doesn't count."""
    tree = ast.parse(path.read_text("utf-8"))
    prose = {
        id(statement.value)
        for node in ast.walk(tree)
        if isinstance(body := getattr(node, "body", None), list)
        for statement in body
        if isinstance(statement, ast.Expr)
    }
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(text)) | ast.alias(name=text):
                parts = set(text.split("."))
            case ast.Constant(value=str(text)) if id(node) not in prose:
                parts = set(re.split(r"[^a-z]+", text)) if " " not in text else set()
            case _:
                continue
        yield from parts & CRMS.keys()


def test_nothing_else_knows_a_crm_by_its_name() -> None:
    files = list(_python_files())
    knowing = {path.relative_to(ROOT).as_posix() for path in files if any(_names_in(path))}
    assert knowing == {Path(leadrelay.crms.__file__).relative_to(ROOT).as_posix()}
