"""On the deployed twin: a lead's story, the id that its answer carries, and its end."""

import uuid
from collections.abc import Callable, Iterator

from typer.testing import CliRunner

from leadrelay.crms import CRMS
from leadrelay.ledger.filter import Filter
from leadrelay_ops import finding
from leadrelay_ops.cli import app
from leadrelay_ops.stack import Stack
from tests.senders.documents import pdf
from tests.stack.web import web

type Eventually = Callable[[Callable[[], bool]], None]

FAULTS = (
    {"operation": "createResourceFromResume", "status": 503},
    {"operation": "createResourceFromResume", "status": 429},
    {"operation": "createActivity", "reset": True, "after_saving": True},
)


def run(stack: Stack, *words: str) -> str:
    """What the command prints."""
    ended = CliRunner().invoke(app, words, obj=lambda _: stack, env={"COLUMNS": "200"})
    assert ended.exit_code == 0, ended.output
    return ended.output


def story(told: str) -> list[str]:
    """What is told of a lead, without the lines above it."""
    return [line for line in told.splitlines() if line.startswith("  ")]


def everything(stack: Stack) -> Iterator[str]:
    """All that is in the table, the bucket, the queues and the logs."""
    dynamodb, s3, sqs, logs = map(stack.client, ("dynamodb", "s3", "sqs", "logs"))
    for page in dynamodb.get_paginator("scan").paginate(TableName=stack.outputs["TableName"]):
        yield from map(str, page["Items"])
    bucket = stack.outputs["FilesBucket"]
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for file in page.get("Contents", ()):
            head = s3.head_object(Bucket=bucket, Key=file["Key"])
            yield f"{file['Key']} {head['Metadata']}"
    for url in sqs.list_queues().get("QueueUrls", ()):
        while found := sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=5, MessageAttributeNames=["All"]
        ).get("Messages"):
            yield from map(str, found)
    for group in logs.describe_log_groups()["logGroups"]:
        pages = logs.get_paginator("filter_log_events")
        for page in pages.paginate(logGroupName=group["logGroupName"]):
            yield from (event["message"] for event in page["events"])


def test_a_lead_s_story_is_kept_and_ends_with_its_erasure(
    stack: Stack, eventually: Eventually
) -> None:
    tracker = stack.crms["trackerrms"]
    email, name = f"{uuid.uuid4().hex[:12]}@example.com", f"Storey{uuid.uuid4().hex[:8]}"
    for fault in FAULTS:  # other tests' leads may be on their way still
        url, wanted = f"{tracker}/_sandbox/fault", fault | {"about": name}
        web.post(url, json=wanted).raise_for_status()
    fields = {"name": f"Jo {name}", "email": email, "phone": "020 7946 0456", "message": "Hi"}
    file = {"cv": (f"{name}.pdf", pdf(name))}
    answers = [
        web.post(f"{stack.api_url}/resumes/careers", data=fields, files=file) for _ in range(2)
    ]
    lead = answers[0].json()["id"]

    def is_settled() -> bool:
        (found,) = finding.find(stack, email, Filter())
        return {one.state for one in found.deliveries.values()} == {"delivered"}

    eventually(is_settled)
    told = run(stack, "trace", email)
    assert answers[0].headers["X-Correlation-Id"] in told
    assert "received from careers" in told
    assert "the same came once more, and was recognised" in told
    tale = "\n".join(line for line in told.splitlines() if "trackerrms" in line)
    steps = [
        "trackerrms: queued",
        "attempt 1 ended in doubt",
        "HTTP 503 (Retryable)",
        "looks in the CRM first",
        "attempt 2 came to nothing",
        "HTTP 429 (Retryable)",
        "attempt 2 ended in doubt",  # a throttled one doesn't count
        "delivered it",
        "now: trackerrms is delivered, record",
    ]
    assert sorted(steps, key=tale.index) == steps

    (found,) = finding.find(stack, email, Filter())
    ref = found.lead.ref
    for word in ("020 7946 0456", ref):
        assert story(run(stack, "trace", word)) == story(told)
    assert lead in "".join(everything(stack))
    erased = run(stack, "erase", "--email", email, "--yes")
    for crm in CRMS:
        assert str(found.deliveries[crm].record_id) in erased
    left = "\n".join(everything(stack))
    for mark in (email, name, name.lower(), "79460456", "7946 0456"):
        assert mark not in left
    assert ref in run(stack, "erase", "--email", email, "--proof")
