"""Where a run takes place: what AWS gives, on MiniStack; four CRMs; Lambda's API."""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.config import Config

from leadrelay.aws.clients import session
from leadrelay.aws.files import UPLOADS
from leadrelay.crms import CRMS
from leadrelay.lead import Lead, State
from leadrelay.ledger import items
from leadrelay.ledger.indexes import EARLIEST, LATEST, in_state
from leadrelay.ledger.table import Table
from leadrelay_sandbox import simulators
from leadrelay_sandbox.chaos.clock import real
from leadrelay_sandbox.chaos.lambda_api import LambdaApi, mapping_uuid
from leadrelay_sandbox.chaos.posts import TOKEN
from leadrelay_sandbox.chaos.queue import Queue
from leadrelay_sandbox.environment import ENVIRONMENT
from leadrelay_sandbox.ledger import create_ledger, read_template
from leadrelay_sandbox.ministack import clean_environment, free_port, ministack
from leadrelay_sandbox.simulator import Record, Simulator, serve

_BUCKET = ENVIRONMENT["FILES_BUCKET"]
_SECRETS = f"leadrelay/{ENVIRONMENT['STACK_NAME']}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`time_limit` is the deliver functions', in their own seconds."""

    simulators: Mapping[str, Simulator]
    queues: Mapping[str, Queue]
    lambda_api: LambdaApi
    time_limit: float
    dynamodb: Any
    s3: Any
    secrets: Any

    def ledger(self) -> Iterator[items.Item]:
        """Every item of the table."""
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=ENVIRONMENT["TABLE_NAME"])
        for page in pages:
            yield from map(items.plain, page["Items"])

    def deliveries(self, lead_id: str) -> list[items.Item]:
        """Of one lead, as they are just now."""
        answer = self.dynamodb.query(
            TableName=ENVIRONMENT["TABLE_NAME"],
            KeyConditionExpression="pk = :pk AND begins_with(sk, :crm)",
            ExpressionAttributeValues=items.wire({":pk": f"lead#{lead_id}", ":crm": "crm#"}),
            ConsistentRead=True,
        )
        return [*map(items.plain, answer["Items"])]

    @property
    def table(self) -> Table:
        return Table(self.dynamodb, ENVIRONMENT["TABLE_NAME"])

    def in_state(self, crm: str, state: State) -> Iterator[items.Item]:
        """The deliveries to a CRM that are in this state."""
        for one in [*in_state(self.table, crm, state, span=(EARLIEST, LATEST))]:
            if delivery := self.table.get(items.delivery_key(one.lead_id, crm)):
                yield delivery

    def lead(self, pk: str) -> Lead | None:
        item = self.table.get({"pk": pk, "sk": "lead"})
        return items.read_lead(item) if item else None

    def put_token(self, tokens: list[str]) -> None:
        """The secrets of the source "enquiry"."""
        self._change_secret("sources", {"enquiry": tokens})

    def change_secret(self, crm: str, changes: Mapping[str, Any]) -> None:
        """Of a CRM."""
        self._change_secret(f"crm/{crm}", changes)

    def _change_secret(self, name: str, changes: Mapping[str, Any]) -> None:
        secret = self.secrets.get_secret_value(SecretId=f"{_SECRETS}{name}")["SecretString"]
        text = json.dumps(json.loads(secret) | changes)
        self.secrets.put_secret_value(SecretId=f"{_SECRETS}{name}", SecretString=text)

    def put_file(self, key: str, content: bytes, metadata: Mapping[str, str]) -> None:
        self.s3.put_object(Bucket=_BUCKET, Key=key, Body=content, Metadata=metadata)

    def uploads(self, prefix: str = UPLOADS) -> Iterator[tuple[str, str]]:
        """Of each file below this prefix its key and its ETag."""
        pages = self.s3.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=_BUCKET, Prefix=prefix):
            yield from ((one["Key"], one["ETag"].strip('"')) for one in page.get("Contents", ()))

    def files(self) -> Iterator[str]:
        """The keys of all files in the bucket."""
        return (key for key, _ in self.uploads(""))

    def records(self) -> dict[str, list[Record]]:
        """What each CRM has."""
        found = {}
        for crm, simulator in self.simulators.items():
            with simulator.lock:
                found[crm] = [*simulator.records]
        return found


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
        sqs = _patient("sqs")
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
        secrets_manager = _patient("secretsmanager")
        _put_secrets(secrets_manager, secrets)
        dynamodb, s3 = _patient("dynamodb"), _patient("s3")
        s3.create_bucket(
            Bucket=_BUCKET,
            CreateBucketConfiguration={"LocationConstraint": ENVIRONMENT["AWS_DEFAULT_REGION"]},
        )
        create_ledger(dynamodb, ENVIRONMENT["TABLE_NAME"])
        yield Place(
            simulators=running,
            queues=queues,
            lambda_api=lambda_api,
            time_limit=timing.time_limit,
            dynamodb=dynamodb,
            s3=s3,
            secrets=secrets_manager,
        )


def _patient(service: str) -> Any:
    """A client of the conductor's own: on a busy machine MiniStack may take its time."""
    config = Config(
        read_timeout=60,
        max_pool_connections=50,
        retries={"mode": "standard", "total_max_attempts": 10},
    )
    return session().create_client(service, config=config)


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


def _put_secrets(secrets_manager: Any, secrets: Mapping[str, Any]) -> None:
    for name, value in secrets.items():
        secrets_manager.create_secret(Name=f"{_SECRETS}{name}", SecretString=json.dumps(value))
