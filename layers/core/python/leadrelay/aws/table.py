"""The ledger's DynamoDB table: the few requests we make of it, failures as Unavailable."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from botocore.exceptions import ClientError

from leadrelay.aws import items
from leadrelay.aws.calls import code, reaching
from leadrelay.errors import Unavailable


class ConditionFailed(Exception):
    """The item isn't in the state that the update asks for."""


class TransactionLost(Exception):
    """A condition of the transaction failed, or another transaction was faster."""


class Table:
    """One table. Safe to use from several threads."""

    def __init__(self, dynamodb: Any, name: str) -> None:
        self._db = dynamodb
        self._name = name

    def get(self, key: items.Item) -> items.Item | None:
        with reaching("ledger"):
            found = self._db.get_item(
                TableName=self._name, Key=items.wire(key), ConsistentRead=True
            )
        return items.plain(found["Item"]) if "Item" in found else None

    def query(
        self, condition: str, values: Mapping[str, Any], *, index: str | None = None
    ) -> Iterator[items.Item]:
        """Every item that matches, page by page; an index gives keys only."""
        pages = self._db.get_paginator("query").paginate(
            TableName=self._name,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=_values(values),
            **({"IndexName": index} if index else {"ConsistentRead": True}),
        )
        with reaching("ledger"):
            for page in pages:
                yield from map(items.plain, page["Items"])

    def update(
        self,
        key: items.Item,
        changes: Mapping[str, Any],
        *,
        condition: str,
        given: Mapping[str, Any] = MappingProxyType({}),
    ) -> items.Item:
        """Change one item on a condition and return it as it was before.

        `changes` are attributes and their new values, None to remove one. `given` are the values
        of the condition, which writes `#name` for an attribute whose name is a reserved word.
        Raises ConditionFailed.
        """
        kept = {name: value for name, value in changes.items() if value is not None}
        gone = [name for name, value in changes.items() if value is None]
        update = "SET " + ", ".join(f"#{name} = :set_{name}" for name in kept)
        update += (" REMOVE " + ", ".join(f"#{name}" for name in gone)) if gone else ""
        values = {f"set_{name}": value for name, value in kept.items()} | dict(given)
        names = {f"#{name}": name for name in (*changes, "state")}
        try:
            with reaching("ledger"):
                answer = self._db.update_item(
                    TableName=self._name,
                    Key=items.wire(key),
                    UpdateExpression=update,
                    ConditionExpression=condition,
                    ExpressionAttributeNames={
                        mark: name for mark, name in names.items() if mark in update + condition
                    },
                    ExpressionAttributeValues=_values(values),
                    ReturnValues="ALL_OLD",
                )
        except Unavailable as error:
            if code(error.__cause__) == "ConditionalCheckFailedException":
                raise ConditionFailed from error
            raise
        return items.plain(answer.get("Attributes", {}))

    def put_together(self, puts: Sequence[tuple[items.Item, Mapping[str, Any]]]) -> None:
        """Write all items or none, each on its condition ({} for none). Raises TransactionLost."""
        writes = [
            {"Put": {"TableName": self._name, "Item": items.wire(item), **condition}}
            for item, condition in puts
        ]
        try:
            with reaching("ledger"):
                self._db.transact_write_items(TransactItems=writes)
        except Unavailable as error:
            if _reasons(error) & {"ConditionalCheckFailed", "TransactionConflict"}:
                raise TransactionLost from error
            raise


def _values(values: Mapping[str, Any]) -> items.Item:
    return items.wire({f":{name}": value for name, value in values.items()})


def _reasons(error: Unavailable) -> set[str]:
    """Why a transaction was cancelled; empty when it failed in another way."""
    cause = error.__cause__
    if not isinstance(cause, ClientError):
        return set()
    return {reason.get("Code", "") for reason in cause.response.get("CancellationReasons", ())}
