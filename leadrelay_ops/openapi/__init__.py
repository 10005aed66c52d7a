"""docs/openapi.json: the HTTP API as the code has it.

Routes and limits come from template.yaml, shapes from intake/shapes.py, senders from their table,
examples from events/. What can be answered is written down in answers.py and proved by tests.
"""

import json
from typing import Any

from leadrelay import __version__
from leadrelay_ops.openapi.answers import components, responses
from leadrelay_ops.openapi.requests import parameters, request_body
from leadrelay_ops.openapi.words import DESCRIPTION, OPERATIONS, SECURITY, TAGS
from leadrelay_sandbox.ledger import read_template


def render() -> str:
    """The file's text."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def document() -> dict[str, Any]:
    """OpenAPI 3.1 (spec.openapis.org/oas/v3.1)."""
    paths: dict[str, dict[str, Any]] = {}
    for path, method in routes(read_template()):
        paths.setdefault(path, {})[method] = _operation(path, method)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Leadrelay",
            "version": __version__,
            "description": DESCRIPTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [
            {
                "url": "https://{api}.execute-api.{region}.amazonaws.com",
                "description": "or what the template's parameter PublicUrl says",
                "variables": {
                    "api": {"default": "api-id"},
                    "region": {"default": "eu-west-1"},
                },
            }
        ],
        "tags": [{"name": name, "description": words} for name, words in TAGS.items()],
        "paths": paths,
        "components": {**components(), "securitySchemes": SECURITY},
    }


def routes(template: dict[str, Any]) -> dict[tuple[str, str], str]:
    """(path, method in lower case) → the folder of the function that answers."""
    resources = template["Resources"]
    return {
        _path_and_method(one["Properties"]): _folder(resources, one["Properties"])
        for one in resources.values()
        if one["Type"] == "AWS::ApiGatewayV2::Route"
    }


def _path_and_method(route: dict[str, Any]) -> tuple[str, str]:
    method, _, path = route["RouteKey"].partition(" ")
    return path, method.lower()


def _folder(resources: dict[str, Any], route: dict[str, Any]) -> str:
    """By way of the route's integration, "integrations/${Name}", and its function, "Name.Arn"."""
    integration = route["Target"]["Fn::Sub"].partition("{")[2].rstrip("}")
    function = resources[integration]["Properties"]["IntegrationUri"]["Fn::GetAtt"]
    folder: str = resources[function.partition(".")[0]]["Properties"]["CodeUri"]
    return folder


def _operation(path: str, method: str) -> dict[str, Any]:
    words = OPERATIONS[path, method]
    operation: dict[str, Any] = {
        "operationId": words.name,
        "tags": [path.split("/")[1]],
        "summary": words.summary,
        "description": words.description,
        "parameters": parameters(path, method),
        "responses": responses(path, method),
    }
    if method == "post":
        operation["requestBody"] = request_body(path)
    if path != "/health":
        operation["security"] = [{}, *({name: []} for name in SECURITY)]
    return operation
