"""The wheel: what it brings into somebody's environment, and what it asks for there."""

import ast
import sys
import zipfile
from collections.abc import Iterator
from email.message import Message
from email.parser import Parser
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from leadrelay_sandbox.home import ROOT

OURS = {"leadrelay", "leadrelay_config", "leadrelay_ops", "leadrelay_sandbox"}

# Packages that another of those asked for is made of.
BROUGHT_ALONG = {"urllib3": "botocore"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    builder = WheelBuilder(str(ROOT))
    (built,) = builder.build(directory=str(tmp_path_factory.mktemp("dist")), versions=["standard"])
    return zipfile.ZipFile(built)


def metadata(wheel: zipfile.ZipFile, file: str) -> Message:
    (name,) = (name for name in wheel.namelist() if name.endswith(f".dist-info/{file}"))
    return Parser().parsestr(wheel.read(name).decode())


def test_it_brings_no_package_whose_name_isn_t_ours(wheel: zipfile.ZipFile) -> None:
    assert {name.partition("/")[0] for name in wheel.namelist() if "dist-info" not in name} == OURS


def test_it_asks_for_everything_that_is_imported_and_for_nothing_else(
    wheel: zipfile.ZipFile,
) -> None:
    known = packages_distributions()
    dists = {known[BROUGHT_ALONG.get(name, name)][0] for name in imported(wheel)}
    needed = {dist.lower().replace("_", "-") for dist in dists}
    assert set(metadata(wheel, "METADATA").get_all("Requires-Dist", ())) == needed


def test_it_installs_the_command_and_the_files_that_code_reads(wheel: zipfile.ZipFile) -> None:
    (entry,) = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    assert "leadrelay = leadrelay_ops.__main__:main" in wheel.read(entry).decode()
    assert "leadrelay_config/sources.toml" in wheel.namelist()
    assert not [name for name in wheel.namelist() if Path(name).suffix == ".pyc"]


def imported(wheel: zipfile.ZipFile) -> Iterator[str]:
    """The top-level packages of others that the wheel's code imports."""
    for file in wheel.namelist():
        for node in ast.walk(ast.parse(wheel.read(file))) if file.endswith(".py") else ():
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            else:
                continue
            tops = {name.partition(".")[0] for name in names}
            yield from tops - OURS - sys.stdlib_module_names
