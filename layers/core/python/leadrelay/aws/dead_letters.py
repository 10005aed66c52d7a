"""Reading a dead-letter queue from end to end, and deleting what is done with."""

import json
from collections import deque
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched
from typing import Any

from leadrelay.aws.clients import reaching

# Long enough to read thousands, so that no letter is met twice in one reading.
_HIDDEN_S = 300

# Of so many that stay, the handles are remembered; more come back by themselves, a little later.
_REMEMBERED = 10_000

_BATCH = 10  # SQS's limit


@dataclass(slots=True)
class DeadLetter:
    """One message; whoever reads it sets `done`, and it is deleted."""

    lead_id: str
    by_sqs: bool  # moved here after too many receives; else we put it here and wrote a reason
    sent_at: datetime
    done: bool = False


def dead_letters(sqs: Any, url: str) -> Generator[Sequence[DeadLetter]]:
    """Every letter of a queue, a few at a time.

    SQS can only show a message by hiding it for a while; those not `done` are put back when the
    reading ends, however it ends. Messages that aren't ours are left alone. Raises Unavailable.
    """
    left, kept = _count(sqs, url), deque[str](maxlen=_REMEMBERED)
    try:
        while left > 0 and (messages := _receive(sqs, url)):
            left -= len(messages)
            handles = [str(message["ReceiptHandle"]) for message in messages]
            kept.extend(handles)
            letters = [_read(message) for message in messages]
            yield [letter for letter in letters if letter]
            done = [
                handle
                for handle, letter in zip(handles, letters, strict=True)
                if letter and letter.done
            ]
            with reaching("dead-letter queue"):
                _delete(sqs, url, done)
            for _ in handles:
                kept.pop()
            kept.extend(handle for handle in handles if handle not in done)
    finally:
        with reaching("dead-letter queue"):
            _put_back(sqs, url, kept)


def _count(sqs: Any, url: str) -> int:
    """So many there are, more or less: enough to end by, where all is read, without a wait."""
    name = "ApproximateNumberOfMessages"
    with reaching("dead-letter queue"):
        answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])
    return int(answer["Attributes"][name])


def _receive(sqs: Any, url: str) -> list[dict[str, Any]]:
    with reaching("dead-letter queue"):
        answer = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=_BATCH,
            VisibilityTimeout=_HIDDEN_S,
            WaitTimeSeconds=1,  # without a wait, SQS asks only some of its servers
            MessageSystemAttributeNames=["SentTimestamp"],
            MessageAttributeNames=["reason"],
        )
    return list(answer.get("Messages", ()))


def _read(message: dict[str, Any]) -> DeadLetter | None:
    try:
        lead_id = json.loads(message["Body"])["lead_id"]
    except (ValueError, TypeError, KeyError):
        return None
    sent_ms = int(message["Attributes"]["SentTimestamp"])
    return DeadLetter(
        lead_id=str(lead_id),
        by_sqs="reason" not in message.get("MessageAttributes", ()),
        sent_at=datetime.fromtimestamp(sent_ms / 1000, UTC),
    )


def _delete(sqs: Any, url: str, handles: Sequence[str]) -> None:
    if handles:
        entries = [{"Id": str(i), "ReceiptHandle": one} for i, one in enumerate(handles)]
        sqs.delete_message_batch(QueueUrl=url, Entries=entries)


def _put_back(sqs: Any, url: str, handles: deque[str]) -> None:
    for some in batched(handles, _BATCH, strict=False):
        entries = [
            {"Id": str(i), "ReceiptHandle": one, "VisibilityTimeout": 0}
            for i, one in enumerate(some)
        ]
        sqs.change_message_visibility_batch(QueueUrl=url, Entries=entries)
