"""What DynamoDB refuses to write, as our errors."""

from typing import Any

from botocore.exceptions import ClientError

from leadrelay.aws.clients import code
from leadrelay.errors import Unavailable
from leadrelay.ledger import items

_OVERTAKEN = {"ConditionalCheckFailed", "TransactionConflict"}


class ConditionFailed(Exception):
    """The item isn't in the state that the update asks for. `item` is how it is, None if it isn't
    there or DynamoDB didn't tell."""

    def __init__(self, item: items.Item | None = None) -> None:
        super().__init__("the item isn't as it was thought to be")
        self.item = item


class TransactionLost(Exception):
    """A condition of the transaction failed, or another transaction was faster."""


def failed_condition(error: Unavailable) -> ConditionFailed | None:
    """Of an update that failed for its condition."""
    if code(error.__cause__) != "ConditionalCheckFailedException":
        return None
    answer = _answer(error)
    return ConditionFailed(items.plain(answer["Item"]) if "Item" in answer else None)


def is_in_a_transaction(error: Unavailable) -> bool:
    """Whether an update failed for a transaction that holds its item just now."""
    return code(error.__cause__) == "TransactionConflictException"


def is_lost(error: Unavailable) -> bool:
    """Whether a transaction failed for one of its conditions, or for another's being faster."""
    reasons = _answer(error).get("CancellationReasons", ())
    return any(reason.get("Code") in _OVERTAKEN for reason in reasons)


def _answer(error: Unavailable) -> Any:
    cause = error.__cause__
    return cause.response if isinstance(cause, ClientError) else {}
