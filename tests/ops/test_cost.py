"""`leadrelay cost`: by what template.yaml has, so that no count drifts from it."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from leadrelay_ops import cost
from leadrelay_ops.cli import app
from leadrelay_sandbox.home import ROOT
from leadrelay_sandbox.ledger import read_template
from tests.template.watching import NAMES

TABLE = tomllib.loads(Path(cost.__file__).with_name("prices.toml").read_text("utf-8"))
RESOURCES = read_template()["Resources"]


def items(crms: int, leads: int = 1000, **given: str) -> dict[tuple[str, str], cost.Item]:
    found = cost.bill(cost.read_stack(crms, given), TABLE, leads)
    return {(one.part, one.what): one for one in found}


def month(found: dict[tuple[str, str], cost.Item], part: str) -> float:
    return sum(one.month for one in found.values() if one.part == part)


def of_type(kind: str, crms: int) -> int:
    """How many of a type a stack has with the first so many CRMs, as anybody would count them."""
    there = {None, *(f"Has{name}" for name in [*NAMES.values()][:crms])}
    conditions = [one.get("Condition") for one in RESOURCES.values() if one["Type"] == kind]
    return sum(condition in there for condition in conditions)


def test_an_idle_stack_with_four_crms_costs_less_than_eight_dollars() -> None:
    assert 0 < month(items(4), "idle") < 8


@pytest.mark.parametrize("crms", range(5))
def test_what_costs_by_the_piece_is_counted_in_the_template(crms: int) -> None:
    found = items(crms)
    assert found["idle", "alarms"].number == of_type("AWS::CloudWatch::Alarm", crms)
    assert found["idle", "secrets"].number == 1 + crms
    queues = of_type("AWS::SQS::Queue", crms) / 2  # the others are dead-letter queues
    polls = 15 * 60 * 730
    assert found["idle", "asking the queues"].number == queues * polls
    assert ("idle", "dashboards") not in found


def test_a_parameter_changes_what_it_costs() -> None:
    as_it_is, with_dashboard = items(4), items(4, Dashboard="yes")
    assert month(with_dashboard, "idle") - month(as_it_is, "idle") == pytest.approx(3)
    larger = items(4, DeliverMemory="1024")["leads", "runs that deliver them"]
    assert larger.each > 1.9 * as_it_is["leads", "runs that deliver them"].each
    assert month(items(4, TrackerRms="no"), "idle") == month(items(3), "idle")


def test_canaries_cost_by_how_often_they_are_sent() -> None:
    assert ("idle", "canaries") not in items(4)
    quarterly = items(4, CanarySource="contact-us")
    hourly = items(4, CanarySource="contact-us", CanaryEveryMinutes="60")
    times = quarterly["idle", "canaries"].month / hourly["idle", "canaries"].month
    assert times == pytest.approx(4)
    more = month(quarterly, "idle") - month(items(4), "idle")
    docs = " ".join((ROOT / "docs/aws.md").read_text("utf-8").split())
    assert f"`CanarySource` | {more:.2f}:" in docs


def test_leads_cost_in_proportion_but_for_the_figures_told_of_them() -> None:
    few, many = items(4, leads=1_000), items(4, leads=1_000_000)
    for key, one in few.items():
        times = 1 if key[0] == "idle" or key[1] == "figures" else 1_000
        assert many[key].month == pytest.approx(one.month * times)
    assert month(items(4, leads=0), "leads") == 0


def test_the_command_says_of_when_and_where_its_prices_are() -> None:
    done = CliRunner().invoke(app, ["cost", "--leads", "1000", "--crms", "4"])
    assert done.exit_code == 0
    assert f"{TABLE['region']}, {TABLE['as_of']}" in done.output
    as_json = CliRunner().invoke(app, ["cost", "--json"])
    told: list[dict[str, Any]] = [json.loads(line) for line in as_json.output.splitlines()]
    assert sum(one["month"] for one in told) == pytest.approx(
        sum(one.month for one in items(4).values()), abs=0.001
    )


def test_docs_say_what_an_idle_stack_costs() -> None:
    four, one = (f"{month(items(crms), 'idle'):.2f}" for crms in (4, 1))
    docs = " ".join((ROOT / "docs/aws.md").read_text("utf-8").split())
    assert f"idle stack costs {four} dollars with four CRMs and {one} with one" in docs


def test_a_parameter_that_there_is_not_is_told() -> None:
    done = CliRunner().invoke(app, ["cost", "--parameter", "Dashbord=yes"])
    assert done.exit_code == 1
    assert "no parameter Dashbord" in done.output
