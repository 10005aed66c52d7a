"""Templates and lengths."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from leadrelay.crm.mapping import OptionsModel, Template, fit, never_empty, render
from leadrelay.lead import Call, Lead

RECEIVED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


def lead(**fields: Any) -> Lead:
    return Lead(id="1" * 26, ref="LR-11111111", source="s", received_at=RECEIVED, **fields)


class Options(OptionsModel):
    leadname: Template = ""


# -- templates --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Website: {name}", "Website: Jane Doe"),
        ("{first_name}{company}{last_name}", "JaneDoe"),
        ("{company}", ""),
        ("  {company} ", ""),
        ("{extra.budget} for {extra.a.b}", "5000 for 1"),
        ("{extra.nothing}{tracking.nothing}", ""),
        ("{tracking.utm_source}", "ads"),
        ("{city|unknown}", "unknown"),
        ("{city|}{extra.nothing|-}", "-"),
        ("{company|none} {first_name|nobody}", "none Jane"),
        ("{call.caller} {call.duration} {call.agent}", "+12025550101 63"),
        ("no {field, nor {this", "no {field, nor {this"),
        ("plain", "plain"),
    ],
)
def test_a_template_is_filled_from_the_lead(template: str, text: str) -> None:
    jane = lead(
        first_name="Jane",
        last_name="Doe",
        extra={"budget": "5000", "a.b": "1"},
        tracking={"utm_source": "ads"},
        call=Call(caller="+12025550101", duration=63),
    )
    assert render(template, jane) == text


def test_a_lead_can_not_smuggle_a_placeholder_in() -> None:
    assert render("{subject}", lead(subject="{email} {extra.x}", email="j@example.com")) == (
        "{email} {extra.x}"
    )


@pytest.mark.parametrize("template", ["", "{name}", "{email} {extra.a} {call.caller}", "{ref}"])
def test_a_template_of_known_fields_is_taken(template: str) -> None:
    assert Options(leadname=template).leadname == template


@pytest.mark.parametrize(
    "template",
    [
        "{nmae}",
        "{Name}",
        "{ name }",
        "{call}",
        "{call.colour}",
        "{extra}",
        "{resume}",
        "{tracking}",
    ],
)
def test_a_template_of_anything_else_is_a_mistake_that_names_it(template: str) -> None:
    with pytest.raises(ValidationError, match="not a field of a lead") as caught:
        Options(leadname=template)
    assert template in str(caught.value)


def test_an_option_that_is_not_known_is_a_mistake() -> None:
    with pytest.raises(ValidationError, match="laedname"):
        Options.model_validate({"laedname": "x"})


@given(st.text())
def test_every_template_that_is_taken_can_be_filled(template: str) -> None:
    try:
        TypeAdapter(Template).validate_python(template)
    except ValidationError:
        return
    assert isinstance(render(template, lead()), str)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("Web", True),
        ("{city|unknown}", True),
        ("{ref} {city}", True),
        ("{city}", False),
        ("{city|}", False),
        (" ", False),
    ],
)
def test_a_template_that_says_something_of_every_lead(template: str, *, expected: bool) -> None:
    assert never_empty(template) is expected


# -- lengths ----------------------------------------------------------------------------------


def test_a_value_that_is_too_long_is_cut_and_told_whole() -> None:
    fitted, whole = fit({"title": "Director", "city": "York"}, {"title": 3, "city": 4})
    assert fitted == {"title": "Dir", "city": "York"}
    assert whole == {"title": "Director"}


@given(st.dictionaries(words, st.text()), st.dictionaries(words, st.integers(0, 20)))
def test_after_fitting_nothing_is_too_long_and_nothing_is_lost(
    values: dict[str, str], limits: dict[str, int]
) -> None:
    fitted, whole = fit(values, limits)
    assert fitted.keys() == values.keys()
    for name, value in values.items():
        assert len(fitted[name]) <= limits.get(name, len(value))
        assert fitted[name] == value or whole[name] == value
