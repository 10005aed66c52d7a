"""The ledger's DynamoDB table: the few requests we make of it, failures as Unavailable."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from random import uniform
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from leadrelay.aws.clients import reaching
from leadrelay.errors import Unavailable
from leadrelay.ledger import history, items
from leadrelay.ledger.refusals import (
    ConditionFailed,
    TransactionLost,
    failed_condition,
    is_in_a_transaction,
    is_lost,
)
from leadrelay.ledger.updates import add_request, named, shortening_request, update_request, wired

_CONFLICTS = 10  # some seconds in all: nothing was written, and an attempt's end must get through
_MARK_ASKED_S = 60
_STAMP = 12  # hex digits: two updates of one item don't share them

SPREAD_MARK: items.Item = {"pk": "spread", "sk": "spread"}  # see spread


class Table:
    """One table. Safe to use from several threads."""

    def __init__(
        self, dynamodb: Any, name: str, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._db = dynamodb
        self._name = name
        self._sleep = sleep
        self._is_spread = False
        self._mark_asked = float("-inf")

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

    def is_spread(self) -> bool:
        """Whether anybody has spread keys of its indexes; asked again after a minute, until
        somebody has."""
        if not self._is_spread and time.monotonic() >= self._mark_asked + _MARK_ASKED_S:
            self._is_spread = any(self.get_many([SPREAD_MARK], only=("pk",)))
            self._mark_asked = time.monotonic()
        return self._is_spread

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
        request = {
            "TableName": self._name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": wired(values),
            "ScanIndexForward": not newest_first,
            **({"IndexName": index} if index else {"ConsistentRead": True}),
            **({"ExpressionAttributeNames": names} if (names := named(condition)) else {}),
            **({"Limit": page} if page else {}),
        }
        start: dict[str, Any] = {}  # written out, as a paginator costs more than its query
        while True:
            with reaching("ledger"):
                found = self._db.query(**request, **start)
            yield from map(items.plain, found["Items"])
            if not (after := found.get("LastEvaluatedKey")):
                return
            start = {"ExclusiveStartKey": after}

    def update(
        self,
        key: items.Item,
        changes: Mapping[str, Any],
        *,
        condition: str,
        given: Mapping[str, Any] = MappingProxyType({}),
        append: items.Item | None = None,
        read_back: bool = True,
    ) -> items.Item:
        """Change one item on a condition and return it as it was before; or nothing of it, as that
        takes its time, where nobody wants to `read_back`.

        `changes` are attributes and their new values, None to remove one. `given` are the values
        of the condition, which writes `#name` for an attribute whose name is a reserved word.
        `append` is an entry for the item's history. Where the answer was lost and the update
        turns out to have been done, what it returns is the item as it is after. Raises
        ConditionFailed.
        """
        stamp = uuid4().hex[:_STAMP]
        request = {
            "Key": items.wire(key),
            "ReturnValues": "ALL_OLD" if read_back else "NONE",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            **update_request({**changes, "stamp": stamp}, condition, given, append),
        }
        try:
            before = self._update(request)
        except ConditionFailed as failed:
            # boto3 sends again what got no answer: then it was us who wrote it the first time
            if (failed.item or {}).get("stamp") != stamp:
                raise
            before = failed.item or {}
        if append and len(before.get("history", ())) >= history.MOST:
            self._shorten_history(key)
        return before

    def _update(self, request: Mapping[str, Any]) -> items.Item:
        """The item that was asked for; tried again while a transaction holds it: milliseconds."""
        for attempt in range(_CONFLICTS):
            try:
                with reaching("ledger"):
                    answer = self._db.update_item(TableName=self._name, **request)
                return items.plain(answer.get("Attributes", {}))
            except Unavailable as error:
                if failed := failed_condition(error):
                    raise failed from error
                if not is_in_a_transaction(error):
                    raise
            self._sleep(uniform(0, min(1.0, 0.02 * 2**attempt)))  # noqa: S311  # jitter
        raise Unavailable("ledger: too many transactions of the same item at once")

    def _shorten_history(self, key: items.Item) -> None:
        # whoever writes next does it, if we can't
        with suppress(Unavailable), reaching("ledger"):
            self._db.update_item(TableName=self._name, Key=items.wire(key), **shortening_request())

    def add(
        self,
        key: items.Item,
        amounts: Mapping[str, int],
        changes: Mapping[str, Any],
        *,
        condition: str = "",
        given: Mapping[str, Any] = MappingProxyType({}),
    ) -> items.Item:
        """Add to numbers of an item, which is made if it isn't there; the item as it is then. The
        rest is as for `update`; but where the answer was lost it may be added twice."""
        request = add_request(amounts, changes, condition, given)
        return self._update({"Key": items.wire(key), "ReturnValues": "ALL_NEW", **request})

    def delete(self, key: items.Item) -> None:
        with reaching("ledger"):
            self._db.delete_item(TableName=self._name, Key=items.wire(key))

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
            if is_lost(error):
                raise TransactionLost from error
            raise
