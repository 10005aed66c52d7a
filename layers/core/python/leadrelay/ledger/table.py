"""The ledger's DynamoDB table: the few requests we make of it, failures as Unavailable."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Any

from botocore.exceptions import ClientError

from leadrelay.aws.clients import code, reaching
from leadrelay.errors import Unavailable
from leadrelay.ledger import history, items


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

    def get_many(
        self, keys: Sequence[items.Item], *, only: Sequence[str] = ()
    ) -> Iterator[items.Item]:
        """Those of the items that exist, in no order; up to a hundred, each key once. Of each
        just the attributes in `only`, if there are any."""
        asked = [items.wire(key) for key in keys]
        narrowed = {
            "ProjectionExpression": ", ".join(f"#{name}" for name in only),
            "ExpressionAttributeNames": {f"#{name}": name for name in only},
        }
        how = {"ConsistentRead": True} | (narrowed if only else {})
        while asked:
            with reaching("ledger"):
                answer = self._db.batch_get_item(RequestItems={self._name: {"Keys": asked, **how}})
            yield from map(items.plain, answer["Responses"].get(self._name, ()))
            asked = answer["UnprocessedKeys"].get(self._name, {}).get("Keys", [])

    def query(
        self,
        condition: str,
        values: Mapping[str, Any],
        *,
        index: str | None = None,
        page: int | None = None,
        newest_first: bool = False,
    ) -> Iterator[items.Item]:
        """Every item that matches, page by page; an index gives keys only. `page` is how many
        items are in memory at once; without it, as many as fit into 1 MB. The condition writes
        `#name` for an attribute whose name is a reserved word."""
        names = {mark: mark[1:] for mark in re.findall(r"#\w+", condition)}
        pages = self._db.get_paginator("query").paginate(
            TableName=self._name,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=_values(values),
            PaginationConfig={"PageSize": page},
            ScanIndexForward=not newest_first,
            **({"IndexName": index} if index else {"ConsistentRead": True}),
            **({"ExpressionAttributeNames": names} if names else {}),
        )
        with reaching("ledger"):
            for found in pages:
                yield from map(items.plain, found["Items"])

    def update(
        self,
        key: items.Item,
        changes: Mapping[str, Any],
        *,
        condition: str,
        given: Mapping[str, Any] = MappingProxyType({}),
        append: items.Item | None = None,
    ) -> items.Item:
        """Change one item on a condition and return it as it was before.

        `changes` are attributes and their new values, None to remove one. `given` are the values
        of the condition, which writes `#name` for an attribute whose name is a reserved word.
        `append` is an entry for the item's history. Raises ConditionFailed.
        """
        before = self._update(key, changes, condition, given, append)
        if append and len(before.get("history", ())) >= history.MOST:
            self._shorten_history(key)
        return before

    def _update(
        self,
        key: items.Item,
        changes: Mapping[str, Any],
        condition: str,
        given: Mapping[str, Any],
        append: items.Item | None,
    ) -> items.Item:
        kept = {name: value for name, value in changes.items() if value is not None}
        gone = [name for name, value in changes.items() if value is None]
        sets = [f"#{name} = :set_{name}" for name in kept]
        values = {f"set_{name}": value for name, value in kept.items()} | dict(given)
        if append:
            sets.append("#history = list_append(if_not_exists(#history, :nothing), :event)")
            values |= {"nothing": [], "event": [append]}
        update = "SET " + ", ".join(sets)
        update += (" REMOVE " + ", ".join(f"#{name}" for name in gone)) if gone else ""
        names = {f"#{name}": name for name in (*changes, "state", "lead", "history")}
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

    def _shorten_history(self, key: items.Item) -> None:
        gone = ", ".join(f"history[{position}]" for position in history.SPENT)
        # whoever writes next does it, if we can't
        with suppress(Unavailable), reaching("ledger"):
            self._db.update_item(
                TableName=self._name,
                Key=items.wire(key),
                UpdateExpression=f"REMOVE {gone}",
                ConditionExpression="size(history) > :most",
                ExpressionAttributeValues=_values({"most": history.MOST}),
            )

    def add(self, key: items.Item, amounts: Mapping[str, int], *, expires_at: int) -> items.Item:
        """Add to numbers of an item, which is made if it isn't there; the item as it is then."""
        sums = ", ".join(f"#{name} :{name}" for name in amounts)
        with reaching("ledger"):
            answer = self._db.update_item(
                TableName=self._name,
                Key=items.wire(key),
                UpdateExpression=f"ADD {sums} SET expires_at = :expires_at",
                ExpressionAttributeNames={f"#{name}": name for name in amounts},
                ExpressionAttributeValues=_values({**amounts, "expires_at": expires_at}),
                ReturnValues="ALL_NEW",
            )
        return items.plain(answer["Attributes"])

    def put_together(self, puts: Sequence[tuple[items.Item, Mapping[str, Any]]]) -> None:
        """Write all items or none, each on its condition ({} for none). Raises TransactionLost."""
        self._transact([self._put(item, condition) for item, condition in puts])

    def put_instead(self, puts: Sequence[items.Item], gone: Sequence[items.Item]) -> None:
        """Write items and delete those with the keys `gone`, or neither. Raises
        TransactionLost."""
        deletes = [{"Delete": {"TableName": self._name, "Key": items.wire(key)}} for key in gone]
        self._transact([*(self._put(item, {}) for item in puts), *deletes])

    def _put(self, item: items.Item, condition: Mapping[str, Any]) -> dict[str, Any]:
        return {"Put": {"TableName": self._name, "Item": items.wire(item), **condition}}

    def _transact(self, writes: list[dict[str, Any]]) -> None:
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
