"""Nudges: one SQS queue and one dead-letter queue per CRM, messages that hold ids only."""

import json
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any

from leadrelay.aws.clients import reaching

# SQS lets a message hide for 12 hours from its receipt; what is longer just wakes up early.
_LONGEST = timedelta(hours=11)

_DEPTHS = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]


@dataclass(frozen=True, slots=True)
class Queues:
    """The queues of one stack, whose URLs are `url_prefix` + CRM (+ "-dead")."""

    sqs: Any
    url_prefix: str

    def send(self, lead_id: str, crm: str) -> None:
        """Nudge one delivery. Raises Unavailable."""
        with reaching(f"queue of {crm}"):
            self.sqs.send_message(QueueUrl=self.url_prefix + crm, MessageBody=_body(lead_id, crm))

    def send_canary(self, canary: str, crm: str) -> None:
        """Send what only shows that it gets there. Raises Unavailable."""
        with reaching(f"queue of {crm}"):
            self.sqs.send_message(
                QueueUrl=self.url_prefix + crm,
                MessageBody=json.dumps({"canary": canary, "crm": crm}),
            )

    def send_dead(self, lead_id: str, crm: str, reason: str) -> None:
        """Put a parked delivery before somebody's eyes. Raises Unavailable."""
        with reaching(f"dead-letter queue of {crm}"):
            self.sqs.send_message(
                QueueUrl=f"{self.url_prefix}{crm}-dead",
                MessageBody=_body(lead_id, crm),
                MessageAttributes={"reason": {"DataType": "String", "StringValue": reason}},
            )

    def put_back(self, crm: str, receipt_handle: str, wait: timedelta) -> None:
        """Hide a received message for as long as it shall wait. Raises Unavailable."""
        with reaching(f"queue of {crm}"):
            self.sqs.change_message_visibility(
                QueueUrl=self.url_prefix + crm,
                ReceiptHandle=receipt_handle,
                VisibilityTimeout=ceil(min(wait, _LONGEST).total_seconds()),
            )

    def depth(self, name: str) -> int:
        """About how many messages a queue holds, hidden ones too. Raises Unavailable."""
        with reaching(f"queue {name}"):
            answer = self.sqs.get_queue_attributes(
                QueueUrl=self.url_prefix + name, AttributeNames=_DEPTHS
            )
        return sum(int(answer["Attributes"][attribute]) for attribute in _DEPTHS)


def _body(lead_id: str, crm: str) -> str:
    return json.dumps({"lead_id": lead_id, "crm": crm})
