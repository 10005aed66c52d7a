"""A little of tests/handlers/test_api_fuzz.py through the deployed API, for what is between."""

import re
from typing import Any

import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi import checks

from leadrelay.ledger.search import read
from leadrelay_ops.openapi import document
from leadrelay_ops.stack import Stack
from tests.stack.web import PATIENCE_S

SOURCES = {"forms": "fuzzed-form", "calls": "fuzzed-call", "resumes": "fuzzed-resume"}
JUDGED = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
schema = schemathesis.openapi.from_dict(
    document(),
    config=SchemathesisConfig.from_dict(
        {
            "seed": 4711,
            "generation": {"deterministic": True, "max-examples": 5, "allow-x00": False},
            "phases": {"coverage": {"enabled": False}},
        }
    ),
)


@schema.parametrize()
def test_the_deployed_api_answers_as_the_document_says(
    case: schemathesis.Case[Any], stack: Stack
) -> None:
    if source := SOURCES.get(case.path.split("/")[1]):
        case.path_parameters = {"source": source}
    answer = case.call(base_url=stack.api_url, timeout=PATIENCE_S)
    case.validate_response(answer, checks=JUDGED)
    for lead_id in re.findall(r'"id": "(\w{26})"', answer.text):
        assert read(stack.table, lead_id)
