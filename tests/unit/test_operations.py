"""A call is checked against the CRM's documentation before anything is sent."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadrelay.crm.operations import Operation, Param, ParamType, check, table
from leadrelay.errors import Misconfigured, Refused, Retryable, Unknown

CREATE = Operation(
    "createLead",
    "Makes a lead",
    "a page",
    (
        Param("name", required=True),
        Param("rank", "integer"),
        Param("kind", values=("lead", "contact")),
        Param("day", "date", form="DD/MM/YY"),
        Param("person", "object", fields=(Param("email", required=True), Param("age", "integer"))),
        Param("files", "list", fields=(Param("name", required=True),)),
        Param("custom", "object"),
    ),
    writes=True,
)
READ = Operation("read", "Reads", "a page")


def accepts(param_type: ParamType, value: object) -> bool:
    try:
        check(Operation("op", "", "", (Param("it", param_type),)), {"it": value})
    except Refused:
        return False
    return True


@pytest.mark.parametrize(
    "given_params",
    [
        {"name": "Jane"},
        {"name": "", "rank": 0, "kind": "contact", "day": "02/03/26"},
        {"name": "Jane", "person": {"email": "j@example.com"}, "custom": {"anything": [1]}},
        {"name": "Jane", "files": []},
        {"name": "Jane", "files": [{"name": "cv.pdf"}, {"name": "photo.png"}]},
    ],
)
def test_what_is_documented_may_be_sent(given_params: dict[str, Any]) -> None:
    check(CREATE, given_params)


@pytest.mark.parametrize(
    ("given_params", "message"),
    [
        ({}, "createLead needs name"),
        ({"name": "Jane", "nmae": "x", "a": 1}, "createLead has no parameter a, nmae"),
        ({"name": None}, r"createLead\.name must be string"),
        ({"name": "Jane", "rank": "1"}, r"createLead\.rank must be integer"),
        ({"name": "Jane", "rank": True}, r"createLead\.rank must be integer"),
        ({"name": "Jane", "kind": "job"}, r"createLead\.kind must be one of 'lead', 'contact'"),
        ({"name": "Jane", "day": "2026-03-02"}, r"createLead\.day must be DD/MM/YY"),
        ({"name": "Jane", "person": {}}, r"createLead\.person needs email"),
        ({"name": "Jane", "person": {"email": "j", "age": "1"}}, r"createLead\.person\.age must"),
        ({"name": "Jane", "person": {"email": "j", "x": 1}}, r"createLead\.person has no param"),
        ({"name": "Jane", "files": [{"name": "a"}, {}]}, r"createLead\.files needs name"),
        ({"name": "Jane", "files": ["cv.pdf"]}, r"createLead\.files must hold objects"),
    ],
)
def test_what_is_not_is_refused_by_its_name(given_params: dict[str, Any], message: str) -> None:
    with pytest.raises(Refused, match=message):
        check(CREATE, given_params)


def test_a_refusal_does_not_tell_values() -> None:
    with pytest.raises(Refused) as caught:
        check(CREATE, {"name": "Jane", "kind": "jane@example.com"})
    assert "jane@example.com" not in caught.value.reason


@pytest.mark.parametrize(
    ("param_type", "good", "bad"),
    [
        ("string", ["", "x"], [1, None, b"x", ["x"]]),
        ("integer", [0, -1], ["1", 1.0, True, None]),
        ("number", [0, 1.5], ["1", True, None]),
        ("boolean", [True, False], [0, "true", None]),
        ("date", ["2026-03-02", "02/03/26"], ["2 March", "2026-03-02 10:00", 20260302, ""]),
        ("datetime", ["2026-03-02 10:00", "2026-03-02T10:00:30"], ["2026-03-02", "10:00", ""]),
        ("object", [{}, {"a": 1}], [[], "x", None]),
        ("list", [[], [1]], [{}, "x", None]),
        ("base64", ["", "aGk=", "aGk+/w=="], ["a b", "aGk===", b"aGk="]),
        ("any", [None, 1, "x", [], {}], []),
    ],
)
def test_a_type_is_what_json_calls_it(
    param_type: ParamType, good: list[object], bad: list[object]
) -> None:
    assert [value for value in good if not accepts(param_type, value)] == []
    assert [value for value in bad if accepts(param_type, value)] == []


def test_only_a_write_can_be_in_doubt() -> None:
    assert set(CREATE.raises) == {Retryable, Refused, Misconfigured, Unknown}
    assert set(READ.raises) == {Retryable, Refused, Misconfigured}


def test_operations_are_found_by_their_names_and_stay_as_they_are() -> None:
    operations: Any = table(CREATE, READ)
    assert operations["createLead"] is CREATE
    with pytest.raises(TypeError):
        operations["read"] = CREATE


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
names = st.sampled_from([param.name for param in CREATE.params]) | st.text()


@given(st.dictionaries(names, json_values))
def test_whatever_is_given_is_taken_or_refused(params: dict[str, Any]) -> None:
    try:
        check(CREATE, params)
    except Refused:
        return
    assert isinstance(params["name"], str)
