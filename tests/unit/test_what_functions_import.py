"""What each function loads before its first request: a cold start waits for that, and a person may
be waiting for it."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from leadrelay_sandbox.environment import ENVIRONMENT
from leadrelay_sandbox.home import ROOT

# AWS's client with what it is made of, pydantic likewise, and what writes the log.
EVERY = {"botocore", "urllib3", "certifi", "dateutil", "six", "jmespath", "typing_extensions"}
EVERY |= {"pydantic", "pydantic_core", "annotated_types", "typing_inspection"}
EVERY |= {"aws_lambda_powertools"}
HTTP = {"httpx", "httpcore", "h11", "idna", "anyio"}
# httpx's command, which it imports where a developer has it, and a function hasn't.
COMMAND = {"click", "rich", "pygments"}

RECEIVES = {"aws", "compose", "intake", "ledger"}
ALLOWED = {
    "canary": (EVERY, {"aws", "canary", "compose", "intake", "ledger", "signing"}),
    "receive_form": (EVERY, RECEIVES),
    "receive_call": (EVERY, RECEIVES),
    "receive_resume": (EVERY, RECEIVES),
    "receive_file": (EVERY, RECEIVES),
    "deliver": (
        EVERY | HTTP | COMMAND,
        {"aws", "compose", "crm", "delivery", "fetch", "ledger", "narrator"},
    ),
    "replay": (EVERY, {"aws", "compose", "delivery", "intake", "ledger"}),
    "sweep": (EVERY, {"aws", "compose", "delivery", "ledger"}),
    "digest": (EVERY, {"aws", "delivery", "ledger"}),
    "tidy": (EVERY, {"aws", "ledger"}),
}
_LISTED = """
import gc, importlib, sys
before = set(sys.modules)
importlib.import_module(sys.argv[1])
assert gc.isenabled() and gc.get_freeze_count() > 10_000, "the start isn't over"
for name in [name for name in sys.modules if name not in before]:
    print(name, getattr(sys.modules[name], "__file__", None) or "")
"""


@cache
def loaded(function: str) -> dict[str, str]:
    """Module → file, in their order, of all that the function's own module brings into a fresh
    interpreter."""
    folders = ROOT, ROOT / "layers/core/python", ROOT / "layers/config/python"
    told = subprocess.run(  # noqa: S603  # our own code, in a fresh interpreter
        [sys.executable, "-c", _LISTED, f"functions.{function}.app"],
        env={**ENVIRONMENT, "CRM": "trackerrms", "PYTHONPATH": os.pathsep.join(map(str, folders))},
        capture_output=True,
        text=True,
        check=True,
    )
    pairs = (line.partition(" ") for line in told.stdout.splitlines())
    return {name: file for name, _, file in pairs}


def test_every_function_is_held_to_it() -> None:
    assert {app.parent.name for app in (ROOT / "functions").glob("*/app.py")} == ALLOWED.keys()


@pytest.mark.parametrize("function", sorted(ALLOWED))
def test_nothing_is_looked_through_for_garbage_while_it_loads(function: str) -> None:
    ours = [name for name in loaded(function) if name.startswith("leadrelay.")]
    assert ours[0] == "leadrelay.start"


@pytest.mark.parametrize("function", sorted(ALLOWED))
def test_a_function_loads_no_package_that_its_first_request_may_not_need(function: str) -> None:
    packages = {
        name.partition(".")[0]
        for name, file in loaded(function).items()
        if "site-packages" in Path(file).parts
    }
    assert packages <= ALLOWED[function][0]


@pytest.mark.parametrize("function", sorted(ALLOWED))
def test_it_enters_no_room_that_it_has_no_business_in(function: str) -> None:
    rooms = {name.split(".")[1] for name in loaded(function) if name.count(".") > 1
             and name.startswith("leadrelay.")}  # fmt: skip
    assert rooms <= ALLOWED[function][1]


@pytest.mark.parametrize("function", ["receive_form", "receive_resume", "receive_call"])
def test_no_sender_is_loaded_but_those_of_the_sources(function: str) -> None:
    senders = [name for name in loaded(function) if name.startswith("leadrelay.intake.senders.")]
    # the ones that a call's page is answered for are told apart by their answer
    assert set(senders) <= {"leadrelay.intake.senders.screen_pop"}


def test_one_crm_s_function_loads_no_other_crm() -> None:
    others = ("initiative", "centia", "collect")
    crms = {name.split(".")[2] for name in loaded("deliver") if name.startswith("leadrelay.crm.")}
    assert crms.isdisjoint(others)
