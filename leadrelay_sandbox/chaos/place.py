"""Where a run takes place: what AWS gives, on MiniStack; four CRMs; Lambda's API."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leadrelay.aws.clients import client
from leadrelay.crms import CRMS
from leadrelay.ledger import items
from leadrelay_sandbox import simulators
from leadrelay_sandbox.chaos.clock import real
from leadrelay_sandbox.chaos.lambda_api import LambdaApi, mapping_uuid
from leadrelay_sandbox.chaos.queue import Queue
from leadrelay_sandbox.chaos.senders import TOKEN
from leadrelay_sandbox.environment import ENVIRONMENT
from leadrelay_sandbox.ledger import create_ledger, read_template
from leadrelay_sandbox.ministack import clean_environment, free_port, ministack
from leadrelay_sandbox.simulator import Simulator, serve


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`time_limit` is the deliver functions', in their own seconds."""

    simulators: Mapping[str, Simulator]
    queues: Mapping[str, Queue]
    lambda_api: LambdaApi
    time_limit: float
    dynamodb: Any

    def ledger(self) -> Iterator[items.Item]:
        """Every item of the table."""
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=ENVIRONMENT["TABLE_NAME"])
        for page in pages:
            yield from map(items.plain, page["Items"])


@contextmanager
def place(home: Path, queue: Callable[[Any, str, str], Queue]) -> Iterator[Place]:
    """`queue` makes a CRM's queue of an SQS client, a URL and the CRM's name. `home` is for logs.

    The environment of this process becomes the functions': what is forked from it has it.
    """
    with ExitStack() as ends:
        endpoint = ends.enter_context(ministack(free_port(), home))
        timing = _timing()
        for name in os.environ.keys() - clean_environment().keys():
            del os.environ[name]
        os.environ |= ENVIRONMENT | timing.environment | {"AWS_ENDPOINT_URL": endpoint}
        sqs = client("sqs")
        made = {crm: _make_queue(sqs, crm, timing.visibility) for crm in CRMS}
        queues = {crm: queue(sqs, url, crm) for crm, url in made.items()}
        lambda_api = LambdaApi(ENVIRONMENT["FUNCTION_PREFIX"], queues)
        server = serve(lambda_api)
        ends.callback(server.shutdown)
        os.environ |= {
            "AWS_ENDPOINT_URL_LAMBDA": f"http://127.0.0.1:{server.server_port}",
            "QUEUE_URL_PREFIX": made["centia"].removesuffix("centia"),
            "MAPPINGS": ",".join(map(mapping_uuid, CRMS)),
        }
        running = {crm: simulators.simulator(crm) for crm in CRMS}
        secrets: dict[str, Any] = {"sources": {"enquiry": TOKEN}}
        for crm, simulator in running.items():
            served = serve(simulator)
            ends.callback(served.shutdown)
            url = f"http://127.0.0.1:{served.server_port}"
            secrets[f"crm/{crm}"] = simulators.secret(crm, url)
        _put_secrets(secrets)
        dynamodb = client("dynamodb")
        client("s3").create_bucket(
            Bucket=ENVIRONMENT["FILES_BUCKET"],
            CreateBucketConfiguration={"LocationConstraint": ENVIRONMENT["AWS_DEFAULT_REGION"]},
        )
        create_ledger(dynamodb, ENVIRONMENT["TABLE_NAME"])
        yield Place(
            simulators=running,
            queues=queues,
            lambda_api=lambda_api,
            time_limit=timing.time_limit,
            dynamodb=dynamodb,
        )


@dataclass(frozen=True, slots=True)
class _Timing:
    """What template.yaml says of the deliver functions, in seconds."""

    time_limit: float
    visibility: float
    environment: dict[str, str]


def _timing() -> _Timing:
    resources = read_template()["Resources"]
    function = resources["DeliverToTrackerRms"]["Properties"]
    lease = function["Environment"]["Variables"]["LEASE_SECONDS"]
    queue = resources["TrackerRmsQueue"]["Properties"]
    return _Timing(function["Timeout"], queue["VisibilityTimeout"], {"LEASE_SECONDS": lease})


def _make_queue(sqs: Any, crm: str, visibility: float) -> str:
    """The queue's URL; its dead-letter queue is made too."""
    sqs.create_queue(QueueName=f"leadrelay-{crm}-dead")
    attributes = {"VisibilityTimeout": str(round(real(visibility)))}
    url: str = sqs.create_queue(QueueName=f"leadrelay-{crm}", Attributes=attributes)["QueueUrl"]
    return url


def _put_secrets(secrets: Mapping[str, Any]) -> None:
    secrets_manager = client("secretsmanager")
    for name, value in secrets.items():
        secrets_manager.create_secret(
            Name=f"leadrelay/{ENVIRONMENT['STACK_NAME']}/{name}", SecretString=json.dumps(value)
        )
