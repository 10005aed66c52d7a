"""botocore clients that fail fast, and what their failures mean to us."""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.loaders import JSONFileLoader, Loader
from botocore.session import Session

from leadrelay.errors import Unavailable

TRIES = 2
"""How often a call is made before it has failed."""

# A sender waits while we wait: better a 503 it repeats than a time-out it doesn't understand. A
# call without an answer ends within ten seconds; functions may run for twenty.
_CONFIG = Config(
    connect_timeout=1,
    read_timeout=4,
    retries={"mode": "standard", "total_max_attempts": TRIES},
    max_pool_connections=25,
    user_agent="leadrelay",  # botocore's own is put together anew for each call: 13 % of its time
    parameter_validation=False,  # another 13 %; AWS judges our requests anyhow, and so do our tests
)
_SERVICES = ["dynamodb", "lambda", "s3", "secretsmanager", "sns", "sqs"]

# Browsers' uploads go to the bucket's own host in its region, with Signature Version 4; botocore's
# defaults are the global host and, in older regions, Version 2, which newer buckets refuse.
_S3 = _CONFIG.merge(
    Config(
        signature_version="s3v4",
        s3={"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
    )
)


def client(service: str) -> Any:
    """A client for this region; made once, when a function starts."""
    return session().create_client(service, config=_S3 if service == "s3" else _CONFIG)


@cache
def session() -> Session:
    """Whose clients share what is read once: credentials, and what AWS's services look like. Of
    botocore, as boto3 around it would lengthen a function's start."""
    made = Session()
    made.register_component("data_loader", _Ours())
    return made


class _Json(JSONFileLoader):
    """Reads JSON as plain dicts, which keep their order by now: botocore's OrderedDicts take three
    times as long."""

    def load_file(self, file_path: str) -> Any:
        for suffix, opened in ((".json", open), (".json.gz", gzip.open)):
            with suppress(FileNotFoundError), opened(file_path + suffix, "rb") as file:
                return json.load(file)
        return None


class _Ours(Loader):
    """botocore's loader, which would look into the folders of all 400 services for a client's."""

    FILE_LOADER_CLASS = _Json

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002  # its own
        return _SERVICES


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
