"""One filter for leads, for what is parked, and for what is to be replayed."""

import inspect
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
import typer
from pydantic import ValidationError

from leadrelay.lead import Call, Lead
from leadrelay.ledger.filter import Filter
from leadrelay_ops import leads, parked, replay
from leadrelay_ops.failures import Told
from leadrelay_ops.filtering import filtered

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LEAD = Lead(
    id="L1",
    ref="LR-1A",
    source="pbx",
    received_at=NOW,
    kind="call",
    email="Jane@example.com",
    call=Call(caller="+442079460123"),
)


@pytest.mark.parametrize(
    ("given", "takes"),
    [
        ({}, True),
        ({"ref": "lr-1a"}, True),
        ({"ref": "LR-1B"}, False),
        ({"id": "l1"}, True),
        ({"email": " jane@EXAMPLE.com "}, True),
        ({"email": "peter@example.com"}, False),
        ({"phone": "+442079460123"}, True),
        ({"phone": "+442079460124"}, False),
        ({"source": "contact-us"}, False),
        ({"since": NOW, "until": NOW}, True),
        ({"since": NOW + timedelta(seconds=1)}, False),
        ({"until": NOW - timedelta(seconds=1)}, False),
    ],
)
def test_a_lead_is_taken_by_what_is_named(given: dict[str, Any], *, takes: bool) -> None:
    assert Filter.model_validate(given).takes(LEAD, NOW) is takes


@pytest.mark.parametrize(
    ("given", "takes"),
    [
        ({"crm": "centia"}, True),
        ({"crm": "collect"}, False),
        ({"state": "parked", "class": "refused", "text": "DEPARTMENT"}, True),
        ({"state": "queued"}, False),
        ({"class": "Unknown"}, False),
        ({"text": "owner"}, False),
    ],
)
def test_a_delivery_is_taken_by_what_is_named(given: dict[str, Any], *, takes: bool) -> None:
    wanted = Filter.model_validate(given)
    assert wanted.asks_for_delivery
    assert wanted.takes_delivery("centia", "parked", "Refused", "no such department") is takes


def test_a_command_has_an_option_for_each_field() -> None:
    fields = set(Filter.model_fields)
    assert fields <= set(inspect.signature(leads.leads).parameters)
    for command in (parked.parked, replay.replay):  # whose state is no question
        assert fields - {"state"} <= set(inspect.signature(command).parameters)


def test_a_command_gets_its_options_as_one_filter() -> None:
    asked = []

    @filtered
    def command(_context: typer.Context, *, wanted: Filter) -> None:
        asked.append(wanted)

    nothing = dict.fromkeys(set(Filter.model_fields) - {"state"})
    command(cast("typer.Context", None), **nothing | {"crm": "centia"})
    assert asked == [Filter(crm="centia")]
    with pytest.raises(Told, match="there is no CRM 'salesforce'"):
        command(cast("typer.Context", None), **nothing | {"crm": "salesforce"})


def test_nobody_s_data_is_told_of_a_filter_that_makes_no_sense() -> None:
    with pytest.raises(ValidationError) as raised:
        Filter.model_validate({"email": ["jane@example.com"]})
    assert "jane" not in str(raised.value)
