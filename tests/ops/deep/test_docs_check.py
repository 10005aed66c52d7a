"""docs/operating.md lists the rules of `leadrelay check --deep`: all, with their severities."""

import re
from pathlib import Path

from leadrelay_ops.deep.deployment import Deployment
from leadrelay_ops.deep.drift import drift_rule
from leadrelay_ops.deep.judge import SEVERITIES
from leadrelay_ops.deep.rules import RULES

TEXT = Path(__file__).resolve().parents[3].joinpath("docs", "operating.md").read_text("utf-8")
SECTION = TEXT.partition("\n## Check\n")[2].partition("\n## ")[0]


def test_the_list_of_rules_is_the_code_s() -> None:
    listed = re.findall(r"^\| `([a-z-]+)` \| (\w+) \| \S", SECTION, re.MULTILINE)
    rules = [*RULES, drift_rule(Deployment())]
    assert listed == [(rule.name, rule.severity) for rule in rules]


def test_the_severities_are_the_code_s() -> None:
    listed = re.findall(r"^\| `(loses|delays|advice)` \| (.+) \|$", SECTION, re.MULTILINE)
    assert dict(listed) == SEVERITIES
