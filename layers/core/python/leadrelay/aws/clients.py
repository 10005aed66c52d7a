"""boto3 clients that fail fast, and what their failures mean to us."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from leadrelay.errors import Unavailable

# A sender waits while we wait: better a 503 it repeats than a time-out it doesn't understand.
_CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=25,
)


def client(service: str) -> Any:
    """A boto3 client for this region; made once, when a function starts."""
    return boto3.client(service, config=_CONFIG)  # type: ignore[call-overload]  # a name at run time


@contextmanager
def reaching(what: str) -> Iterator[None]:
    """Turn any failure to reach an AWS service into Unavailable."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise Unavailable(f"{what}: {code(error)}") from error


def code(error: BaseException | None) -> str:
    """AWS's error code, else the exception's name: both are safe to log."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "unknown"))
    return type(error).__name__
