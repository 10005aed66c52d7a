"""A function at work, as one process that tells JSON: `python -m bench.worker floor HOW COUNT`,
`accept SOURCE COUNT` or `deliver CRM COUNT BATCH`. Its environment is the function's.
"""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import batched
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import botocore.client
import httpx

from bench.thin import thin_get_item
from leadrelay.aws.clients import client
from leadrelay_sandbox.gateway import proxy_event

_WARM = 10  # leads that nobody counts: connections, logins, caches


class Context:
    function_name = aws_request_id = invoked_function_arn = "bench"
    memory_limit_in_mb = 512


def counted() -> Counter[str]:
    """How often AWS and the CRM are called from now on."""
    calls: Counter[str] = Counter()
    aws: Any = botocore.client.BaseClient
    web: Any = httpx.Client
    api, send = aws._make_api_call, web.send  # noqa: SLF001  # there is no other place for all

    def to_aws(self: Any, operation: str, params: Any) -> Any:
        calls["AWS"] += 1
        return api(self, operation, params)

    def to_crm(self: Any, *given: Any, **more: Any) -> Any:
        calls["CRM"] += 1
        return send(self, *given, **more)

    aws._make_api_call, web.send = to_aws, to_crm  # noqa: SLF001
    return calls


def form(source: str, number: int) -> dict[str, Any]:
    fields = {
        "name": f"Jane Doe{number}",
        "email": f"jane{number}@example.com",
        "phone": f"+44 20 7946 0{number % 1000:03}",
        "message": f"Hello, this is lead-no-{number:06d}. Please call me back.",
        "company": f"Acme {number}",
    }
    headers = [("Content-Type", "application/x-www-form-urlencoded")]
    return proxy_event("POST", f"/forms/{source}", headers, urlencode(fields).encode())


def measured(calls: Counter[str], jobs: Iterable[Callable[[], Any]], leads: int) -> dict[str, Any]:
    calls.clear()
    before = time.process_time()
    for job in jobs:
        job()
    used = time.process_time() - before
    return {
        "s": used,
        "ms": 1000 * used / leads,
        "mb": most_memory_mb(),
        **{name: calls[name] / leads for name in ("AWS", "CRM")},
    }


def most_memory_mb() -> float:
    """That this process ever had."""
    status = Path("/proc/self/status").read_text("utf-8").splitlines()
    return int(next(line for line in status if line.startswith("VmHWM")).split()[1]) / 1024


def floor(how: str, number: str) -> dict[str, Any]:
    """A bare call, as small as there is: by `botocore`, or `thin`."""
    table, key = os.environ["TABLE_NAME"], {"pk": {"S": "nobody"}, "sk": {"S": "lead"}}
    by_botocore = partial(client("dynamodb").get_item, TableName=table, Key=key)
    get = by_botocore if how == "botocore" else thin_get_item(table, key)
    for _ in range(_WARM):
        get()
    return measured(counted(), (get for _ in range(int(number))), int(number)) | {"AWS": 1.0}


def accept(source: str, number: str) -> dict[str, Any]:
    from functions.receive_form import app

    calls = counted()

    def take(one: int) -> None:
        answer = app.handler(form(source, one), Context())
        assert answer["statusCode"] in {200, 303}, answer

    for one in range(_WARM):
        take(900_000 + one)
    return measured(calls, (partial(take, one) for one in range(int(number))), int(number))


def deliver(crm: str, number: str, batch: str) -> dict[str, Any]:
    from functions.deliver import app

    queue = f"{os.environ['QUEUE_URL_PREFIX']}{crm}"
    waiting = list(_messages(queue, int(number) + _WARM))
    calls = counted()

    def bring(records: Iterable[dict[str, Any]]) -> None:
        answer = app.handler({"Records": list(records)}, Context())
        assert answer == {"batchItemFailures": []}, answer

    bring(waiting[:_WARM])
    batches = batched(waiting[_WARM:], int(batch), strict=False)
    return measured(calls, (partial(bring, one) for one in batches), int(number))


def _messages(queue: str, most: int) -> Iterator[dict[str, Any]]:
    sqs, told = client("sqs"), 0
    while told < most and (some := list(_receive(sqs, queue, wait=0))):
        for one in some[: most - told]:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=one["receiptHandle"])
            yield one
        told += len(some)


def _receive(sqs: Any, queue: str, wait: int) -> Iterator[dict[str, Any]]:
    found = sqs.receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=wait, VisibilityTimeout=60
    )
    for one in found.get("Messages", ()):
        yield {
            "messageId": one["MessageId"],
            "receiptHandle": one["ReceiptHandle"],
            "body": one["Body"],
        }


def main(what: str, *given: str) -> None:
    told = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the functions' log
    work: dict[str, Callable[..., Any]] = {
        "floor": floor,
        "accept": accept,
        "deliver": deliver,
    }
    print(json.dumps(work[what](*given)), file=told, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
