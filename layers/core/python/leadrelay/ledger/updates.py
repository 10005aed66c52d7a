"""DynamoDB's UpdateItem put together. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from leadrelay.ledger import history, items


def update_request(
    changes: Mapping[str, Any],
    condition: str,
    given: Mapping[str, Any],
    append: items.Item | None,
) -> dict[str, Any]:
    """The expressions of an update, their names and values; see `Table.update`."""
    kept = {name: value for name, value in changes.items() if value is not None}
    gone = [name for name, value in changes.items() if value is None]
    sets = [f"#{name} = :set_{name}" for name in kept]
    values = {f"set_{name}": value for name, value in kept.items()} | dict(given)
    if append:
        sets.append("#history = list_append(if_not_exists(#history, :nothing), :event)")
        values |= {"nothing": [], "event": [append]}
    update = f"SET {', '.join(sets)}" if sets else ""
    update += f" REMOVE {', '.join(f'#{name}' for name in gone)}" if gone else ""
    return {
        "UpdateExpression": update,
        "ConditionExpression": condition,
        "ExpressionAttributeNames": named(f"{update} {condition}"),
        "ExpressionAttributeValues": wired(values),
    }


def add_request(
    amounts: Mapping[str, int], changes: Mapping[str, Any], condition: str, given: Mapping[str, Any]
) -> dict[str, Any]:
    """As `update_request`, and numbers are added to; see `Table.add`."""
    request = update_request(changes, condition, given, None)
    if amounts:
        request["UpdateExpression"] += " ADD " + ", ".join(
            f"#{name} :add_{name}" for name in amounts
        )
        request["ExpressionAttributeNames"] |= {f"#{name}": name for name in amounts}
        request["ExpressionAttributeValues"] |= wired(
            {f"add_{name}": amount for name, amount in amounts.items()}
        )
    return {name: value for name, value in request.items() if value}


def shortening_request() -> dict[str, Any]:
    """The expressions that make a history shorter which is too long."""
    gone = ", ".join(f"history[{position}]" for position in history.SPENT)
    return {
        "UpdateExpression": f"REMOVE {gone}",
        "ConditionExpression": "size(history) > :most",
        "ExpressionAttributeValues": wired({"most": history.MOST}),
    }


def named(expression: str) -> dict[str, str]:
    """The attributes that an expression writes as `#name`, as reserved words have to be."""
    return {mark: mark[1:] for mark in re.findall(r"#\w+", expression)}


def wired(given: Mapping[str, Any]) -> items.Item:
    return items.wire({f":{name}": value for name, value in given.items()})
