"""The rules, held against a template or a stack."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from yaml import YAMLError

from leadrelay.sources import Source
from leadrelay_ops.deep import from_stack, from_template
from leadrelay_ops.deep.deployment import Deployment
from leadrelay_ops.deep.drift import drift_rule
from leadrelay_ops.deep.given import refuse_unknown
from leadrelay_ops.deep.judge import Verdict, judge
from leadrelay_ops.deep.rules import RULES
from leadrelay_ops.failures import Told
from leadrelay_ops.stack import Stack
from leadrelay_sandbox.ledger import TEMPLATE, read_template

_LONGEST = 300  # of what a parser says, which quotes what it read


def check_template(file: Path, sources: Mapping[str, Source], given: Mapping[str, str]) -> Verdict:
    """A SAM template with these parameters, the others by their defaults. Raises Told,
    Unresolvable."""
    try:
        template: Any = read_template(file.read_text("utf-8"))
    except (ValueError, YAMLError) as error:
        raise Told(f"{file} is no template: {' '.join(str(error).split())}"[:_LONGEST]) from error
    if not isinstance(template, dict) or not isinstance(template.get("Resources"), dict):
        raise Told(f"{file} is no template: it has no Resources")
    refuse_unknown(template, given)
    return judge(from_template.read_deployment(template, sources, given), RULES)


def check_stack(stack: Stack, sources: Mapping[str, Source]) -> Verdict:
    """A stack as it is, also against template.yaml with the same parameters.

    Raises Unresolvable.
    """
    live = from_stack.read_deployment(stack, sources)
    return judge(live, [*RULES, drift_rule(_as_it_should_be(stack))])


def _as_it_should_be(stack: Stack) -> Deployment:
    client = stack.client("cloudformation")
    (described,) = client.describe_stacks(StackName=stack.name)["Stacks"]
    given = {
        parameter["ParameterKey"]: parameter["ParameterValue"]
        for parameter in described.get("Parameters", ())
    }
    _, partition, _, region, account, _ = described["StackId"].split(":", 5)
    pseudo = {
        "AWS::Partition": partition,
        "AWS::Region": region,
        "AWS::AccountId": account,
        "AWS::StackName": stack.name,
    }
    template = read_template(TEMPLATE.read_text("utf-8"))
    return from_template.read_deployment(template, {}, given, pseudo)
