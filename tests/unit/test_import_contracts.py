"""Each import contract of pyproject.toml can fail: a copy of the code, and one import too many."""

import itertools
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from leadrelay.crms import CRMS
from leadrelay_sandbox.home import ROOT

_PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
_CONTRACTS = {one["name"]: one for one in _PYPROJECT["tool"]["importlinter"]["contracts"]}
_PACKAGES = {
    "leadrelay": ROOT / "layers/core/python/leadrelay",
    "leadrelay_config": ROOT / "layers/config/python/leadrelay_config",
    "functions": ROOT / "functions",
    "leadrelay_ops": ROOT / "leadrelay_ops",
    "leadrelay_sandbox": ROOT / "leadrelay_sandbox",
}
# contract → imports too many, each (file, line)
_BROKEN = {
    "imports point inward": [
        ("leadrelay/intake/guards/throttle.py", "from leadrelay.compose import intake"),
        ("leadrelay/intake/request.py", "import leadrelay.delivery.backoff"),
        ("leadrelay/crm/http.py", "import leadrelay.intake.request"),
        ("leadrelay/crm/http.py", "import leadrelay.ledger.table"),
        ("leadrelay/lead.py", "import leadrelay.settings"),
    ],
    "the intake is handed what it keeps and asks": [
        ("leadrelay/intake/request.py", "import leadrelay.ledger.table"),
        ("leadrelay/intake/keeping/acceptance.py", "from leadrelay.aws import queues"),
    ],
    "the command may know the sandbox, and both what ships": [
        ("leadrelay_sandbox/senders.py", "import leadrelay_ops.stack"),
        ("leadrelay/lead.py", "import leadrelay_ops.stack"),
        ("leadrelay/lead.py", "import functions.sweep.app"),
        ("functions/sweep/app.py", "import leadrelay_sandbox.environment"),
        ("leadrelay_config/__init__.py", "import leadrelay.lead"),
    ],
    "CRMs don't know each other": [
        (f"leadrelay/crm/{one}/delivery.py", f"import leadrelay.crm.{other}.delivery")
        for one, other in zip(CRMS, [*CRMS][1:], strict=False)
    ],
    "AWS only in aws/ and ledger/": [
        ("leadrelay/crm/http.py", "import boto3"),
        ("leadrelay/sources.py", "from botocore import config"),
        ("leadrelay/ledger/table.py", "import aws_lambda_powertools"),
        ("functions/sweep/app.py", "import boto3"),
    ],
    "HTTP only in crm/ and fetch/": [
        ("leadrelay/ledger/counters.py", "import httpx"),
        ("leadrelay/intake/request.py", "import websockets"),
        ("functions/sweep/app.py", "import httpx"),
    ],
    "the environment only in functions/": [
        ("leadrelay/aws/clients.py", "import os"),
        ("leadrelay/crm/http.py", "from os import environ"),
    ],
}


def test_every_contract_is_tried() -> None:
    assert _BROKEN.keys() == _CONTRACTS.keys()


def test_every_package_of_the_repository_stands_under_the_contracts() -> None:
    linter = _PYPROJECT["tool"]["importlinter"]
    shipped = _PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert linter["root_packages"] == [*_PACKAGES]
    assert {Path(one).name for one in shipped} | {"functions"} == _PACKAGES.keys()


def test_every_crm_is_kept_from_the_others() -> None:
    named = _CONTRACTS["CRMs don't know each other"]["modules"]
    packages = {one.parent.name for one in (_PACKAGES["leadrelay"] / "crm").glob("*/__init__.py")}
    assert set(named) == {f"leadrelay.crm.{crm}" for crm in packages}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the linter says of each contract, when all of those imports are there."""
    code = tmp_path_factory.mktemp("code")
    for name, folder in _PACKAGES.items():
        for module in folder.rglob("*.py"):
            copy = code / name / module.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            (copy.parent / "__init__.py").touch()  # of functions/, which else were found in both
            shutil.copy(module, copy)
    (code / "functions" / "__init__.py").touch()
    shutil.copy(ROOT / "pyproject.toml", code)
    for module_name, line in itertools.chain(*_BROKEN.values()):
        with (code / module_name).open("a", encoding="utf-8") as text:
            text.write(f"\n{line}\n")
    (code / "leadrelay/novelty.py").touch()
    return _lint(code)


def _lint(code: Path) -> dict[str, str]:
    linter = Path(sys.executable).with_name("lint-imports")
    linted = subprocess.run(  # noqa: S603  # our own environment's command
        [linter, "--no-cache", "--no-logo"], cwd=code, capture_output=True, text=True, check=False
    )
    _, _, broken = linted.stdout.partition("Broken contracts")
    parts = re.split(r"^(.+)\n-+$", broken, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_what_is_new_has_to_be_given_its_layer(told: dict[str, str]) -> None:
    assert "novelty" in told["imports point inward"]


@pytest.mark.parametrize(
    ("contract", "module", "line"),
    [(name, *broken) for name, all_of in _BROKEN.items() for broken in all_of],
)
def test_an_import_too_many_breaks_its_contract(
    told: dict[str, str], contract: str, module: str, line: str
) -> None:
    importer = module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    imported = line.split()[1]
    assert f"{importer} -> {imported}" in told[contract]
