"""The environment of the functions, set before any of them is imported."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from leadrelay_sandbox.environment import ENVIRONMENT

os.environ.update(ENVIRONMENT)
os.environ.pop("AWS_ENDPOINT_URL", None)
os.environ.pop("COLUMNS", None)  # what several processes run tests with is no terminal

# moto has to be there before any boto3 client, even one made at a module's level.
import moto  # noqa: F401
from botocore.validate import validate_parameters

from leadrelay.aws.clients import session


def _judge(**request: Any) -> None:
    """What a function's clients leave to AWS."""
    validate_parameters(request["params"], request["model"].input_shape)


session().register("before-parameter-build", _judge)

# How long an example takes says more of what else the machine does than of the code.
# One commit gets one answer, so that nobody is failed for what another commit did; new examples are
# looked for by `make search`.
settings.register_profile("repeated", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile("repeated")

_LONG = {"stack", "chaos"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The folders of the twin and of chaos are long as a whole."""
    here = Path(__file__).parent
    for item in items:
        if item.path.relative_to(here).parts[0] in _LONG:
            item.add_marker("long")
