"""docs/crms.md says of every CRM, option and lead field what the code says."""

import json
import re
from collections.abc import Mapping

import pytest
from pydantic import BaseModel

from leadrelay.crm.base import adapter
from leadrelay.crm.collect.payload import COLUMNS, LIMITS
from leadrelay.crm.initiative.modules import BUILT_IN
from leadrelay.crms import CRMS
from leadrelay.lead import OWN_FIELDS, Lead
from leadrelay_sandbox.home import ROOT
from leadrelay_sandbox.simulators import secret

OVERVIEW, FIELDS, PERSONS, *SECTIONS = re.split(
    r"^## ", (ROOT / "docs/crms.md").read_text("utf-8"), flags=re.MULTILINE
)


def _rows(text: str, head: str) -> list[list[str]]:
    """The cells of the table whose first heading is `head`, without that and the line below."""
    lines = iter(text.splitlines())
    next(line for line in lines if line.startswith(f"| {head} |"))
    next(lines)
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return rows


def _section(crm: str) -> str:
    (section,) = (one for one in SECTIONS if f"(`{crm}`)" in one.partition("\n")[0])
    return section


def _codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_the_overview_has_a_row_for_each_crm() -> None:
    assert [row[0] for row in _rows(OVERVIEW, "CRM")] == [f"`{crm}`" for crm in CRMS]
    assert [row[0] for row in _rows(PERSONS, "CRM")] == [f"`{crm}`" for crm in CRMS]
    assert len(SECTIONS) == len(CRMS)


def test_every_lead_field_has_a_row_with_its_place_in_each_crm() -> None:
    rows = _rows(FIELDS, "lead")
    named = [_codes(row[0])[0] for row in rows if row[0].startswith("`")]
    assert named == [field for field in Lead.model_fields if field not in OWN_FIELDS]
    heads = _codes(next(line for line in FIELDS.splitlines() if line.startswith("| lead |")))
    assert heads == [*CRMS]
    assert all(len(row) == len(CRMS) + 1 and all(row) for row in rows)


@pytest.mark.parametrize("crm", CRMS)
def test_every_option_has_a_row_with_its_default(crm: str) -> None:
    rows = _rows(_section(crm), "option")
    assert {row[0]: row[1] for row in rows} == _options(adapter(crm).Options)
    assert all(row[2] for row in rows)


def _options(model: type[BaseModel]) -> Mapping[str, str]:
    """Each option with its default as TOML writes it; "" for none."""
    defaults = {
        name: field.get_default(call_default_factory=True)
        for name, field in model.model_fields.items()
    }
    return {
        f"`{name}`": f"`{json.dumps(default)}`" if default not in (None, "", {}) else ""
        for name, default in defaults.items()
    }


@pytest.mark.parametrize("crm", CRMS)
def test_the_secret_of_the_sandbox_is_made_of_documented_keys(crm: str) -> None:
    documented = {key for row in _rows(_section(crm), "key") for key in _codes(row[0])}
    assert secret(crm, "").keys() <= documented


def test_the_places_in_initiative_and_collect_are_those_of_their_tables() -> None:
    rows = {_codes(row[0])[0]: row for row in _rows(FIELDS, "lead") if row[0].startswith("`")}
    for templates in BUILT_IN.values():
        for place, template in templates.items():
            field = _codes(template.replace("{", "`").replace("}", "`"))[0]
            assert place in _codes(rows[field][2]), field
    for field, column in COLUMNS.items():
        assert column in _codes(rows["first_name" if field == "name" else field][4]), field


def test_every_length_that_collect_cuts_to_is_told() -> None:
    lengths = re.sub(r"\s+", " ", _section("collect").partition("**Lengths**")[2])
    told: dict[str, int] = {}
    for names, length in re.findall(r"((?:`\w+`(?:, | and )?)+) (\d+)", lengths):
        told |= dict.fromkeys(_codes(names), int(length))
    assert told == LIMITS
