"""A ledger and dead letters of any number of parked deliveries, made as they are asked for: what
is measured over them is Leadrelay's own memory and time."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from leadrelay.lead import Lead, timestamp
from leadrelay.ledger import items
from leadrelay.ledger.table import SPREAD_MARK

_PARKED_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_AT = timestamp(_PARKED_AT)
_SENT_MS = "1772443800000"  # the same in milliseconds
REASONS = {"Refused": "no such department", "Retryable": "could not connect"}


@dataclass
class ParkedStack:
    """The few requests of DynamoDB and SQS that a replay makes. Every second delivery is Refused,
    the others are Retryable; a letter for each lies in the one dead-letter queue."""

    count: int
    revived: bytearray = field(init=False)
    deleted: bytearray = field(init=False)
    received: int = 0
    queued: int = 0

    def __post_init__(self) -> None:
        self.revived, self.deleted = bytearray(self.count), bytearray(self.count)

    # -- DynamoDB -------------------------------------------------------------------------

    def query(
        self,
        *,
        Limit: int,  # noqa: N803  # DynamoDB's
        ExclusiveStartKey: int = 0,  # noqa: N803
        **_: Any,
    ) -> dict[str, Any]:
        after = min(ExclusiveStartKey + Limit, self.count)
        parked = [n for n in range(ExclusiveStartKey, after) if not self.revived[n]]
        found = [items.wire({"pk": f"lead#{n}", "due_at": _AT}) for n in parked]
        return {"Items": found, "LastEvaluatedKey": after if after < self.count else None}

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N803
        ((table, asked),) = RequestItems.items()
        keys = [key for key in map(items.plain, asked["Keys"]) if key != SPREAD_MARK]
        found = [items.wire(self._item(key)) for key in keys]
        return {"Responses": {table: found}, "UnprocessedKeys": {}}

    def update_item(self, *, Key: items.Item, **_: Any) -> dict[str, Any]:  # noqa: N803
        self.revived[int(items.plain(Key)["pk"].removeprefix("lead#"))] = True
        return {}

    def _item(self, key: items.Item) -> items.Item:
        number = int(key["pk"].removeprefix("lead#"))
        if key["sk"] == "lead":
            lead = Lead(id=str(number), ref=f"LR-{number}", source="bench", received_at=_PARKED_AT)
            return {**key, "lead": lead.model_dump_json(exclude_defaults=True)}
        reason_class = [*REASONS][number % 2]
        parked = {
            **key,
            "state": "queued" if self.revived[number] else "parked",
            "updated_at": _AT,
            "attempts": 1,
            "expires_at": 4_000_000_000,
            "reason": REASONS[reason_class],
            "reason_class": reason_class,
        }
        replayed = {"replays": [{"at": "2026-03-02T10:00:00.000Z"}]}
        return parked | replayed if self.revived[number] else parked

    # -- SQS ------------------------------------------------------------------------------

    def get_queue_attributes(self, **_: Any) -> dict[str, Any]:
        self.received = 0
        return {"Attributes": {"ApproximateNumberOfMessages": str(self.count)}}

    def receive_message(self, **_: Any) -> dict[str, Any]:
        some = range(self.received, min(self.received + 10, self.count))
        self.received += len(some)
        return {"Messages": [self._letter(number) for number in some]}

    def delete_message_batch(self, *, Entries: list[dict[str, str]], **_: Any) -> None:  # noqa: N803
        for entry in Entries:
            self.deleted[int(entry["ReceiptHandle"])] = True

    def change_message_visibility_batch(self, **_: Any) -> None:
        """Nothing is hidden here."""

    def send_message(self, **_: Any) -> None:
        self.queued += 1

    def _letter(self, number: int) -> dict[str, Any]:
        return {
            "ReceiptHandle": str(number),
            "Body": json.dumps({"lead_id": str(number), "crm": "trackerrms"}),
            "Attributes": {"SentTimestamp": _SENT_MS},
            "MessageAttributes": {"reason": {}},
        }
