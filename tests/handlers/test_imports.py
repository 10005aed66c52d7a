"""A function starts with what it needs and nothing else: a cold start is somebody's wait."""

import os
import subprocess
import sys

import pytest

from leadrelay.crms import CRMS
from leadrelay_sandbox.environment import ENVIRONMENT
from tests.handlers.aws import ROOT

PATHS = [ROOT, ROOT / "layers/core/python", ROOT / "layers/config/python"]


def loaded_by(function: str, **environment: str) -> set[str]:
    """The modules that are loaded once a function's app is."""
    code = f"import functions.{function}.app, sys; print(*sys.modules)"
    done = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", code],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(map(str, PATHS))}
        | ENVIRONMENT
        | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_receiving_a_form_needs_no_crm_and_nothing_heavy() -> None:
    loaded = loaded_by("receive_form")
    heavy = {"httpx", "phonenumbers", "rich", "typer", "flask"}
    assert "leadrelay.intake.receive" in loaded
    assert loaded & heavy == set()
    assert [name for name in loaded if name.startswith("leadrelay.crm.")] == []
    assert [
        name for name in loaded if name.startswith(("leadrelay_ops", "leadrelay_sandbox", "tests"))
    ] == []


@pytest.mark.parametrize("crm", CRMS)
def test_delivering_loads_the_adapter_of_its_own_crm_only(crm: str) -> None:
    loaded = loaded_by("deliver", CRM=crm)
    adapters = {name for name in CRMS if f"leadrelay.crm.{name}" in loaded}
    assert adapters == {crm}
    assert [name for name in loaded if name.startswith("leadrelay.intake")] == []
    assert [
        name for name in loaded if name.startswith(("leadrelay_ops", "leadrelay_sandbox", "tests"))
    ] == []


def test_the_sweep_has_others_probe_and_loads_no_crm() -> None:
    loaded = loaded_by("sweep")
    assert "leadrelay.delivery.sweep" in loaded
    assert "httpx" not in loaded
    assert [name for name in loaded if name.startswith("leadrelay.crm.")] == []
