"""The ledger's table, made from template.yaml's own words where nothing deploys the template."""

from collections.abc import Iterator
from itertools import batched
from pathlib import Path
from typing import Any, cast

import yaml

from leadrelay.lead import lead_id, lead_ref
from leadrelay.ledger import items

TEMPLATE = Path(__file__).resolve().parents[1] / "template.yaml"


class _Loader(yaml.CSafeLoader):
    """Reads !Ref X as {"Ref": X}, and so on, by libyaml: Python alone takes ten times as long."""


def _tag(loader: yaml.CSafeLoader, tag: str, node: yaml.Node) -> dict[str, Any]:
    key = tag if tag == "Ref" else f"Fn::{tag}"
    if isinstance(node, yaml.ScalarNode):
        return {key: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {key: loader.construct_sequence(node, deep=True)}
    return {key: loader.construct_mapping(cast("yaml.MappingNode", node), deep=True)}


_Loader.add_multi_constructor("!", _tag)


def read_template(text: str | None = None) -> dict[str, Any]:
    """A template, template.yaml by default, with its short tags spelled out."""
    text = TEMPLATE.read_text("utf-8") if text is None else text
    loaded: dict[str, Any] = yaml.load(text, _Loader)  # noqa: S506  # a SafeLoader
    return loaded


def create_ledger(dynamodb: Any, name: str) -> None:
    """The table with its indexes, under this name."""
    properties = read_template()["Resources"]["LedgerTable"]["Properties"]
    wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    dynamodb.create_table(TableName=name, **{key: properties[key] for key in wanted})


def copy_lead(dynamodb: Any, name: str, original: str, count: int) -> Iterator[str]:
    """So many copies of a lead and its deliveries, just as they stand; their ids, as they come."""
    found = dynamodb.query(
        TableName=name,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues=items.wire({":pk": f"lead#{original}"}),
    )["Items"]
    originals = [items.plain(item) for item in found]
    for some in batched(range(count), 25 // len(originals), strict=False):
        ids = [lead_id(original, str(number)) for number in some]
        puts = [_copied(item, new) for new in ids for item in originals]
        dynamodb.batch_write_item(
            RequestItems={name: [{"PutRequest": {"Item": items.wire(put)}} for put in puts]}
        )
        yield from ids


def _copied(item: items.Item, new: str) -> items.Item:
    copied = {**item, "pk": f"lead#{new}"}
    if item["sk"] == "lead":
        lead = items.read_lead(item).model_copy(update={"id": new, "ref": lead_ref(new)})
        copied |= {"lead": lead.model_dump_json(exclude_defaults=True), "ref": lead.ref}
    return copied
