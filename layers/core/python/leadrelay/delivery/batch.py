"""A batch of queue messages, side by side, each on its own."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from leadrelay.errors import Unavailable
from leadrelay.report import Report, correlation_id, place
from leadrelay.threads import side_by_side


def deliver_batch(
    records: Sequence[Mapping[str, Any]],
    *,
    deliver: Callable[[str], timedelta | None],
    canary: Callable[[str], None],
    put_back: Callable[[str, timedelta], None],
    report: Report,
    in_flight: int,
) -> dict[str, list[dict[str, str]]]:
    """Deliver SQS records (bodies `{"lead_id", "crm"}`) with up to `in_flight` at once. `canary`
    is told of those that only show that they got here (`{"canary", "crm"}`).

    Returns Lambda's partial batch response. A record that is wanted again is put back for as
    long as it shall wait, and named as failed so that SQS keeps it.
    """

    def one(record: Mapping[str, Any]) -> bool:
        correlation_id.set("")  # until it is known whose it is
        try:
            message = json.loads(record["body"])
            if "canary" in message:
                canary(message["canary"])
                return True
            wait = deliver(message["lead_id"])
            if wait is not None:
                put_back(record["receiptHandle"], wait)
        except Unavailable as error:
            report("delivery.unavailable", error=str(error))
            return False
        except Exception as error:  # noqa: BLE001  # one record's failure never touches another
            report("delivery.crashed", error=type(error).__name__, where=place(error))
            return False
        return wait is None

    done = side_by_side([partial(one, record) for record in records], in_flight)
    return {
        "batchItemFailures": [
            {"itemIdentifier": record["messageId"]}
            for record, is_done in zip(records, done, strict=True)
            if not is_done
        ]
    }
