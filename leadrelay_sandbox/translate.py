"""template.yaml as CloudFormation gets it, for cfn-lint: SAM's translation, with every parameter's
default, as JSON on stdout.

Run by SAM CLI's own Python, as `python -P translate.py template.yaml`.
"""

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

_CODE = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
}


def translate(text: str) -> dict[str, Any]:
    """The template, as if its code had been uploaded."""
    names = "parser.parser", "translator.translator", "yaml_helper"
    parser, translator, reading = (import_module(f"samtranslator.{name}") for name in names)
    template = reading.yaml_parse(text)
    for resource in template["Resources"].values():
        if key := _CODE.get(resource["Type"]):
            resource["Properties"][key] = "s3://bucket/code.zip"
    defaults = {name: one.get("Default", "") for name, one in template["Parameters"].items()}
    session = import_module("boto3").Session(region_name="eu-west-1")
    sam = translator.Translator({}, parser.Parser(), boto_session=session)
    translated: dict[str, Any] = sam.translate(template, defaults, get_managed_policy_map=dict)
    return translated


if __name__ == "__main__":
    json.dump(translate(Path(sys.argv[1]).read_text("utf-8")), sys.stdout, indent=1)
