"""AWS as the functions find it: queues that Lambda reads, events that API Gateway sends."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from moto.backends import get_backend

from leadrelay.aws.clients import client
from leadrelay.ledger.table import Table
from leadrelay.signing.samples import Sample, read_sample
from leadrelay_sandbox import gateway
from leadrelay_sandbox.environment import ENVIRONMENT

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = sorted((ROOT / "events").glob("form-*.http"))
ACCOUNT, REGION = "123456789012", ENVIRONMENT["AWS_DEFAULT_REGION"]

type Handler = Callable[[dict[str, Any], object], dict[str, Any]]


@dataclass(frozen=True)
class Context:
    """What Lambda hands a function beside the event."""

    function_name: str = "function"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:function"
    aws_request_id: str = "00000000-0000-0000-0000-000000000000"


@cache
def aws(service: str) -> Any:
    """A client; making one takes longer than a test."""
    return client(service)


@cache
def table_definition() -> dict[str, Any]:
    """The ledger as template.yaml defines it, for `create_table`."""

    class Loader(yaml.SafeLoader):
        """Reads past CloudFormation's tags; the table has none."""

    Loader.add_multi_constructor("!", lambda *_: None)
    template = yaml.load((ROOT / "template.yaml").read_text("utf-8"), Loader)  # noqa: S506  # a SafeLoader
    ledger = template["Resources"]["LedgerTable"]["Properties"]
    wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    return {name: ledger[name] for name in wanted}


def sample(name: str) -> Sample:
    return read_sample(ROOT / "events" / f"{name}.http")


def proxy_event(sample: Sample) -> dict[str, Any]:
    """A sample as an HTTP API sends it to Lambda."""
    return gateway.proxy_event(sample.method, sample.path, sample.headers, sample.body)


class Atomic(Table):
    """The ledger with one request after the other, as DynamoDB serves them on one item; moto lets
    threads in between a condition and its write, and reads what is half written."""

    def __init__(self) -> None:
        super().__init__(aws("dynamodb"), ENVIRONMENT["TABLE_NAME"])
        self._busy = threading.RLock()

    def get(self, *given: Any, **more: Any) -> dict[str, Any] | None:
        with self._busy:
            return super().get(*given, **more)

    def query(self, *given: Any, **more: Any) -> Iterator[dict[str, Any]]:
        with self._busy:
            return iter(list(super().query(*given, **more)))

    def update(self, *given: Any, **more: Any) -> dict[str, Any]:
        with self._busy:
            return super().update(*given, **more)


class Queue:
    """One queue, and the part of Lambda that reads it."""

    def __init__(self, name: str) -> None:
        self.name = f"leadrelay-{name}"
        self._sqs = aws("sqs")
        self.url = self._sqs.create_queue(QueueName=self.name)["QueueUrl"]
        self._in_flight: dict[str, str] = {}

    def nudge(self, lead: str, crm: str = "trackerrms") -> None:
        """Ask for a lead's delivery, as the intake does."""
        self.send(json.dumps({"lead_id": lead, "crm": crm}))

    def deliver_to(self, handler: Handler) -> list[str]:
        """Hand the visible messages to a function and forget those it doesn't call failed.

        Returns the ids of the failed ones.
        """
        batch = self._receive()
        records = [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
            }
            for message in batch
        ]
        answer = handler({"Records": records}, Context())
        failed = [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
        for record in records:
            if record["messageId"] in failed:
                self._in_flight[record["messageId"]] = record["receiptHandle"]
            else:
                self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=record["receiptHandle"])
        return failed

    def wake(self) -> None:
        """Make hidden messages visible again, as time would."""
        for handle in self._in_flight.values():
            self._sqs.change_message_visibility(
                QueueUrl=self.url, ReceiptHandle=handle, VisibilityTimeout=0
            )
        self._in_flight.clear()

    def waits(self) -> list[float]:
        """For how many more seconds each message stays hidden."""
        now_ms = time.time() * 1000
        return [(message.visible_at - now_ms) / 1000 for message in self._messages()]

    def bodies(self) -> list[str]:
        """The bodies of all messages, hidden ones too."""
        return [message.body for message in self._messages()]

    def attributes(self) -> list[dict[str, str]]:
        """The attributes of all messages."""
        return [
            {name: one["StringValue"] for name, one in message.message_attributes.items()}
            for message in self._messages()
        ]

    def send(self, body: str) -> None:
        self._sqs.send_message(QueueUrl=self.url, MessageBody=body)

    def purge(self) -> None:
        self._sqs.purge_queue(QueueUrl=self.url)
        self._in_flight.clear()

    def remove(self) -> None:
        self._sqs.delete_queue(QueueUrl=self.url)

    def _receive(self) -> list[Any]:
        answer = self._sqs.receive_message(
            QueueUrl=self.url, MaxNumberOfMessages=10, VisibilityTimeout=360
        )
        return list(answer.get("Messages", []))

    def _messages(self) -> list[Any]:
        # SQS itself has no way to look at a hidden message
        queues = get_backend("sqs")[ACCOUNT][REGION].queues
        return list(queues[self.name]._messages)


class Counting:
    """An AWS client that counts what is asked of it."""

    def __init__(self, service: str = "dynamodb") -> None:
        self._service = service
        self._lock = threading.Lock()
        self.calls: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        with self._lock:
            self.calls[name] += 1
        return getattr(aws(self._service), name)
