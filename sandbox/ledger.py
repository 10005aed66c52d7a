"""The ledger's table, made from template.yaml's own words where nothing deploys the template."""

from pathlib import Path
from typing import Any, cast

import yaml

TEMPLATE = Path(__file__).resolve().parents[1] / "template.yaml"


class _Loader(yaml.SafeLoader):
    """Reads !Ref X as {"Ref": X}, and so on."""


def _tag(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> dict[str, Any]:
    key = tag if tag == "Ref" else f"Fn::{tag}"
    if isinstance(node, yaml.ScalarNode):
        return {key: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {key: loader.construct_sequence(node, deep=True)}
    return {key: loader.construct_mapping(cast("yaml.MappingNode", node), deep=True)}


_Loader.add_multi_constructor("!", _tag)


def read_template() -> dict[str, Any]:
    """template.yaml with its short tags spelled out."""
    loaded: dict[str, Any] = yaml.load(TEMPLATE.read_text("utf-8"), _Loader)  # noqa: S506  # a SafeLoader
    return loaded


def create_ledger(dynamodb: Any, name: str) -> None:
    """The table with its indexes, under this name."""
    properties = read_template()["Resources"]["LedgerTable"]["Properties"]
    wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    dynamodb.create_table(TableName=name, **{key: properties[key] for key in wanted})
