"""The environment of the functions, set before any of them is imported."""

import os

from leadrelay_sandbox.environment import ENVIRONMENT

os.environ.update(ENVIRONMENT)
os.environ.pop("AWS_ENDPOINT_URL", None)

# moto has to be there before any boto3 client, even one made at a module's level.
import moto  # noqa: F401
